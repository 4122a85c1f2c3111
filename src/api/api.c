// SPDX-License-Identifier: Apache-2.0
// The room's door: making and ending it, families for routers, local calls.
#include "api/api.h"

#include "api/call.h"
#include "api/core.h"
#include "api/front.h"
#include "api/reply.h"
#include "api/router.h"
#include "base/mem.h"
#include "codec/base62.h"
#include "codec/url.h"
#include "store/organizations.h"
#include "store/source_runs.h"

enum { QUEUE_MAX = 256, THREADS = 2, FLUSH_DELAY_MS = 20000, ARENA_MAX = 1 << 20 };

static const char *const prefixes[] = {
    "/v2/",
    "/getUser",
    "/sourceConfig",
    "/transformations",
    "/libraries",
    "/v1/projects/",
    "/scim/",
    "/destination-definitions",
    "/source-definitions",
    NULL,
};
static const char *const local_prefixes[] = { "/", NULL };

// --- Small services to the room

static void flush_uses(struct pool_task *task)
{
    struct api *api = CONTAINER_OF(task, struct api, flush);
    struct problem problem = { 0 };
    enum err err = workspace_flush_last_used(api->parts.workspace, &problem);
    if (err)
        log_event(LOG_WARN, "the last uses of tokens cannot be stored",
                  LOG_CSTR("detail", problem.text), LOG_ERR(err));
    else
        trail_note(api->trail); // first uses are in the audit log
}

void api_note_use(struct api *api)
{
    pool_ask_task(api->pool, &api->flush, FLUSH_DELAY_MS);
}

void api_recheck_streams(struct api *api)
{
    for (struct front *front = api->fronts; front; front = front->next)
        front_recheck(front);
}

bool api_hashing_begin(struct api *api)
{
    int most = MAX((int)api->parts.threads - 1, 1);
    if (atomic_fetch_add(&api->hashing, 1) < most)
        return true;
    (void)atomic_fetch_sub(&api->hashing, 1);
    return false;
}

void api_hashing_end(struct api *api)
{
    (void)atomic_fetch_sub(&api->hashing, 1);
}

void api_random_text(struct api *api, size_t len, char *ret_text)
{
    for (size_t i = 0; i < len; i++)
        ret_text[i] = base62_alphabet[rng_below(api->parts.rng, 62)];
    ret_text[len] = '\0';
}

// --- Making and ending

static enum err count_organizations(struct api *api, size_t *ret_count,
                                    struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    struct organization_row *rows;
    enum err err = store_begin(api->parts.store, STORE_READ, arena, &tx, ret_problem);
    return err ? err : store_organization_list(tx, &rows, ret_count, ret_problem);
}

// Whoever opens the store for work is alone: what still runs has nobody who works on it.
static enum err open_runs(struct api *api, struct problem *problem)
{
    const struct api_parts *parts = &api->parts;
    return runs_new(
        &(struct runs_parts){ parts->store, api->pool, parts->clock, parts->outcome },
        &api->runs, problem);
}

static enum err open_trail(struct api *api, struct problem *problem)
{
    const struct api_parts *parts = &api->parts;
    str token = arena_dup(api->arena, secret_reveal(parts->audit_sink_token));
    struct trail_parts trail_parts = {
        .store = parts->store,
        .pool = api->pool,
        .clock = parts->clock,
        .sinks = arena_dup(api->arena, parts->audit_sink),
        .sink_parts = { parts->store, parts->egress, secret_of(token),
                        arena_dup(api->arena, parts->audit_sink_ca_file) },
        .signs_heads = parts->signs_audit_heads,
    };
    return trail_new(&trail_parts, &api->trail, problem);
}

