// SPDX-License-Identifier: Apache-2.0
// TLS between a connection's socket and its HTTP. All that has come is opened at once, so
// nothing readable waits inside of TLS while reading is stopped.
#include "http/serving.h"
#include "metrics/metrics.h"

enum { SEAL_BYTES = 64 }; // most that TLS adds to a record

void conn_handshake_end(struct conn *conn, enum handshake_end end)
{
    if (!conn->is_shaking)
        return;
    conn->is_shaking = false;
    metric_add_at(METRIC_TLS_HANDSHAKES, end, 1);
}

// --- Sending

static void flush(struct conn *conn)
{
    struct buf *sealed = secure_outgoing(conn->secure);
    uv_buf_t bytes = uv_buf_init(sealed->data, (unsigned)sealed->len);
    if (sealed->len > 0)
        conn_send_raw(conn, &bytes, 1, sealed);
    buf_done(sealed);
}

static bool write_each(struct secure *secure, const uv_buf_t *bufs, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!secure_write(secure, str_make(bufs[i].base, bufs[i].len)))
            return false;
    return true;
}

// What fits in one record goes as one.
static bool write_together(struct secure *secure, const uv_buf_t *bufs, unsigned count)
{
    char record[RECORD_BYTES];
    size_t len = 0;
    for (unsigned i = 0; i < count; i++) {
        if (bufs[i].len > sizeof(record) - len)
            return write_each(secure, bufs, count);
        memcpy(record + len, bufs[i].base, bufs[i].len);
        len += bufs[i].len;
    }
    return secure_write(secure, str_make(record, len));
}

// Room for all records at once: growing would copy what is sealed, and leave twice the room.
static void reserve(struct secure *secure, const uv_buf_t *bufs, unsigned count)
{
    size_t len = 0;
    for (unsigned i = 0; i < count; i++)
        len += bufs[i].len;
    (void)buf_reserve(secure_outgoing(secure), len + (len / RECORD_BYTES + count) * SEAL_BYTES);
}

void conn_seal(struct conn *conn, const uv_buf_t *bufs, unsigned count)
{
    reserve(conn->secure, bufs, count);
    bool is_written = count == 1 ? write_each(conn->secure, bufs, count)
                                 : write_together(conn->secure, bufs, count);
    if (is_written)
        flush(conn);
    else
        conn_close(conn);
}

void conn_bye(struct conn *conn)
{
    if (!conn->secure || conn->state == CONN_CLOSED)
        return;
    secure_bye(conn->secure);
    flush(conn);
}

void conn_bye_now(struct conn *conn)
{
    if (!conn->secure)
        return;
    conn_handshake_end(conn, HANDSHAKE_ABORTED);
    struct buf *sealed = secure_outgoing(conn->secure);
    buf_clear(sealed); // belongs to what can no longer be sent
    if (conn->unsent == 0)
        secure_bye(conn->secure);
    uv_buf_t bytes = uv_buf_init(sealed->data, (unsigned)sealed->len);
    if (sealed->len > 0)
        (void)uv_try_write(&conn->handle.stream, &bytes, 1); // the peer may be gone
    buf_done(sealed);
}

// --- Reading

// No method begins with what TLS begins with.
static bool is_plain_http(const struct conn *conn, str bytes)
{
    return !conn->has_sealed && bytes.data[0] >= 'A' && bytes.data[0] <= 'Z';
}

static void refuse_plain_http(struct conn *conn)
{
    conn_handshake_end(conn, HANDSHAKE_PLAIN_HTTP);
    secure_free(TAKE(conn->secure));
    conn->has_unread = true;
    answer_plain(conn, 400, STR("This port speaks TLS: use https://"));
}

static void on_open(struct conn *conn)
{
    bool is_resumed = secure_is_resumed(conn->secure);
    conn_handshake_end(conn, is_resumed ? HANDSHAKE_RESUMED : HANDSHAKE_FULL);
    conn_deadline(conn, conn->server->limits.idle_timeout_ms);
}

// The alert that says why has been sent; the peer gets time to read it, unless there is a
// request that it belongs to.
static void on_bad(struct conn *conn)
{
    bool was_shaking = conn->is_shaking;
    conn_handshake_end(conn, HANDSHAKE_REFUSED);
    conn->has_unread = true;
    if (was_shaking)
        conn_answered(conn, true);
    else
        conn_close(conn);
}

static enum secure_state unseal(struct conn *conn)
{
    struct http_server *server = conn->server;
    enum secure_state state;
    do {
        size_t len = 0;
        state = secure_read(conn->secure, server->plain_bytes, RECORD_BYTES, &len);
        if (conn->is_shaking && secure_is_open(conn->secure))
            on_open(conn);
        if (state == SECURE_BYTES)
            conn_came(conn, str_make(server->plain_bytes, len));
    } while (state == SECURE_BYTES && conn->state != CONN_CLOSED);
    return state;
}

void conn_unseal(struct conn *conn, str bytes)
{
    if (conn->state == CONN_LINGERING || conn->state == CONN_ENDING)
        return;
    if (is_plain_http(conn, bytes)) {
        refuse_plain_http(conn);
        return;
    }
    conn->has_sealed = true;
    secure_give(conn->secure, bytes);
    enum secure_state state = unseal(conn);
    if (conn->state == CONN_CLOSED)
        return;
    flush(conn);
    if (conn->state == CONN_CLOSED)
        return;
    if (state == SECURE_END)
        conn_ended(conn);
    else if (state == SECURE_BAD)
        on_bad(conn);
}
