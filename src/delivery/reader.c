// SPDX-License-Identifier: Apache-2.0
// A reader: from the journal into the window of one destination, and out to dispatch.
#include "base/map.h"
#include "base/mem.h"
#include "delivery/inner.h"
#include "delivery/retry.h"

// What a reader does in one turn of the loop, so that others have theirs.
enum { STEPS_PER_TURN = 256, READ_AGAIN_MS = 1000, NOTE_ARENA_BYTES = 4096 };
enum { SKIPPED_FLAGS = EVENT_SUPPRESSED | EVENT_BLOCKED | EVENT_DUPLICATE };

static int64_t now_ms(const struct reader *reader)
{
    return clock_mono_ms(reader->delivery->parts.clock);
}

void reader_set_error(struct reader *reader, str text)
{
    (void)str_copy(text, reader->last_error, sizeof(reader->last_error));
}

void reader_read_again_later(struct reader *reader, enum err err)
{
    if (!reader->read_again_at_ms)
        observe(reader->delivery->parts.observer, LOG_ERROR, "cannot read the journal",
                LOG_CSTR("destination", reader->id), LOG_ERR(err));
    reader->read_again_at_ms = now_ms(reader) + READ_AGAIN_MS;
}

// --- Changes of the workspace

static void take_changes(struct reader *reader, const struct snapshot *snapshot)
{
    const struct ws_destination *destination =
        snapshot_destination(snapshot, str_of(reader->id));
    struct position end = journal_end(reader->delivery->parts.journal);
    bool has_new_settings = destination && destination->revision != reader->settings_revision;
    bool has_new_routes = routes_update(&reader->routes, destination, end);
    reader->snapshot_revision = snapshot->revision;
    if (destination)
        reader->settings_revision = destination->revision;
    if (!has_new_settings && !has_new_routes)
        return;
    // Whatever failed may work now, and what is not connected any more need not wait.
    circuit_reset(&reader->circuit);
    window_unpark_all(reader->window);
    reader_set_error(reader, STR_NONE);
    reader_touch(reader);
}

const struct snapshot *reader_refresh(struct reader *reader)
{
    const struct snapshot *snapshot = workspace_view_get(reader->delivery->view);
    if (snapshot->revision != reader->snapshot_revision)
        take_changes(reader, snapshot);
    return snapshot;
}

// --- Notes about many events at once

static void on_noted(struct obituary *obituary)
{
    struct reader *reader = CONTAINER_OF(obituary, struct reader, note);
    reader->is_noting = false;
    arena_free(TAKE(reader->note_arena));
    if (reader->note_end.record)
        reader->read_end = reader->note_end;
    reader_touch(reader);
    reader_post(reader);
}

static void note(struct reader *reader, struct dead_letter letter, uint64_t dropped,
                 const char *text)
{
    struct delivery *delivery = reader->delivery;
    letter.destination_id = str_of(reader->id);
    letter.at_wall_ms = clock_wall_ms(delivery->parts.clock);
    reader->note_arena = arena_new(NOTE_ARENA_BYTES);
    letter.source_id = arena_dup(reader->note_arena, letter.source_id);
    letter.detail = arena_dup(reader->note_arena, str_of(text));
    reader->is_noting = true;
    outcome_count(delivery->parts.outcome, letter.destination_id, COUNT_DROPPED, dropped);
    observe(delivery->parts.observer, LOG_WARN, text, LOG_CSTR("destination", reader->id),
            LOG_CSTR("reason", outcome_reason_word(letter.reason)),
            LOG_INT("count", (int64_t)dropped));
    obituary_start(&reader->note, &letter, on_noted);
}

static void note_lost(struct reader *reader, struct position first, struct position end)
{
    char text[160];
    uint64_t count = end.record - first.record;
    (void)snprintf(text, sizeof(text),
                   "%llu records (from %llu on) were lost before they could be delivered",
                   (unsigned long long)count, (unsigned long long)first.record);
    reader->note_end = end;
    note(reader, (struct dead_letter){ .position = first, .reason = REASON_LOST }, count, text);
}

static void note_disconnected(struct reader *reader, struct route *route)
{
    struct route ended = *route;
    char text[160];
    routes_remove(&reader->routes, route);
    reader_touch(reader);
    if (ended.dropped == 0)
        return;
    (void)snprintf(text, sizeof(text),
                   "%llu events waited when source and destination were disconnected",
                   (unsigned long long)ended.dropped);
    reader->note_end = (struct position){ 0 };
    note(reader,
         (struct dead_letter){ .position = ended.until,
                               .source_id = str_of(ended.source_id),
                               .reason = REASON_NOT_CONNECTED },
         ended.dropped, text);
}

// --- Reading

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

