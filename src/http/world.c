// SPDX-License-Identifier: Apache-2.0
// The test family's handlers.
#include "http/world.h"

#include <unistd.h>

#include "http/serving.h"

static void echo(struct http_request *request, void *ctx)
{
    (void)ctx;
    str line =
        arena_printf(request->arena, "%" PRIstr " %" PRIstr "?%" PRIstr,
                     STR_ARG(request->method), STR_ARG(request->path), STR_ARG(request->query));
    http_answer(request, 200, TEXT, request->body.len > 0 ? request->body : line);
}

static void hold(struct http_request *request, void *ctx)
{
    struct world *world = ctx;
    world->held = request;
    world->held_count++;
}

static void early(struct http_request *request, void *ctx)
{
    struct world *world = ctx;
    world->begins++;
    if (world->begin_refuses)
        http_answer(request, 401, TEXT, STR("no"));
}

char pattern_byte(size_t at)
{
    return (char)('a' + (at + at / 23 + at / 16411) % 23);
}

bool is_pattern(str bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] != pattern_byte(i))
            return false;
    return true;
}

static void big(struct http_request *request, void *ctx)
{
    struct buf body = { 0 };
    char *bytes = buf_reserve(&body, BIG_BYTES);
    for (body.len = 0; body.len < BIG_BYTES; body.len++)
        bytes[body.len] = pattern_byte(body.len);
    ((struct world *)ctx)->bigs++;
    if (str_eq(request->path, STR("/big/copied")))
        http_answer(request, 200, TEXT, buf_str(&body));
    else
        http_answer_take(request, 200, TEXT, &body);
    buf_done(&body);
}

static void on_drain(struct http_stream *stream, void *ctx)
{
    (void)stream;
    ((struct world *)ctx)->drains++;
}

static void on_close(struct http_stream *stream, void *ctx)
{
    struct world *world = ctx;
    world->streams_closed++;
    if (world->stream == stream)
        world->stream = NULL;
}

static const struct http_stream_ops stream_ops = { on_drain, on_close };

static void two_parts(struct http_request *request, void *ctx)
{
    struct http_stream *stream = http_answer_stream(request, 200, TEXT, &stream_ops, ctx);
    (void)http_stream_write(stream, STR("one"));
    (void)http_stream_write(stream, STR_NONE); // must not end it
    (void)http_stream_write(stream, STR(" and twenty more bytes"));
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
    http_answer(request, 200, TEXT, http_request_client_address(request));
}

static void peer(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 200, TEXT,
                arena_printf(request->arena, "%lld [%" PRIstr "]", (long long)request->peer_uid,
                             STR_ARG(request->peer_address)));
}

static void item(struct http_request *request, void *ctx)
{
    (void)ctx;
    str value = STR("(none)");
    (void)http_request_query(request, STR("q"), &value);
    http_answer_header(request, STR("X-Item"), STR("yes"));
    http_answer(request, 200, TEXT,
                arena_printf(request->arena, "%" PRIstr "|%" PRIstr "|%s",
                             STR_ARG(request->params[0]), STR_ARG(value),
                             (const char *)request->route->row));
}

static void nothing(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 204, STR_NONE, STR_NONE);
}

static void preflight(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 204, STR_NONE, STR_NONE);
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, TEXT, arena_printf(request->arena, "family says %d", status));
}

static const struct http_route routes[] = {
    { "GET", "/echo", 0, NULL, echo, NULL },
    { "POST", "/echo", 1000, NULL, echo, NULL },
    { "POST", "/echo/much", 1 << 20, NULL, echo, NULL },
    { "POST", "/early", 1 << 20, early, echo, NULL },
    { "GET", "/early", 0, early, echo, NULL },
    { "GET", "/hold", 0, NULL, hold, NULL },
    { "POST", "/hold", 1000, NULL, hold, NULL },
    { "GET", "/big", 0, NULL, big, NULL },
    { "GET", "/big/copied", 0, NULL, big, NULL },
    { "GET", "/parts", 0, NULL, two_parts, NULL },
    { "GET", "/stream", 0, NULL, keep_stream, NULL },
    { "GET", "/address", 0, NULL, client_address, NULL },
    { "GET", "/peer", 0, NULL, peer, NULL },
    { "GET", "/items/{id}", 0, NULL, item, "row" },
    { "DELETE", "/items/{id}", 0, NULL, nothing, NULL },
    { 0 },
};

static const char *const prefixes[] = { "/", NULL };

void world_start(struct world *world, const struct http_server_limits *limits)
{
    *world = (struct world){ .arena = arena_new(1 << 28) };
    struct http_family family = {
        .routes = routes,
        .prefixes = prefixes,
        .fail = on_fail,
        .preflight = preflight,
        .answers_head = true,
        .ctx = world,
    };
    rig_start(&world->rig, &family, 1, limits);
}

void world_stop(struct world *world)
{
    rig_stop(&world->rig);
    arena_free(world->arena);
}

static struct world *world_of(struct rig *rig)
{
    return CONTAINER_OF(rig, struct world, rig);
}

static bool (*asked)(struct world *world);
static bool answer;

static void ask(struct rig *rig)
{
    answer = asked(world_of(rig));
}

void world_wait(struct world *world, bool (*is_so)(struct world *world))
{
    asked = is_so;
    for (int i = 0; i < PATIENCE_MS / 2; i++) {
        rig_call(&world->rig, ask);
        if (answer)
            return;
        usleep(2000); // what is waited for comes through a socket
    }
    fail_msg("waited in vain");
}

static bool is_held(struct world *world)
{
    return world->held != NULL;
}

static void release(struct rig *rig)
{
    http_answer(TAKE(world_of(rig)->held), 200, TEXT, STR("held"));
}

void world_release(struct world *world)
{
    world_wait(world, is_held);
    rig_call(&world->rig, release);
}

static size_t conns;

static void conns_read(struct rig *rig)
{
    conns = rig->server->conn_count;
}

size_t world_conns(struct world *world)
{
    rig_call(&world->rig, conns_read);
    return conns;
}
