// SPDX-License-Identifier: Apache-2.0
// The server: accepting, the body budget, request ids, draining and closing.
#include "http/server.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rand.h"
#include "codec/base62.h"
#include "http/serving.h"
#include "metrics/metrics.h"

enum { BACKLOG = 4096, POOLED_MESSAGES_MAX = 128 };

const struct http_server_limits http_server_limits_default = {
    .header_bytes = 64 << 10,
    .header_count = 100,
    .connections = 20000,
    .body_budget_bytes = 64 << 20,
    .body_wait_ms = 2000,
    .body_slowest_bytes_s = 16 << 10,
    .header_timeout_ms = 10000,
    .body_timeout_ms = 60000,
    .idle_timeout_ms = 720000,
    .write_timeout_ms = 30000,
    .write_slowest_bytes_s = 16 << 10,
};

int64_t server_wall_ms(void)
{
    return clock_wall_ms(clock_system());
}

// The parts that change once a second. Ids sort by time, and by number within a server.
static void second_begin(struct http_server *server, int64_t second)
{
    struct tm parts;
    time_t seconds = (time_t)second;
    server->date_second = second;
    size_t len = strftime(server->date, sizeof(server->date), "%a, %d %b %Y %H:%M:%S GMT",
                          gmtime_r(&seconds, &parts));
    assert(len == DATE_LEN);
    (void)len;
    uint8_t number[4] = { (uint8_t)(second >> 24), (uint8_t)(second >> 16),
                          (uint8_t)(second >> 8), (uint8_t)second };
    base62_encode(number, sizeof(number), server->id_prefix, 6);
}

static void second_check(struct http_server *server, int64_t wall_ms)
{
    int64_t second = wall_ms / 1000;
    if (second != server->date_second)
        second_begin(server, second);
}

str server_date(struct http_server *server)
{
    second_check(server, server_wall_ms());
    return str_make(server->date, DATE_LEN);
}

void server_request_id(struct http_server *server, int64_t wall_ms, char ret_id[REQUEST_ID_LEN])
{
    second_check(server, wall_ms);
    memcpy(ret_id, server->id_prefix, sizeof(server->id_prefix));
    uint64_t number = server->id_count++;
    for (size_t at = REQUEST_ID_LEN; at > sizeof(server->id_prefix); number /= 62)
        ret_id[--at] = base62_alphabet[number % 62];
}

bool server_keeps_message(const struct http_server *server)
{
    return !server->is_closing && server->pooled_count < POOLED_MESSAGES_MAX;
}

static void on_connection(uv_stream_t *stream, int status)
{
    if (status == 0) // else the peer has gone already, or descriptors are short: it tries again
        conn_accept(stream->data);
}

static void on_drained_due(struct timer *drained)
{
    struct http_server *server = CONTAINER_OF(drained, struct http_server, drained);
    server->on_drained(server->drained_ctx);
}

static int handle_open(struct listener *listener, struct uv_loop_s *uv, int fd)
{
    int failed;
    if (listener->is_unix) {
        failed = uv_pipe_init(uv, &listener->handle.pipe, 0);
        assert(!failed);
        return uv_pipe_open(&listener->handle.pipe, fd);
    }
    failed = uv_tcp_init(uv, &listener->handle.tcp);
    assert(!failed);
    return uv_tcp_open(&listener->handle.tcp, fd);
}

void http_server_listen(struct http_server *server, int listen_fd, struct http_tls *tls)
{
    assert(server->listener_count < LISTENERS_MAX && !server->is_draining);
    struct listener *listener = &server->listeners[server->listener_count++];
    int domain = 0;
    socklen_t len = sizeof(domain);
    int failed = getsockopt(listen_fd, SOL_SOCKET, SO_DOMAIN, &domain, &len);
    assert(!failed);
    *listener = (struct listener){ .server = server, .tls = tls, .is_unix = domain == AF_UNIX };
    failed = handle_open(listener, loop_uv(server->loop), listen_fd);
    assert(!failed);
    listener->handle.any.data = listener;
    server->handles++;
    failed = uv_listen(&listener->handle.stream, BACKLOG, on_connection);
    assert(!failed);
    (void)failed;
}

enum err http_trusted_proxies_check(str trusted_proxies, struct problem *ret_problem)
{
    AUTO(cidrs_free) struct cidrs *cidrs = NULL;
    return cidrs_new(trusted_proxies, &cidrs, ret_problem);
}

struct http_server *http_server_new(struct loop *loop, int listen_fd,
                                    const struct http_router *router,
                                    const struct http_server_limits *limits)
{
    assert(limits->header_bytes > 0 && limits->header_bytes <= UINT32_MAX);
    struct http_server *server = NEW(struct http_server);
    server->loop = loop;
    server->router = router;
    server->limits = *limits;
    enum err err = cidrs_new(limits->trusted_proxies, &server->trusted_proxies, NULL);
    assert(err == OK);
    (void)err;
    list_init(&server->conns);
    list_init(&server->messages);
    list_init(&server->streams);
    list_init(&server->message_pool);
    budget_init(&server->budget, server);
    turns_init(&server->turns, loop, conn_resume);
    timer_init(&server->drained, loop, on_drained_due);
    for (size_t i = 6; i < sizeof(server->id_prefix); i++)
        server->id_prefix[i] = base62_alphabet[rng_below(rng_system(), 62)];
    second_check(server, server_wall_ms());
    if (limits->hsts_max_age_s > 0)
        server->hsts_len = (size_t)snprintf(server->hsts, sizeof(server->hsts), "max-age=%lld",
                                            (long long)limits->hsts_max_age_s);
    if (listen_fd >= 0)
        http_server_listen(server, listen_fd, NULL);
    return server;
}

static void server_free(struct http_server *server)
{
    message_pool_done(&server->message_pool);
    cidrs_free(server->trusted_proxies);
    buf_done(&server->head);
    mem_free(server);
}

void server_handle_closed(struct http_server *server)
{
    assert(server->handles > 0);
    if (--server->handles == 0 && server->is_closing)
        server_free(server);
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    server_handle_closed(listener->server);
}

static void listeners_close(struct http_server *server)
{
    for (size_t i = 0; i < server->listener_count; i++)
        if (!uv_is_closing(&server->listeners[i].handle.any))
            uv_close(&server->listeners[i].handle.any, on_listener_closed);
}

void server_check_drained(struct http_server *server)
{
    if (server->is_draining && !server->is_closing && list_is_empty(&server->conns) &&
        list_is_empty(&server->messages) && !timer_is_running(&server->drained))
        timer_start(&server->drained, 0);
}

void http_server_drain(struct http_server *server, void (*on_drained)(void *ctx), void *ctx)
{
    assert(!server->is_draining && !server->is_closing);
    server->is_draining = true;
    server->on_drained = on_drained;
    server->drained_ctx = ctx;
    listeners_close(server);
    LIST_EACH (&server->conns, node)
        conn_drain(CONTAINER_OF(node, struct conn, node));
    server_check_drained(server);
}

void http_server_close(struct http_server *server)
{
    if (!server)
        return;
    assert(!server->is_closing);
    server->is_closing = true;
    timer_stop(&server->drained);
    server->handles++; // ours, until all of this is done
    listeners_close(server);
    LIST_EACH (&server->conns, node)
        conn_close(CONTAINER_OF(node, struct conn, node));
    streams_close(server);
    LIST_EACH (&server->messages, message)
        message_free(CONTAINER_OF(message, struct message, node));
    turns_done(&server->turns);
    budget_done(&server->budget); // all of it has been given back
    server_handle_closed(server);
}
