// SPDX-License-Identifier: Apache-2.0
// A connection from accept to close, and its deadlines.
#include "http/conn.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "http/serving.h"
#include "metrics/metrics.h"

int64_t conn_now_ms(const struct conn *conn)
{
    return (int64_t)uv_now(loop_uv(conn->server->loop));
}

static void on_alarm(struct timer *alarm);

// A later deadline leaves the alarm as it is (it looks again when it fires), so that a busy
// connection does not touch the timers for each request.
void conn_deadline(struct conn *conn, int64_t ms)
{
    conn->deadline_ms = conn_now_ms(conn) + ms;
    if (timer_is_running(&conn->alarm) && conn->alarm_ms <= conn->deadline_ms)
        return;
    conn->alarm_ms = conn->deadline_ms;
    timer_start(&conn->alarm, ms);
}

void conn_deadline_none(struct conn *conn)
{
    conn->deadline_ms = INT64_MAX;
}

static void on_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;
    struct http_server *server = conn->server;
    secure_free(conn->secure);
    mem_free(conn);
    server_handle_closed(server);
}

void conn_close(struct conn *conn)
{
    if (conn->state == CONN_CLOSED)
        return;
    bool is_handling = conn->state == CONN_HANDLING;
    conn_bye_now(conn);
    conn->state = CONN_CLOSED;
    conn_read_stop(conn);
    timer_stop(&conn->alarm);
    list_remove(&conn->node);
    list_remove(&conn->waiting_node);
    conn->server->conn_count--;
    metric_add(METRIC_HTTP_CONNECTIONS, -1);
    conn_ahead_drop(conn);
    conn_seal_none(conn);
    uv_close(&conn->handle.any, on_closed);
    struct message *message = TAKE(conn->message);
    if (message && is_handling)
        message->conn = NULL; // its handler answers into the void
    else
        message_free(message);
    if (conn->stream)
        stream_lost(TAKE(conn->stream));
    server_check_drained(conn->server);
}

static void expire(struct conn *conn)
{
    conn_handshake_end(conn, HANDSHAKE_TIMEOUT);
    switch (conn->state) {
    case CONN_HEAD:
    case CONN_BODY:
        exchange_refuse(conn, 408);
        break;
    case CONN_WAITING:
        list_remove(&conn->waiting_node);
        exchange_fail(conn, 503);
        break;
    case CONN_IDLE:
    case CONN_READY:
    case CONN_HANDLING:
    case CONN_WRITING:
    case CONN_STREAMING:
    case CONN_ENDING:
    case CONN_LINGERING:
        conn_close(conn);
        break;
    case CONN_CLOSED:
        break;
    }
}

static void on_alarm(struct timer *alarm)
{
    struct conn *conn = CONTAINER_OF(alarm, struct conn, alarm);
    int64_t left = conn->deadline_ms - conn_now_ms(conn);
    if (conn->deadline_ms == INT64_MAX)
        return;
    if (left <= 0) {
        expire(conn);
        return;
    }
    conn->alarm_ms = conn->deadline_ms;
    timer_start(&conn->alarm, left);
}

void conn_drain(struct conn *conn)
{
    // A stream has no end of its own to wait for.
    if (conn->state == CONN_IDLE || conn->state == CONN_STREAMING)
        conn_close(conn);
}

// A proxy that announces its clients does so for all of them: a connection of it without the
// header could be made by a client of its own.
static void proxy_await(struct conn *conn, const struct address *peer)
{
    const struct http_server *server = conn->server;
    conn->awaits_proxy =
        server->limits.has_proxy_header && cidrs_have(server->trusted_proxies, peer);
}

static void peer_address_set(struct conn *conn)
{
    struct sockaddr_storage storage;
    int len = sizeof(storage);
    if (uv_tcp_getpeername(&conn->handle.tcp, (struct sockaddr *)&storage, &len) < 0)
        return; // has gone already
    struct address address;
    if (!address_of((struct sockaddr *)&storage, &address))
        return;
    address_print(&address, conn->peer_address);
    proxy_await(conn, &address);
}

static void peer_uid_set(struct conn *conn)
{
    uv_os_fd_t fd;
    struct ucred peer;
    socklen_t len = sizeof(peer);
    if (uv_fileno(&conn->handle.any, &fd) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0)
        conn->peer_uid = peer.uid;
}

static void handle_init(struct conn *conn, bool is_unix)
{
    struct uv_loop_s *uv = loop_uv(conn->server->loop);
    int failed =
        is_unix ? uv_pipe_init(uv, &conn->handle.pipe, 0) : uv_tcp_init(uv, &conn->handle.tcp);
    assert(!failed);
    (void)failed;
    conn->handle.any.data = conn;
    conn->server->handles++;
}

static struct conn *conn_new(struct http_server *server, bool is_unix)
{
    struct conn *conn = NEW(struct conn);
    conn->server = server;
    conn->peer_uid = -1;
    handle_init(conn, is_unix);
    timer_init(&conn->alarm, server->loop, on_alarm);
    list_init(&conn->plain);
    list_add_last(&server->conns, &conn->node);
    server->conn_count++;
    metric_add(METRIC_HTTP_CONNECTIONS, 1);
    return conn;
}

// What comes before the first request has as long as a header.
static int64_t first_timeout_ms(const struct conn *conn)
{
    const struct http_server_limits *limits = &conn->server->limits;
    bool is_early = conn->awaits_proxy || conn->is_shaking;
    return is_early ? limits->header_timeout_ms : limits->idle_timeout_ms;
}

void conn_accept(struct listener *listener)
{
    struct http_server *server = listener->server;
    struct conn *conn = conn_new(server, listener->is_unix);
    if (uv_accept(&listener->handle.stream, &conn->handle.stream) < 0 ||
        server->conn_count > server->limits.connections) {
        conn_close(conn);
        return;
    }
    if (listener->is_unix) {
        peer_uid_set(conn);
    } else {
        peer_address_set(conn);
        (void)uv_tcp_nodelay(&conn->handle.tcp, 1); // only costs speed when it fails
    }
    if (listener->tls) {
        conn->secure = secure_new(listener->tls);
        conn->is_shaking = true;
    }
    parser_init(&conn->parser, &server->limits);
    conn_deadline(conn, first_timeout_ms(conn));
    conn_read_start(conn);
}
