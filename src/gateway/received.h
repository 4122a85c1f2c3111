// SPDX-License-Identifier: Apache-2.0
// Received events for people who look on. A copy is kept while the journal writes, and shown
// when the events are on disk. Inside of the gateway room.
#pragma once

#include "event/event.h"
#include "journal/journal.h"
#include "outcome/outcome.h"

struct received;

struct received_origin {
    str source_id;
    str client_address;
    const uint8_t *random; // 16 bytes
    int64_t received_wall_ms;
    enum event_type endpoint_type;
    bool keeps_received_at;
};

// Copies the last OUTCOME_LIVE_EVENTS events of the batch, or returns NULL when nobody wants
// them.
struct received *received_new(struct outcome *outcome, const struct event_batch *batch,
                              const struct received_origin *origin);
void received_free(struct received *received); // NULL is accepted

// Shows them; position is that of the batch's first event.
void received_show(const struct received *received, struct outcome *outcome,
                   struct position position);
