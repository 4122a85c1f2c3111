// SPDX-License-Identifier: Apache-2.0
// Answers of known length: head and body in one write.
#include "http/answer.h"

#include "http/serving.h"
#include "http/status.h"

static void header_add(struct buf *head, str name, str value)
{
    buf_add_str(head, name);
    buf_add_str(head, STR(": "));
    buf_add_str(head, value);
    buf_add_str(head, STR("\r\n"));
}

static void number_add(struct buf *buf, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
    } while (number /= 10);
    buf_add(buf, digits + at, sizeof(digits) - at);
}

static void number_header_add(struct buf *head, str name, uint64_t number)
{
    buf_add_str(head, name);
    buf_add_str(head, STR(": "));
    number_add(head, number);
    buf_add_str(head, STR("\r\n"));
}

static void connection_add(struct buf *head, const struct conn *conn,
                           const struct answer *answer)
{
    if (answer->is_last)
        header_add(head, STR("Connection"), STR("close"));
    else if (conn->is_http_1_0)
        header_add(head, STR("Connection"), STR("keep-alive"));
}

static void framing_add(struct buf *head, const struct answer *answer)
{
    bool has_no_body = answer->status == 204 || answer->status == 304;
    if (answer->content_length == ANSWER_CHUNKED) {
        buf_add_str(head, STR("Transfer-Encoding: chunked\r\n"));
    } else if (answer->content_length >= 0 && !has_no_body) {
        number_header_add(head, STR("Content-Length"), (uint64_t)answer->content_length);
    }
}

str answer_head(struct conn *conn, const struct message *message, const struct answer *answer)
{
    assert(answer->status >= 200 && answer->status <= 999);
    struct buf *head = &conn->server->head;
    buf_clear(head);
    buf_add_str(head, STR("HTTP/1.1 "));
    number_add(head, (uint64_t)answer->status);
    buf_add_char(head, ' ');
    buf_add_str(head, status_text(answer->status));
    buf_add_str(head, STR("\r\n"));
    framing_add(head, answer);
    header_add(head, STR("Date"), server_date(conn->server));
    if (answer->content_type.len > 0)
        header_add(head, STR("Content-Type"), answer->content_type);
    if (message) {
        header_add(head, STR("X-Request-Id"), message->request.id);
        buf_add_str(head, buf_str(&message->answer_headers));
    }
    if (answer->retry_after_s > 0)
        number_header_add(head, STR("Retry-After"), answer->retry_after_s);
    if (conn->secure && conn->server->hsts_len > 0)
        header_add(head, STR("Strict-Transport-Security"),
                   str_make(conn->server->hsts, conn->server->hsts_len));
    connection_add(head, conn, answer);
    buf_add_str(head, STR("\r\n"));
    return buf_str(head);
}

bool answer_is_last(struct conn *conn)
{
    if (conn->state != CONN_HANDLING)
        conn->has_unread = true; // answered before the body has been read
    return conn->has_unread || !conn->keeps_alive || conn->server->is_draining;
}

static uv_buf_t uv_buf_of(str bytes)
{
    return uv_buf_init((char *)bytes.data, (unsigned)bytes.len); // only read
}

// take: NULL, or the buffer that body is.
static void send_answer(struct conn *conn, struct message *message, struct answer *answer,
                        str body, struct buf *take)
{
    answer->content_length = (int64_t)body.len;
    str head = answer_head(conn, message, answer);
    const uv_buf_t bufs[] = { uv_buf_of(head), uv_buf_of(body) };
    bool has_body = body.len > 0 && !(message && message->is_head_only) &&
                    answer->status != 204 && answer->status != 304;
    conn_send(conn, bufs, has_body ? 2 : 1, has_body ? take : NULL);
    message_free(message);
    conn_answered(conn, answer->is_last);
}

static void answer(struct http_request *request, struct answer *answer, str body,
                   struct buf *take)
{
    struct message *message = message_of(request);
    struct conn *conn = message->conn;
    if (!conn) {
        message_free(message);
        return;
    }
    assert(conn->message == message); // answered twice otherwise
    conn->message = NULL;
    answer->is_last = answer_is_last(conn);
    send_answer(conn, message, answer, body, take);
}

void http_answer(struct http_request *request, int status, str content_type, str body)
{
    struct answer parts = { .status = status, .content_type = content_type };
    answer(request, &parts, body, NULL);
}

void http_answer_take(struct http_request *request, int status, str content_type,
                      struct buf *body)
{
    struct answer parts = { .status = status, .content_type = content_type };
    answer(request, &parts, buf_str(body), body);
    buf_done(body);
}

void http_answer_lasting(struct http_request *request, int status, str content_type, str body)
{
    struct answer parts = { .status = status, .content_type = content_type };
    struct buf nobodys = { 0 };
    answer(request, &parts, body, &nobodys);
}

void answer_plain(struct conn *conn, int status, str text)
{
    struct answer parts = { .status = status,
                            .content_type = STR("text/plain; charset=utf-8"),
                            .retry_after_s = status == 503 ? 1 : 0,
                            .is_last = true };
    char body[128];
    if (text.len == 0)
        text = status_text(status);
    int len = snprintf(body, sizeof(body), "%" PRIstr "\n", STR_ARG(text));
    send_answer(conn, NULL, &parts, str_make(body, (size_t)len), NULL);
}

static bool is_header_safe(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == '\r' || text.data[i] == '\n' || text.data[i] == '\0')
            return false;
    return true;
}

void http_answer_header(struct http_request *request, str name, str value)
{
    assert(name.len > 0 && is_header_safe(name) && is_header_safe(value));
    header_add(&message_of(request)->answer_headers, name, value);
}
