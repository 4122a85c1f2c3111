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
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "loop/loop.h"

struct http_server;
struct http_router;

struct http_header {
    str name; // as received; compare without case
    str value;
};

// One request, owned by the server from its header's arrival until it has been answered. Texts
// point into the connection's memory and stay valid as long as the request does, also when the
// peer has gone. All functions on it are called on the server's loop.
struct http_request {
    str method; // upper case
    str target; // path and query as received
    str path;   // without the query, not percent-decoded; never empty
    str query;  // without the question mark
    const struct http_header *headers;
    size_t header_count;
    str body; // complete when `handle` runs; still encoded as Content-Encoding says
    int64_t content_length; // as announced, -1: chunked, 0: none
    str peer_address;       // "203.0.113.7", "2001:db8::1" without brackets
    bool is_tls;
    str id;              // request id: ours (27 characters), sent back as X-Request-Id
    struct arena *arena; // for whatever lives as long as the request
    int64_t received_wall_ms;
    const struct http_route *route; // set by the router
    str params[4]; // values of {…} in the route's pattern, percent-decoded, in order
    void *user;    // for the handler
};

// STR_NONE when absent. The first of several equal names.
str http_request_header(const struct http_request *request, str name);

// The query parameter's value, percent-decoded into the request's arena; false when absent.
bool http_request_query(struct http_request *request, str name, str *ret_value);

// The client's address: the peer's, or from X-Forwarded-For when the peer is a trusted proxy
// (http_server_limits.trusted_proxies), counting hops from the right.
str http_request_client_address(struct http_request *request);

// Adds a header to the coming answer. Name and value are copied; CR, LF and NUL are refused
// (asserted).
void http_answer_header(struct http_request *request, str name, str value);

// Answers. Exactly one http_answer… per request, at any time after `begin` was called; the
// request is gone afterwards. When the peer is gone this only frees. content_type empty: none.
// The body is copied. Answering before the body has been read closes the connection after the
// answer.
void http_answer(struct http_request *request, int status, str content_type, str body);

// As http_answer, taking over the buffer's memory.
void http_answer_take(struct http_request *request, int status, str content_type,
                      struct buf *body);

// An answer without an end known in advance (SSE, exports); sent chunked.
struct http_stream;
struct http_stream_ops {
    void (*on_drain)(struct http_stream *stream,
                     void *ctx); // the socket has taken what was written
    void (*on_close)(struct http_stream *stream,
                     void *ctx); // peer gone, or http_stream_end: last call
};
struct http_stream *http_answer_stream(struct http_request *request, int status,
                                       str content_type, const struct http_stream_ops *ops,
                                       void *ctx);
// Copies and sends. False: more than 256 KiB wait to be sent, hold on until on_drain.
bool http_stream_write(struct http_stream *stream, str bytes);
void http_stream_end(struct http_stream *stream);

struct http_server_limits {
    size_t header_bytes;      // 64 KiB; above: 431
    size_t header_count;      // 100; above: 431
    size_t connections;       // per server; above: accepted and closed
    size_t body_budget_bytes; // bodies in flight, all connections of this server; above: 503,
                              // Retry-After: 1
    int64_t header_timeout_ms;
    int64_t body_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t write_timeout_ms;
    str trusted_proxies;        // comma-separated CIDRs; empty: X-Forwarded-For is not used
    bool forwarded_for_is_open; // take the first entry of X-Forwarded-For from anybody, as
                                // rudder-server does
};
extern const struct http_server_limits http_server_limits_default;

// listen_fd: a bound, listening socket (http/listen.h), owned by the server from here on.
struct http_server *http_server_new(struct loop *loop, int listen_fd,
                                    const struct http_router *router,
                                    const struct http_server_limits *limits);

// Stops accepting and asks open connections to end: idle ones close at once, others after their
// answer. on_drained runs on the loop when none is left.
void http_server_drain(struct http_server *server, void (*on_drained)(void *ctx), void *ctx);

// Closes everything that is left. Streams get on_close; open requests must not be answered any
// more. Completes in later turns of the loop; the memory is freed then.
void http_server_close(struct http_server *server);
