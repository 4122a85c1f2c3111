// SPDX-License-Identifier: Apache-2.0
// The delivery's thread: which readers there are, what wakes them, how it all ends.
#include "delivery/delivery.h"

#include "base/map.h"
#include "base/mem.h"
#include "delivery/inner.h"
#include "metrics/metrics.h"

const struct delivery_settings delivery_settings_default = {
    .window_events = 4096,
    .window_bytes = 16 << 20,
    .windows_bytes = 128 << 20,
    .in_flight = 32,
    .parked_events = 100000,
    .request_timeout_ms = 10 * 1000,
    .client_idle_ms = 120 * 1000,
    .retry_first_ms = 10 * 1000,
    .retry_max_ms = 5 * 60 * 1000,
    .retry_min_attempts = 3,
    .retry_window_ms = 3 * 3600 * 1000,
    .retry_expiry_ms = 30 * INT64_C(86400000),
};

// --- Which readers there are

enum { PREFIX_LEN = sizeof(READER_PREFIX) - 1, CURSORS_ARENA_BYTES = 64 << 20 };

static bool is_wanted(const struct ws_destination *destination)
{
    if (!destination->is_enabled)
        return false;
    for (size_t i = 0; i < destination->connection_count; i++) {
        if (destination->connections[i]->is_enabled)
            return true;
    }
    return false;
}

static void open_if_missing(struct delivery *delivery, const struct ws_destination *destination)
{
    if (is_wanted(destination) && !map_get(delivery->by_id, destination->id))
        reader_open(delivery, destination->id, destination);
}

static bool has_routes(struct delivery *delivery, str name)
{
    AUTO(arena_free) struct arena *arena = arena_new(CURSORS_ARENA_BYTES);
    struct cursor cursor;
    return cursors_get(delivery->parts.cursors, name, arena, &cursor) == OK &&
           cursor.route_count > 0;
}

// For connections that went before everything that had been accepted for them was read.
static void open_for_what_went(struct delivery *delivery)
{
    AUTO(arena_free) struct arena *arena = arena_new(CURSORS_ARENA_BYTES);
    const struct snapshot *snapshot = workspace_view_again(delivery->view);
    str *names;
    size_t count = cursors_readers(delivery->parts.cursors, arena, &names);
    for (size_t i = 0; i < count; i++) {
        str id = str_sub(names[i], PREFIX_LEN, names[i].len);
        bool is_ours = str_starts(names[i], STR(READER_PREFIX));
        if (is_ours && !map_get(delivery->by_id, id) && has_routes(delivery, names[i]))
            reader_open(delivery, id, snapshot_destination(snapshot, id));
    }
}

static void open_missing_readers(struct delivery *delivery)
{
    const struct snapshot *snapshot = workspace_view_get(delivery->view);
    for (size_t i = 0; i < snapshot->destination_count; i++)
        open_if_missing(delivery, snapshot->destinations[i]);
    open_for_what_went(delivery);
    tail_begin(delivery);
}

// One that is new goes on in a later turn of the loop.
static void look_at(struct delivery *delivery, str id)
{
    struct reader *reader = map_get(delivery->by_id, id);
    if (reader) {
        reader_pump(reader);
        return;
    }
    const struct ws_destination *destination =
        snapshot_destination(workspace_view_get(delivery->view), id);
    if (destination)
        open_if_missing(delivery, destination);
}

// The cursor that an earlier release left of a destination that went away while nobody ran does
// not say what for; it is kept as long as there are records behind it.
static void remove_stale_cursors(struct delivery *delivery)
{
    struct position low, begin = journal_begin(delivery->parts.journal);
    char name[65];
    if (position_cmp(begin, delivery->began) == 0)
        return; // what has become stale since is nothing
    delivery->began = begin;
    while (cursors_lowest(delivery->parts.cursors, &low, name)) {
        str id = str_of(name);
        bool is_ours = str_starts(id, STR(READER_PREFIX));
        if (!is_ours || position_cmp(low, begin) >= 0 ||
            map_get(delivery->by_id, str_sub(id, PREFIX_LEN, id.len)))
            return;
        observe(delivery->parts.observer, LOG_INFO,
                "cursor of a destination that is not connected any more is removed",
                LOG_STR("reader", id));
        cursors_remove(delivery->parts.cursors, id);
    }
}

static void pump_all(struct delivery *delivery)
{
    LIST_EACH (&delivery->readers, node)
        reader_pump(CONTAINER_OF(node, struct reader, in_delivery));
}

// --- Nudges from other threads

static void nudge_init(struct nudge *nudge, struct loop *loop, void (*run)(struct loop_post *))
{
    nudge->loop = loop;
    nudge->post.run = run;
    atomic_init(&nudge->is_posted, false);
}

static void nudge(struct nudge *nudge)
{
    if (!atomic_exchange(&nudge->is_posted, true))
        loop_post(nudge->loop, &nudge->post);
}

