// SPDX-License-Identifier: Apache-2.0
// A reader's life: open, take over changes, do what can be done, close.
#include "base/map.h"
#include "base/mem.h"
#include "delivery/inner.h"
#include "metrics/metrics.h"

// What a reader does in one turn of the loop, so that others have theirs.
enum { STEPS_PER_TURN = 256 };

static int64_t now_ms(const struct reader *reader)
{
    return clock_mono_ms(reader->delivery->parts.clock);
}

void reader_set_error(struct reader *reader, str text)
{
    (void)str_copy(text, reader->last_error, sizeof(reader->last_error));
}

// --- Changes of the workspace

static bool take_routes(struct reader *reader, const struct ws_destination *destination)
{
    struct position end = journal_end(reader->delivery->parts.journal);
    if (!routes_update(&reader->routes, destination, end))
        return false;
    tail_leave(reader);
    tail_subscribe(reader);
    return true;
}

// What sends the destination's events; its kind never changes.
static void take_kind(struct reader *reader, const struct ws_destination *destination)
{
    struct delivery *delivery = reader->delivery;
    const struct destination *definition = destination->definition;
    reader->order = definition->delivery ? definition->delivery->order : ORDER_PER_USER;
    reader->transport_ops = transport_of(destination_transport(definition));
    if (reader->transport_ops)
        reader->transport = reader->transport_ops->open(delivery->loop, delivery->parts.egress,
                                                        &delivery->parts.settings);
}

static void take_changes(struct reader *reader, const struct snapshot *snapshot)
{
    const struct ws_destination *destination =
        snapshot_destination(snapshot, str_of(reader->id));
    reader->snapshot_revision = snapshot->revision;
    if (destination && destination->made == reader->made)
        return;
    reader->made = destination ? destination->made : 0;
    if (destination && !reader->transport_ops)
        take_kind(reader, destination); // it was gone when the reader was opened
    bool has_new_settings = destination && destination->revision != reader->settings_revision;
    bool has_new_routes = take_routes(reader, destination);
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
    int64_t now = reader->stepped_ms = now_ms(reader);
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
    return event ? dispatch(reader, event) : reader_read(reader);
}

// When something can be done again without anybody's waking us; ≤ 0: never. While reading
// waits nothing else is done, whatever is due.
static int64_t next_due_ms(const struct reader *reader)
{
    if (reader->read_again_at_ms)
        return reader->read_again_at_ms;
    return reader->circuit.is_open ? reader->circuit.probe_at_ms
                                   : window_next_due_ms(reader->window);
}

static void arm(struct reader *reader)
{
    int64_t due_ms = next_due_ms(reader);
    // A note that is stored wakes the reader itself; and what the last step saw as due and left
    // alone waits for something else: a request that comes back, or a new record.
    bool is_woken = reader->is_noting || reader->is_posted || reader->delivery->is_stopping;
    if (is_woken || due_ms <= reader->stepped_ms)
        timer_stop(&reader->wake);
    else
        timer_start(&reader->wake, MAX(due_ms - now_ms(reader), (int64_t)1));
}

static struct position low_of(const struct reader *reader)
{
    const struct window_event *first = window_after(reader->window, NULL);
    return first ? first->position : reader->read_end;
}

static void count_use(struct reader *reader, size_t bytes, size_t parked)
{
    reader->delivery->used_bytes +=
        bytes - reader->counted_bytes; // modulo, as it goes down too
    rest_note(&reader->delivery->rest, reader->delivery->used_bytes);
    metric_add_at(METRIC_BUDGET_USED, BUDGET_WINDOWS,
                  (int64_t)bytes - (int64_t)reader->counted_bytes);
    metric_add(METRIC_DELIVERY_PARKED, (int64_t)parked - (int64_t)reader->counted_parked);
    reader->counted_bytes = bytes;
    reader->counted_parked = parked;
}

void reader_count_use(struct reader *reader)
{
    struct window_counts counts = window_counts(reader->window);
    count_use(reader, reader->used_bytes, counts.parked + counts.shelved);
}