static void admit_one(struct reader *reader, uint32_t index)
{
    struct block *block = reader->current;
    const struct journal_event *row = &block->record.events[index];
    struct position position = block->position;
    position.event = index;
    if (is_for_nobody(row) || progress_is_finished(&reader->progress, position))
        return;
    bool is_ordered = reader->order == ORDER_PER_USER;
    const uint64_t keys[2] = { is_ordered ? row->user_hash : 0,
                               is_ordered ? row->anon_hash : 0 };
    const struct cursor_parked *parked = progress_parked(&reader->progress, position);
    struct window_event *event = window_admit(reader->window, position, keys,
                                              index + 1 == block->record.event_count, block);
    if (!parked)
        return;
    event->attempts = parked->attempts;
    event->first_failure_wall_ms = parked->first_failure_wall_ms;
    event->not_before_wall_ms = parked->not_before_wall_ms;
    int64_t wait_ms = parked->not_before_wall_ms - clock_wall_ms(reader->delivery->parts.clock);
    if (wait_ms > 0 && event->state == WINDOW_READY) // no longer than any wait we ever set
        window_park(reader->window, event,
                    now_ms(reader) + MIN(wait_ms, (int64_t)RETRY_WAIT_MAX_MS));
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

static uint64_t count_unfinished(struct reader *reader, const struct journal_read *read)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < read->record.event_count; i++) {
        struct position position = read->position;
        position.event = i;
        count += !is_for_nobody(&read->record.events[i]) &&
                 !progress_is_finished(&reader->progress, position);
    }
    return count;
}

