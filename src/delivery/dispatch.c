// SPDX-License-Identifier: Apache-2.0
// One event's way from the window to its end: load, pipeline, transport, verdict.
#include "base/mem.h"
#include "delivery/inner.h"
#include "delivery/left_out.h"
#include "delivery/judge.h"
#include "delivery/report.h"
#include "metrics/metrics.h"
#include "pipeline/pipeline.h"

// What an event may grow to on its way: decoded, enriched, written twice, with room for a
// destination's own form of it.
enum { BUILD_BASE_BYTES = 1 << 20, BUILD_GROWTH = 24, LETTER_BODY_BYTES = 32 << 10 };

struct task {
    struct list_node in_reader;
    struct reader *reader;
    struct window_event *event;
    struct arena *arena; // what lasts until the end, and not what building it took
    size_t kept_bytes;   // of it: they count as the window's
    str source_id;
    struct pipeline_event built;
    void *sending; // NULL: nothing is on the wire
    struct obituary obituary;
    bool is_dying;  // its dead letter is being stored
    bool is_hidden; // nobody is to see it: of a transient source, or a suppressed user
};

// --- Beginning and end

static struct task *task_new(struct reader *reader, struct window_event *event)
{
    struct task *task = NEW(struct task);
    task->reader = reader;
    task->event = event;
    task->arena = arena_new(SIZE_MAX); // what is kept was bounded when it was built
    list_add_last(&reader->tasks, &task->in_reader);
    reader->task_count++;
    return task;
}

static void count_kept(struct task *task)
{
    struct reader *reader = task->reader;
    task->kept_bytes = arena_used_bytes(task->arena);
    reader->task_bytes += task->kept_bytes;
    reader->used_bytes += task->kept_bytes;
}

static void task_free(struct task *task)
{
    struct reader *reader = task->reader;
    list_remove(&task->in_reader);
    reader->task_count--;
    reader->task_bytes -= task->kept_bytes;
    reader->used_bytes -= task->kept_bytes;
    arena_free(task->arena);
    mem_free(task);
    reader_touch(reader);
    reader_post(reader);
}

static void finish(struct task *task)
{
    window_finish(task->reader->window, task->event);
    task_free(task);
}

static const struct delivery_parts *parts_of(const struct task *task)
{
    return &task->reader->delivery->parts;
}

static void count(const struct task *task, enum outcome_counter counter)
{
    static const enum metric metrics[] = {
        [COUNT_DELIVERED] = METRIC_DELIVERY_DELIVERED,
        [COUNT_FAILED] = METRIC_DELIVERY_DEAD,
        [COUNT_RETRIED] = METRIC_DELIVERY_RETRIED,
        [COUNT_DROPPED] = METRIC_DELIVERY_DROPPED,
    };
    metric_add(metrics[counter], 1);
    outcome_count(parts_of(task)->outcome, str_of(task->reader->id), counter, 1);
}

static struct report report_of(const struct task *task, const char *kind, str detail)
{
    bool has_request = task->built.verdict == PIPELINE_SEND && task->built.request.url.len;
    bool has_event = task->built.enriched_json.len > 0;
    return (struct report){
        .kind = kind,
        .position = task->event->position,
        .source_id = task->source_id,
        .destination_id = str_of(task->reader->id),
        .at_wall_ms = clock_wall_ms(parts_of(task)->clock),
        .event = has_event ? task->built.enriched_json : task->built.event_json,
        .request = has_request ? &task->built.request : NULL,
        .attempts = task->event->attempts,
        .elapsed_ms = -1,
        .detail = detail,
    };
}

static void show(const struct task *task, const struct report *report)
{
    if (!task->is_hidden)
        report_live(parts_of(task)->outcome, report);
}

// --- Dead letters

static void on_buried(struct obituary *obituary)
{
    finish(CONTAINER_OF(obituary, struct task, obituary));
}

static void on_bury_failed(struct obituary *obituary)
{
    reader_letter_failed(CONTAINER_OF(obituary, struct task, obituary)->reader);
}

