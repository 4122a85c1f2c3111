// SPDX-License-Identifier: Apache-2.0
// The server over real loopback connections: requests, answers, keep-alive, limits, draining.
#include "http/testing.h"

#include <unistd.h>

#include "base/arena.h"
#include "http/server.h"

struct world {
    struct rig rig;
    struct arena *arena;
    struct http_request *held; // by /hold, on the loop's thread
    struct http_stream *stream;
    int closed_streams;
    int drains;
    bool is_drained;
    bool wants_early_answer;
};

static void echo(struct http_request *request, void *ctx)
{
    (void)ctx;
    str text = request->body.len > 0
                   ? request->body
                   : arena_printf(request->arena, "%" PRIstr " %" PRIstr "?%" PRIstr,
                                  STR_ARG(request->method), STR_ARG(request->path),
                                  STR_ARG(request->query));
    http_answer(request, 200, STR("text/plain"), text);
}

static void hold(struct http_request *request, void *ctx)
{
    struct world *world = ctx;
    world->held = request;
}

static void early(struct http_request *request, void *ctx)
{
    struct world *world = ctx;
    if (world->wants_early_answer)
        http_answer(request, 401, STR_NONE, STR("no"));
}

static void big(struct http_request *request, void *ctx)
{
    (void)ctx;
    struct buf body = { 0 };
    memset(buf_reserve(&body, 8 << 20), 'x', 8 << 20);
    body.len = 8 << 20;
    http_answer_take(request, 200, STR("text/plain"), &body);
}

static void on_drain(struct http_stream *stream, void *ctx)
{
    (void)stream;
    ((struct world *)ctx)->drains++;
}

static void on_close(struct http_stream *stream, void *ctx)
{
    (void)stream;
    ((struct world *)ctx)->closed_streams++;
    ((struct world *)ctx)->stream = NULL;
}

static const struct http_stream_ops stream_ops = { on_drain, on_close };

static void count(struct http_request *request, void *ctx)
{
    struct http_stream *stream =
        http_answer_stream(request, 200, STR("text/plain"), &stream_ops, ctx);
    (void)http_stream_write(stream, STR("one"));
    (void)http_stream_write(stream, STR("twotwotwotwotwotwo"));
    http_stream_end(stream);
}

static void keep_stream(struct http_request *request, void *ctx)
{
    struct world *world = ctx;
    world->stream =
        http_answer_stream(request, 200, STR("text/event-stream"), &stream_ops, ctx);
    (void)http_stream_write(world->stream, STR("hello"));
}

static void client_address(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 200, STR_NONE, http_request_client_address(request));
}

static void item(struct http_request *request, void *ctx)
{
    (void)ctx;
    str name = STR("(none)");
    (void)http_request_query(request, STR("q"), &name);
    http_answer_header(request, STR("X-Item"), STR("yes"));
    http_answer(request, 200, STR("text/plain"),
                arena_printf(request->arena, "%" PRIstr "|%" PRIstr,
                             STR_ARG(request->params[0]), STR_ARG(name)));
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR("text/plain"),
                arena_printf(request->arena, "family says %d", status));
}

static const struct http_route routes[] = {
    { "GET", "/echo", 0, NULL, echo, NULL },
    { "POST", "/echo", 1000, NULL, echo, NULL },
    { "POST", "/echo/big", 1 << 20, NULL, echo, NULL },
    { "POST", "/early", 1 << 20, early, echo, NULL },
    { "GET", "/early", 0, early, echo, NULL },
    { "GET", "/hold", 0, NULL, hold, NULL },
    { "POST", "/hold", 1000, NULL, hold, NULL },
    { "GET", "/big", 0, NULL, big, NULL },
    { "GET", "/count", 0, NULL, count, NULL },
    { "GET", "/stream", 0, NULL, keep_stream, NULL },
    { "GET", "/address", 0, NULL, client_address, NULL },
    { "GET", "/items/{id}", 0, NULL, item, NULL },
    { 0 },
};

static const char *const prefixes[] = { "/", NULL };

static void start(struct world *world, const struct http_server_limits *limits)
{
    *world = (struct world){ .arena = arena_new(1 << 28) };
    struct http_family family = {
        .routes = routes,
        .prefixes = prefixes,
        .fail = on_fail,
        .answers_head = true,
        .ctx = world,
    };
    rig_start(&world->rig, &family, 1, limits);
}

static void stop(struct world *world)
{
    rig_stop(&world->rig);
    arena_free(world->arena);
}

#define HOST  "Host: test\r\n"
#define CLOSE "Connection: close\r\n"

static void a_request_is_answered_and_the_connection_kept(void **state)
{
    (void)state;
    struct world world;
    start(&world, &http_server_limits_default);
    int fd = rig_connect(&world.rig);
    for (int i = 0; i < 3; i++) {
        peer_send(fd, STR("GET /echo?a=b HTTP/1.1\r\n" HOST "\r\n"));
        str answer = peer_answer(fd, world.arena, false);
        assert_int_equal(answer_status(answer), 200);
        assert_true(str_eq(answer_body(answer), STR("GET /echo?a=b")));
        assert_true(answer_has(answer, "\r\nX-Request-Id: "));
        assert_true(answer_has(answer, "\r\nDate: "));
        assert_false(answer_has(answer, "Connection:"));
    }
    close(fd);
    stop(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered_and_the_connection_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
