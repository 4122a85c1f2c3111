// SPDX-License-Identifier: Apache-2.0
// A connection: reading, what follows from each of the parser's events, deadlines, closing.
#include "http/conn.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "http/serving.h"

static int64_t now_ms(const struct conn *conn)
{
    return (int64_t)uv_now(loop_uv(conn->server->loop));
}

static void on_alarm(struct timer *alarm);

// A later deadline leaves the alarm as it is (it looks again when it fires), so that a busy
// connection does not touch the timers for each request.
void conn_deadline(struct conn *conn, int64_t ms)
{
    conn->deadline_ms = now_ms(conn) + ms;
    if (timer_is_running(&conn->alarm) && conn->alarm_ms <= conn->deadline_ms)
        return;
    conn->alarm_ms = conn->deadline_ms;
    timer_start(&conn->alarm, ms);
}

void conn_deadline_none(struct conn *conn)
{
    conn->deadline_ms = INT64_MAX;
}

static void reading_start(struct conn *conn);

static void reading_stop(struct conn *conn)
{
    if (conn->is_reading)
        (void)uv_read_stop(&conn->handle.stream); // always succeeds
    conn->is_reading = false;
}

static void on_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;
    struct http_server *server = conn->server;
    mem_free(conn);
    server_handle_closed(server);
}

void conn_close(struct conn *conn)
{
    if (conn->state == CONN_CLOSED)
        return;
    bool is_handling = conn->state == CONN_HANDLING;
    conn->state = CONN_CLOSED;
    reading_stop(conn);
    timer_stop(&conn->alarm);
    list_remove(&conn->node);
    list_remove(&conn->waiting_node);
    conn->server->conn_count--;
    buf_done(&conn->ahead);
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

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    struct conn *conn = shutdown->data;
    if (status < 0)
        conn_close(conn);
}

// Everything has been sent and nothing comes after it.
static void conn_finish(struct conn *conn)
{
    bool has_unread = conn->has_unread || conn->ahead.len > 0;
    conn->shutdown.data = conn;
    if (!has_unread || conn->is_at_end ||
        uv_shutdown(&conn->shutdown, &conn->handle.stream, on_shutdown) < 0) {
        conn_close(conn);
        return;
    }
    conn->state = CONN_LINGERING;
    buf_done(&conn->ahead);
    conn_deadline(conn, LINGER_MS);
    reading_start(conn);
}

static void ahead_feed(struct conn *conn);

// The connection is ready for its next request.
static void conn_next(struct conn *conn)
{
    conn->state = CONN_IDLE;
    conn_deadline(conn, conn->server->limits.idle_timeout_ms);
    if (!conn->is_feeding)
        ahead_feed(conn);
}

void conn_answered(struct conn *conn, bool is_last)
{
    if (conn->state == CONN_CLOSED)
        return;
    if (conn->unsent == 0) {
        if (is_last)
            conn_finish(conn);
        else
            conn_next(conn);
        return;
    }
    size_t queued = uv_stream_get_write_queue_size(&conn->handle.stream);
    conn->state = is_last ? CONN_ENDING : CONN_WRITING;
    conn_deadline(conn, conn->server->limits.write_timeout_ms +
                            (int64_t)(queued / SLOWEST_BYTES_PER_MS));
}

// What was queued has been sent.
static void conn_sent(struct conn *conn)
{
    if (conn->state == CONN_WRITING)
        conn_next(conn);
    else if (conn->state == CONN_ENDING)
        conn_finish(conn);
    else if (conn->state == CONN_STREAMING)
        stream_sent(conn->stream);
}

struct sending {
    uv_write_t write; // its data is the conn
    struct buf copy;
    struct buf taken;
};

static void on_sent(uv_write_t *write, int status)
{
    struct sending *sending = CONTAINER_OF(write, struct sending, write);
    struct conn *conn = write->data;
    buf_done(&sending->copy);
    buf_done(&sending->taken);
    mem_free(sending);
    conn->unsent--;
    if (conn->state == CONN_CLOSED)
        return;
    if (status < 0)
        conn_close(conn);
    else if (conn->unsent == 0)
        conn_sent(conn);
}

