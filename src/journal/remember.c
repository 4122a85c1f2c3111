// SPDX-License-Identifier: Apache-2.0
// messageIds of records: a field of the envelope says which events are looked at and for how
// long their ids count. So what is remembered follows from durable records alone, and is made
// again from them when the journal is opened.
//
// ENVELOPE_DEDUP: {seconds 4, per event: check 8}.
#include "journal/remember.h"

#include "journal/bytes.h"
#include "journal/ids.h"
#include "journal/record.h"
#include "journal/refused.h"

struct window_wire {
    uint8_t seconds[4];
};
struct check_wire {
    uint8_t check[8];
};

str journal_dedup_field(uint32_t window_s, const uint64_t *checks, size_t count,
                        struct arena *arena)
{
    size_t len = sizeof(struct window_wire) + count * sizeof(struct check_wire);
    struct window_wire *window = arena_alloc(arena, len);
    struct check_wire *wire = (struct check_wire *)(window + 1);
    LE_PUT(window->seconds, window_s);
    for (size_t i = 0; i < count; i++)
        LE_PUT(wire[i].check, checks[i]);
    return str_make((const char *)window, len);
}

static uint32_t seconds_of(int64_t wall_ms)
{
    return (uint32_t)MIN(MAX(wall_ms / 1000, (int64_t)0), (int64_t)UINT32_MAX);
}

// The field's checks, one for each event; NULL: there is none, or it is not understood.
static const struct check_wire *find_checks(const char *bytes, uint32_t *ret_window_s)
{
    str field = record_find_field(bytes, ENVELOPE_DEDUP);
    size_t needed = sizeof(struct window_wire) +
                    (size_t)record_event_count(bytes) * sizeof(struct check_wire);
    if (!field.data || field.len != needed)
        return NULL;
    const struct window_wire *window = (const struct window_wire *)field.data;
    *ret_window_s = (uint32_t)LE_GET(window->seconds);
    return (const struct check_wire *)(window + 1);
}

static uint32_t until_s(uint32_t now_s, uint32_t window_s)
{
    return window_s > UINT32_MAX - now_s ? UINT32_MAX : now_s + window_s;
}

uint32_t remembered_until_s(const char *bytes)
{
    uint32_t window_s;
    if (!record_is_sound(bytes) || !find_checks(bytes, &window_s))
        return 0;
    return until_s(seconds_of(record_wall_ms(bytes)), window_s);
}

// Whether the event came before; one that is not looked at did not.
static bool is_known(struct dedup *dedup, const char *bytes, uint32_t event,
                     const struct dedup_id *like, uint32_t now_s)
{
    struct dedup_id id = *like;
    id.hash = (uint32_t)record_message_hash(bytes, event);
    return id.check && dedup_see(dedup, &id, now_s);
}

uint32_t remember_record(struct journal *journal, char *bytes, uint32_t *known_until_s)
{
    uint32_t window_s, known = 0, now_s = seconds_of(record_wall_ms(bytes));
    const struct check_wire *checks = find_checks(bytes, &window_s);
    if (!checks)
        return 0;
    if (!journal->dedup) {
        journal->dedup = dedup_new(journal->limits.dedup_bytes);
        dedup_mark(journal->dedup);
    }
    struct dedup_id like = { .expires_s = until_s(now_s, window_s) };
    for (uint32_t i = 0; i < record_event_count(bytes); i++) {
        like.check = LE_GET(checks[i].check);
        uint8_t flags = record_event_flags(bytes, i);
        if (!is_known(journal->dedup, bytes, i, &like, now_s))
            continue;
        record_set_event_flags(bytes, i, flags | EVENT_DUPLICATE);
        known++;
    }
    *known_until_s = MAX(*known_until_s, like.expires_s);
    return known;
}

void remember_durably(struct journal *journal)
{
    if (!journal->dedup)
        return;
    struct dedup_counts counts = dedup_counts(journal->dedup);
    dedup_mark(journal->dedup);
    journal->stats.known_ids = counts.ids;
    journal->stats.forgotten_ids = counts.evicted;
}

// --- After opening

