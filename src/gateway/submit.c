// SPDX-License-Identifier: Apache-2.0
// From an admitted request to a journal record, and back to the answer.
#include "gateway/submit.h"

#include <inttypes.h>

#include "base/mem.h"
#include "gateway/received.h"
#include "gateway/verdict.h"
#include "metrics/metrics.h"

enum { SOURCE_ID_BYTES = 64, ENVELOPE_TEXT_MAX = 512, RANDOM_BYTES = 16 };

// A request that waits for the disk; on the heap, as the journal holds it whatever comes.
struct submission {
    struct journal_append append;
    struct loop_post post;
    struct waiter waiter;
    struct gateway *gateway;
    struct http_request *request; // NULL: has been answered, as that came late
    submit_answer *answer;
    enum err err;
    size_t event_count;
    size_t blocked_count;
    size_t suppressed_count;
    size_t body_bytes;
    bool is_partial;
    struct received *received;       // NULL: nobody looks on
    char source_id[SOURCE_ID_BYTES]; // empty: nobody's, so not counted
};

static void submission_free(struct submission *submission)
{
    received_free(submission->received);
    mem_free(submission);
}

// Of an import, what could be stored is stored, and the rest is told. Everything that may pass
// is 503: SDKs send again. Texts that mobile SDKs look for must not occur.
static struct refusal refusal_of(enum err err, bool is_partial)
{
    if (err == OK)
        return is_partial ? (struct refusal){ .status = 400, .text = EVENT_NO_IDS }
                          : (struct refusal){ 0 };
    if (err == ERR_TOO_BIG)
        return (struct refusal){ 413, "request size exceeds max limit" };
    return (struct refusal){ 503, "service unavailable" };
}

void submit_count_suppressed(const struct gateway *gateway, str source_id, size_t events)
{
    if (events == 0)
        return;
    metric_add(METRIC_GATEWAY_SUPPRESSED, (int64_t)events);
    outcome_count(gateway->parts.outcome, source_id, COUNT_SUPPRESSED, events);
}

static void count_left_out(const struct submission *submission, enum metric metric,
                           enum outcome_counter counter, size_t events)
{
    metric_add(metric, (int64_t)events);
    outcome_count(submission->gateway->parts.outcome, str_of(submission->source_id), counter,
                  events);
}

static void count(const struct submission *submission)
{
    metric_add(METRIC_GATEWAY_EVENTS, (int64_t)submission->event_count);
    metric_add(METRIC_GATEWAY_BYTES, (int64_t)submission->body_bytes);
    str source_id = str_of(submission->source_id);
    if (source_id.len > 0)
        outcome_count(submission->gateway->parts.outcome, source_id, COUNT_RECEIVED,
                      submission->event_count);
    if (submission->request) // else they come again, though the others are stored
        submit_count_suppressed(submission->gateway, source_id, submission->suppressed_count);
    if (submission->blocked_count)
        count_left_out(submission, METRIC_GATEWAY_BLOCKED, COUNT_BLOCKED,
                       submission->blocked_count);
    if (submission->append.duplicate_count)
        count_left_out(submission, METRIC_GATEWAY_DUPLICATES, COUNT_DUPLICATES,
                       submission->append.duplicate_count);
}

// On the loop: the journal has answered.
static void finish(struct loop_post *post)
{
    struct submission *submission = CONTAINER_OF(post, struct submission, post);
    struct gateway *gateway = submission->gateway;
    metric_add(METRIC_GATEWAY_WAITING, -1);
    if (!submission->err)
        count(submission);
    if (submission->request)
        submission->answer(submission->request,
                           refusal_of(submission->err, submission->is_partial));
    if (!submission->err && submission->received)
        received_show(submission->received, gateway->parts.outcome,
                      submission->append.position);
    waiting_remove(&gateway->waiting, &submission->waiter);
    submission_free(submission);
}

void submission_is_late(struct waiter *waiter)
{
    struct submission *submission = CONTAINER_OF(waiter, struct submission, waiter);
    submission->answer(TAKE(submission->request), (struct refusal){ 504, "gateway timeout" });
}

// On the log thread.
static void on_durable(struct journal_append *append, enum err err)
{
    struct submission *submission = CONTAINER_OF(append, struct submission, append);
    submission->err = err;
    loop_post(submission->gateway->parts.loop, &submission->post);
}

// --- The record

static void add_field(struct journal_record *record, enum envelope_tag tag, str value)
{
    if (value.len == 0)
        return;
    assert(record->field_count < ENVELOPE_FIELDS_MAX);
    record->fields[record->field_count++] = (struct envelope_field){
        .tag = tag,
        .value = str_sub(value, 0, ENVELOPE_TEXT_MAX),
    };
}

// What the body says of the run goes before what the header says.
static str run_id(struct http_request *request, str in_body, str header)
{
    return in_body.len ? in_body : http_request_header(request, header);
}

static struct submission_origin origin_of(struct http_request *request,
                                          const struct admission *admission)
{
    const struct event_batch *batch = &admission->batch;
    if (admission->origin)
        return *admission->origin;
    return (struct submission_origin){
        .source_id = admission->source->id,
        .client_address = http_request_client_address(request),
        .anonymous_id_header = http_request_header(request, STR("AnonymousId")),
        .job_run_id = run_id(request, batch->job_run_id, STR("X-Rudder-Job-Run-Id")),
        .task_run_id = run_id(request, batch->task_run_id, STR("X-Rudder-Task-Run-Id")),
        .traceparent = http_request_header(request, STR("traceparent")),
        .received_wall_ms = request->received_wall_ms,
    };
}