static void publish_status(struct reader *reader)
{
    struct delivery *delivery = reader->delivery;
    struct window_counts counts = window_counts(reader->window);
    int64_t due_ms = next_due_ms(reader);
    reader_count_use(reader);
    pthread_mutex_lock(&delivery->lock);
    struct reader_status *status = &reader->status;
    status->low = low_of(reader);
    status->is_carried = reader->follower.follows && !window_after(reader->window, NULL);
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

bool reader_is_over(const struct reader *reader)
{
    return reader->routes.count == 0 && !window_after(reader->window, NULL);
}

// True: the reader is gone, because nothing is for its destination any more.
static bool close_if_unneeded(struct reader *reader)
{
    struct route *route;
    while (!reader->is_noting && (route = routes_ended(&reader->routes, low_of(reader))))
        reader_note_disconnected(reader, route);
    if (!reader_is_over(reader) || !reader_is_idle(reader))
        return false;
    cursors_remove(reader->delivery->parts.cursors, str_of(reader->name));
    reader_close(reader);
    return true;
}

void reader_pump(struct reader *reader)
{
    unsigned steps = 0;
    tail_catch_up(reader);
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

void reader_letter_failed(struct reader *reader)
{
    if (reader->delivery->is_stopping)
        reader_post(reader); // the stop may be waiting for nothing else
}

bool reader_has_hope(const struct reader *reader)
{
    bool is_noted = reader->is_noting && !obituary_is_refused(&reader->note);
    return is_noted || reader->is_posted || dispatch_has_hope(reader);
}

static void on_wake(struct timer *timer)
{
    reader_pump(CONTAINER_OF(timer, struct reader, wake));
}

// --- Open and close

// Returns where reading starts. What the cursor has of connections that are there no more ends
// here.
static struct position restore(struct reader *reader, const struct ws_destination *destination,
                               bool *ret_has_changed)
{
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    const struct delivery_parts *parts = &reader->delivery->parts;
    struct position end = journal_end(parts->journal);
    struct cursor cursor;
    bool is_new = cursors_get(parts->cursors, str_of(reader->name), arena, &cursor) != OK;
    if (!is_new)
        routes_restore(&reader->routes, &cursor, end);
    *ret_has_changed = routes_update(&reader->routes, destination, end) || is_new;
    if (is_new) {
        struct position from = routes_from(&reader->routes);
        return from.record > end.record ? end : from; // a disk may have lost what was there
    }
    return progress_restore(&reader->progress, &cursor, end);
}

void reader_open(struct delivery *delivery, str id, const struct ws_destination *destination)
{
    const struct delivery_parts *parts = &delivery->parts;
    struct reader *reader = NEW(struct reader);
    bool has_changed;
    reader->delivery = delivery;
    bool fits = str_copy(id, reader->id, sizeof(reader->id));
    assert(fits);
    (void)fits;
    (void)snprintf(reader->name, sizeof(reader->name), READER_PREFIX "%s", reader->id);
    if (destination) {
        reader->made = destination->made;
        reader->settings_revision = destination->revision;
        take_kind(reader, destination);
    }
    struct window_limits limits = {
        .events = parts->settings.window_events,
        .bytes = parts->settings.window_bytes,
        .parked = parts->settings.parked_events,
    };
    reader->window = window_new(&limits, &reader->used_bytes);
    list_init(&reader->tasks);
    obituary_init(&reader->note, delivery->loop, parts->outcome, parts->observer);
    timer_init(&reader->wake, delivery->loop, on_wake);
    reader->again_post.run = on_post;
    reader->read_end = restore(reader, destination, &has_changed);
    tail_subscribe(reader);
    list_add_last(&delivery->readers, &reader->in_delivery);
    pthread_mutex_lock(&delivery->lock);
    (void)map_put(delivery->by_id, str_of(reader->id), reader);
    pthread_mutex_unlock(&delivery->lock);
    if (has_changed)
        reader_save(reader);
    reader_post(reader);
}

void reader_cancel(struct reader *reader)
{
    dispatch_cancel(reader);
    if (reader->is_noting && obituary_cancel(&reader->note)) {
        reader->is_noting = false;
        reader->delivery->left.letters++;
        arena_free(TAKE(reader->note_arena));
    }
}

void reader_close(struct reader *reader)
{
    struct delivery *delivery = reader->delivery;
    assert(reader_is_idle(reader));
    count_use(reader, 0, 0);
    pthread_mutex_lock(&delivery->lock);
    (void)map_remove(delivery->by_id, str_of(reader->id));
    pthread_mutex_unlock(&delivery->lock);
    list_remove(&reader->in_delivery);
    list_remove(&reader->in_touched);
    tail_forget(reader);
    timer_stop(&reader->wake);
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
