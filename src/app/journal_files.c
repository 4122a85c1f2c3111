// SPDX-License-Identifier: Apache-2.0
// What `pintle journal` tells of the files.
#include "app/journal_files.h"

#include <stdio.h>

enum { CURSORS_ARENA_BYTES = 64 * 1024 };

static void put_time(struct json *json, const char *key, int64_t wall_ms)
{
    if (wall_ms)
        json_put_time(json, key, wall_ms);
}

void journal_files_write(struct json *json, const struct inspect_segment *segment)
{
    json_open_object(json);
    json_put_int(json, "segment", (int64_t)segment->sequence);
    json_put_int(json, "firstRecord", (int64_t)segment->first_record);
    json_put_int(json, "records", (int64_t)(segment->end_record - segment->first_record));
    json_put_int(json, "events", (int64_t)segment->event_count);
    json_put_int(json, "usedBytes", (int64_t)segment->used_bytes);
    json_put_int(json, "fileBytes", (int64_t)segment->file_bytes);
    json_put_int(json, "idsBytes", (int64_t)segment->ids_bytes);
    json_put_bool(json, "sealed", segment->is_sealed);
    put_time(json, "firstAt", segment->first_wall_ms);
    put_time(json, "lastAt", segment->last_wall_ms);
    json_close_object(json);
}

bool journal_files_check_head(const struct inspect *inspect)
{
    bool is_refused = inspect_is_head_refused(inspect);
    if (is_refused)
        (void)fprintf(stderr, "pintle: the disk refuses to read the file head; the next start "
                              "writes it again\n");
    return !is_refused;
}

// What is wrong with the file; NULL: nothing, or there is none and none is due.
static const char *wrong_with(enum inspect_ids ids, bool is_due)
{
    switch (ids) {
    case INSPECT_IDS_NONE:
        return is_due ? "there is no file; the next opening makes it" : NULL;
    case INSPECT_IDS_WHOLE:
        return NULL;
    case INSPECT_IDS_DAMAGED:
        return "the file is damaged; the next opening makes it again";
    case INSPECT_IDS_FOREIGN:
        return "the file is of other records; the next opening makes it again";
    case INSPECT_IDS_NEWER:
        return "the file is of a later version, and this one does not open the journal";
    }
    return NULL;
}

bool journal_files_check_ids(const struct inspect *inspect, int64_t now_s)
{
    size_t count, whole = 0, newer = 0, stray = inspect_stray_ids_count(inspect);
    const struct inspect_segment *segments = inspect_segments(inspect, &count);
    for (size_t i = 0; i < count; i++) {
        if (!segments[i].is_sealed)
            continue; // its file is written when it is sealed
        enum inspect_ids ids = inspect_ids(inspect, &segments[i]);
        const char *wrong = wrong_with(ids, (int64_t)segments[i].known_until_s >= now_s);
        if (wrong)
            (void)fprintf(stderr, "messageIds of segment %llu: %s\n",
                          (unsigned long long)segments[i].sequence, wrong);
        whole += ids == INSPECT_IDS_WHOLE;
        newer += ids == INSPECT_IDS_NEWER;
    }
    if (stray)
        (void)fprintf(
            stderr, "%zu files of messageIds have no segment; the next opening removes them\n",
            stray);
    if (whole)
        (void)printf("%zu files of messageIds are whole\n", whole);
    return newer == 0;
}

void journal_files_write_reader(struct json *json, const struct cursor *cursor,
                                uint64_t end_record)
{
    char low[48];
    position_format(cursor->low, low);
    uint64_t record = cursor->low.record;
    size_t ended = 0;
    for (size_t i = 0; i < cursor->route_count; i++)
        ended += cursor->routes[i].until.record > 0;
    json_open_object(json);
    json_put_str(json, "reader", cursor->reader);
    json_put_str(json, "low", str_of(low));
    json_put_int(json, "recordsBehind",
                 record < end_record ? (int64_t)(end_record - record) : 0);
    json_put_int(json, "finished", (int64_t)cursor->finished_count);
    json_put_int(json, "parked", (int64_t)cursor->parked_count);
    json_put_int(json, "connections", (int64_t)(cursor->route_count - ended));
    json_put_int(json, "endedConnections", (int64_t)ended);
    json_close_object(json);
}

bool journal_files_check_cursors(struct inspect *inspect)
{
    AUTO(arena_free) struct arena *arena = arena_new(CURSORS_ARENA_BYTES);
    struct cursor *cursors;
    struct problem problem;
    size_t count;
    enum err err = inspect_cursors(inspect, arena, &cursors, &count, &problem);
    if (err)
        (void)fprintf(stderr, "cursors: %s: %s\n", problem.field, problem.text);
    else if (inspect_damaged_cursors(inspect))
        (void)fprintf(stderr, "cursors: one of the two files is damaged, or being written; "
                              "the other one counts\n");
    else
        (void)printf("%zu cursors are whole\n", count);
    return !err;
}