static const struct journal_event *make_table(const struct event_batch *batch,
                                              struct arena *arena)
{
    struct journal_event *table = ARENA_ARRAY(arena, struct journal_event, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        const struct event_row *row = &batch->rows[i];
        _Static_assert(EVENT_TYPE_COUNT <= UINT8_MAX, "types fit into the table");
        table[i] = (struct journal_event){
            .offset = row->offset,
            .length = row->length,
            .type = (uint8_t)row->type,
            .flags = row->flags,
            .user_hash = row->user_hash,
            .anon_hash = row->anon_hash,
            .message_hash = row->message_hash,
        };
    }
    return table;
}

static void add_origin(struct journal_record *record, const struct submission_origin *origin)
{
    add_field(record, ENVELOPE_SOURCE_ID, origin->source_id);
    add_field(record, ENVELOPE_CLIENT_ADDRESS, origin->client_address);
    add_field(record, ENVELOPE_JOB_RUN_ID, origin->job_run_id);
    add_field(record, ENVELOPE_TASK_RUN_ID, origin->task_run_id);
    add_field(record, ENVELOPE_TRACEPARENT, origin->traceparent);
    add_field(record, ENVELOPE_ANONYMOUS_ID_HEADER, origin->anonymous_id_header);
}

static bool is_transient(const struct admission *admission)
{
    return admission->source && admission->source->is_transient;
}

static struct submission *submission_new(struct gateway *gateway, struct http_request *request,
                                         const struct admission *admission,
                                         submit_answer *answer)
{
    struct submission *submission = mem_alloc(sizeof(*submission));
    *submission = (struct submission){
        .append = { .done = on_durable, .is_transient = is_transient(admission) },
        .post.run = finish,
        .gateway = gateway,
        .request = request,
        .answer = answer,
        .event_count = admission->batch.count,
        .blocked_count = admission->blocked_count,
        .suppressed_count = admission->suppressed_count,
        .is_partial = admission->batch.is_partial,
        .body_bytes = admission->batch.body.len,
    };
    str source_id = admission->source ? admission->source->id : STR("");
    submission->append.is_with_large = admission->is_with_large;
    assert(submission_takes_source_id(source_id)); // ids are ours
    (void)str_copy(source_id, submission->source_id, sizeof(submission->source_id));
    return submission;
}

bool submission_takes_source_id(str source_id)
{
    return source_id.len < SOURCE_ID_BYTES;
}

static void add_admission(struct journal_record *record, const struct admission *admission,
                          struct arena *scratch)
{
    add_field(record, ENVELOPE_DESTINATION_ID, admission->destination_id);
    if (admission->origin)
        add_field(record, ENVELOPE_RECEIVED_AT,
                  arena_printf(scratch, "%" PRId64, admission->origin->received_wall_ms));
    if (is_transient(admission))
        add_field(record, ENVELOPE_TRANSIENT, STR("1"));
}

// Longer than a text may be, and never cut. False: nothing is compared.
static bool add_checks(struct journal_record *record, struct gateway *gateway,
                       const struct admission *admission, str run)
{
    str checks = verdict_checks(gateway, admission, run);
    if (checks.len == 0)
        return false;
    assert(record->field_count < ENVELOPE_FIELDS_MAX);
    record->fields[record->field_count++] =
        (struct envelope_field){ .tag = ENVELOPE_DEDUP, .value = checks };
    return true;
}

static struct received_origin shown_of(const struct endpoint *endpoint,
                                       const struct submission_origin *origin,
                                       const uint8_t random[RANDOM_BYTES])
{
    return (struct received_origin){
        .source_id = origin->source_id,
        .client_address = origin->client_address,
        .random = random,
        .received_wall_ms = origin->received_wall_ms,
        .endpoint_type = endpoint->type,
        .keeps_received_at = endpoint->is_replay,
    };
}

static void append(struct submission *submission, const struct journal_record *record)
{
    struct gateway *gateway = submission->gateway;
    waiting_add(&gateway->waiting, &submission->waiter);
    metric_add(METRIC_GATEWAY_WAITING, 1);
    enum err err = journal_append(gateway->parts.journal, record, &submission->append);
    if (err) { // done is not called then; else the log thread may have answered already
        submission->err = err;
        finish(&submission->post);
    }
}

void submit(struct gateway *gateway, struct http_request *request,
            const struct endpoint *endpoint, const struct admission *admission,
            submit_answer *answer)
{
    const struct event_batch *batch = &admission->batch;
    if (batch->count == 0) { // nothing to be stored
        if (admission->suppressed_count > 0)
            submit_count_suppressed(gateway, admission->source->id,
                                    admission->suppressed_count);
        answer(request, refusal_of(OK, batch->is_partial));
        return;
    }
    struct submission *submission = submission_new(gateway, request, admission, answer);
    struct submission_origin origin = origin_of(request, admission);
    uint8_t random[RANDOM_BYTES];
    rng_fill(&gateway->random.rng, random, sizeof(random));
    struct journal_record record = {
        .received_wall_ms = request->received_wall_ms,
        .events = make_table(batch, gateway->scratch),
        .event_count = batch->count,
        .body = batch->body,
    };
    add_field(&record, ENVELOPE_ENDPOINT, str_of(endpoint->name));
    add_field(&record, ENVELOPE_RANDOM, str_make((const char *)random, RANDOM_BYTES));
    add_origin(&record, &origin);
    add_admission(&record, admission, gateway->scratch);
    submission->append.is_deduplicated =
        add_checks(&record, gateway, admission, origin.job_run_id);
    const struct received_origin shown = shown_of(endpoint, &origin, random);
    if (!is_transient(admission))
        submission->received = received_new(gateway->parts.outcome, batch, &shown);
    append(submission, &record);
}
