// SPDX-License-Identifier: Apache-2.0
// One connection of the server; inside of the http room.
#pragma once

#include "base/base.h"

#include <uv.h>

#include "base/buf.h"
#include "base/list.h"
#include "codec/cidr.h"
#include "http/message.h"
#include "http/parser.h"
#include "http/secure.h"
#include "http/server.h"
#include "loop/loop.h"

enum conn_state {
    CONN_IDLE,      // between requests
    CONN_HEAD,      // reading a header
    CONN_WAITING,   // for the body's share of the budget
    CONN_BODY,      // reading a body
    CONN_READY,     // a large request waits for its turn
    CONN_HANDLING,  // the handler has the request
    CONN_WRITING,   // the answer is on its way, the next request comes after it
    CONN_STREAMING, // an http_stream writes
    CONN_ENDING,    // the answer is on its way, nothing comes after it
    CONN_LINGERING, // answered and shut down; what still comes is dropped, so that the peer
                    // gets to read the answer (RFC 9112, 9.6)
    CONN_CLOSED,
};

union conn_handle {
    uv_handle_t any;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

struct listener;

struct conn {
    union conn_handle handle; // its data is the conn
    struct http_server *server;
    struct secure *secure;         // NULL: without TLS
    struct list_node node;         // in the server's connections
    struct list_node waiting_node; // in a queue for the body budget, or for a turn
    enum conn_state state;
    struct parser parser;
    struct message *message; // being read or handled
    struct http_stream *stream;
    struct list plain;  // of struct sending: with TLS, what the socket has no room for yet;
                        // only while something is unsent
    size_t plain_bytes; // of it, not yet sealed
    struct buf ahead;   // read but not yet parsed: pipelined requests, or a body that waits
    size_t ahead_counted_bytes; // of it, in the budget
    size_t wanted_bytes;        // of the body budget, while waiting
    struct timer alarm;
    int64_t deadline_ms; // in the loop's time; the alarm may be earlier
    int64_t alarm_ms;
    int64_t body_deadline_ms;
    size_t unsent;       // writes under way
    unsigned full_reads; // in one go
    uv_shutdown_t shutdown;
    int64_t peer_uid;
    char peer_address[ADDRESS_TEXT_MAX];
    bool is_shaking;   // amid the TLS handshake
    bool has_sealed;   // TLS has been given something
    bool awaits_proxy; // a PROXY header comes first; what has come of it is in `ahead`
    bool is_reading;
    bool is_feeding;  // inside of conn_feed
    bool is_at_end;   // the peer sends no more
    bool has_unread;  // what it sent was not read to its end
    bool keeps_alive; // as the request asked
    bool is_http_1_0;
};

// conn.c

// Accepts from a listening socket.
void conn_accept(struct listener *listener);

// Closes at once. A handler's request lives on without its peer.
void conn_close(struct conn *conn);

// After draining began: closes if nothing is under way.
void conn_drain(struct conn *conn);

int64_t conn_now_ms(const struct conn *conn);

// Moves the deadline to ms from now.
void conn_deadline(struct conn *conn, int64_t ms);
void conn_deadline_none(struct conn *conn);

// reading.c

void conn_read_start(struct conn *conn);
void conn_read_stop(struct conn *conn);

// Parses what was read earlier, as far as it goes, and reads on when there is room.
void conn_read_ahead(struct conn *conn);

// Frees what was read ahead.
void conn_ahead_drop(struct conn *conn);

// Handles a request in a later turn than it was read in. What was read behind it is parsed
// when its handler has returned.
void conn_resume(struct conn *conn);

// What the peer has sent, as HTTP has it.
void conn_came(struct conn *conn, str bytes);
// The peer sends no more.
void conn_ended(struct conn *conn);

// exchange.c

void exchange_event(struct conn *conn, enum parse_event event);

// The request is complete, and it is its turn.
void exchange_handle(struct conn *conn);

// The budget has given the body its share.
void conn_granted(struct conn *conn);

// Answers what was wrong with the bytes themselves; nothing more can be read from this peer.
void exchange_refuse(struct conn *conn, int status);

// The request's family answers.
void exchange_fail(struct conn *conn, int status);

// sending.c

// Sends; a part that the socket does not take is kept. take: NULL, or the buffer whose bytes
// the last of bufs are, which is then taken over (an empty one: they outlive the server). A
// broken connection is closed.
void conn_send(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take);

// The same for what is to reach the socket as it is.
void conn_send_raw(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take);

// What the peer has yet to take.
size_t conn_queued_bytes(const struct conn *conn);

// The answer to the message has been sent or queued: what comes next.
void conn_answered(struct conn *conn, bool is_last);

// stream.c

void stream_sent(struct http_stream *stream); // the socket has taken everything
void stream_lost(struct http_stream *stream); // the connection is gone
void streams_close(struct http_server *server);

// answer.c

// An answer in plain text, without a request; the last one of its connection. text empty: the
// status's own.
void answer_plain(struct conn *conn, int status, str text);
