// SPDX-License-Identifier: Apache-2.0
// Writing to a connection, and what follows when its bytes have been sent.
#include "base/mem.h"
#include "http/serving.h"

// The connection is ready for its next request.
static void conn_next(struct conn *conn)
{
    conn->state = CONN_IDLE;
    conn_deadline(conn, conn->server->limits.idle_timeout_ms);
    if (!conn->is_feeding)
        conn_read_ahead(conn);
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
    conn_read_start(conn);
}

static int64_t write_timeout_ms(const struct conn *conn)
{
    const struct http_server_limits *limits = &conn->server->limits;
    size_t queued = uv_stream_get_write_queue_size(&conn->handle.stream);
    if (limits->write_slowest_bytes_s == 0)
        return limits->write_timeout_ms;
    return limits->write_timeout_ms + (int64_t)(queued * 1000 / limits->write_slowest_bytes_s);
}

void conn_answered(struct conn *conn, bool is_last)
{
    if (is_last)
        conn_bye(conn);
    if (conn->state == CONN_CLOSED)
        return;
    if (conn->unsent == 0) {
        if (is_last)
            conn_finish(conn);
        else
            conn_next(conn);
        return;
    }
    conn->state = is_last ? CONN_ENDING : CONN_WRITING;
    conn_deadline(conn, write_timeout_ms(conn));
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

void conn_send_raw(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take)
{
    size_t total = 0;
    for (unsigned i = 0; i < count; i++)
        total += bufs[i].len;
    int done = uv_try_write(&conn->handle.stream, bufs, count);
    if (done < 0 && done != UV_EAGAIN)
        conn_close(conn);
    else if (done == UV_EAGAIN || (size_t)done < total)
        send_rest(conn, bufs, count, done > 0 ? (size_t)done : 0, take);
}

void conn_send(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take)
{
    if (conn->state == CONN_CLOSED)
        return;
    if (conn->secure)
        conn_seal(conn, bufs, count);
    else
        conn_send_raw(conn, bufs, count, take);
}