// Keeps what is behind the first `done` bytes and writes it when the socket allows.
static void send_rest(struct conn *conn, const uv_buf_t *bufs, unsigned count, size_t done,
                      struct buf *take)
{
    struct sending *sending = NEW(struct sending);
    sending->write.data = conn;
    uv_buf_t rest[2] = { 0 };
    for (unsigned i = 0; i < count; i++) {
        size_t skipped = MIN(done, bufs[i].len);
        done -= skipped;
        if (take && i == count - 1) {
            sending->taken = *take;
            *take = (struct buf){ 0 };
            rest[1] = uv_buf_init(bufs[i].base + skipped, (unsigned)(bufs[i].len - skipped));
        } else {
            buf_add(&sending->copy, bufs[i].base + skipped, bufs[i].len - skipped);
        }
    }
    rest[0] = uv_buf_init(sending->copy.data, (unsigned)sending->copy.len);
    conn->unsent++;
    unsigned first = rest[0].len == 0 ? 1 : 0;
    unsigned last = rest[1].len == 0 ? 1 : 2;
    int failed =
        uv_write(&sending->write, &conn->handle.stream, rest + first, last - first, on_sent);
    if (failed)
        on_sent(&sending->write, failed);
}

void conn_send(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take)
{
    if (conn->state == CONN_CLOSED)
        return;
    size_t total = 0;
    for (unsigned i = 0; i < count; i++)
        total += bufs[i].len;
    int done = uv_try_write(&conn->handle.stream, bufs, count);
    if (done < 0 && done != UV_EAGAIN)
        conn_close(conn);
    else if (done == UV_EAGAIN || (size_t)done < total)
        send_rest(conn, bufs, count, done > 0 ? (size_t)done : 0, take);
}

// Answers what was wrong with the bytes themselves; nothing more can be read from this peer.
static void refuse(struct conn *conn, int status)
{
    conn->has_unread = true;
    message_free(TAKE(conn->message));
    answer_plain(conn, status);
}

// The family answers; the body stays unread.
static void fail(struct conn *conn, int status)
{
    struct message *message = conn->message;
    const struct http_family *family = message->match.family;
    if (status == 503)
        http_answer_header(&message->request, STR("Retry-After"), STR("1"));
    if (status == 405)
        http_answer_header(&message->request, STR("Allow"), str_of(message->match.allow));
    family->fail(&message->request, status, family->ctx);
    assert(!conn->message); // fail answers before it returns
}

static void handle(struct conn *conn)
{
    struct message *message = conn->message;
    const struct route_match *match = &message->match;
    struct http_request *request = &message->request;
    conn->state = CONN_HANDLING;
    conn_deadline_none(conn);
    request->body = buf_str(&message->body);
    if (match->is_preflight) {
        match->family->preflight(request, match->family->ctx);
    } else if (match->status) {
        fail(conn, match->status);
    } else {
        if (request->content_length == 0 && match->route->begin)
            match->route->begin(request, match->family->ctx);
        if (conn->message == message) // begin may have answered
            match->route->handle(request, match->family->ctx);
    }
}

static void body_begin(struct conn *conn)
{
    struct message *message = conn->message;
    conn->state = CONN_BODY;
    conn_deadline(conn, conn->server->limits.body_timeout_ms);
    conn->body_deadline_ms = conn->deadline_ms;
    if (message->request.content_length > 0)
        (void)buf_reserve(&message->body, (size_t)message->request.content_length);
    if (message->expects_answer) {
        static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
        uv_buf_t answer = uv_buf_init((char *)text, sizeof(text) - 1);
        message->expects_answer = false;
        conn_send(conn, &answer, 1, NULL);
    }
}

static void budget_wait(struct conn *conn)
{
    conn->state = CONN_WAITING;
    reading_stop(conn);
    conn_deadline(conn, conn->server->limits.body_wait_ms);
}

void conn_granted(struct conn *conn)
{
    if (conn->message->request.content_length >= 0) {
        body_begin(conn);
    } else {
        conn->state = CONN_BODY;
        conn_deadline(conn, MAX(conn->body_deadline_ms - now_ms(conn), (int64_t)0));
    }
    ahead_feed(conn);
}