// Enriched, as people see it elsewhere; as it came where that has become so long that it might
// not fit.
static str kept_event(const struct task *task, str shown)
{
    str raw = task->built.event_json;
    return shown.len > raw.len + OUTCOME_EVENT_GROWTH_BYTES ? raw : shown;
}

// The event will not be delivered: its letter is made durable, then it is finished.
static void bury(struct task *task, enum outcome_reason reason, const struct report *report)
{
    const struct destination_request *request = report->request;
    struct dead_letter letter = {
        .position = report->position,
        .source_id = report->source_id,
        .destination_id = report->destination_id,
        .reason = reason,
        .status = report->status,
        .attempts = report->attempts,
        .at_wall_ms = report->at_wall_ms,
        .detail = arena_dup(task->arena, report->detail),
        .event = kept_event(task, report->event),
        .request = request ? report_request(request, LETTER_BODY_BYTES, task->arena) : STR_NONE,
        .response = arena_dup(task->arena, report->response),
    };
    count(task, COUNT_FAILED);
    if (task->is_hidden) // that it failed is told, and nothing of what it was
        letter.event = letter.request = letter.response = STR_NONE;
    show(task, report);
    task->is_dying = true;
    obituary_init(&task->obituary, task->reader->delivery->loop, parts_of(task)->outcome,
                  parts_of(task)->observer);
    obituary_start(&task->obituary, &letter, on_buried, on_bury_failed);
}

static void bury_unsent(struct task *task, enum outcome_reason reason, str detail)
{
    struct report report = report_of(task, "failed", detail);
    bury(task, reason, &report);
}

// --- Answers

static void note_good(struct reader *reader)
{
    if (circuit_good(&reader->circuit))
        observe(reader->delivery->parts.observer, LOG_INFO, "destination answers again",
                LOG_CSTR("destination", reader->id));
}

static void note_bad(struct reader *reader, int64_t delay_ms)
{
    const struct delivery_parts *parts = &reader->delivery->parts;
    if (circuit_bad(&reader->circuit, &parts->settings, clock_mono_ms(parts->clock), delay_ms,
                    parts->rng))
        observe(parts->observer, LOG_WARN, "destination fails, delivery to it pauses",
                LOG_CSTR("destination", reader->id), LOG_CSTR("reason", reader->last_error),
                LOG_INT("pause_ms", reader->circuit.probe_at_ms - clock_mono_ms(parts->clock)));
}

static void delivered(struct task *task, const struct report *report)
{
    struct reader *reader = task->reader;
    count(task, COUNT_DELIVERED);
    show(task, report);
    if (!task->built.request.url_is_from_event)
        note_good(reader);
    if (window_counts(reader->window).parked == 0)
        reader_set_error(reader, STR_NONE);
    finish(task);
}

static void park(struct task *task, const struct report *report, int64_t delay_ms)
{
    struct window_event *event = task->event;
    const struct delivery_parts *parts = parts_of(task);
    // Whoever reads this after a restart relies on the distance between the two.
    int64_t age_ms = clock_mono_ms(parts->clock) - event->first_failure_mono_ms;
    event->first_failure_wall_ms = report->at_wall_ms - age_ms;
    event->not_before_wall_ms = report->at_wall_ms + delay_ms;
    count(task, COUNT_RETRIED);
    show(task, report);
    window_park(task->reader->window, event, clock_mono_ms(parts->clock) + delay_ms);
    task_free(task);
}

static str answer_text(const struct task *task, const struct transport_answer *answer)
{
    if (answer->outcome == HTTP_ANSWERED)
        return arena_printf(task->arena, "answered with status %d", answer->status);
    return arena_dup(task->arena, answer->detail);
}

