// SPDX-License-Identifier: Apache-2.0
// Requests on their way between loop and pool. What a call needs of its request is copied, so
// that the connection's end cannot take it away while a thread works on it.
#include "api/front.h"

#include <unistd.h>

#include "api/reply.h"
#include "api/sse.h"
#include "base/mem.h"
#include "http/cors.h"
#include "metrics/metrics.h"

enum { CALL_ARENA_MAX = 32 << 20, AGENT_LEN_MAX = 256 };

struct request_job {
    struct front_work work;
    struct http_request *request;
    struct call call;
};

// --- Between the threads

static void finish_done(struct loop_post *post)
{
    struct front *front = CONTAINER_OF(post, struct front, post);
    pthread_mutex_lock(&front->lock);
    struct front_work *newest = TAKE(front->done), *oldest = NULL;
    bool must_check = front->must_check;
    front->is_posted = front->must_check = false;
    pthread_mutex_unlock(&front->lock);
    if (must_check && !front->is_closed)
        sse_recheck(front);
    while (newest) {
        struct front_work *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest) {
        struct front_work *work = oldest;
        oldest = work->next;
        work->finish(work);
    }
}

// Under the lock, so that front_free finds either the work or the post.
static void post_locked(struct front *front)
{
    if (front->is_posted)
        return;
    front->is_posted = true;
    loop_post(front->loop, &front->post);
}

static void run_work(struct pool_job *job)
{
    struct front_work *work = CONTAINER_OF(job, struct front_work, job);
    struct front *front = work->front;
    work->run(work);
    pthread_mutex_lock(&front->lock);
    work->next = front->done;
    front->done = work;
    post_locked(front);
    pthread_mutex_unlock(&front->lock);
}

void front_recheck(struct front *front)
{
    pthread_mutex_lock(&front->lock);
    front->must_check = true;
    post_locked(front);
    pthread_mutex_unlock(&front->lock);
}

bool front_submit(struct front *front, struct front_work *work)
{
    work->front = front;
    work->job.run = run_work;
    return pool_submit(front->api->pool, &work->job);
}

struct front *front_new(struct api *api, struct loop *loop, bool is_local)
{
    struct front *front = NEW(struct front);
    front->api = api;
    front->loop = loop;
    front->is_local = is_local;
    front->post.run = finish_done;
    list_init(&front->streams);
    front->view = workspace_view_open(api->parts.workspace);
    pthread_mutex_init(&front->lock, NULL);
    return front;
}

void front_free(struct front *front)
{
    front->is_closed = true;
    finish_done(&front->post);
    assert(front->stream_count == 0);
    workspace_view_close(front->view);
    pthread_mutex_destroy(&front->lock);
    mem_free(front);
}

// --- From request to call

static str header_copy(struct call *call, const struct http_request *request, str name)
{
    str value = http_request_header(request, name);
    return value.data ? arena_dup(call->arena, value) : STR_NONE;
}

// What programs call themselves is ASCII; the rest would be in lists and in the audit log's
// chain as bytes that JSON cannot hold.
static str agent_copy(struct call *call, const struct http_request *request)
{
    str agent = str_sub(http_request_header(request, STR("User-Agent")), 0, AGENT_LEN_MAX);
    if (!agent.data)
        return STR_NONE;
    agent = arena_dup(call->arena, agent);
    for (size_t i = 0; i < agent.len; i++)
        if (agent.data[i] < ' ' || agent.data[i] > '~')
            ((char *)agent.data)[i] = '?';
    return agent;
}

static void copy_headers(struct call *call, const struct http_request *request)
{
    call->authorization = header_copy(call, request, STR("Authorization"));
    call->cookie = header_copy(call, request, STR("Cookie"));
    call->csrf_token = header_copy(call, request, STR("X-CSRF-Token"));
    call->workspace_id = header_copy(call, request, STR("X-Workspace-Id"));
    call->fetch_site = header_copy(call, request, STR("Sec-Fetch-Site"));
    call->user_agent = agent_copy(call, request);
    call->if_match = header_copy(call, request, STR("If-Match"));
    call->idempotency_key = header_copy(call, request, STR("Idempotency-Key"));
}