static bool route_begin(struct conn *conn)
{
    struct message *message = conn->message;
    const struct http_route *route = message->match.route;
    if (route && route->begin)
        route->begin(&message->request, message->match.family->ctx);
    return conn->message == message;
}

// A short body of a request that is refused anyway is read past, which keeps the connection.
static int body_check(struct message *message)
{
    int64_t announced = message->request.content_length;
    int status = message->match.status;
    const struct http_route *route = message->match.route;
    size_t limit = route ? route->body_limit_bytes : 0;
    message->body_limit_bytes = limit > 0 ? limit : IGNORED_BODY_BYTES;
    if (announced > 0 && (uint64_t)announced > message->body_limit_bytes)
        return status ? status : 413;
    return message->expects_answer ? status : 0;
}

static void body_expect(struct conn *conn)
{
    struct message *message = conn->message;
    int64_t announced = message->request.content_length;
    int status = body_check(message);
    if (status)
        fail(conn, status);
    else if (!route_begin(conn))
        return;
    else if (announced > 0 && !server_budget_take(conn->server, conn, (size_t)announced))
        budget_wait(conn);
    else
        body_begin(conn);
}

static void on_head(struct conn *conn)
{
    struct message *message = conn->message;
    struct http_request *request = &message->request;
    struct head_facts facts = parser_head_facts(&conn->parser);
    int status = message_head_done(message, &facts);
    conn->is_http_1_0 = facts.minor == 0;
    if (status) {
        refuse(conn, status);
        return;
    }
    bool is_preflight_asked =
        http_request_header(request, STR("Access-Control-Request-Method")).len > 0;
    router_find(conn->server->router, request->method, request->path, is_preflight_asked,
                &message->match);
    message_route_set(message);
    if (request->content_length != 0)
        body_expect(conn);
}

static void on_chunk(struct conn *conn)
{
    struct message *message = conn->message;
    uint64_t bytes = parser_chunk_bytes(&conn->parser);
    if (bytes > message->body_limit_bytes - message->body.len)
        fail(conn, message->match.status ? message->match.status : 413);
    else if (!server_budget_take(conn->server, conn, bytes))
        budget_wait(conn);
}

static void on_event(struct conn *conn, enum parse_event event)
{
    switch (event) {
    case PARSE_BEGIN:
        conn->message = conn->parser.message = message_new(conn);
        conn->state = CONN_HEAD;
        conn_deadline(conn, conn->server->limits.header_timeout_ms);
        break;
    case PARSE_HEAD:
        on_head(conn);
        break;
    case PARSE_CHUNK:
        on_chunk(conn);
        break;
    case PARSE_END:
        conn->keeps_alive = parser_keeps_alive(&conn->parser);
        handle(conn);
        break;
    case PARSE_BAD:
        refuse(conn, conn->parser.bad_status);
        break;
    case PARSE_MORE:
        break;
    }
}

static bool is_parsing(const struct conn *conn)
{
    return conn->state <= CONN_BODY && conn->state != CONN_WAITING;
}

// Parses until the bytes are used up or something has to be waited for; returns what was used.
static size_t conn_feed(struct conn *conn, str bytes)
{
    size_t done = 0;
    bool is_mid_message = conn->message != NULL;
    conn->is_feeding = true;
    while (is_parsing(conn) && (done < bytes.len || is_mid_message)) {
        size_t used;
        enum parse_event event =
            parser_feed(&conn->parser, str_make(bytes.data + done, bytes.len - done), &used);
        done += used;
        if (event == PARSE_MORE)
            break;
        on_event(conn, event);
        is_mid_message = conn->message != NULL;
    }
    conn->is_feeding = false;
    return done;
}

