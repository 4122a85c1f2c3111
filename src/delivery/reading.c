// SPDX-License-Identifier: Apache-2.0
// From the journal into the window: what is skipped, what is counted, what is admitted.
#include "delivery/inner.h"
#include "delivery/left_out.h"
#include "delivery/retry.h"

// What is read ahead for a reader that follows: enough for it to go on following while its
// requests are on their way.
enum { TAKEN_EVENTS = 1024, TAKEN_BYTES = 256 << 10 };
enum { READ_AGAIN_MS = 1000, SHARE_BYTES = 1 << 20 };
enum { SKIPPED_FLAGS = EVENT_SUPPRESSED | EVENT_BLOCKED | EVENT_DUPLICATE };

// --- Reading

void reader_read_again_later(struct reader *reader, enum err err)
{
    if (!reader->read_again_at_ms)
        observe(reader->delivery->parts.observer, LOG_ERROR, "cannot read the journal",
                LOG_CSTR("destination", reader->id), LOG_ERR(err));
    reader->read_again_at_ms = clock_mono_ms(reader->delivery->parts.clock) + READ_AGAIN_MS;
}

static void advance_to(struct reader *reader, struct position position)
{
    reader->read_end = position;
    reader_touch(reader);
}

static struct position next_record(struct position position)
{
    return (struct position){ .partition = position.partition, .record = position.record + 1 };
}

static bool is_for_nobody(const struct journal_event *event)
{
    return event->flags & SKIPPED_FLAGS;
}

// --- Admitting

static void admit_one(struct reader *reader, uint32_t index)
{
    struct block *block = reader->current;
    const struct journal_event *row = &block->record.events[index];
    struct position position = block->position;
    position.event = index;
    if (progress_is_finished(&reader->progress, position))
        return;
    if (is_for_nobody(row)) {
        reader_tell_left_out(reader, row, position);
        return;
    }
    bool is_ordered = reader->order == ORDER_PER_USER;
    const uint64_t keys[2] = { is_ordered ? row->user_hash : 0,
                               is_ordered ? row->anon_hash : 0 };
    const struct cursor_parked *parked = progress_parked(&reader->progress, position);
    struct window_event *event = window_admit(reader->window, position, keys,
                                              index + 1 == block->record.event_count, block);
    if (!parked)
        return;
    int64_t now_ms = clock_mono_ms(reader->delivery->parts.clock);
    int64_t now_wall_ms = clock_wall_ms(reader->delivery->parts.clock);
    int64_t left_ms = retry_left_ms(parked, now_wall_ms);
    event->attempts = parked->attempts;
    event->first_failure_mono_ms = now_ms - retry_age_ms(parked, now_wall_ms);
    event->first_failure_wall_ms = parked->first_failure_wall_ms;
    event->not_before_wall_ms = parked->not_before_wall_ms;
    if (left_ms > 0 && event->state == WINDOW_READY)
        window_park(reader->window, event, now_ms + left_ms);
}

// Admits events of the current record while there is room. False: there was none.
static bool admit(struct reader *reader)
{
    bool has_admitted = false;
    while (reader->current_event < reader->current->record.event_count) {
        if (!window_has_room(reader->window))
            return has_admitted;
        admit_one(reader, reader->current_event++);
        has_admitted = true;
        struct position end = reader->current->position;
        end.event = reader->current_event;
        advance_to(reader, end);
    }
    advance_to(reader, next_record(reader->current->position));
    block_release(TAKE(reader->current));
    return true;
}

// A cursor may stand in the middle of a record.
static uint32_t first_unread(const struct reader *reader, struct position position)
{
    return reader->read_end.record == position.record ? reader->read_end.event : 0;
}

static uint64_t count_unfinished(struct reader *reader, const struct journal_read *read)
{
    uint64_t count = 0;
    for (uint32_t i = first_unread(reader, read->position); i < read->record.event_count; i++) {
        struct position position = read->position;
        position.event = i;
        count += !is_for_nobody(&read->record.events[i]) &&
                 !progress_is_finished(&reader->progress, position);
    }
    return count;
}