static void copy_request(struct call *call, struct http_request *request)
{
    struct arena *arena = call->arena;
    call->operation = request->route->row;
    call->method = arena_dup(arena, request->method);
    call->query = arena_dup(arena, request->query);
    if (request->route->body_limit_bytes > 0)
        call->body = arena_dup(arena, request->body);
    for (size_t i = 0; i < HTTP_PARAMS_MAX; i++)
        call->params[i] = arena_dup(arena, request->params[i]);
    call->client_address = arena_dup(arena, http_request_client_address(request));
    call->request_id = arena_dup(arena, request->id);
    call->is_tls = request->is_tls;
    copy_headers(call, request);
}

// --- From call to answer

static void answer(struct http_request *request, struct call *call)
{
    metric_add_status(METRIC_API_REQUESTS, call->status);
    for (size_t i = 0; i < call->header_count; i++)
        http_answer_header(request, call->headers[i].name, call->headers[i].value);
    http_answer_header(request, STR("Cache-Control"), STR("no-store"));
    http_answer_header(request, STR("X-Content-Type-Options"), STR("nosniff"));
    if (call->operation->callers & CALLER_WRITE_KEY)
        http_cors_allow(request);
    if (call->out.len == 0)
        http_answer(request, call->status, STR(""), STR(""));
    else
        http_answer_take(request, call->status, reply_media(call), &call->out);
}

static void job_free(struct request_job *job)
{
    struct arena *arena = job->call.arena;
    call_done(&job->call);
    mem_free(job);
    arena_free(arena);
}

static void run_job(struct front_work *work)
{
    struct request_job *job = CONTAINER_OF(work, struct request_job, work);
    call_run(&job->call);
}

static void finish_job(struct front_work *work)
{
    struct request_job *job = CONTAINER_OF(work, struct request_job, work);
    struct front *front = work->front;
    bool is_stream = job->call.operation->is_stream && job->call.status == 200;
    if (!front->is_closed && is_stream && !sse_has_room(front)) {
        reply_error(&job->call, ERR_BUSY);
        is_stream = false;
    }
    if (!front->is_closed && is_stream)
        sse_open(front, job->request, &job->call);
    else if (!front->is_closed)
        answer(job->request, &job->call);
    job_free(job);
}

// Asked without the store and without a thread: SDKs give up for good when this fails.
static void answer_here(struct front *front, struct http_request *request)
{
    struct call call;
    call_init(&call, front->api, request->arena);
    copy_request(&call, request);
    call.snapshot = workspace_view_get(front->view);
    call_run(&call);
    answer(request, &call);
    call_done(&call);
}

static void send_to_pool(struct front *front, struct http_request *request)
{
    struct request_job *job = NEW(struct request_job);
    call_init(&job->call, front->api, arena_new(CALL_ARENA_MAX));
    copy_request(&job->call, request);
    job->call.is_local = front->is_local;
    job->request = request;
    job->work.run = run_job;
    job->work.finish = finish_job;
    if (front_submit(front, &job->work))
        return;
    reply_error(&job->call, ERR_BUSY);
    answer(request, &job->call);
    job_free(job);
}

static bool is_operator(const struct http_request *request)
{
    return request->peer_uid == 0 || request->peer_uid == (int64_t)geteuid();
}

void front_request(struct http_request *request, void *ctx)
{
    struct front *front = ctx;
    const struct operation *operation = request->route->row;
    if (front->is_local && !is_operator(request))
        front_fail(request, 403, front);
    else if (operation->callers & CALLER_WRITE_KEY)
        answer_here(front, request);
    else
        send_to_pool(front, request);
}

// --- What the router refuses

static bool is_for_sdks(const struct http_request *request)
{
    return str_starts(request->path, STR("/sourceConfig")) ||
           str_starts(request->path, STR("/v1/projects/"));
}

void front_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    metric_add_status(METRIC_API_REQUESTS, status);
    struct buf body = { 0 };
    struct json json;
    json_init(&json, &body);
    bool is_for_scim = str_starts(request->path, STR("/scim/"));
    reply_refusal(&json, status, is_for_scim);
    if (is_for_sdks(request))
        http_cors_allow(request);
    str media = is_for_scim ? STR(REPLY_MEDIA_SCIM) : STR("application/json");
    http_answer_take(request, status, media, &body);
    buf_done(&body);
}

void front_preflight(struct http_request *request, void *ctx)
{
    (void)ctx;
    if (is_for_sdks(request))
        http_cors_preflight(request);
    else // nothing is allowed to other origins, which is said by saying nothing
        http_answer(request, 204, STR(""), STR(""));
}
