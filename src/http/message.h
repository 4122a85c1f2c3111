// SPDX-License-Identifier: Apache-2.0
// A request and what the server keeps with it; inside of the http room.
#pragma once

#include "base/base.h"
#include "base/buf.h"
#include "base/list.h"
#include "http/budget.h"
#include "http/route.h"
#include "http/server.h"

struct conn;

enum { REQUEST_ID_LEN = 27 };

struct message {
    struct http_request request; // first: doors hand out its address
    struct http_server *server;
    struct conn *conn;     // NULL: the peer has gone
    struct list_node node; // in the server's messages
    struct route_match match;
    struct buf head;  // target, names and values, one after the other
    struct buf spans; // of struct span: where each ends; the first is the target
    struct buf body;
    struct buf answer_headers;        // "Name: value\r\n" …
    size_t budget_bytes[SHARE_COUNT]; // taken for the body
    size_t body_limit_bytes;
    bool is_head_only;   // HEAD
    bool is_body_begun;  // the server reads it
    bool expects_answer; // Expect: 100-continue, not yet answered
    char id[REQUEST_ID_LEN];
};

struct span {
    uint32_t len;
};

// From the server's pool; counted by it until message_free.
struct message *message_new(struct conn *conn);
// Gives memory and budget back. NULL is accepted.
void message_free(struct message *message);

// Bytes of the header as they arrive. A span is the target, a name or a value, in this order;
// message_span_begin starts the next one.
void message_span_begin(struct message *message);
void message_span_add(struct message *message, const char *data, size_t len);

// Room for a body of so many bytes, from the pool where it has that.
void message_body_reserve(struct message *message, size_t bytes);

struct head_facts {
    str method; // a view of the parser
    int major, minor;
    bool is_chunked;
    uint64_t content_length;
};

// Makes the request from its spans. 0, or the status that refuses it: 400, 417, 501, 505.
int message_head_done(struct message *message, const struct head_facts *facts);

// What the router found (message->match) to where handlers see it.
void message_route_set(struct message *message);

static inline struct message *message_of(struct http_request *request)
{
    return CONTAINER_OF(request, struct message, request);
}
