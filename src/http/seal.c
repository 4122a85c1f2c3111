// SPDX-License-Identifier: Apache-2.0
// TLS between a connection's socket and its HTTP. All that has come is opened at once, so
// nothing readable waits inside of TLS while reading is stopped.
#include "http/seal.h"

#include "http/sending.h"
#include "http/serving.h"
#include "metrics/metrics.h"

enum {
    SEAL_BYTES = 64,   // most that TLS adds to a record
    PIECE_RECORDS = 2, // sealed at once
    PIECE_BYTES = PIECE_RECORDS * RECORD_BYTES,
};

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

// Seals one record of what is behind the first `done` bytes; its length, 0: it cannot be
// sealed.
static size_t seal_record(struct secure *secure, const uv_buf_t *bufs, unsigned count,
                          size_t done)
{
    char record[RECORD_BYTES];
    size_t len = 0;
    for (const uv_buf_t *buf = bufs; buf < bufs + count; buf++) {
        size_t skipped = MIN(done, buf->len);
        size_t more = MIN(buf->len - skipped, sizeof(record) - len);
        done -= skipped;
        if (more == sizeof(record)) // all of it stands in one place
            return secure_write(secure, str_make(buf->base + skipped, more)) ? more : 0;
        if (more > 0)
            memcpy(record + len, buf->base + skipped, more);
        len += more;
    }
    return secure_write(secure, str_make(record, len)) ? len : 0;
}

// Seals and sends while the socket takes it, from the place `done` on; returns how far it came.
static size_t seal_while_taken(struct conn *conn, const uv_buf_t *bufs, unsigned count,
                               size_t done)
{
    struct secure *secure = conn->secure;
    size_t total = bufs_bytes(bufs, count);
    while (done < total && conn->unsent == 0 && conn->state != CONN_CLOSED) {
        size_t end = done + MIN(total - done, (size_t)PIECE_BYTES);
        (void)buf_reserve(secure_outgoing(secure), end - done + PIECE_RECORDS * SEAL_BYTES);
        while (done < end) {
            size_t len = seal_record(secure, bufs, count, done);
            if (len == 0) {
                conn_close(conn);
                return total;
            }
            done += len;
        }
        flush(conn);
    }
    return done;
}

void conn_seal(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take)
{
    size_t done = seal_while_taken(conn, bufs, count, 0);
    if (conn->state == CONN_CLOSED || done == bufs_bytes(bufs, count))
        return;
    struct sending *rest = sending_new(bufs, count, done, take);
    list_add_last(&conn->plain, &rest->node);
    conn->plain_bytes += rest->total;
}

// Returns whether all of it has been sealed, or nothing can be any more.
static bool rest_is_sealed(struct conn *conn, struct sending *rest)
{
    size_t done = seal_while_taken(conn, rest->parts, ARRAY_LEN(rest->parts), rest->done);
    if (conn->state == CONN_CLOSED)
        return true;
    conn->plain_bytes -= done - rest->done;
    rest->done = done;
    return done == rest->total;
}

void conn_seal_rest(struct conn *conn)
{
    struct list_node *node;
    while (conn->unsent == 0 && (node = list_take_first(&conn->plain))) {
        struct sending *rest = CONTAINER_OF(node, struct sending, node);
        if (rest_is_sealed(conn, rest))
            sending_free(rest);
        else
            list_add_first(&conn->plain, node);
    }
    if (conn->state == CONN_ENDING)
        conn_bye(conn);
}

void conn_seal_none(struct conn *conn)
{
    struct list_node *node;
    while ((node = list_take_first(&conn->plain)))
        sending_free(CONTAINER_OF(node, struct sending, node));
    conn->plain_bytes = 0;
}

void conn_bye(struct conn *conn)
{
    if (!conn->secure || conn->state == CONN_CLOSED || !list_is_empty(&conn->plain))
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