// Parses what was read earlier, as far as it goes, and reads on when there is room.
static void ahead_feed(struct conn *conn)
{
    struct buf ahead = conn->ahead;
    conn->ahead = (struct buf){ 0 };
    size_t done = conn_feed(conn, buf_str(&ahead));
    if (conn->state != CONN_CLOSED && done < ahead.len)
        buf_add(&conn->ahead, ahead.data + done, ahead.len - done);
    buf_done(&ahead);
    if (conn->state == CONN_CLOSED)
        return;
    if (conn->is_at_end && is_parsing(conn))
        conn_close(conn);
    else if (!conn->is_at_end && conn->state != CONN_WAITING &&
             conn->ahead.len < AHEAD_BYTES_MAX)
        reading_start(conn);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    (void)suggested;
    struct conn *conn = handle->data;
    *ret_buf = uv_buf_init(conn->server->read_bytes, READ_BYTES);
}

static void on_end(struct conn *conn)
{
    conn->is_at_end = true;
    reading_stop(conn);
    // Whoever only shuts down its sending side still gets the answer; a stream's reader that
    // leaves cannot be told from it and is more likely.
    if (conn->state != CONN_HANDLING && conn->state != CONN_WRITING &&
        conn->state != CONN_ENDING)
        conn_close(conn);
}

static void on_bytes(struct conn *conn, str bytes)
{
    if (conn->state == CONN_LINGERING || conn->state == CONN_ENDING)
        return;
    size_t done = is_parsing(conn) ? conn_feed(conn, bytes) : 0;
    if (conn->state == CONN_CLOSED || done == bytes.len)
        return;
    if (conn->state == CONN_LINGERING || conn->state == CONN_ENDING)
        return;
    buf_add(&conn->ahead, bytes.data + done, bytes.len - done);
    if (conn->ahead.len >= AHEAD_BYTES_MAX)
        reading_stop(conn);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct conn *conn = stream->data;
    if (count > 0)
        on_bytes(conn, str_make(buf->base, (size_t)count));
    else if (count == UV_EOF)
        on_end(conn);
    else if (count < 0)
        conn_close(conn);
}

static void reading_start(struct conn *conn)
{
    if (conn->is_reading || conn->is_at_end || conn->state == CONN_CLOSED)
        return;
    int failed = uv_read_start(&conn->handle.stream, on_alloc, on_read);
    conn->is_reading = !failed;
    if (failed)
        conn_close(conn);
}

static void expire(struct conn *conn)
{
    switch (conn->state) {
    case CONN_HEAD:
    case CONN_BODY:
        refuse(conn, 408);
        break;
    case CONN_WAITING:
        list_remove(&conn->waiting_node);
        fail(conn, 503);
        break;
    case CONN_IDLE:
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
    int64_t left = conn->deadline_ms - now_ms(conn);
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
    if (conn->state == CONN_IDLE)
        conn_close(conn);
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
    bool is_ipv4 = address_is_ipv4(&address);
    (void)uv_inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address.bytes + (is_ipv4 ? 12 : 0),
                       conn->peer_address, sizeof(conn->peer_address));
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

static void handle_init(struct conn *conn)
{
    struct uv_loop_s *uv = loop_uv(conn->server->loop);
    int failed = conn->server->is_unix ? uv_pipe_init(uv, &conn->handle.pipe, 0)
                                       : uv_tcp_init(uv, &conn->handle.tcp);
    assert(!failed);
    (void)failed;
    conn->handle.any.data = conn;
    conn->server->handles++;
}

void conn_accept(struct http_server *server, uv_stream_t *listener)
{
    struct conn *conn = NEW(struct conn);
    conn->server = server;
    conn->peer_uid = -1;
    handle_init(conn);
    timer_init(&conn->alarm, server->loop, on_alarm);
    list_add_last(&server->conns, &conn->node);
    server->conn_count++;
    if (uv_accept(listener, &conn->handle.stream) < 0 ||
        server->conn_count > server->limits.connections) {
        conn_close(conn);
        return;
    }
    if (server->is_unix) {
        peer_uid_set(conn);
    } else {
        peer_address_set(conn);
        (void)uv_tcp_nodelay(&conn->handle.tcp, 1); // only costs speed when it fails
    }
    parser_init(&conn->parser, &server->limits);
    conn_deadline(conn, server->limits.idle_timeout_ms);
    reading_start(conn);
}
