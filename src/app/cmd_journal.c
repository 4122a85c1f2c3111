// SPDX-License-Identifier: Apache-2.0
// `pintle journal stat|check|dump|export`: what is in the journal's files, read without a hand
// on them: beside a running server or in a copy.
#include "app/command.h"
#include "app/datadir.h"
#include "app/journal_files.h"
#include "app/table.h"
#include "codec/timestamp.h"
#include "delivery/delivery.h"
#include "journal/inspect.h"

enum { ARENA_BYTES = 64 << 20, EVENT_ARENA_BYTES = 256 << 20 };

#define OPTIONS_RANGE                                                                          \
    { "from", "POSITION", "The record to begin with: 0-4711-0, or 4711", false },              \
    {                                                                                          \
        "limit", "N", "End after N records", false                                             \
    }

// A journal that is being looked at.
struct look {
    struct arena *arena;
    struct inspect *inspect;
    struct problem problem;
    uint64_t limit; // records
};

static void look_done(struct look *look)
{
    inspect_close(look->inspect);
    arena_free(look->arena);
}
static inline void look_done_auto_(struct look *look)
{
    look_done(look);
}

static bool parse_from(str text, uint64_t *ret_record)
{
    struct position position;
    if (str_to_u64(text, ret_record))
        return true;
    if (!position_parse(text, &position) || position.partition != 0)
        return false;
    *ret_record = position.record;
    return true;
}

static enum exit_code look_open(struct look *look, const struct invocation *invocation)
{
    look->arena = arena_new(ARENA_BYTES);
    str dir =
        arena_printf(look->arena, "%" PRIstr "/journal", STR_ARG(invocation->settings->data));
    enum err err = inspect_open(fs_real(), dir, &look->inspect, &look->problem);
    if (err == ERR_NOT_FOUND)
        err = datadir_expect(invocation->settings->data, "journal/head", &look->problem);
    return err ? command_fail(&look->problem) : EXIT_DONE;
}

// The same for commands that have OPTIONS_RANGE.
static enum exit_code look_open_range(struct look *look, const struct invocation *invocation)
{
    str from = invocation_option(invocation, "from"),
        limit = invocation_option(invocation, "limit");
    uint64_t record = 0;
    look->limit = UINT64_MAX;
    if (from.data && !parse_from(from, &record))
        return command_misuse(invocation, "from", "must be a position, as 0-4711-0");
    if (limit.data && !str_to_u64(limit, &look->limit))
        return command_misuse(invocation, "limit", "must be a whole number");
    enum exit_code code = look_open(look, invocation);
    if (code == EXIT_DONE)
        inspect_seek(look->inspect, record);
    return code;
}

// --- stat

static const struct command_option stat_options[] = { OPTION_JSON, { 0 } };

static const struct table_column segment_columns[] = {
    { "SEGMENT", "segment" }, { "FIRST", "firstRecord" },
    { "RECORDS", "records" }, { "EVENTS", "events" },
    { "BYTES", "usedBytes" }, { "IDS", "idsBytes" },
    { "SEALED", "sealed" },   { "SINCE", "firstAt" },
    { "UNTIL", "lastAt" },    { 0 },
};
static const struct table_column reader_columns[] = {
    { "READER", "reader" },
    { "LOW", "low" },
    { "RECORDS BEHIND", "recordsBehind" },
    { "FINISHED ABOVE", "finished" },
    { "PARKED", "parked" },
    { "CONNECTIONS", "connections" },
    { "ENDED", "endedConnections" },
    { 0 },
};

static enum err write_stat(struct look *look, struct json *json)
{
    struct cursor *cursors = NULL;
    size_t cursor_count = 0, segment_count;
    enum err err =
        inspect_cursors(look->inspect, look->arena, &cursors, &cursor_count, &look->problem);
    if (err)
        return err;
    const struct inspect_segment *segments = inspect_segments(look->inspect, &segment_count);
    uint64_t end_record = segment_count ? segments[segment_count - 1].end_record : 0;
    json_open_object(json);
    json_key(json, STR("segments"));
    json_open_array(json);
    for (size_t i = 0; i < segment_count; i++)
        journal_files_write(json, &segments[i]);
    json_close_array(json);
    json_key(json, STR("readers"));
    json_open_array(json);
    for (size_t i = 0; i < cursor_count; i++)
        journal_files_write_reader(json, &cursors[i], end_record);
    json_close_array(json);
    json_put_int(json, "spares", (int64_t)inspect_spare_count(look->inspect));
    json_close_object(json);
    return OK;
}

static void print_part(const struct table_column *columns, yyjson_val *rows,
                       struct arena *arena)
{
    struct client_list list = { .rows = ARENA_ARRAY(arena, yyjson_val *,
                                                    yyjson_arr_size(rows) + 1) };
    size_t i, max;
    yyjson_val *row;
    yyjson_arr_foreach(rows, i, max, row)
    {
        list.rows[list.count++] = row;
    }
    table_print(columns, &list);
}

