// SPDX-License-Identifier: Apache-2.0
// Whether a load's acknowledged events are in the journal.
#include "app/bench_check.h"

#include "base/mem.h"
#include "codec/json.h"
#include "journal/inspect.h"

enum { ARENA_BYTES = 64 << 20 };

struct tally {
    const struct load_result *result;
    struct bench_stored *stored;
    uint8_t *seen; // a bit by number
};

// "RUN-000000004711"
static bool number_of(const struct load_result *result, str id, uint64_t *ret_number)
{
    return id.len == LOAD_RUN_LEN + 1 + LOAD_NUMBER_LEN &&
           str_starts(id, str_of(result->run)) && id.data[LOAD_RUN_LEN] == '-' &&
           str_to_u64(str_sub(id, LOAD_RUN_LEN + 1, id.len), ret_number) &&
           *ret_number < result->event_count;
}

static void tally_id(struct tally *tally, str id)
{
    uint64_t number;
    if (!number_of(tally->result, id, &number))
        return;
    uint8_t bit = (uint8_t)(1 << number % 8);
    bool is_new = !(tally->seen[number / 8] & bit);
    tally->seen[number / 8] |= bit;
    tally->stored->stored += is_new;
    tally->stored->twice += !is_new;
    tally->stored->unacknowledged += is_new && !load_is_acknowledged(tally->result, number);
}

static void tally_record(struct tally *tally, const struct journal_record *record,
                         struct arena *arena)
{
    for (size_t i = 0; i < record->event_count; i++) {
        const struct journal_event *row = &record->events[i];
        str event = str_sub(record->body, row->offset, row->length);
        yyjson_doc *doc = NULL;
        if (json_read(event, 0, arena, &doc, NULL) == OK)
            tally_id(tally, json_get_str(yyjson_doc_get_root(doc), "messageId"));
        arena_reset(arena);
    }
}

enum err bench_check(str data_dir, const struct load_result *result,
                     struct bench_stored *ret_stored, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_BYTES);
    AUTO(inspect_close) struct inspect *inspect = NULL;
    struct journal_read read;
    str dir = arena_printf(arena, "%" PRIstr "/journal", STR_ARG(data_dir));
    enum err err = inspect_open(fs_real(), dir, &inspect, ret_problem);
    if (err)
        return err;
    *ret_stored = (struct bench_stored){ 0 };
    struct tally tally = { .result = result, .stored = ret_stored };
    tally.seen = mem_zalloc(result->event_count / 8 + 1, 1);
    while ((err = inspect_next(inspect, &read, ret_problem)) == OK)
        tally_record(&tally, &read.record, arena);
    for (uint64_t i = 0; i < result->event_count; i++)
        ret_stored->missing +=
            load_is_acknowledged(result, i) && !(tally.seen[i / 8] >> i % 8 & 1);
    mem_free(tally.seen);
    return err == ERR_NOT_FOUND ? OK : err;
}
