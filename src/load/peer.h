// SPDX-License-Identifier: Apache-2.0
// A connection to the server under load: one request at a time, HTTP/1.1 with keep-alive;
// inside of the load room.
#pragma once

#include <llhttp.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/list.h"
#include "load/load.h"
#include "load/wire.h"

enum peer_state {
    PEER_DOWN,       // closed, or could not be connected
    PEER_CONNECTING, // and agreeing on TLS
    PEER_IDLE,
    PEER_BUSY, // a request is on its way, or its answer
};

// What became of a request.
enum { PEER_NO_ANSWER = 0 };

struct peer;
struct peer_events {
    // The connection is idle. Called after each answer that leaves it open, too.
    void (*on_idle)(struct peer *peer, void *ctx);
    // The request has ended; status PEER_NO_ANSWER: the connection broke. The text is the
    // beginning of the answer's body, or a reason.
    void (*on_answer)(struct peer *peer, int status, str text, void *ctx);
    void *ctx;
};

enum { PEER_TEXT_BYTES = WIRE_REASON_BYTES };

struct peer {
    struct wire wire;
    struct wire_tls *tls; // the owner's; NULL: without
    int epoll;
    enum peer_state state;
    struct list_node node; // the owner's, while idle
    const struct peer_events *events;
    llhttp_t parser;
    bool is_complete;           // the answer
    bool is_last;               // the server closes behind it
    char text[PEER_TEXT_BYTES]; // of the answer's body; down: why
    size_t text_len;
    struct buf out;
    size_t sent;
    int64_t since_ns;    // in its state
    int64_t intended_ns; // of the request; this and the rest are the owner's
    uint64_t first, count;
};

void peer_init(struct peer *peer, int epoll, struct wire_tls *tls,
               const struct peer_events *events);
void peer_done(struct peer *peer); // without a word to on_answer

// Begins; on_idle comes when it is there. Failing leaves it down.
void peer_connect(struct peer *peer, const struct sockaddr *address, socklen_t len);

// Sends what stands in peer->out, which is kept until the answer.
void peer_send(struct peer *peer, int64_t now_ns);

// epoll says that something has happened.
void peer_ready(struct peer *peer, int64_t now_ns);

// Gives up what is under way: on_answer, if it is busy, and down.
void peer_break(struct peer *peer, str reason);