enum err api_new(const struct api_parts *parts, struct api **ret_api,
                 struct problem *ret_problem)
{
    struct api *api = NEW(struct api);
    api->parts = *parts;
    api->parts.threads = parts->threads ? parts->threads : THREADS;
    api->arena = arena_new(ARENA_MAX);
    api->parts.public_url = arena_dup(api->arena, parts->public_url);
    pthread_mutex_init(&api->setup_lock, NULL);
    api->attempts = attempts_new(parts->clock, parts->rng);
    api->parts.token_requests_per_s =
        MIN(parts->token_requests_per_s, (int64_t)LIMIT_PER_MS_MAX * 1000);
    api->parts.unknown_tokens_per_s =
        MIN(parts->unknown_tokens_per_s, (int64_t)LIMIT_PER_MS_MAX * 1000);
    api->limits = limits_new(parts->clock, parts->rng);
    api->pool = pool_new(api->parts.threads, QUEUE_MAX);
    api->flush.run = flush_uses;
    api->refusals = refusals_new(parts->clock, parts->rng);
    size_t organizations;
    enum err err = open_trail(api, ret_problem);
    if (!err)
        err = count_organizations(api, &organizations, ret_problem);
    if (!err)
        err = open_runs(api, ret_problem);
    if (err) {
        api_free(api);
        return err;
    }
    if (organizations == 0)
        api_random_text(api, API_SETUP_TOKEN_LEN, api->setup_token);
    trail_start(api->trail);
    if (parts->counts_usage)
        api->usage = usage_new(&(struct usage_parts){
            .store = parts->store,
            .journal = parts->journal,
            .pool = api->pool,
            .clock = parts->clock,
        });
    *ret_api = api;
    return OK;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    usage_stop(api->usage);
    pool_free(api->pool);
    usage_free(api->usage);
    runs_free(api->runs);
    while (api->fronts) {
        struct front *front = api->fronts;
        api->fronts = front->next;
        front_free(front);
    }
    trail_free(api->trail);
    refusals_free(api->refusals);
    attempts_free(api->attempts);
    limits_free(api->limits);
    pthread_mutex_destroy(&api->setup_lock);
    secret_wipe(api->setup_token, sizeof(api->setup_token));
    arena_free(api->arena);
    mem_free(api);
}

bool api_setup_token(struct api *api, char ret_token[API_SETUP_TOKEN_LEN + 1])
{
    pthread_mutex_lock(&api->setup_lock);
    memcpy(ret_token, api->setup_token, sizeof(api->setup_token));
    pthread_mutex_unlock(&api->setup_lock);
    return ret_token[0] != '\0';
}

// --- Families

static struct front *add_front(struct api *api, struct loop *loop, bool is_local)
{
    struct front *front = front_new(api, loop, is_local);
    front->next = api->fronts;
    api->fronts = front;
    return front;
}

struct http_family api_family(struct api *api, struct loop *loop)
{
    return (struct http_family){
        .routes = router_routes,
        .prefixes = prefixes,
        .fail = front_fail,
        .preflight = front_preflight,
        .answers_head = true,
        .ctx = add_front(api, loop, false),
    };
}

struct http_family api_local_family(struct api *api, struct loop *loop)
{
    return (struct http_family){
        .routes = router_local_routes,
        .prefixes = local_prefixes,
        .fail = front_fail,
        .ctx = add_front(api, loop, true),
    };
}

void api_family_close(struct api *api, struct loop *loop)
{
    for (struct front *front = api->fronts; front; front = front->next)
        if (front->loop == loop)
            front->is_closed = true;
}

// --- Local calls

static void fail_locally(struct arena *arena, enum err err, int *ret_status, str *ret_body)
{
    struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    str text = str_of(err_text(err));
    reply_error_body(&json, &(struct reply_error_text){ err_code(err), text, text, 0 });
    *ret_status = err_http_status(err);
    *ret_body = arena_dup(arena, buf_str(&out));
    buf_done(&out);
}

static enum err err_of_status(int status)
{
    if (status < 400)
        return OK;
    static const enum err errors[] = { ERR_INVALID,   ERR_UNAUTHORIZED, ERR_FORBIDDEN,
                                       ERR_NOT_FOUND, ERR_CONFLICT,     ERR_TOO_BIG,
                                       ERR_TOO_MANY,  ERR_BUSY };
    for (size_t i = 0; i < ARRAY_LEN(errors); i++)
        if (err_http_status(errors[i]) == status)
            return errors[i];
    return ERR_IO;
}

enum err api_perform_local(struct api *api, str method, str path, str body, struct arena *arena,
                           int *ret_status, str *ret_body)
{
    size_t question = str_find(path, '?');
    str params[HTTP_PARAMS_MAX] = { 0 };
    const struct http_route *route =
        router_find_local(method, str_sub(path, 0, question), params);
    enum err err = OK;
    if (!route)
        err = ERR_NOT_FOUND;
    else if (body.len > 0 && body.len > route->body_limit_bytes)
        err = ERR_TOO_BIG;
    if (err) {
        fail_locally(arena, err, ret_status, ret_body);
        return err;
    }
    struct call call;
    call_init(&call, api, arena);
    call.operation = route->row;
    call.method = method;
    call.query = str_sub(path, question + 1, path.len);
    call.body = arena_dup(arena, body);
    for (size_t i = 0; i < HTTP_PARAMS_MAX; i++)
        call.params[i] = url_decode(params[i], URL_PLUS_KEPT, arena);
    call.is_local = true;
    call_run(&call);
    *ret_status = call.status;
    *ret_body = arena_dup(arena, buf_str(&call.out));
    call_done(&call);
    return err_of_status(*ret_status);
}
