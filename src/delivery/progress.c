// SPDX-License-Identifier: Apache-2.0
// Cursors out of windows and back. The window holds the unfinished events in order, so the
// finished ranges are the gaps between them.
#include "delivery/progress.h"

// The ceiling is only a mark: a cursor is as big as the window's bounds make it.
enum { ARENA_CEILING_BYTES = 64 << 20 };

static int compare_parked(const void *a, const void *b)
{
    return position_cmp(((const struct cursor_parked *)a)->position,
                        ((const struct cursor_parked *)b)->position);
}

static void copy_finished(struct progress *progress, const struct cursor *cursor,
                          struct position end)
{
    progress->finished =
        ARENA_ARRAY(progress->arena, struct position_range, cursor->finished_count);
    for (size_t i = 0; i < cursor->finished_count; i++) {
        struct position_range range = cursor->finished[i];
        if (position_cmp(range.end, end) > 0)
            range.end = end;
        if (position_cmp(range.first, range.end) < 0)
            progress->finished[progress->finished_count++] = range;
    }
}

static void copy_parked(struct progress *progress, const struct cursor *cursor,
                        struct position end)
{
    progress->parked = ARENA_ARRAY(progress->arena, struct cursor_parked, cursor->parked_count);
    for (size_t i = 0; i < cursor->parked_count; i++) {
        if (position_cmp(cursor->parked[i].position, end) < 0)
            progress->parked[progress->parked_count++] = cursor->parked[i];
    }
    if (progress->parked_count)
        qsort(progress->parked, progress->parked_count, sizeof(*progress->parked),
              compare_parked);
}

struct position progress_restore(struct progress *progress, const struct cursor *cursor,
                                 struct position end)
{
    *progress = (struct progress){ .arena = arena_new(ARENA_CEILING_BYTES) };
    copy_finished(progress, cursor, end);
    copy_parked(progress, cursor, end);
    return position_cmp(cursor->low, end) > 0 ? end : cursor->low;
}

void progress_done(struct progress *progress)
{
    arena_free(progress->arena);
    *progress = (struct progress){ 0 };
}

static void forget_below(struct progress *progress, struct position position)
{
    while (progress->finished_at < progress->finished_count &&
           position_cmp(progress->finished[progress->finished_at].end, position) <= 0)
        progress->finished_at++;
    while (progress->parked_at < progress->parked_count &&
           position_cmp(progress->parked[progress->parked_at].position, position) < 0)
        progress->parked_at++;
    bool is_empty = progress->finished_at == progress->finished_count &&
                    progress->parked_at == progress->parked_count;
    if (progress->arena && is_empty)
        progress_done(progress);
}

bool progress_is_finished(struct progress *progress, struct position position)
{
    forget_below(progress, position);
    return progress->finished_at < progress->finished_count &&
           position_cmp(progress->finished[progress->finished_at].first, position) <= 0;
}

const struct cursor_parked *progress_parked(struct progress *progress, struct position position)
{
    forget_below(progress, position);
    if (progress->parked_at == progress->parked_count)
        return NULL;
    const struct cursor_parked *parked = &progress->parked[progress->parked_at];
    return position_cmp(parked->position, position) == 0 ? parked : NULL;
}

// Records on their way through gaps between what is finished, in order.
struct gaps {
    struct position_range range; // from the first one's begin to the last one's end
    uint64_t records;
    uint64_t next_record; // those before are counted
};

static void add_gap(struct gaps *gaps, struct position first, struct position end)
{
    if (position_cmp(first, end) >= 0)
        return;
    uint64_t from = MAX(first.record, gaps->next_record);
    uint64_t behind = end.record + (end.event > 0);
    if (gaps->records == 0)
        gaps->range.first = first;
    gaps->range.end = end;
    gaps->records += behind > from ? behind - from : 0; // two may be within one record
    gaps->next_record = behind;
}

uint64_t progress_unfinished(struct progress *progress, struct position first,
                             struct position end, struct position_range *ret_range)
{
    struct gaps gaps = { 0 };
    struct position at = first;
    forget_below(progress, first);
    for (size_t i = progress->finished_at; i < progress->finished_count; i++) {
        struct position_range range = progress->finished[i];
        if (position_cmp(range.first, end) >= 0)
            break;
        add_gap(&gaps, at, range.first);
        if (position_cmp(range.end, at) > 0)
            at = range.end;
    }
    add_gap(&gaps, at, end);
    if (gaps.records > 0)
        *ret_range = gaps.range;
    return gaps.records;
}

// --- The cursor of this moment

static struct position behind(const struct window_event *event)
{
    struct position position = event->position;
    if (event->is_last)
        return (struct position){ .partition = position.partition,
                                  .record = position.record + 1 };
    position.event++;
    return position;
}

// Grows by one range; empty ones are left out, touching ones become one.
static void add_range(struct position_range *ranges, size_t *count, struct position first,
                      struct position end)
{
    if (position_cmp(first, end) >= 0)
        return;
    if (*count && position_cmp(ranges[*count - 1].end, first) >= 0)
        ranges[*count - 1].end = end;
    else
        ranges[(*count)++] = (struct position_range){ first, end };
}

static struct cursor_parked parked_of(const struct window_event *event)
{
    return (struct cursor_parked){
        .position = event->position,
        .attempts = event->attempts,
        .first_failure_wall_ms = event->first_failure_wall_ms,
        .not_before_wall_ms = event->not_before_wall_ms,
    };
}

struct cursor progress_cursor(const struct progress *progress, const struct window *window,
                              struct position read_end, str reader, struct arena *arena)
{
    struct window_counts counts = window_counts(window);
    size_t events = counts.held + counts.parked + counts.shelved;
    size_t known_finished = progress->finished_count - progress->finished_at;
    size_t known_parked = progress->parked_count - progress->parked_at;
    struct position_range *finished =
        ARENA_ARRAY(arena, struct position_range, events + known_finished + 1);
    struct cursor_parked *parked =
        ARENA_ARRAY(arena, struct cursor_parked, events + known_parked);
    struct cursor cursor = { .reader = reader, .finished = finished, .parked = parked };
    const struct window_event *event = window_after(window, NULL);
    cursor.low = event ? event->position : read_end;
    for (; event; event = window_after(window, event)) {
        const struct window_event *next = window_after(window, event);
        add_range(finished, &cursor.finished_count, behind(event),
                  next ? next->position : read_end);
        if (event->attempts)
            parked[cursor.parked_count++] = parked_of(event);
    }
    for (size_t i = progress->finished_at; i < progress->finished_count; i++) {
        struct position_range range = progress->finished[i];
        if (position_cmp(range.first, read_end) < 0)
            range.first = read_end;
        add_range(finished, &cursor.finished_count, range.first, range.end);
    }
    for (size_t i = progress->parked_at; i < progress->parked_count; i++) {
        if (position_cmp(progress->parked[i].position, read_end) >= 0)
            parked[cursor.parked_count++] = progress->parked[i];
    }
    return cursor;
}