// Before the work, so that what comes meanwhile posts again.
static void nudge_take(struct nudge *nudge)
{
    atomic_store(&nudge->is_posted, false);
}

// On the log thread.
static void on_journal_moved(struct journal_watch *watch)
{
    nudge(&CONTAINER_OF(watch, struct delivery, journal_watch)->journal_moved);
}

// On the cursors' writer thread.
static void on_cursors_durable(struct cursors_watch *watch, struct position low)
{
    struct delivery *delivery = CONTAINER_OF(watch, struct delivery, cursors_watch);
    journal_set_low_watermark(delivery->parts.journal, low);
}

enum { CHANGED_MAX_BYTES = 1 << 20 };

// On the publisher's thread.
static void on_workspace_changed(struct workspace_watch *watch, const str *destination_ids,
                                 size_t count)
{
    struct delivery *delivery = CONTAINER_OF(watch, struct delivery, workspace_watch);
    pthread_mutex_lock(&delivery->change_lock);
    for (size_t i = 0; i < count && !delivery->must_look_at_all; i++) {
        buf_add(&delivery->changed, destination_ids[i].data, destination_ids[i].len);
        buf_add(&delivery->changed, "", 1);
        delivery->must_look_at_all = delivery->changed.len > CHANGED_MAX_BYTES;
    }
    pthread_mutex_unlock(&delivery->change_lock);
    if (count == 0)
        return;
    nudge(&delivery->workspace_changed);
}

static void run_journal_moved(struct loop_post *post)
{
    struct delivery *delivery = CONTAINER_OF(post, struct delivery, journal_moved.post);
    nudge_take(&delivery->journal_moved);
    tail_turn(delivery);
}

void delivery_turn_soon(struct delivery *delivery)
{
    nudge(&delivery->journal_moved);
}

// True: everything is to be looked at; else the ids, which the caller frees.
static bool take_changed(struct delivery *delivery, struct buf *ret_ids)
{
    pthread_mutex_lock(&delivery->change_lock);
    bool is_all = delivery->must_look_at_all;
    *ret_ids = delivery->changed;
    delivery->changed = (struct buf){ 0 };
    delivery->must_look_at_all = false;
    pthread_mutex_unlock(&delivery->change_lock);
    return is_all;
}

static void look_at_changed(struct delivery *delivery)
{
    AUTO(buf_done) struct buf ids = { 0 };
    if (take_changed(delivery, &ids)) {
        open_missing_readers(delivery);
        pump_all(delivery);
    } else {
        str rest = buf_str(&ids), id;
        while (str_next(&rest, '\0', &id))
            if (id.len > 0)
                look_at(delivery, id);
    }
    remove_stale_cursors(delivery);
}

static void run_workspace_changed(struct loop_post *post)
{
    struct delivery *delivery = CONTAINER_OF(post, struct delivery, workspace_changed.post);
    nudge_take(&delivery->workspace_changed);
    if (!delivery->is_stopping)
        look_at_changed(delivery);
}

// The post is still queued; it will find nothing, or what came after this.
void delivery_take_changes(struct delivery *delivery)
{
    if (atomic_load(&delivery->workspace_changed.is_posted))
        look_at_changed(delivery);
}

// --- Stopping

// Nothing is lost by it: no cursor passes an event that is not finished.
static void tell_left(const struct delivery *delivery)
{
    const struct left *left = &delivery->left;
    if (left->requests + left->letters > 0)
        observe(delivery->parts.observer, LOG_WARN,
                "stopping before everything was finished: the next start delivers it again",
                LOG_INT("requests_without_answer", (int64_t)left->requests),
                LOG_INT("dead_letters_not_stored", (int64_t)left->letters));
}

static void end(struct delivery *delivery)
{
    tell_left(delivery);
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        reader_save(reader);
        reader_close(reader);
    }
    timer_stop(&delivery->stop_deadline);
    rest_done(&delivery->rest);
    loop_stop(delivery->loop);
}

// False: all that is left to do are dead letters that the disk does not take.
static bool has_hope(const struct delivery *delivery)
{
    LIST_EACH (&delivery->readers, node)
        if (reader_has_hope(CONTAINER_OF(node, struct reader, in_delivery)))
            return true;
    return false;
}

void delivery_check_stopped(struct delivery *delivery)
{
    assert(delivery->is_stopping);
    bool is_over = delivery->is_past_deadline || !has_hope(delivery);
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        if (is_over)
            reader_cancel(reader);
        if (!reader_is_idle(reader))
            return; // what ends it comes here again
    }
    end(delivery);
}

static void on_stop_deadline(struct timer *timer)
{
    struct delivery *delivery = CONTAINER_OF(timer, struct delivery, stop_deadline);
    delivery->is_past_deadline = true;
    delivery_check_stopped(delivery);
}

