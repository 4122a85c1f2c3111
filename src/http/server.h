// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 server on one loop (RFC 9112; parser: llhttp in strict mode). Several servers, each
// on its own loop and thread, share one address through SO_REUSEPORT sockets (http/listen.h).
//
// What is ours and has a test each: total deadlines for header, body and idle; bytes and number
// of headers; 413 on the announced length before reading; Host required; 100-continue;
// backpressure on answers; a cap on pipelining; `Connection: close` while draining; request
// ids.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "loop/loop.h"

struct http_server;
struct http_router;
struct http_tls;

struct http_header {
    str name; // as received; compare without case
    str value;
};

enum { HTTP_PARAMS_MAX = 4 };

// One request, owned by the server from its header's arrival until it has been answered. Texts
// point into the connection's memory and stay valid as long as the request does, also when the
// peer has gone. All functions on it are called on the server's loop.
struct http_request {
    str method; // any word, as received
    str target; // path and query as received
    str path;   // without the query, not percent-decoded; never empty
    str query;  // without the question mark
    const struct http_header *headers;
    size_t header_count;
    str body; // complete when `handle` runs; still encoded as Content-Encoding says
    int64_t content_length; // as announced, -1: chunked, 0: none
    str peer_address; // "203.0.113.7", "2001:db8::1" without brackets; empty: a unix socket
    int64_t peer_uid; // the user at the other end of a unix socket (SO_PEERCRED), else -1
    bool is_tls;
    bool is_http_1_0;
    str id;              // request id: ours (27 characters), sent back as X-Request-Id
    struct arena *arena; // for whatever lives as long as the request
    int64_t received_wall_ms;
    const struct http_route *route; // set by the router
    str params[HTTP_PARAMS_MAX];    // values of {…} in the pattern, percent-decoded, in order
    void *user;                     // for the handler
};

// The name is given in any case. STR_NONE when absent. The first of several equal names.
str http_request_header(const struct http_request *request, str name);

// The query parameter's value, percent-decoded into the request's arena; false when absent.
bool http_request_query(struct http_request *request, str name, str *ret_value);

// Whether it waits for the word to send its body (Expect: 100-continue), which it has not got.
// True inside of `begin` only.
bool http_request_awaits_word(const struct http_request *request);

// The client's address: the peer's, or from X-Forwarded-For when the peer is a trusted proxy
// (http_server_limits.trusted_proxies), counting hops from the right.
str http_request_client_address(struct http_request *request);

// Adds a header to the coming answer. Name and value are copied. CR, LF and NUL in either are a
// mistake (asserted): whoever passes on what came from outside checks it first. Content-Length,
// Content-Type, Date, Connection, Transfer-Encoding and X-Request-Id are the server's own.
void http_answer_header(struct http_request *request, str name, str value);

// Answers. Exactly one http_answer… per request, from `handle` (then or later) or inside of
// `begin`; the request is gone afterwards. When the peer is gone this only frees. content_type
// empty: none. The body is copied where the socket does not take it at once. Answering before
// the body has been read closes the connection after the answer.
void http_answer(struct http_request *request, int status, str content_type, str body);

// As http_answer, taking over the buffer's memory.
void http_answer_take(struct http_request *request, int status, str content_type,
                      struct buf *body);

// As http_answer, for bytes that outlive the server: they are never copied.
void http_answer_lasting(struct http_request *request, int status, str content_type, str body);

// An answer without an end known in advance (SSE, exports); sent chunked. The request is gone
// afterwards. Returns a stream also when the peer has gone or asked for the header only (HEAD):
// then nothing is sent, and on_close comes in a later turn of the loop.
struct http_stream;
struct http_stream_ops {
    // After http_stream_write said false: the socket has taken everything. May be NULL.
    void (*on_drain)(struct http_stream *stream, void *ctx);
    // The last call, always from a later turn of the loop (or from http_server_close): the peer
    // is gone, or after http_stream_end.
    void (*on_close)(struct http_stream *stream, void *ctx);
};
struct http_stream *http_answer_stream(struct http_request *request, int status,
                                       str content_type, const struct http_stream_ops *ops,
                                       void *ctx);
// Copies and sends. False: more than 256 KiB wait to be sent (hold on until on_drain), or the
// peer is gone (on_close will come).
bool http_stream_write(struct http_stream *stream, str bytes);
// No other call on the stream after this one; on_close still comes.
void http_stream_end(struct http_stream *stream);

struct http_server_limits {
    size_t header_bytes;      // 64 KiB; above: 431
    size_t header_count;      // 100; above: 431
    size_t connections;       // per server; above: accepted and closed
    size_t body_budget_bytes; // bodies in flight, all connections of this server; above: 503,
                              // Retry-After: 1
    int64_t body_wait_ms;     // how long a body waits for its share of the budget before that
    size_t body_slowest_bytes_s; // 16 KiB: while others wait, what comes slower is ended (408)
    // Deadlines, each for the whole: a byte in between does not extend them.
    int64_t header_timeout_ms; // from a request's first byte to the end of its header; also for
                               // a PROXY header and the TLS handshake together
    int64_t body_timeout_ms;
    int64_t idle_timeout_ms;      // between requests, and before the first one
    int64_t write_timeout_ms;     // of one answer, and longer by its length at the rate below
    size_t write_slowest_bytes_s; // 16 KiB; 0: not longer
    str trusted_proxies;          // comma-separated CIDRs; empty: X-Forwarded-For is not used
    bool has_proxy_header;      // each connection of a trusted proxy begins with a PROXY header
    int64_t hsts_max_age_s;     // Strict-Transport-Security of answers over TLS; 0: none
    bool forwarded_for_is_open; // take the first entry of X-Forwarded-For from anybody, as
                                // rudder-server does
};
extern const struct http_server_limits http_server_limits_default;

// trusted_proxies as http_server_limits has it: ERR_INVALID names the bad entry.
enum err http_trusted_proxies_check(str trusted_proxies, struct problem *ret_problem);

// listen_fd: a bound, listening TCP or unix socket (http/listen.h), owned by the server from
// here on; -1: none but what http_server_listen adds. The router must outlive the server;
// trusted_proxies must be valid (asserted).
struct http_server *http_server_new(struct loop *loop, int listen_fd,
                                    const struct http_router *router,
                                    const struct http_server_limits *limits);

// Accepts from one more socket, under the same limits; two at most. tls (http/tls.h) must
// outlive the server; NULL: plain HTTP. On the server's loop, or before it runs.
void http_server_listen(struct http_server *server, int listen_fd, struct http_tls *tls);

// Stops accepting and asks open connections to end: idle ones and streams close at once, others
// after their answer. on_drained runs in a later turn of the loop, when no connection and no
// unanswered request is left. Once per server.
void http_server_drain(struct http_server *server, void (*on_drained)(void *ctx), void *ctx);

// Closes everything that is left, at any time. Streams get on_close now; open requests are
// freed and must not be answered any more. Completes in later turns of the loop (loop_free runs
// them). NULL is accepted.
void http_server_close(struct http_server *server);