static enum exit_code run_stat(const struct invocation *invocation)
{
    AUTO(look_done) struct look look = { 0 };
    AUTO(buf_done) struct buf text = { 0 };
    struct json json;
    yyjson_doc *doc = NULL;
    enum exit_code code = look_open(&look, invocation);
    if (code != EXIT_DONE)
        return code;
    json_init(&json, &text);
    enum err err = write_stat(&look, &json);
    if (!err)
        err = json_read(buf_str(&text), 0, look.arena, &doc, &look.problem);
    if (err)
        return command_fail(&look.problem);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (invocation_option(invocation, "json").data) {
        table_print_object(root);
        return EXIT_DONE;
    }
    print_part(segment_columns, yyjson_obj_get(root, "segments"), look.arena);
    (void)printf("%lld spare segments\n\n",
                 (long long)yyjson_get_sint(yyjson_obj_get(root, "spares")));
    print_part(reader_columns, yyjson_obj_get(root, "readers"), look.arena);
    return EXIT_DONE;
}

const struct command command_journal_stat = {
    .name = "journal stat",
    .summary = "Show the journal's segments, and how far each reader has come",
    .prose =
        "Works while the server runs and without it, also on a copy of the data directory.\n"
        "A reader is a destination. LOW: everything before is finished. IDS: bytes of the file "
        "of\nmessageIds beside a sealed segment.",
    .options = stat_options,
    .run = run_stat,
};

// --- check

struct count {
    uint64_t records, events, bytes, lost;
};

// Each record once; `see` may be NULL. Lost ones are told as they are come upon.
static enum err read_all(struct look *look, struct count *count,
                         bool (*see)(const struct journal_read *read, void *ctx), void *ctx)
{
    struct journal_read read;
    while (count->records < look->limit) {
        enum err err = inspect_next(look->inspect, &read, &look->problem);
        if (err && err != ERR_NOT_FOUND)
            return err;
        uint64_t lost = read.position.record - read.lost_from.record;
        if (lost)
            (void)fprintf(stderr, "damaged: records %llu to %llu\n",
                          (unsigned long long)read.lost_from.record,
                          (unsigned long long)read.position.record - 1);
        count->lost += lost;
        if (err)
            return OK;
        count->records++;
        count->events += read.record.event_count;
        count->bytes += read.record.body.len;
        if (see && !see(&read, ctx))
            return OK;
    }
    return OK;
}

static enum exit_code verdict(const struct look *look, const struct count *count)
{
    unsigned long long mended = inspect_mended_count(look->inspect), lost = count->lost;
    unsigned long long refused = inspect_refused_count(look->inspect);
    if (refused)
        (void)fprintf(stderr,
                      "pintle: the disk refuses to read %llu pages; their records count as "
                      "damaged\n",
                      refused);
    if (lost)
        (void)fprintf(stderr, "pintle: %llu records are damaged\n", lost);
    if (mended)
        (void)fprintf(stderr,
                      "pintle: %llu headers of groups have a wrong bit; their records are "
                      "whole, but look at the disk\n",
                      mended);
    return lost || mended || refused ? EXIT_FAILED : EXIT_DONE;
}

static const struct command_option check_options[] = { OPTIONS_RANGE, { 0 } };

static enum exit_code run_check(const struct invocation *invocation)
{
    AUTO(look_done) struct look look = { 0 };
    struct count count = { 0 };
    enum exit_code code = look_open_range(&look, invocation);
    if (code != EXIT_DONE)
        return code;
    if (read_all(&look, &count, NULL, NULL))
        return command_fail(&look.problem);
    (void)printf("%llu records with %llu events and %llu bytes are whole\n",
                 (unsigned long long)count.records, (unsigned long long)count.events,
                 (unsigned long long)count.bytes);
    bool is_good = journal_files_check_head(look.inspect);
    is_good =
        journal_files_check_ids(look.inspect, clock_wall_ms(clock_system()) / 1000) && is_good;
    is_good = journal_files_check_cursors(look.inspect) && is_good;
    code = verdict(&look, &count);
    return is_good ? code : EXIT_FAILED;
}

const struct command command_journal_check = {
    .name = "journal check",
    .summary = "Read every record and tell which are damaged",
    .prose =
        "Exit code 0: all is whole; 1: something is damaged, or it cannot be told.\n"
        "Files of messageIds are looked at too; what is wrong with one is told, and is no "
        "failure:\nthe journal makes it again from its segment when it is opened. Of the two "
        "files of "
        "cursors one may be\ndamaged: the other one counts.\n"
        "Works while the server runs and without it, also on a copy of the data directory.",
    .options = check_options,
    .run = run_check,
};

// --- dump

static const struct command_option dump_options[] = { OPTIONS_RANGE, { 0 } };