static void on_answer(void *ctx, const struct transport_answer *answer)
{
    struct task *task = ctx;
    struct reader *reader = task->reader;
    struct window_event *event = task->event;
    const struct delivery_parts *parts = parts_of(task);
    task->sending = NULL;
    metric_add(METRIC_DELIVERY_IN_FLIGHT, -1);
    metric_add_status(METRIC_DELIVERY_ATTEMPTS, answer->status);
    int64_t now_ms = clock_mono_ms(parts->clock);
    // Its user may have been suppressed while it was on its way.
    (void)workspace_view_get(reader->delivery->view);
    task->is_hidden = task->is_hidden || reader_is_suppressed(reader, &event->block->record,
                                                              event->position.event);
    if (event->attempts++ == 0)
        event->first_failure_mono_ms = now_ms; // unless it is delivered
    struct report report = report_of(task, "delivered", STR_NONE);
    report.status = answer->status;
    report.elapsed_ms = answer->elapsed_ms;
    report.response = answer->body;
    struct attempt attempt = {
        .attempts = event->attempts,
        .age_ms = now_ms - event->first_failure_mono_ms,
        .now_wall_ms = report.at_wall_ms,
        .url_is_from_event = task->built.request.url_is_from_event,
    };
    struct judgement judgement = judge(&parts->settings, &attempt, answer, parts->rng);
    if (judgement.verdict == VERDICT_DELIVERED) {
        delivered(task, &report);
        return;
    }
    report.detail = answer_text(task, answer);
    if (judgement.is_down) {
        reader_set_error(reader, report.detail);
        note_bad(reader, judgement.delay_ms);
    } else if (answer->outcome == HTTP_ANSWERED && !attempt.url_is_from_event) {
        note_good(reader); // it refuses this event, but it is there
    }
    report.kind = judgement.verdict == VERDICT_RETRY ? "retried" : "failed";
    if (judgement.verdict == VERDICT_RETRY)
        park(task, &report, judgement.delay_ms);
    else
        bury(task,
             judgement.verdict == VERDICT_REJECTED ? REASON_REJECTED : REASON_RETRIES_EXHAUSTED,
             &report);
}

// --- Sending

static void send_request(struct task *task)
{
    struct reader *reader = task->reader;
    if (!reader->transport_ops) {
        bury_unsent(task, REASON_NOT_IMPLEMENTED,
                    STR("delivery to this kind of destination is not implemented"));
        return;
    }
    metric_add(METRIC_DELIVERY_IN_FLIGHT, 1);
    task->sending = reader->transport_ops->send(reader->transport, &task->built.request,
                                                parts_of(task)->settings.request_timeout_ms,
                                                task->arena, on_answer, task);
}

static void drop_filtered(struct task *task)
{
    struct report report = report_of(task, "dropped", str_of(task->built.detail));
    count(task, COUNT_DROPPED);
    show(task, &report);
    finish(task);
}

// Of what was built only its texts stay: the event, parsed, takes many times its bytes.
static void build(struct task *task, const struct ws_destination *destination)
{
    struct pipeline_event *built = &task->built;
    AUTO(arena_free)
    struct arena *scratch = arena_new(BUILD_BASE_BYTES + built->event_json.len * BUILD_GROWTH);
    pipeline_run(destination, built, scratch);
    pipeline_keep(built, task->arena);
    count_kept(task);
}

static void run(struct task *task, const struct ws_destination *destination)
{
    build(task, destination);
    switch (task->built.verdict) {
    case PIPELINE_SEND:
        send_request(task);
        return;
    case PIPELINE_FILTERED:
        drop_filtered(task);
        return;
    case PIPELINE_FAILED:
        bury_unsent(task, REASON_BUILD_FAILED, str_of(task->built.detail));
        return;
    }
    assert(!"a verdict outside of the enum");
}

// --- Loading

static enum err read_again(struct reader *reader, struct position position)
{
    struct journal_read read;
    block_release(TAKE(reader->again_block));
    if (!reader->again)
        reader->again = journal_reader_open(reader->delivery->parts.journal, position);
    if (journal_reader_position(reader->again).record != position.record)
        journal_reader_seek(reader->again, position);
    enum err err = journal_read(reader->again, &read);
    if (err)
        return err;
    if (read.position.record != position.record)
        return ERR_NOT_FOUND; // past retention or damaged
    reader->again_block = block_new(&read.record, read.position, &reader->used_bytes);
    return OK;
}

