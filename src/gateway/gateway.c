// SPDX-License-Identifier: Apache-2.0
// The ingestion endpoints: routes, and the answers that are the same for all.
#include "gateway/gateway.h"

#include "base/mem.h"
#include "codec/json.h"
#include "gateway/forward.h"
#include "gateway/submit.h"
#include "http/cors.h"
#include "metrics/metrics.h"

#define PLAIN_TEXT STR("text/plain; charset=utf-8")

// --- Answers

void gateway_refuse(struct http_request *request, struct refusal refusal)
{
    metric_add_status(METRIC_GATEWAY_REQUESTS, refusal.status);
    http_cors_allow(request);
    http_answer_header(request, STR("X-Content-Type-Options"), STR("nosniff"));
    int wait_s = refusal.status == 503 ? MAX(refusal.wait_s, 1) : refusal.wait_s;
    if (wait_s)
        http_answer_header(request, STR("Retry-After"),
                           arena_printf(request->arena, "%d", wait_s));
    str text = arena_printf(request->arena, "%s\n", refusal.text);
    http_answer(request, refusal.status, PLAIN_TEXT, text);
}

static void accept_with(struct http_request *request, str text)
{
    metric_add_status(METRIC_GATEWAY_REQUESTS, 200);
    http_cors_allow(request);
    http_answer(request, 200, text.len ? PLAIN_TEXT : STR(""), text);
}

void gateway_answer(struct http_request *request, struct refusal refusal)
{
    if (refusal.status)
        gateway_refuse(request, refusal);
    else
        accept_with(request, STR("ok"));
}

void gateway_answer_empty(struct http_request *request)
{
    accept_with(request, STR(""));
}

// What the router decides. It has set Allow or Retry-After already.
static void fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    metric_add_status(METRIC_GATEWAY_REQUESTS, status);
    http_cors_allow(request);
    str text = status == 404   ? STR("404 page not found\n")
               : status == 413 ? STR("request size exceeds max limit\n")
               : status == 503 ? STR("service unavailable\n")
                               : STR("");
    if (text.len)
        http_answer_header(request, STR("X-Content-Type-Options"), STR("nosniff"));
    http_answer(request, status, text.len ? PLAIN_TEXT : STR(""), text);
}

static void preflight(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_cors_preflight(request);
}

// --- Endpoints

void gateway_ingest(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    const struct endpoint *endpoint = request->route->row;
    struct admission admission = { 0 };
    struct refusal refusal = admit(gateway, request, endpoint, &admission);
    if (refusal.status)
        gateway_refuse(request, refusal);
    else
        submit(gateway, request, endpoint, &admission, gateway_answer);
    scratch_clear(gateway);
}

static void answer_json(struct http_request *request, struct buf *body)
{
    http_cors_allow(request);
    http_answer_take(request, 200, STR("application/json; charset=utf-8"), body);
}

// Also false when those who send now would get 504.
static bool is_accepting(const struct gateway *gateway)
{
    struct journal_stats stats;
    journal_stats(gateway->parts.journal, &stats);
    return !stats.is_full && stats.silent_ms < (uint64_t)gateway->waiting.patience_ms;
}

void gateway_health(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    struct buf body = { 0 };
    struct json json;
    json_init(&json, &body);
    json_open_object(&json);
    json_put_str(&json, "appType", STR("EMBEDDED"));
    json_put_str(&json, "server", STR("UP"));
    json_put_str(&json, "db", STR("UP"));
    json_put_str(&json, "acceptingEvents", is_accepting(gateway) ? STR("TRUE") : STR("FALSE"));
    json_put_str(&json, "routingEvents", STR("TRUE"));
    json_put_str(&json, "mode", STR("NORMAL"));
    json_put_str(&json, "backendConfigMode", STR("API"));
    // Suppressed users stand in the same snapshot as everything else.
    int64_t synced_wall_ms = workspace_synced_wall_ms(gateway->parts.workspace);
    json_put_time(&json, "lastSync", synced_wall_ms);
    json_put_time(&json, "lastRegulationSync", synced_wall_ms);
    json_close_object(&json);
    answer_json(request, &body);
}