static void run_stop(struct loop_post *post)
{
    struct delivery *delivery = CONTAINER_OF(post, struct delivery, stop);
    delivery->is_stopping = true;
    timer_start(&delivery->stop_deadline, delivery->stop_timeout_ms);
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        timer_stop(&reader->wake);
    }
    timer_stop(&delivery->save);
    timer_stop(&delivery->save_carried);
    timer_stop(&delivery->tail.gather);
    delivery_check_stopped(delivery);
}

// --- The door

static void let_go(struct rest *rest)
{
    struct delivery *delivery = CONTAINER_OF(rest, struct delivery, rest);
    LIST_EACH (&delivery->readers, node)
        journal_reader_shrink(CONTAINER_OF(node, struct reader, in_delivery)->ahead);
    journal_reader_shrink(delivery->tail.journal);
}

static void *run_thread(void *arg)
{
    struct delivery *delivery = arg;
    nudge(&delivery->workspace_changed);
    loop_run(delivery->loop);
    return NULL;
}

struct delivery *delivery_start(const struct delivery_parts *parts)
{
    struct delivery *delivery = NEW(struct delivery);
    delivery->parts = *parts;
    delivery->loop = loop_new();
    delivery->view = workspace_view_open(parts->workspace);
    delivery->by_id = map_new();
    list_init(&delivery->readers);
    list_init(&delivery->touched);
    pthread_mutex_init(&delivery->lock, NULL);
    pthread_mutex_init(&delivery->change_lock, NULL);
    delivery->must_look_at_all = true;
    nudge_init(&delivery->journal_moved, delivery->loop, run_journal_moved);
    nudge_init(&delivery->workspace_changed, delivery->loop, run_workspace_changed);
    delivery->stop.run = run_stop;
    timer_init(&delivery->stop_deadline, delivery->loop, on_stop_deadline);
    delivery->journal_watch.wake = on_journal_moved;
    delivery->workspace_watch.changed = on_workspace_changed;
    delivery->saved_ms = INT64_MIN / 2;
    timer_init(&delivery->save, delivery->loop, delivery_on_save);
    timer_init(&delivery->save_carried, delivery->loop, delivery_on_save_carried);
    tail_init(&delivery->tail, delivery->loop);
    rest_init(&delivery->rest, delivery->loop, let_go);
    delivery->cursors_watch.durable = on_cursors_durable;
    cursors_watch(parts->cursors, &delivery->cursors_watch);
    journal_watch(parts->journal, &delivery->journal_watch);
    workspace_watch(parts->workspace, &delivery->workspace_watch);
    metric_set_at(METRIC_BUDGET_LIMIT, BUDGET_WINDOWS, (int64_t)parts->settings.windows_bytes);
    // Before anything can be accepted: what is gone now has nothing to come.
    open_missing_readers(delivery);
    int failed = pthread_create(&delivery->thread, NULL, run_thread, delivery);
    assert(!failed);
    (void)failed;
    return delivery;
}

void delivery_stop(struct delivery *delivery, int64_t timeout_ms)
{
    if (!delivery)
        return;
    journal_unwatch(delivery->parts.journal, &delivery->journal_watch);
    workspace_unwatch(delivery->parts.workspace, &delivery->workspace_watch);
    delivery->stop_timeout_ms = timeout_ms;
    loop_post(delivery->loop, &delivery->stop);
    (void)pthread_join(delivery->thread, NULL);
    enum err err = cursors_sync(delivery->parts.cursors);
    if (err)
        observe(delivery->parts.observer, LOG_ERROR,
                "cursors could not be stored: some events will be sent again", LOG_ERR(err));
    cursors_unwatch(delivery->parts.cursors);
    tail_done(&delivery->tail);
    workspace_view_close(delivery->view);
    loop_free(delivery->loop);
    map_free(delivery->by_id);
    pthread_mutex_destroy(&delivery->lock);
    pthread_mutex_destroy(&delivery->change_lock);
    buf_done(&delivery->changed);
    mem_free(delivery);
}

bool delivery_state(struct delivery *delivery, str destination_id, struct arena *arena,
                    struct delivery_state *ret_state)
{
    uint64_t end_record = journal_end(delivery->parts.journal).record;
    pthread_mutex_lock(&delivery->lock);
    const struct reader *reader = map_get(delivery->by_id, destination_id);
    if (reader) {
        const struct reader_status *status = &reader->status;
        struct position low = status->low;
        if (status->is_carried && position_cmp(low, delivery->carried) < 0)
            low = delivery->carried;
        *ret_state = (struct delivery_state){
            .behind_records = end_record - MIN(low.record, end_record),
            .in_flight = status->in_flight,
            .parked = status->parked,
            .is_circuit_open = status->is_circuit_open,
            .retry_at_wall_ms = status->retry_at_wall_ms,
            .last_error = arena_dup(arena, str_of(status->last_error)),
        };
    }
    pthread_mutex_unlock(&delivery->lock);
    return reader != NULL;
}