// An event that was a duplicate then adds nothing now.
static void remember_again(struct journal *journal, const char *bytes, uint32_t now_s)
{
    uint32_t window_s;
    struct dedup_id id = { .expires_s = remembered_until_s(bytes) };
    const struct check_wire *checks =
        id.expires_s >= now_s ? find_checks(bytes, &window_s) : NULL;
    if (!checks)
        return;
    for (uint32_t i = 0; i < record_event_count(bytes); i++) {
        id.check = LE_GET(checks[i].check);
        id.hash = (uint32_t)record_message_hash(bytes, i);
        if (id.check && !(record_event_flags(bytes, i) & EVENT_DUPLICATE))
            dedup_add(journal->dedup, &id, 1);
    }
}

static int open_of(struct journal *journal, const char *path, struct fs_file **ret_file)
{
    int failed = journal->fs->ops->open(journal->fs, path, FS_READ, ret_file);
    return failed ? journal->fs->ops->open(journal->fs, path, FS_READ, ret_file) : 0;
}

static enum err read_again(struct journal *journal, const struct segment *segment,
                           uint32_t now_s, struct problem *ret_problem)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct walk walk = { .marker = journal->marker, .limit = segment->end_offset };
    struct walk_record record;
    enum walk_result result;
    char path[PATH_MAX];
    journal_path(journal, NAME_SEGMENT, segment->sequence, path);
    int failed = open_of(journal, path, &file);
    if (failed)
        return fs_error(failed, path, ret_problem);
    walk_start(&walk, file, segment->sequence, GROUPS_OFFSET);
    while ((result = refused_walk_next(journal->head, &walk, &record)) == WALK_RECORD)
        if (record.record < segment->end_record)
            remember_again(journal, record.bytes, now_s);
    bool is_all = result == WALK_END && walk.pages.room == 0;
    walk_done(&walk);
    return is_all ? OK : problem_set(ret_problem, ERR_IO, str_of(path), "cannot be read");
}

// A segment that cannot be read keeps nobody from opening: what is remembered is an aid.
static enum err remember_segment(struct journal *journal, struct segment *segment,
                                 uint32_t now_s, struct problem *ret_problem)
{
    enum err err = ids_load(journal, segment, now_s, ret_problem);
    if (err != ERR_NOT_FOUND)
        return err;
    uint64_t from = dedup_end(journal->dedup);
    observe(journal->observer, LOG_INFO, "journal segment is read again for its messageIds",
            LOG_CSTR("dir", journal->dir), LOG_INT("segment", (int64_t)segment->sequence));
    struct problem problem;
    err = read_again(journal, segment, now_s, &problem);
    if (err) // events come twice rather than none at all
        observe(journal->observer, LOG_WARN,
                "journal segment cannot be read for all of its messageIds: events of it that "
                "come again may not be noticed",
                LOG_CSTR("dir", journal->dir), LOG_INT("segment", (int64_t)segment->sequence),
                LOG_ERR(err), LOG_CSTR("reason", problem.text));
    else
        ids_store(journal, segment, from);
    return OK;
}

uint32_t remembered_from_s(const struct journal *journal)
{
    // Headers keep the latest time that any clock showed; the clock of now may know better.
    return MAX(seconds_of(MIN(journal->last_wall_ms, clock_wall_ms(journal->clock))), 1U);
}

// The first segment to be looked at: what came before the last ids that there is room for would
// be forgotten again.
static enum err find_first(struct journal *journal, uint32_t now_s, size_t *ret_first,
                           struct problem *ret_problem)
{
    uint64_t room = dedup_counts(journal->dedup).ids_max, count;
    size_t at = journal->segment_count;
    enum err err = OK;
    while (at > 0 && room > 0 && !err) {
        const struct segment *segment = journal->segments[--at];
        if (segment->known_until_s < now_s)
            continue;
        err = ids_count(journal, segment, &count, ret_problem);
        if (!err)
            room -= MIN(room, count);
    }
    *ret_first = at;
    return err;
}

enum err remember_all(struct journal *journal, struct problem *ret_problem)
{
    uint32_t now_s = remembered_from_s(journal);
    size_t at = 0, count = journal->segment_count;
    while (at < count && journal->segments[at]->known_until_s < now_s)
        at++;
    if (at == count)
        return OK;
    journal->dedup = dedup_new(journal->limits.dedup_bytes);
    enum err err = find_first(journal, now_s, &at, ret_problem);
    for (; at < count && !err; at++)
        if (journal->segments[at]->known_until_s >= now_s)
            err = remember_segment(journal, journal->segments[at], now_s, ret_problem);
    return err;
}
