// SPDX-License-Identifier: Apache-2.0
// How requests leave: one table of operations per transport, one file each. A new transport is
// a file and a row in transport.c.
#pragma once

#include "base/arena.h"
#include "delivery/delivery.h"
#include "destinations/destination.h"
#include "http/client.h"
#include "loop/loop.h"

// What came back. Texts are valid during the call of `done` only.
struct transport_answer {
    enum http_outcome outcome;
    int status;      // 0 unless HTTP_ANSWERED
    str retry_after; // the header's value, or STR_NONE
    str body;
    str detail; // a sentence when it was not answered
    int64_t elapsed_ms;
};

struct transport_ops {
    // One for each reader, so that a slow destination holds no connection of another.
    void *(*open)(struct loop *loop, const struct egress *egress,
                  const struct delivery_settings *settings);
    // Completes in later turns of the loop; nothing is being sent any more.
    void (*close)(void *transport);
    // The request and everything it points to stays alive until done or cancel. done runs once,
    // in a later turn.
    void *(*send)(void *transport, const struct destination_request *request,
                  int64_t timeout_ms, struct arena *arena,
                  void (*done)(void *ctx, const struct transport_answer *answer), void *ctx);
    void (*cancel)(void *sending); // done will not run
};

// NULL for TRANSPORT_NONE.
const struct transport_ops *transport_of(enum destination_transport transport);

extern const struct transport_ops transport_http;
