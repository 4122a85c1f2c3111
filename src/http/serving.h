// SPDX-License-Identifier: Apache-2.0
// The server's own state; inside of the http room.
#pragma once

#include "base/base.h"

#include <uv.h>

#include "base/buf.h"
#include "base/list.h"
#include "codec/cidr.h"
#include "http/budget.h"
#include "http/conn.h"
#include "http/seal.h"
#include "http/server.h"
#include "http/turns.h"

enum {
    READ_BYTES = 64 << 10,
    FULL_READS_MAX = 4,         // of one connection, before others are looked at
    AHEAD_BYTES_MAX = 16 << 10, // pipelined bytes read beyond the request being handled
    IGNORED_BODY_BYTES = 64 << 10,
    STREAM_FULL_BYTES = 256 << 10,
    LINGER_MS = 2000,
    RECORD_BYTES = 16 << 10, // most that one TLS record holds
    LISTENERS_MAX = 2,
    DATE_LEN = 29, // "Sun, 06 Nov 1994 08:49:37 GMT"
};

struct listener {
    union conn_handle handle; // its data is the listener
    struct http_server *server;
    struct http_tls *tls; // NULL: without TLS
    bool is_unix;
};

struct http_server {
    struct loop *loop;
    const struct http_router *router;
    struct http_server_limits limits;
    struct cidrs *trusted_proxies;
    struct listener listeners[LISTENERS_MAX];
    size_t listener_count;
    struct list conns;
    struct list messages; // requests that have not been answered
    struct list streams;  // including ended ones whose on_close has not run
    struct list message_pool;
    size_t pooled_count;
    size_t pooled_body_bytes;
    size_t conn_count;
    struct budget budget;
    struct turns turns;
    struct timer drained;
    void (*on_drained)(void *ctx);
    void *drained_ctx;
    bool is_draining;
    bool is_closing;
    size_t handles;  // not yet closed; the last one frees the server
    struct buf head; // an answer's head while it is made
    int64_t date_second;
    char date[DATE_LEN + 1];
    char hsts[32];
    size_t hsts_len; // 0: not sent
    char id_prefix[16];
    uint64_t id_count;
    char read_bytes[READ_BYTES];
    char plain_bytes[RECORD_BYTES]; // what was in one TLS record
};

// Clock of this room, for Date and received_wall_ms.
int64_t server_wall_ms(void);

// For the Date header, made anew at most once a second.
str server_date(struct http_server *server);

// Of a request that came at wall_ms.
void server_request_id(struct http_server *server, int64_t wall_ms,
                       char ret_id[REQUEST_ID_LEN]);

// Whether an answered request's memory is worth keeping.
bool server_keeps_message(const struct http_server *server);
// message.c
void message_pool_done(struct list *pool);
void message_pool_shrink(struct http_server *server); // frees the large buffers

// Each handle that is open keeps the server.
void server_handle_closed(struct http_server *server);

// To be called when a connection or a request has gone.
void server_check_drained(struct http_server *server);
