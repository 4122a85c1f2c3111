// SPDX-License-Identifier: Apache-2.0
// Reading from a connection: through the parser, and ahead of it.
#include "http/proxy.h"
#include "http/serving.h"

void conn_read_stop(struct conn *conn)
{
    if (conn->is_reading)
        (void)uv_read_stop(&conn->handle.stream); // always succeeds
    conn->is_reading = false;
}

static bool is_parsing(const struct conn *conn)
{
    return conn->state <= CONN_BODY && conn->state != CONN_WAITING;
}

// Parses until the bytes are used up or something has to be waited for; returns what was used.
static size_t feed(struct conn *conn, str bytes)
{
    size_t done = 0;
    bool is_mid_message = conn->message != NULL;
    conn->is_feeding = true;
    while (is_parsing(conn) && (done < bytes.len || is_mid_message)) {
        size_t used;
        enum parse_event event =
            parser_feed(&conn->parser, str_make(bytes.data + done, bytes.len - done), &used);
        done += used;
        exchange_event(conn, event);
        if (event == PARSE_MORE)
            break;
        is_mid_message = conn->message != NULL;
    }
    conn->is_feeding = false;
    return done;
}

void conn_ahead_drop(struct conn *conn)
{
    buf_done(&conn->ahead);
    (void)budget_ahead_changed(&conn->server->budget, conn); // less always fits
}

// Where the budget has no room for what came too early, the connection ends behind the answer
// under way, and the peer asks again for what has had none (RFC 9112, 9.3.2): false. A body
// that waits for its share is refused now and not later, unless it has come already.
static bool ahead_count(struct conn *conn)
{
    bool has_room = budget_ahead_changed(&conn->server->budget, conn);
    bool is_whole = conn->state == CONN_WAITING && conn->ahead.len >= conn->wanted_bytes;
    if (has_room || is_whole)
        return true;
    conn_read_stop(conn);
    if (conn->state == CONN_WAITING) {
        list_remove(&conn->waiting_node);
        conn_ahead_drop(conn);
        exchange_fail(conn, 503);
        return false;
    }
    conn_ahead_drop(conn);
    conn->has_unread = true;
    if (conn->state == CONN_WRITING)
        conn_answered(conn, true);
    return false;
}

static bool is_ending(const struct conn *conn)
{
    return conn->state == CONN_ENDING || conn->state == CONN_LINGERING;
}

// What is left of the bytes stays ahead, unless nothing comes after the answer; whether it may.
static bool ahead_keep(struct conn *conn, str bytes)
{
    if (is_ending(conn)) {
        conn->has_unread = conn->has_unread || bytes.len > 0;
        conn_ahead_drop(conn);
        return true;
    }
    buf_add_str(&conn->ahead, bytes);
    return ahead_count(conn);
}

static void read_on(struct conn *conn)
{
    bool is_taken = conn->state != CONN_WRITING;
    if (conn->is_at_end && is_parsing(conn))
        conn_close(conn);
    else if (!conn->is_at_end && is_taken && conn->ahead.len < AHEAD_BYTES_MAX)
        conn_read_start(conn);
}

void conn_read_ahead(struct conn *conn)
{
    struct buf ahead = conn->ahead;
    conn->ahead = (struct buf){ 0 };
    str bytes = ahead.len > 0 ? buf_str(&ahead) : STR("");
    size_t done = feed(conn, bytes);
    bool is_kept =
        conn->state != CONN_CLOSED && ahead_keep(conn, str_sub(bytes, done, bytes.len));
    buf_done(&ahead);
    if (is_kept)
        read_on(conn);
}

void conn_resume(struct conn *conn)
{
    conn->is_feeding = true;
    exchange_handle(conn);
    conn->is_feeding = false;
    if (conn->state == CONN_IDLE)
        conn_read_ahead(conn);
}

// The library reads on for as long as buffers come back full, which with a quick sender is for
// megabytes: after some of them it gets none (UV_ENOBUFS), and the others have their turn.
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buf)
{
    (void)suggested;
    struct conn *conn = handle->data;
    bool has_more = conn->full_reads < FULL_READS_MAX;
    *ret_buf = uv_buf_init(conn->server->read_bytes, has_more ? READ_BYTES : 0);
}

void conn_ended(struct conn *conn)
{
    conn->is_at_end = true;
    conn_read_stop(conn);
    // Whoever only shuts down its sending side still gets the answer; a stream's reader that
    // leaves cannot be told from it and is more likely.
    if (conn->state != CONN_READY && conn->state != CONN_HANDLING &&
        conn->state != CONN_WRITING && conn->state != CONN_ENDING)
        conn_close(conn);
}

void conn_came(struct conn *conn, str bytes)
{
    if (conn->has_unread)
        return;
    size_t done = is_parsing(conn) ? feed(conn, bytes) : 0;
    if (conn->state == CONN_CLOSED || done == bytes.len ||
        !ahead_keep(conn, str_sub(bytes, done, bytes.len)))
        return;
    if (conn->ahead.len >= AHEAD_BYTES_MAX)
        conn_read_stop(conn);
    if (conn->state == CONN_WAITING)
        budget_came(&conn->server->budget, conn);
}

static void on_own_bytes(struct conn *conn, str bytes)
{
    if (conn->secure)
        conn_unseal(conn, bytes);
    else
        conn_came(conn, bytes);
}

// What comes before the first request: then the peer is whoever the proxy speaks for. TLS has
// begun its time with the connection.
static void on_proxy_bytes(struct conn *conn, str bytes)
{
    struct proxy_header header;
    buf_add(&conn->ahead, bytes.data, bytes.len);
    enum proxy_verdict verdict = proxy_parse(buf_str(&conn->ahead), &header);
    if (verdict == PROXY_BAD)
        conn_close(conn);
    if (verdict != PROXY_DONE)
        return;
    if (header.has_client)
        address_print(&header.client, conn->peer_address);
    conn->awaits_proxy = false;
    if (!conn->secure)
        conn_deadline(conn, conn->server->limits.idle_timeout_ms);
    struct buf came = conn->ahead;
    conn->ahead = (struct buf){ 0 };
    if (came.len > header.len)
        on_own_bytes(conn, str_sub(buf_str(&came), header.len, SIZE_MAX));
    buf_done(&came);
}

static void on_bytes(struct conn *conn, str bytes)
{
    if (conn->awaits_proxy)
        on_proxy_bytes(conn, bytes);
    else
        on_own_bytes(conn, bytes);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct conn *conn = stream->data;
    conn->full_reads = count == READ_BYTES ? conn->full_reads + 1 : 0;
    if (count > 0)
        on_bytes(conn, str_make(buf->base, (size_t)count));
    else if (count == UV_EOF)
        conn_ended(conn);
    else if (count < 0 && count != UV_ENOBUFS)
        conn_close(conn);
}

void conn_read_start(struct conn *conn)
{
    if (conn->is_reading || conn->is_at_end || conn->state == CONN_CLOSED)
        return;
    int failed = uv_read_start(&conn->handle.stream, on_alloc, on_read);
    conn->is_reading = !failed;
    if (failed)
        conn_close(conn);
}
