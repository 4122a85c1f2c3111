// SPDX-License-Identifier: Apache-2.0
// From the bytes of a header to a request, and what RFC 9112 asks of it beyond the grammar.
#include "http/message.h"

#include "base/mem.h"
#include "codec/url.h"
#include "http/conn.h"
#include "http/method.h"
#include "http/serving.h"

enum {
    ARENA_CEILING_BYTES = 64 << 20, // a guard against mistakes; sizes have their own limits
    POOLED_BUF_BYTES = 16 << 10,    // a bigger buffer is given back when its request is done
    POOLED_BODIES_BYTES = 16 << 20, // all bodies' buffers together, of one server at work
};

struct message *message_new(struct conn *conn)
{
    struct http_server *server = conn->server;
    struct list_node *pooled = list_take_first(&server->message_pool);
    struct message *message = NULL;
    if (pooled) {
        message = CONTAINER_OF(pooled, struct message, node);
        server->pooled_count--;
        server->pooled_body_bytes -= message->body.cap;
    } else {
        message = NEW(struct message);
        message->request.arena = arena_new(ARENA_CEILING_BYTES);
    }
    struct http_request *request = &message->request;
    message->server = server;
    message->conn = conn;
    request->received_wall_ms = server_wall_ms();
    server_request_id(server, request->received_wall_ms, message->id);
    request->id = str_make(message->id, sizeof(message->id));
    request->peer_address = arena_dup(request->arena, str_of(conn->peer_address));
    request->peer_uid = conn->peer_uid;
    request->is_tls = conn->secure != NULL;
    list_add_last(&server->messages, &message->node);
    return message;
}

static void buf_recycle(struct buf *buf)
{
    buf_clear(buf);
    if (buf->cap > POOLED_BUF_BYTES)
        buf_done(buf);
}

static void body_recycle(struct http_server *server, struct buf *body)
{
    buf_clear(body);
    if (body->cap > POOLED_BODIES_BYTES - server->pooled_body_bytes)
        buf_done(body);
    server->pooled_body_bytes += body->cap;
}

static void message_destroy(struct message *message)
{
    arena_free(message->request.arena);
    buf_done(&message->head);
    buf_done(&message->spans);
    buf_done(&message->body);
    buf_done(&message->answer_headers);
    mem_free(message);
}

void message_free(struct message *message)
{
    if (!message)
        return;
    struct http_server *server = message->server;
    list_remove(&message->node);
    budget_give(&server->budget, message);
    if (server_keeps_message(server)) {
        *message = (struct message){ .request.arena = message->request.arena,
                                     .head = message->head,
                                     .spans = message->spans,
                                     .body = message->body,
                                     .answer_headers = message->answer_headers };
        arena_reset(message->request.arena);
        buf_recycle(&message->head);
        buf_recycle(&message->spans);
        buf_recycle(&message->answer_headers);
        body_recycle(server, &message->body);
        list_add_first(&server->message_pool, &message->node);
        server->pooled_count++;
    } else {
        message_destroy(message);
    }
    server_check_drained(server);
}

void message_pool_done(struct list *pool)
{
    struct list_node *node;
    while ((node = list_take_first(pool)))
        message_destroy(CONTAINER_OF(node, struct message, node));
}

// Small requests and large ones come in turns: the next message need not be the one with room.
static void body_swap(struct message *message, size_t bytes)
{
    struct http_server *server = message->server;
    LIST_EACH (&server->message_pool, node) {
        struct buf *kept = &CONTAINER_OF(node, struct message, node)->body;
        if (kept->cap < bytes)
            continue;
        server->pooled_body_bytes += message->body.cap - kept->cap; // modulo
        struct buf taken = *kept;
        *kept = message->body;
        message->body = taken;
        return;
    }
}

void message_body_reserve(struct message *message, size_t bytes)
{
    if (message->body.cap < bytes && bytes > POOLED_BUF_BYTES)
        body_swap(message, bytes);
    (void)buf_reserve(&message->body, bytes);
}

void message_pool_shrink(struct http_server *server)
{
    LIST_EACH (&server->message_pool, node) {
        struct buf *body = &CONTAINER_OF(node, struct message, node)->body;
        if (body->cap <= POOLED_BUF_BYTES)
            continue;
        server->pooled_body_bytes -= body->cap;
        buf_done(body);
    }
}

void message_span_begin(struct message *message)
{
    struct span span = { 0 };
    buf_add(&message->spans, &span, sizeof(span));
}