static void version(struct http_request *request, void *ctx)
{
    const struct gateway *gateway = ctx;
    struct buf body = { 0 };
    buf_add_str(&body, gateway->parts.version);
    answer_json(request, &body);
}

static void robots(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_cors_allow(request);
    http_answer(request, 200, PLAIN_TEXT, STR("User-agent: * \nDisallow: / \n"));
}

// Go's SDK asks how many nodes share the users.
static void cluster_info(struct http_request *request, void *ctx)
{
    (void)ctx;
    struct buf body = { 0 };
    buf_add_str(&body, STR("{\"nodeCount\":1}"));
    answer_json(request, &body);
}

// --- Routes

#define SINGLE_TABLE(X)                                                                        \
    X(identify, EVENT_IDENTIFY)                                                                \
    X(track, EVENT_TRACK)                                                                      \
    X(page, EVENT_PAGE)                                                                        \
    X(screen, EVENT_SCREEN)                                                                    \
    X(group, EVENT_GROUP)                                                                      \
    X(alias, EVENT_ALIAS)                                                                      \
    X(merge, EVENT_MERGE)                                                                      \
    X(audiencelist, EVENT_AUDIENCELIST)

#define X(endpoint_name, event_type)                                                           \
    static const struct endpoint endpoint_##endpoint_name = {                                  \
        .name = #endpoint_name,                                                                \
        .shape = EVENT_SHAPE_SINGLE,                                                           \
        .type = event_type,                                                                    \
    };
SINGLE_TABLE(X)
#undef X

static const struct endpoint endpoint_batch = { .name = "batch", .shape = EVENT_SHAPE_BATCH };
static const struct endpoint endpoint_import = { .name = "import",
                                                 .shape = EVENT_SHAPE_IMPORT };
static const struct endpoint endpoint_beacon = { .name = "beacon",
                                                 .shape = EVENT_SHAPE_BATCH,
                                                 .key_place = KEY_IN_QUERY };
static const struct endpoint endpoint_webhook = { .name = "webhook",
                                                  .type = EVENT_TRACK,
                                                  .key_place = KEY_IN_QUERY_OR_HEADER };
static const struct endpoint endpoint_pixel_track = { .name = "track",
                                                      .type = EVENT_TRACK,
                                                      .key_place = KEY_IN_QUERY };
static const struct endpoint endpoint_pixel_page = { .name = "page",
                                                     .type = EVENT_PAGE,
                                                     .key_place = KEY_IN_QUERY };

// The type of an extract is its endpoint's; of a retl each event has its own.
static const struct endpoint endpoint_extract = { .name = "extract",
                                                  .shape = EVENT_SHAPE_SINGLE,
                                                  .type = EVENT_EXTRACT,
                                                  .key_place = KEY_IS_SOURCE_ID };
static const struct endpoint endpoint_retl = { .name = "retl",
                                               .shape = EVENT_SHAPE_BATCH,
                                               .key_place = KEY_IS_SOURCE_ID,
                                               .takes_destination_id = true };

static const struct endpoint endpoint_replay = { .name = "replay",
                                                 .shape = EVENT_SHAPE_BATCH,
                                                 .key_place = KEY_IS_SOURCE_ID,
                                                 .is_replay = true };
static const struct endpoint endpoint_forward = { .name = "forward",
                                                  .shape = EVENT_SHAPE_FORWARDED };

