// SPDX-License-Identifier: Apache-2.0
// The memory for bodies in flight, of one server, and for large headers; inside of the http
// room. A part of it is for
// small bodies alone, so that big ones cannot keep them waiting; and while somebody waits, a
// body that hardly comes is cut off: to announce megabytes and to send none of them takes
// nothing from others for longer than a moment.
#pragma once

#include "base/base.h"
#include "base/list.h"
#include "loop/rest.h"

struct conn;
struct http_server;
struct message;

enum budget_share_id {
    SHARE_SMALL,
    SHARE_BIG,
    SHARE_HEADS, // of headers that have not come to their end
    SHARE_COUNT,
};

struct budget_share {
    struct list waiting; // connections, in order of arrival
    size_t limit_bytes;
    size_t used_bytes;
};

struct budget {
    struct budget_share shares[SHARE_COUNT];
    struct list heads;        // connections with something of SHARE_HEADS, in order of arrival
    size_t small_bytes;       // a body of at most this is small
    size_t ahead_limit_bytes; // of what connections have sent before it was wanted
    size_t ahead_used_bytes;
    struct timer grant; // gives in a turn of its own
    struct timer hurry; // runs while somebody waits
    struct rest rest;
    struct http_server *server;
};

void budget_init(struct budget *budget, struct http_server *server);
void budget_done(struct budget *budget);

// Takes bytes for the connection's message. False: not now; conn_granted will be called.
bool budget_take(struct budget *budget, struct conn *conn, size_t bytes);

// To be called when more has been read ahead of a connection that waits: what has come already
// need not wait for memory.
void budget_came(struct budget *budget, struct conn *conn);

// To be called when what is read ahead of the connection has changed: counts it. False: there
// is no room for it.
bool budget_ahead_changed(struct budget *budget, struct conn *conn);

// What the message's header takes of the budget: nothing, unless it is large.
size_t budget_head_bytes(const struct message *message);

// To be called when a part of a header has come: takes for what it holds by now, if need be
// from one that hardly comes. False: there is no room for it.
bool budget_head_came(struct budget *budget, struct conn *conn);

// The header is complete: gives back what it has taken. Who keeps it takes that with its body.
void budget_head_done(struct budget *budget, struct conn *conn);

// Gives back what the message has taken.
void budget_give(struct budget *budget, struct message *message);

bool budget_is_free(const struct budget *budget);