// Sees to it that the event has its block. ERR_NOT_FOUND: the record is lost.
static enum err load(struct reader *reader, struct window_event *event)
{
    if (event->block)
        return OK;
    const struct block *block = reader->again_block;
    if (!block || block->position.record != event->position.record) {
        enum err err = read_again(reader, event->position);
        if (err)
            return err;
    }
    if (event->position.event >= reader->again_block->record.event_count)
        return ERR_NOT_FOUND;
    event->block = block_hold(reader->again_block);
    return OK;
}

static bool dispatch_lost(struct reader *reader, struct window_event *event)
{
    struct task *task = task_new(reader, event);
    task->source_id = STR("");
    metric_add(METRIC_DELIVERY_LOST, 1);
    bury_unsent(task, REASON_LOST,
                STR("the event was waiting for its next try when its record was lost"));
    return true;
}

static bool dispatch_disconnected(struct reader *reader, struct window_event *event,
                                  struct route *route)
{
    if (route)
        route->dropped++;
    window_finish(reader->window, event);
    reader_touch(reader);
    return true;
}

// Nobody is shown such an event, so that it is counted and nothing else.
static bool dispatch_suppressed(struct reader *reader, struct window_event *event)
{
    struct outcome *outcome = reader->delivery->parts.outcome;
    outcome_count(outcome, str_of(reader->id), COUNT_DROPPED, 1);
    outcome_count(outcome, str_of(reader->id), COUNT_SUPPRESSED, 1);
    metric_add(METRIC_DELIVERY_DROPPED, 1);
    metric_add(METRIC_DELIVERY_SUPPRESSED, 1);
    window_finish(reader->window, event);
    reader_touch(reader);
    return true;
}

bool dispatch(struct reader *reader, struct window_event *event)
{
    enum err err = load(reader, event);
    if (err == ERR_NOT_FOUND)
        return dispatch_lost(reader, event);
    if (err) {
        window_put_back(reader->window, event);
        reader_read_again_later(reader, err);
        return false;
    }
    const struct snapshot *snapshot = reader_refresh(reader);
    const struct journal_record *record = &event->block->record;
    str source_id = journal_record_field(record, ENVELOPE_SOURCE_ID);
    struct route *route = routes_find(&reader->routes, source_id, event->position);
    if (!route || !route->is_connected)
        return dispatch_disconnected(reader, event, route);
    const struct ws_source *source = snapshot_source(snapshot, source_id);
    if (reader_is_suppressed(reader, record, event->position.event))
        return dispatch_suppressed(reader, event);
    const struct journal_event *row = &record->events[event->position.event];
    struct task *task = task_new(reader, event);
    task->source_id = arena_dup(task->arena, source_id);
    task->is_hidden = delivery_is_transient(record, source);
    task->built.event_json = str_sub(record->body, row->offset, row->length);
    task->built.origin = delivery_origin(record, event->position.event);
    const struct ws_destination *destination =
        snapshot_destination(snapshot, str_of(reader->id));
    task->built.source_kind = source ? source->kind : KIND_CLOUD;
    run(task, destination);
    return true;
}

bool dispatch_has_hope(const struct reader *reader)
{
    LIST_EACH (&reader->tasks, node) {
        const struct task *task = CONTAINER_OF(node, struct task, in_reader);
        if (!task->is_dying || !obituary_is_refused(&task->obituary))
            return true;
    }
    return false;
}

void dispatch_cancel(struct reader *reader)
{
    struct left *left = &reader->delivery->left;
    LIST_EACH (&reader->tasks, node) {
        struct task *task = CONTAINER_OF(node, struct task, in_reader);
        if (task->is_dying && !obituary_cancel(&task->obituary))
            continue;
        if (task->sending) {
            reader->transport_ops->cancel(task->sending);
            metric_add(METRIC_DELIVERY_IN_FLIGHT, -1);
        }
        left->letters += task->is_dying;
        left->requests += !task->is_dying;
        task_free(task); // its event stays unfinished, a restart sends it again
    }
}
