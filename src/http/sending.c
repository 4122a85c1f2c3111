// SPDX-License-Identifier: Apache-2.0
// Writing to a connection, and what follows when its bytes have been sent.
#include "http/sending.h"

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
    conn_ahead_drop(conn);
    conn_deadline(conn, LINGER_MS);
    conn_read_start(conn);
}

size_t conn_queued_bytes(const struct conn *conn)
{
    return uv_stream_get_write_queue_size(&conn->handle.stream) + conn->plain_bytes;
}

static int64_t write_timeout_ms(const struct conn *conn)
{
    const struct http_server_limits *limits = &conn->server->limits;
    size_t queued = conn_queued_bytes(conn);
    if (limits->write_slowest_bytes_s == 0)
        return limits->write_timeout_ms;
    return limits->write_timeout_ms + (int64_t)(queued * 1000 / limits->write_slowest_bytes_s);
}

// Whoever does not take an answer needs no other one: nothing is read until it has.
static void taken_await(struct conn *conn, bool is_last)
{
    conn->state = is_last ? CONN_ENDING : CONN_WRITING;
    if (!is_last)
        conn_read_stop(conn);
    conn_deadline(conn, write_timeout_ms(conn));
}

void conn_answered(struct conn *conn, bool is_last)
{
    is_last = is_last || conn->has_unread;
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
    taken_await(conn, is_last);
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

size_t bufs_bytes(const uv_buf_t *bufs, unsigned count)
{
    size_t total = 0;
    for (unsigned i = 0; i < count; i++)
        total += bufs[i].len;
    return total;
}

struct sending *sending_new(const uv_buf_t *bufs, unsigned count, size_t done, struct buf *take)
{
    struct sending *sending = NEW(struct sending);
    uv_buf_t *parts = sending->parts;
    for (unsigned i = 0; i < count; i++) {
        size_t skipped = MIN(done, bufs[i].len);
        done -= skipped;
        if (take && i == count - 1) {
            sending->taken = *take;
            *take = (struct buf){ 0 };
            parts[1] = uv_buf_init(bufs[i].base + skipped, (unsigned)(bufs[i].len - skipped));
        } else {
            buf_add(&sending->copy, bufs[i].base + skipped, bufs[i].len - skipped);
        }
    }
    parts[0] = uv_buf_init(sending->copy.data, (unsigned)sending->copy.len);
    sending->total = parts[0].len + parts[1].len;
    return sending;
}

void sending_free(struct sending *sending)
{
    buf_done(&sending->copy);
    buf_done(&sending->taken);
    mem_free(sending);
}

static void on_sent(uv_write_t *write, int status)
{
    struct conn *conn = write->data;
    sending_free(CONTAINER_OF(write, struct sending, write));
    conn->unsent--;
    if (conn->state == CONN_CLOSED)
        return;
    if (status < 0) {
        conn_close(conn);
        return;
    }
    conn_seal_rest(conn);
    if (conn->state != CONN_CLOSED && conn->unsent == 0)
        conn_sent(conn);
}

// Writes what is behind the first `done` bytes when the socket allows.
static void send_rest(struct conn *conn, const uv_buf_t *bufs, unsigned count, size_t done,
                      struct buf *take)
{
    struct sending *sending = sending_new(bufs, count, done, take);
    const uv_buf_t *parts = sending->parts;
    sending->write.data = conn;
    conn->unsent++;
    unsigned first = parts[0].len == 0 ? 1 : 0;
    unsigned last = parts[1].len == 0 ? 1 : 2;
    int failed =
        uv_write(&sending->write, &conn->handle.stream, parts + first, last - first, on_sent);
    if (failed)
        on_sent(&sending->write, failed);
}

void conn_send_raw(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take)
{
    size_t total = bufs_bytes(bufs, count);
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
        conn_seal(conn, bufs, count, take);
    else
        conn_send_raw(conn, bufs, count, take);
}