bool reader_is_passed_over(const struct reader *reader, const struct journal_record *record)
{
    str pinned = journal_record_field(record, ENVELOPE_DESTINATION_ID);
    return pinned.len && !str_eq(pinned, str_of(reader->id));
}

// The record is skipped by its envelope, counted as dropped, or becomes the current one.
static void take_record(struct reader *reader, const struct journal_read *read)
{
    // The snapshot must not be older than the record: an event that was accepted after a
    // connection's creation had been answered is for that connection.
    (void)reader_refresh(reader);
    struct position_range lost = { read->lost_from, read->position };
    routes_clip(&reader->routes, &lost);
    uint64_t lost_count = progress_unfinished(&reader->progress, lost.first, lost.end, &lost);
    if (lost_count > 0) {
        journal_reader_seek(reader->ahead, read->position);
        reader_note_lost(reader, lost, lost_count, read->position);
        return;
    }
    str source_id = journal_record_field(&read->record, ENVELOPE_SOURCE_ID);
    struct route *route = routes_find(&reader->routes, source_id, read->position);
    bool is_ours = route && !reader_is_passed_over(reader, &read->record);
    if (is_ours && route->is_connected && read->record.event_count) {
        reader->current = block_new(&read->record, read->position, &reader->used_bytes);
        reader->current_event = first_unread(reader, read->position);
        return;
    }
    if (is_ours)
        route->dropped += count_unfinished(reader, read);
    advance_to(reader, next_record(read->position));
}

// Whether anything at or behind read_end is for this destination.
static bool wants_more(const struct reader *reader)
{
    for (size_t i = 0; i < reader->routes.count; i++) {
        const struct route *route = &reader->routes.items[i];
        if (route->is_connected || position_cmp(reader->read_end, route->until) < 0)
            return true;
    }
    return false;
}

// Together the windows have a bound too; beyond it each keeps what it needs to go on.
static bool has_share(const struct reader *reader)
{
    const struct delivery *delivery = reader->delivery;
    return delivery->used_bytes < delivery->parts.settings.windows_bytes ||
           reader->used_bytes < SHARE_BYTES;
}

// Whether it takes more from the tail than it can send now. With nothing ready it takes one
// record, whatever blocks it keeps for other reasons.
static bool has_place(const struct reader *reader)
{
    const struct delivery *delivery = reader->delivery;
    size_t ready = window_counts(reader->window).ready;
    bool is_stuck = reader->is_noting || reader->read_again_at_ms || reader->circuit.is_open;
    return !is_stuck && window_has_room(reader->window) && ready < TAKEN_EVENTS &&
           (ready == 0 || reader->used_bytes - reader->task_bytes < TAKEN_BYTES) &&
           delivery->used_bytes < delivery->parts.settings.windows_bytes;
}

void reader_take(struct reader *reader, const struct journal_read *read)
{
    if (!has_place(reader))
        return;
    take_record(reader, read);
    if (reader->current)
        (void)admit(reader);
}

static enum err read_next(struct reader *reader, struct journal_read *ret_read)
{
    struct journal *journal = reader->delivery->parts.journal;
    if (reader->follower.follows)
        return ERR_NOT_FOUND;
    bool is_at_end =
        !reader->ahead && position_cmp(reader->read_end, journal_end(journal)) >= 0;
    if (tail_follow(reader, is_at_end))
        return ERR_NOT_FOUND;
    if (!reader->ahead)
        reader->ahead = journal_reader_open(journal, reader->read_end);
    enum err err = journal_read(reader->ahead, ret_read);
    if (err == ERR_NOT_FOUND && !tail_follow(reader, true))
        tail_wait(reader);
    return err;
}

bool reader_read(struct reader *reader)
{
    if (reader->current)
        return admit(reader);
    if (!wants_more(reader) || !window_has_room(reader->window))
        return false;
    if (!has_share(reader) && window_counts(reader->window).held > 0)
        return false;
    struct journal_read read;
    enum err err = read_next(reader, &read);
    if (err == ERR_NOT_FOUND)
        return false;
    if (err) {
        reader_read_again_later(reader, err);
        return false;
    }
    take_record(reader, &read);
    return true;
}
