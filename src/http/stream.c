// SPDX-License-Identifier: Apache-2.0
// Answers without an end known in advance.
#include "base/mem.h"
#include "http/answer.h"
#include "http/serving.h"

struct http_stream {
    struct http_server *server;
    struct conn *conn; // NULL: nothing is sent any more
    struct list_node node;
    struct http_stream_ops ops;
    void *ctx;
    struct timer closing; // calls on_close in a turn of its own
    bool is_chunked;
    bool is_full; // the owner was told to hold on
    bool is_last; // the connection ends with it
};

static void stream_close(struct http_stream *stream)
{
    timer_stop(&stream->closing);
    list_remove(&stream->node);
    stream->ops.on_close(stream, stream->ctx);
    mem_free(stream);
}

static void on_closing(struct timer *closing)
{
    stream_close(CONTAINER_OF(closing, struct http_stream, closing));
}

void stream_lost(struct http_stream *stream)
{
    stream->conn = NULL;
    timer_start(&stream->closing, 0);
}

void streams_close(struct http_server *server)
{
    while (!list_is_empty(&server->streams))
        stream_close(CONTAINER_OF(server->streams.head.next, struct http_stream, node));
}

void stream_sent(struct http_stream *stream)
{
    conn_deadline_none(stream->conn);
    if (!stream->is_full)
        return;
    stream->is_full = false;
    if (stream->ops.on_drain)
        stream->ops.on_drain(stream, stream->ctx);
}

static struct http_stream *stream_new(struct http_server *server,
                                      const struct http_stream_ops *ops, void *ctx)
{
    struct http_stream *stream = NEW(struct http_stream);
    stream->server = server;
    stream->ops = *ops;
    stream->ctx = ctx;
    timer_init(&stream->closing, server->loop, on_closing);
    list_add_last(&server->streams, &stream->node);
    return stream;
}

// While something waits to be sent, the peer has write_timeout_ms to take all of it.
static void send_bytes(struct http_stream *stream, const uv_buf_t *bufs, unsigned count)
{
    struct conn *conn = stream->conn;
    bool was_waiting = conn->unsent > 0;
    conn_send(conn, bufs, count, NULL);
    if (conn->state == CONN_STREAMING && conn->unsent > 0 && !was_waiting)
        conn_deadline(conn, conn->server->limits.write_timeout_ms);
}

struct http_stream *http_answer_stream(struct http_request *request, int status,
                                       str content_type, const struct http_stream_ops *ops,
                                       void *ctx)
{
    struct message *message = message_of(request);
    struct conn *conn = message->conn;
    struct http_stream *stream = stream_new(message->server, ops, ctx);
    if (!conn) {
        message_free(message);
        stream_lost(stream);
        return stream;
    }
    assert(conn->message == message); // answered twice otherwise
    bool is_head_only = message->is_head_only;
    stream->is_chunked = !conn->is_http_1_0;
    stream->is_last = answer_is_last(conn) || conn->is_http_1_0;
    struct answer answer = {
        .status = status,
        .content_type = content_type,
        .content_length = stream->is_chunked ? ANSWER_CHUNKED : ANSWER_UNTIL_CLOSE,
        .is_last = stream->is_last,
    };
    str head = answer_head(conn, message, &answer);
    const uv_buf_t buf = uv_buf_init((char *)head.data, (unsigned)head.len);
    conn->message = NULL;
    conn->stream = stream;
    conn->state = CONN_STREAMING;
    conn_deadline_none(conn);
    stream->conn = conn;
    send_bytes(stream, &buf, 1);
    message_free(message);
    if (is_head_only && stream->conn) {
        conn->stream = NULL;
        stream_lost(stream);
        conn_answered(conn, answer.is_last);
    }
    return stream;
}

bool http_stream_write(struct http_stream *stream, str bytes)
{
    struct conn *conn = stream->conn;
    if (!conn)
        return false;
    if (bytes.len == 0)
        return !stream->is_full;
    char size[24];
    int size_len = snprintf(size, sizeof(size), "%zx\r\n", bytes.len);
    const uv_buf_t bufs[] = {
        uv_buf_init(size, (unsigned)size_len),
        uv_buf_init((char *)bytes.data, (unsigned)bytes.len),
        uv_buf_init((char *)"\r\n", 2),
    };
    send_bytes(stream, stream->is_chunked ? bufs : bufs + 1, stream->is_chunked ? 3 : 1);
    if (!stream->conn)
        return false;
    stream->is_full = conn_queued_bytes(conn) > STREAM_FULL_BYTES;
    return !stream->is_full;
}

void http_stream_end(struct http_stream *stream)
{
    struct conn *conn = stream->conn;
    if (!conn)
        return; // on_close is on its way
    const uv_buf_t end = uv_buf_init((char *)"0\r\n\r\n", 5);
    conn->stream = NULL;
    if (stream->is_chunked)
        conn_send(conn, &end, 1, NULL);
    stream_lost(stream);
    conn_answered(conn, stream->is_last || conn->server->is_draining);
}