void message_span_add(struct message *message, const char *data, size_t len)
{
    assert(message->spans.len > 0);
    struct span *last =
        (struct span *)(message->spans.data + message->spans.len - sizeof(struct span));
    last->len += (uint32_t)len; // header_bytes bounds it
    buf_add(&message->head, data, len);
}

// Names and values come in turns behind the target.
static void headers_make(struct message *message, const struct span *spans, size_t count)
{
    struct http_request *request = &message->request;
    const char *at = message->head.data + spans[0].len;
    struct http_header *headers =
        ARENA_ARRAY(request->arena, struct http_header, MAX(count / 2, (size_t)1));
    for (size_t i = 0; i < count / 2; i++) {
        const struct span *name = &spans[1 + 2 * i];
        headers[i].name = str_make(at, name[0].len);
        headers[i].value = str_trim(str_make(at + name[0].len, name[1].len));
        at += name[0].len + name[1].len;
    }
    request->headers = headers;
    request->header_count = count / 2;
}

// origin-form, absolute-form or "*" (RFC 9112, 3.2) to path and query.
static bool target_split(struct http_request *request)
{
    str rest = request->target;
    if (!str_starts(rest, STR("/")) && !str_eq(rest, STR("*"))) {
        size_t scheme_len = str_find_str(rest, STR("://"));
        if (scheme_len == rest.len)
            return false;
        rest = str_sub(rest, scheme_len + 3, SIZE_MAX);
        size_t authority_len = MIN(str_find(rest, '/'), str_find(rest, '?'));
        rest = str_sub(rest, authority_len, SIZE_MAX);
    }
    size_t path_len = str_find(rest, '?');
    request->path = path_len > 0 ? str_sub(rest, 0, path_len) : STR("/");
    request->query = str_sub(rest, path_len + 1, SIZE_MAX);
    return str_find(rest, '#') == rest.len;
}

static size_t header_count(const struct http_request *request, str name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += str_eq_nocase(request->headers[i].name, name);
    return count;
}

// The body's length must be beyond doubt: what a proxy in front could read otherwise is refused
// (RFC 9112, 6.1 and 11.2). Content-Length is the parser's.
static int framing_check(const struct http_request *request, int minor)
{
    size_t count = header_count(request, STR("Transfer-Encoding"));
    if (count == 0)
        return 0;
    if (count > 1 || minor == 0)
        return 400;
    str coding = http_request_header(request, STR("Transfer-Encoding"));
    return str_eq_nocase(coding, STR("chunked")) ? 0 : 501;
}

static int expect_check(struct message *message, int minor)
{
    str expected = http_request_header(&message->request, STR("Expect"));
    if (expected.len == 0 || minor == 0)
        return 0;
    if (!str_eq_nocase(expected, STR("100-continue")))
        return 417;
    message->expects_answer = message->request.content_length != 0;
    return 0;
}

static str method_keep(str method, struct arena *arena)
{
    str known = method_known(method);
    return known.data ? known : arena_dup(arena, method);
}

int message_head_done(struct message *message, const struct head_facts *facts)
{
    struct http_request *request = &message->request;
    const struct span *spans = (const struct span *)message->spans.data;
    size_t count = message->spans.len / sizeof(*spans);
    assert(count % 2 == 1);
    request->method = method_keep(facts->method, request->arena);
    request->target = str_make(message->head.data, spans[0].len);
    request->content_length = facts->is_chunked ? -1 : (int64_t)facts->content_length;
    message->is_head_only = str_eq(facts->method, STR("HEAD"));
    headers_make(message, spans, count - 1);
    request->is_http_1_0 = facts->minor == 0;
    if (facts->major != 1 || facts->minor > 1)
        return 505;
    if (str_eq(facts->method, STR("CONNECT")))
        return 501;
    if (!target_split(request) || facts->content_length > INT64_MAX)
        return 400;
    size_t hosts = header_count(request, STR("Host"));
    if (hosts > 1 || (hosts == 0 && facts->minor == 1))
        return 400;
    int status = framing_check(request, facts->minor);
    return status ? status : expect_check(message, facts->minor);
}

void message_route_set(struct message *message)
{
    struct http_request *request = &message->request;
    request->route = message->match.route;
    for (size_t i = 0; i < HTTP_PARAMS_MAX && message->match.params[i].data; i++)
        request->params[i] =
            url_decode(message->match.params[i], URL_PLUS_KEPT, request->arena);
}