static bool is_pinned_elsewhere(const struct reader *reader,
                                const struct journal_record *record)
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
    if (position_cmp(read->lost_from, read->position) < 0 &&
        !progress_covers(&reader->progress, read->lost_from, read->position)) {
        journal_reader_seek(reader->ahead, read->position);
        note_lost(reader, read->lost_from, read->position);
        return;
    }
    str source_id = journal_record_field(&read->record, ENVELOPE_SOURCE_ID);
    struct route *route = routes_find(&reader->routes, source_id, read->position);
    bool is_ours = route && !is_pinned_elsewhere(reader, &read->record);
    if (is_ours && route->is_connected && read->record.event_count) {
        reader->current = block_new(&read->record, read->position, &reader->used_bytes);
        reader->current_event = 0;
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

static bool read_step(struct reader *reader)
{
    if (reader->current)
        return admit(reader);
    if (!wants_more(reader) || !window_has_room(reader->window))
        return false;
    struct journal_read read;
    enum err err = journal_read(reader->ahead, &read);
    if (err == ERR_NOT_FOUND)
        return false;
    if (err) {
        reader_read_again_later(reader, err);
        return false;
    }
    take_record(reader, &read);
    return true;
}

// --- Pumping

static bool may_send_more(const struct reader *reader)
{
    const struct delivery_settings *settings = &reader->delivery->parts.settings;
    return reader->task_count < settings->in_flight &&
           (reader->task_count == 0 || reader->task_bytes < settings->window_bytes / 4);
}

// One event or one record further. False: nothing can be done now.
static bool step(struct reader *reader)
{
    int64_t now = now_ms(reader);
    if (reader->is_noting || !may_send_more(reader) ||
        (reader->read_again_at_ms && now < reader->read_again_at_ms))
        return false;
    reader->read_again_at_ms = 0;
    window_unpark_due(reader->window, now);
    switch (circuit_leave(&reader->circuit, now, reader->task_count)) {
    case CIRCUIT_SEND:
        break;
    case CIRCUIT_PROBE:
        if (window_counts(reader->window).ready == 0)
            (void)window_unpark_first(reader->window);
        break;
    case CIRCUIT_WAIT:
        return false;
    }
    struct window_event *event = window_next(reader->window);
    return event ? dispatch(reader, event) : read_step(reader);
}

static int64_t earliest(int64_t a_ms, int64_t b_ms)
{
    if (a_ms <= 0)
        return b_ms;
    return b_ms <= 0 ? a_ms : MIN(a_ms, b_ms);
}

// When something can be done again without anybody's waking us; 0: never.
static int64_t next_due_ms(const struct reader *reader)
{
    int64_t due_ms = reader->circuit.is_open ? reader->circuit.probe_at_ms
                                             : window_next_due_ms(reader->window);
    return earliest(due_ms, reader->read_again_at_ms);
}

static void arm(struct reader *reader)
{
    int64_t due_ms = next_due_ms(reader);
    int64_t now = now_ms(reader);
    // A note that is stored and a request that comes back wake the reader themselves.
    bool is_woken = reader->is_noting || reader->is_posted || reader->delivery->is_stopping;
    if (due_ms <= 0 || is_woken || (due_ms <= now && reader->task_count))
        timer_stop(&reader->wake);
    else
        timer_start(&reader->wake, MAX(due_ms - now, (int64_t)1));
}

static struct position low_of(const struct reader *reader)
{
    const struct window_event *first = window_after(reader->window, NULL);
    return first ? first->position : reader->read_end;
}

static void publish_status(struct reader *reader)
{
    struct delivery *delivery = reader->delivery;
    struct window_counts counts = window_counts(reader->window);
    int64_t due_ms = next_due_ms(reader);
    pthread_mutex_lock(&delivery->lock);
    struct reader_status *status = &reader->status;
    status->low = low_of(reader);
    status->in_flight = reader->task_count;
    status->parked = counts.parked + counts.shelved;
    status->is_circuit_open = reader->circuit.is_open;
    status->retry_at_wall_ms =
        due_ms > 0 ? clock_wall_ms(delivery->parts.clock) + MAX(due_ms - now_ms(reader), 0L)
                   : 0;
    memcpy(status->last_error, reader->last_error, sizeof(status->last_error));
    pthread_mutex_unlock(&delivery->lock);
}

bool reader_is_idle(const struct reader *reader)
{
    return reader->task_count == 0 && !reader->is_noting && !reader->is_posted;
}

// True: the reader is gone, because nothing is for its destination any more.
static bool close_if_unneeded(struct reader *reader)
{
    struct route *route;
    while (!reader->is_noting && (route = routes_ended(&reader->routes, low_of(reader))))
        note_disconnected(reader, route);
    if (reader->routes.count || !reader_is_idle(reader) || window_after(reader->window, NULL))
        return false;
    cursors_remove(reader->delivery->parts.cursors, str_of(reader->name));
    reader_close(reader);
    return true;
}

void reader_pump(struct reader *reader)
{
    unsigned steps = 0;
    if (!reader->delivery->is_stopping) {
        (void)reader_refresh(reader);
        while (steps < STEPS_PER_TURN && step(reader))
            steps++;
        if (steps == STEPS_PER_TURN)
            reader_post(reader);
        if (close_if_unneeded(reader))
            return;
    }
    arm(reader);
    publish_status(reader);
}

static void on_post(struct loop_post *post)
{
    struct reader *reader = CONTAINER_OF(post, struct reader, again_post);
    struct delivery *delivery = reader->delivery;
    reader->is_posted = false;
    reader_pump(reader);
    if (delivery->is_stopping)
        delivery_check_stopped(delivery);
}

void reader_post(struct reader *reader)
{
    if (reader->is_posted)
        return;
    reader->is_posted = true;
    loop_post(reader->delivery->loop, &reader->again_post);
}

static void on_wake(struct timer *timer)
{
    reader_pump(CONTAINER_OF(timer, struct reader, wake));
}

// --- Open and close

static struct position restore(struct reader *reader)
{
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    const struct delivery_parts *parts = &reader->delivery->parts;
    struct cursor cursor;
    if (cursors_get(parts->cursors, str_of(reader->name), arena, &cursor))
        return routes_from(&reader->routes);
    return progress_restore(&reader->progress, &cursor, journal_end(parts->journal));
}

void reader_open(struct delivery *delivery, const struct ws_destination *destination)
{
    const struct delivery_parts *parts = &delivery->parts;
    struct reader *reader = NEW(struct reader);
    reader->delivery = delivery;
    bool fits = str_copy(destination->id, reader->id, sizeof(reader->id));
    assert(fits);
    (void)fits;
    (void)snprintf(reader->name, sizeof(reader->name), "dest:%s", reader->id);
    (void)routes_update(&reader->routes, destination, journal_end(parts->journal));
    reader->settings_revision = destination->revision;
    reader->order = destination->definition->order;
    reader->transport_ops = transport_of(destination->definition->transport);
    if (reader->transport_ops)
        reader->transport =
            reader->transport_ops->open(delivery->loop, parts->egress, &parts->settings);
    struct window_limits limits = {
        .events = parts->settings.window_events,
        .bytes = parts->settings.window_bytes,
        .parked = parts->settings.parked_events,
    };
    reader->window = window_new(&limits, &reader->used_bytes);
    list_init(&reader->tasks);
    obituary_init(&reader->note, delivery->loop, parts->outcome, parts->observer);
    timer_init(&reader->wake, delivery->loop, on_wake);
    timer_init(&reader->save, delivery->loop, reader_on_save);
    reader->again_post.run = on_post;
    reader->read_end = restore(reader);
    reader->ahead = journal_reader_open(parts->journal, reader->read_end);
    list_add_last(&delivery->readers, &reader->in_delivery);
    pthread_mutex_lock(&delivery->lock);
    (void)map_put(delivery->by_id, str_of(reader->id), reader);
    pthread_mutex_unlock(&delivery->lock);
    reader_save(reader);
    reader_post(reader);
}

void reader_cancel(struct reader *reader)
{
    dispatch_cancel(reader);
    if (reader->is_noting && obituary_cancel(&reader->note)) {
        reader->is_noting = false;
        arena_free(TAKE(reader->note_arena));
    }
}

void reader_close(struct reader *reader)
{
    struct delivery *delivery = reader->delivery;
    assert(reader_is_idle(reader));
    pthread_mutex_lock(&delivery->lock);
    (void)map_remove(delivery->by_id, str_of(reader->id));
    pthread_mutex_unlock(&delivery->lock);
    list_remove(&reader->in_delivery);
    timer_stop(&reader->wake);
    timer_stop(&reader->save);
    if (reader->transport_ops)
        reader->transport_ops->close(reader->transport);
    block_release(reader->current);
    block_release(reader->again_block);
    window_free(reader->window);
    progress_done(&reader->progress);
    routes_done(&reader->routes);
    journal_reader_close(reader->ahead);
    journal_reader_close(reader->again);
    mem_free(reader);
}