// Rows whose body_limit_bytes is BODY get the gateway's own limit.
enum { BODY = 1 };
static const struct http_route route_table[] = {
#define X(name, event_type)                                                                    \
    { "POST", "/v1/" #name, BODY, gateway_judge, gateway_ingest, &endpoint_##name },
    SINGLE_TABLE(X)
#undef X
        { "POST", "/v1/batch", BODY, gateway_judge, gateway_ingest, &endpoint_batch },
    { "GET", "/v1/webhook", 0, NULL, gateway_webhook, &endpoint_webhook },
    { "POST", "/v1/webhook", BODY, gateway_webhook_judge, gateway_webhook, &endpoint_webhook },
    { "POST", "/v1/import", BODY, gateway_judge, gateway_ingest, &endpoint_import },
    { "POST", "/beacon/v1/batch", BODY, gateway_judge, gateway_ingest, &endpoint_beacon },
    // The same under a name that lists of ad blockers do not have.
    { "POST", "/v1/collect", BODY, gateway_judge, gateway_ingest, &endpoint_beacon },
    { "POST", "/internal/v1/extract", BODY, gateway_judge, gateway_ingest, &endpoint_extract },
    { "POST", "/internal/v1/retl", BODY, gateway_judge, gateway_ingest, &endpoint_retl },
    { "POST", "/internal/v1/audiencelist", BODY, gateway_judge, gateway_ingest,
      &endpoint_audiencelist },
    { "POST", "/internal/v1/replay", BODY, gateway_judge, gateway_ingest, &endpoint_replay },
    { "POST", "/internal/v1/batch", BODY, NULL, gateway_forward, &endpoint_forward },
    { "GET", "/pixel/v1/track", 0, NULL, gateway_pixel, &endpoint_pixel_track },
    { "GET", "/pixel/v1/page", 0, NULL, gateway_pixel, &endpoint_pixel_page },
    { "GET", "/health", 0, NULL, gateway_health, NULL },
    { "GET", "/version", 0, NULL, version, NULL },
    { "GET", "/robots.txt", 0, NULL, robots, NULL },
    { "GET", "/cluster-info", 0, NULL, cluster_info, NULL },
    { 0 },
};

// The last three have no row: SDKs ask there for transformations on devices and for cookies
// that the server sets, and tell of themselves; they go on without when it is 404.
static const char *const prefixes[] = {
    "/v1/",     "/beacon/",   "/pixel/",    "/health",     "/robots.txt", "/cluster-info",
    "/version", "/internal/", "/transform", "/rsaRequest", "/rsaMetrics", NULL,
};

static struct http_route *make_routes(const struct gateway_parts *parts)
{
    struct http_route *routes = mem_zalloc(1, sizeof(route_table));
    size_t count = 0;
    for (const struct http_route *row = route_table; row->method; row++) {
        if (!parts->has_internal && str_starts(str_of(row->pattern), STR("/internal/")))
            continue;
        routes[count] = *row;
        if (row->body_limit_bytes == BODY)
            routes[count].body_limit_bytes = parts->body_hard_cap_bytes;
        count++;
    }
    return routes;
}

// A disk that was slow first, and then does not answer at all, is not silent for long yet when
// somebody becomes late.
static void tell_silence(struct waiting *waiting)
{
    const struct gateway *gateway = CONTAINER_OF(waiting, struct gateway, waiting);
    journal_tell_silence(gateway->parts.journal, waiting->patience_ms / 2);
}

static const struct waiting_calls waiting_calls = { submission_is_late, tell_silence };

struct gateway *gateway_new(const struct gateway_parts *parts)
{
    assert(parts->body_limit_bytes <= parts->body_hard_cap_bytes);
    assert(parts->body_hard_cap_bytes <= UINT32_MAX);
    struct gateway *gateway = NEW(struct gateway);
    gateway->parts = *parts;
    rng_stock_init(&gateway->random, parts->rng);
    waiting_init(&gateway->waiting, parts->loop, parts->store_timeout_ms, &waiting_calls);
    gateway->view = workspace_view_open(parts->workspace);
    gateway->routes = make_routes(parts);
    scratch_init(gateway);
    return gateway;
}

void gateway_drain(struct gateway *gateway, void (*on_drained)(void *ctx), void *ctx)
{
    waiting_drain(&gateway->waiting, on_drained, ctx);
}

void gateway_free(struct gateway *gateway)
{
    if (!gateway)
        return;
    assert(waiting_is_idle(&gateway->waiting));
    workspace_view_close(gateway->view);
    scratch_done(gateway);
    mem_free(gateway->routes);
    mem_free(gateway);
}

struct http_family gateway_family(struct gateway *gateway)
{
    return (struct http_family){
        .routes = gateway->routes,
        .prefixes = prefixes,
        .fail = fail,
        .preflight = preflight,
        .ctx = gateway,
    };
}
