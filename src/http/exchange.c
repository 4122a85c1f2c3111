// SPDX-License-Identifier: Apache-2.0
// What follows from each of the parser's events: a request is read, routed, handled or refused.
#include "http/serving.h"

void exchange_refuse(struct conn *conn, int status)
{
    conn->has_unread = true;
    message_free(TAKE(conn->message));
    answer_plain(conn, status, STR_NONE);
}

void exchange_fail(struct conn *conn, int status)
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

void exchange_handle(struct conn *conn)
{
    struct message *message = conn->message;
    const struct route_match *match = &message->match;
    struct http_request *request = &message->request;
    conn->state = CONN_HANDLING;
    request->body = buf_str(&message->body);
    if (match->is_preflight) {
        match->family->preflight(request, match->family->ctx);
    } else if (match->status) {
        exchange_fail(conn, match->status);
    } else {
        if (request->content_length == 0 && match->route->begin)
            match->route->begin(request, match->family->ctx);
        if (conn->message == message) // begin may have answered
            match->route->handle(request, match->family->ctx);
    }
}

static void on_end(struct conn *conn)
{
    conn->keeps_alive = parser_keeps_alive(&conn->parser);
    conn_deadline_none(conn);
    if (turns_is_large(conn->message)) {
        conn->state = CONN_READY;
        turns_wait(&conn->server->turns, conn);
    } else {
        exchange_handle(conn);
    }
}

static void body_begin(struct conn *conn)
{
    struct message *message = conn->message;
    conn->state = CONN_BODY;
    conn_deadline(conn, conn->server->limits.body_timeout_ms);
    conn->body_deadline_ms = conn->deadline_ms;
    message->is_body_begun = true;
    if (message->request.content_length > 0)
        message_body_reserve(message, (size_t)message->request.content_length);
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
    conn_deadline(conn, conn->server->limits.body_wait_ms);
}

void conn_granted(struct conn *conn)
{
    if (!conn->message->is_body_begun) {
        body_begin(conn);
    } else {
        conn->state = CONN_BODY;
        conn_deadline(conn, MAX(conn->body_deadline_ms - conn_now_ms(conn), (int64_t)0));
    }
    conn_read_ahead(conn);
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
    size_t bytes = budget_head_bytes(message) + (size_t)MAX(announced, (int64_t)0);
    int status = body_check(message);
    if (status)
        exchange_fail(conn, status);
    else if (!route_begin(conn))
        return;
    else if (bytes > 0 && !budget_take(&conn->server->budget, conn, bytes))
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
    budget_head_done(&conn->server->budget, conn);
    conn->is_http_1_0 = facts.minor == 0;
    if (status) {
        exchange_refuse(conn, status);
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
        exchange_fail(conn, message->match.status ? message->match.status : 413);
    else if (!budget_take(&conn->server->budget, conn, bytes))
        budget_wait(conn);
}

void exchange_event(struct conn *conn, enum parse_event event)
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
        on_end(conn);
        break;
    case PARSE_BAD:
        exchange_refuse(conn, conn->parser.bad_status);
        break;
    case PARSE_MORE:
        if (conn->state == CONN_HEAD && !budget_head_came(&conn->server->budget, conn))
            exchange_refuse(conn, 503);
        break;
    }
}