static bool dump(const struct journal_read *read, void *ctx)
{
    (void)ctx;
    char place[48], received[TIMESTAMP_LEN + 1];
    const struct journal_record *record = &read->record;
    position_format(read->position, place);
    timestamp_format(record->received_wall_ms, received);
    str source = journal_record_field(record, ENVELOPE_SOURCE_ID);
    str endpoint = journal_record_field(record, ENVELOPE_ENDPOINT);
    bool is_transient = journal_record_field(record, ENVELOPE_TRANSIENT).len > 0;
    str address =
        is_transient ? STR("") : journal_record_field(record, ENVELOPE_CLIENT_ADDRESS);
    int written = printf("%s %s source=%" PRIstr " endpoint=%" PRIstr " address=%" PRIstr
                         " bytes=%zu events=",
                         place, received, STR_ARG(source), STR_ARG(endpoint), STR_ARG(address),
                         record->body.len);
    for (size_t i = 0; i < record->event_count && written >= 0; i++)
        written = printf("%s%" PRIstr, i ? "," : "",
                         STR_ARG(event_type_name(record->events[i].type)));
    return putchar('\n') != EOF && written >= 0;
}

static enum exit_code run_dump(const struct invocation *invocation)
{
    AUTO(look_done) struct look look = { 0 };
    struct count count = { 0 };
    enum exit_code code = look_open_range(&look, invocation);
    if (code != EXIT_DONE)
        return code;
    if (read_all(&look, &count, dump, NULL))
        return command_fail(&look.problem);
    return verdict(&look, &count);
}

const struct command command_journal_dump = {
    .name = "journal dump",
    .summary = "Print a line for each record: when, where from, which types; no payloads",
    .options = dump_options,
    .run = run_dump,
};

// --- export

static const struct command_option export_options[] = {
    OPTIONS_RANGE,
    { "source", "ID", "Only events of this source", false },
    { 0 },
};

struct export
{
    str source; // STR_NONE: all
    struct arena *arena;
    struct buf line;
    struct problem *problem;
    enum err err;
};

// Why an event is kept from destinations, by the bits of its flags.
static const char *const flag_names[] = { "suppressed", "blocked", "bot", "duplicate" };

static void put_flags(struct json *json, uint8_t flags)
{
    if (!flags)
        return;
    json_key(json, STR("flags"));
    json_open_array(json);
    for (size_t i = 0; i < ARRAY_LEN(flag_names); i++)
        if (flags >> i & 1)
            json_value_str(json, str_of(flag_names[i]));
    json_close_array(json);
}

static enum err export_event(struct export *export, const struct journal_read *read,
                             size_t index)
{
    const struct journal_record *record = &read->record;
    const struct journal_event *row = &record->events[index];
    struct event_origin origin = delivery_origin(record, (uint32_t)index);
    struct position position = read->position;
    char place[48];
    yyjson_mut_doc *event = NULL;
    struct json json;
    enum err err = event_enrich(str_sub(record->body, row->offset, row->length), &origin,
                                export->arena, &event, export->problem);
    if (err)
        return err;
    position.event = (uint32_t)index;
    position_format(position, place);
    buf_clear(&export->line);
    json_init(&json, &export->line);
    json_open_object(&json);
    json_put_str(&json, "position", str_of(place));
    json_put_str(&json, "sourceId", journal_record_field(record, ENVELOPE_SOURCE_ID));
    put_flags(&json, row->flags);
    json_key(&json, STR("event"));
    json_value_mut(&json, yyjson_mut_doc_get_root(event));
    json_close_object(&json);
    buf_add_str(&export->line, STR("\n"));
    arena_reset(export->arena);
    if (fwrite(export->line.data, 1, export->line.len, stdout) < export->line.len)
        return problem_set(export->problem, ERR_IO, STR("output"), "cannot be written");
    return OK;
}

static bool export_record(const struct journal_read *read, void *ctx)
{
    struct export *export = ctx;
    str source = journal_record_field(&read->record, ENVELOPE_SOURCE_ID);
    if (export->source.data && !str_eq(source, export->source))
        return true;
    if (journal_record_field(&read->record, ENVELOPE_TRANSIENT).len)
        return true; // for their destinations only
    for (size_t i = 0; i < read->record.event_count && !export->err; i++)
        export->err = export_event(export, read, i);
    return !export->err;
}

static enum exit_code run_export(const struct invocation *invocation)
{
    AUTO(look_done) struct look look = { 0 };
    struct count count = { 0 };
    struct export export = { .source = invocation_option(invocation, "source"),
                             .problem = &look.problem };
    enum exit_code code = look_open_range(&look, invocation);
    if (code != EXIT_DONE)
        return code;
    export.arena = arena_new(EVENT_ARENA_BYTES);
    enum err err = read_all(&look, &count, export_record, &export);
    arena_free(export.arena);
    buf_done(&export.line);
    return err || export.err ? command_fail(&look.problem) : verdict(&look, &count);
}

const struct command command_journal_export = {
    .name = "journal export",
    .summary = "Print every event as one line of JSON, as destinations would see it",
    .prose =
        "Each line is {\"position\", \"sourceId\", \"event\"}, and \"flags\" where there are "
        "some:\n"
        "suppressed, blocked, bot, duplicate. Works while the server runs and without it,\n"
        "also on a copy of the data directory. Payloads are personal data.",
    .options = export_options,
    .run = run_export,
};
