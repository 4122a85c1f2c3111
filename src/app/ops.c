// SPDX-License-Identifier: Apache-2.0
// Readiness and metrics.
#include "app/ops.h"

#include <stdatomic.h>

#include "api/reply.h"
#include "base/mem.h"
#include "codec/json.h"
#include "codec/cidr.h"
#include "http/server.h"
#include "journal/cursors.h"
#include "metrics/metrics.h"

// What the journal counts by itself.
static const struct journal_metric {
    enum metric metric;
    size_t label_index;
    size_t offset; // of the uint64_t in struct journal_stats
} journal_metrics[] = {
    { METRIC_JOURNAL_RECORDS, 0, offsetof(struct journal_stats, records) },
    { METRIC_JOURNAL_EVENTS, 0, offsetof(struct journal_stats, events) },
    { METRIC_JOURNAL_BYTES, 0, offsetof(struct journal_stats, bytes) },
    { METRIC_JOURNAL_GROUPS, 0, offsetof(struct journal_stats, groups) },
    { METRIC_JOURNAL_SYNCS, 0, offsetof(struct journal_stats, fsyncs) },
    { METRIC_JOURNAL_SEGMENTS, 0, offsetof(struct journal_stats, segments) },
    { METRIC_JOURNAL_DISK, 0, offsetof(struct journal_stats, disk_bytes) },
    { METRIC_JOURNAL_LIMIT, 0, offsetof(struct journal_stats, max_bytes) },
    { METRIC_JOURNAL_KNOWN_IDS, 0, offsetof(struct journal_stats, known_ids) },
    { METRIC_JOURNAL_FORGOTTEN_IDS, 0, offsetof(struct journal_stats, forgotten_ids) },
    { METRIC_JOURNAL_DAMAGED, 0, offsetof(struct journal_stats, damaged_records) },
    { METRIC_BUDGET_USED, BUDGET_COMMIT_QUEUE, offsetof(struct journal_stats, queue_bytes) },
};

struct journal_reader_slot {
    struct metric_reader reader;
    struct journal *journal;
    size_t offset;
};

enum { GAUGES = 3 }; // that have a reader each

struct ops {
    atomic_bool is_draining;
    struct cidrs *metrics_allow;
    struct journal_reader_slot readers[ARRAY_LEN(journal_metrics)];
    struct metric_reader gauges[GAUGES];
};

static int64_t read_journal(void *ctx)
{
    const struct journal_reader_slot *slot = ctx;
    struct journal_stats stats;
    journal_stats(slot->journal, &stats);
    return *(const int64_t *)(const void *)((const char *)&stats + slot->offset);
}

static int64_t read_full(void *ctx)
{
    struct journal_stats stats;
    journal_stats(ctx, &stats);
    return stats.is_full;
}

static int64_t read_silent_s(void *ctx)
{
    struct journal_stats stats;
    journal_stats(ctx, &stats);
    return (int64_t)(stats.silent_ms / 1000);
}

static int64_t read_unwritten_s(void *ctx)
{
    return cursors_unwritten_ms(ctx) / 1000;
}

static void add_gauges(struct ops *ops, struct journal *journal, struct cursors *cursors)
{
    const struct metric_reader gauges[GAUGES] = {
        { .metric = METRIC_JOURNAL_FULL, .read = read_full, .ctx = journal },
        { .metric = METRIC_JOURNAL_SILENT, .read = read_silent_s, .ctx = journal },
        { .metric = METRIC_CURSORS_UNWRITTEN, .read = read_unwritten_s, .ctx = cursors },
    };
    for (size_t i = 0; i < GAUGES; i++) {
        ops->gauges[i] = gauges[i];
        metric_reader_add(&ops->gauges[i]);
    }
}

static void add_readers(struct ops *ops, struct journal *journal)
{
    for (size_t i = 0; i < ARRAY_LEN(journal_metrics); i++) {
        struct journal_reader_slot *slot = &ops->readers[i];
        *slot = (struct journal_reader_slot){
            .reader = { .metric = journal_metrics[i].metric,
                        .read = read_journal,
                        .ctx = slot },
            .journal = journal,
            .offset = journal_metrics[i].offset,
        };
        metric_reader_add(&slot->reader);
    }
}

enum err ops_new(const struct platform *platform, struct cursors *cursors, struct ops **ret_ops,
                 struct problem *ret_problem)
{
    struct cidrs *allow;
    enum err err = cidrs_new(platform->settings->metrics_allow, &allow, ret_problem);
    if (err)
        return setting_blame(err, "metrics_allow", ret_problem);
    struct ops *ops = NEW(struct ops);
    ops->metrics_allow = allow;
    add_readers(ops, platform->journal);
    add_gauges(ops, platform->journal, cursors);
    metric_set_at(METRIC_BUDGET_LIMIT, BUDGET_BODIES, platform->settings->bodies_bytes);
    metric_set_at(METRIC_BUDGET_LIMIT, BUDGET_COMMIT_QUEUE,
                  platform->settings->journal_queue_bytes);
    metric_set_at(METRIC_START_TIME, 0, clock_wall_ms(clock_system()) / 1000);
    *ret_ops = ops;
    return OK;
}

void ops_free(struct ops *ops)
{
    if (!ops)
        return;
    for (size_t i = 0; i < ARRAY_LEN(ops->readers); i++)
        metric_reader_remove(&ops->readers[i].reader);
    for (size_t i = 0; i < GAUGES; i++)
        metric_reader_remove(&ops->gauges[i]);
    cidrs_free(ops->metrics_allow);
    mem_free(ops);
}

void ops_set_draining(struct ops *ops)
{
    atomic_store(&ops->is_draining, true);
}

static void answer_json(struct http_request *request, int status, struct buf *body)
{
    http_answer_header(request, STR("Cache-Control"), STR("no-store"));
    http_answer(request, status, STR("application/json; charset=utf-8"), buf_str(body));
}

static void answer_ready(struct http_request *request, void *ctx)
{
    struct ops *ops = ctx;
    bool is_draining = atomic_load(&ops->is_draining);
    struct json json;
    AUTO(buf_done) struct buf body = { 0 };
    json_init(&json, &body);
    json_open_object(&json);
    json_put_str(&json, "status", is_draining ? STR("draining") : STR("ready"));
    json_close_object(&json);
    answer_json(request, is_draining ? 503 : 200, &body);
}

static void fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    struct json json;
    AUTO(buf_done) struct buf body = { 0 };
    json_init(&json, &body);
    reply_refusal(&json, status, false);
    answer_json(request, status, &body);
}

static void answer_metrics(struct http_request *request, void *ctx)
{
    struct ops *ops = ctx;
    struct address client;
    if (!address_parse(http_request_client_address(request), &client) ||
        !cidrs_have(ops->metrics_allow, &client)) {
        fail(request, 403, ctx);
        return;
    }
    AUTO(buf_done) struct buf body = { 0 };
    metrics_write(&body);
    http_answer(request, 200, STR("text/plain; version=0.0.4; charset=utf-8"), buf_str(&body));
}

static const struct http_route routes[] = {
    { .method = "GET", .pattern = "/ready", .handle = answer_ready },
    { .method = "GET", .pattern = "/metrics", .handle = answer_metrics },
    { 0 },
};

struct http_family ops_family(struct ops *ops)
{
    static const char *const prefixes[] = { "/ready", "/metrics", NULL };
    return (struct http_family){
        .routes = routes,
        .prefixes = prefixes,
        .fail = fail,
        .answers_head = true,
        .ctx = ops,
    };
}
