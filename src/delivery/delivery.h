// SPDX-License-Identifier: Apache-2.0
// Reads the journal with one cursor per destination, sends what the window admits, judges the
// answers. Everything of one delivery runs on its own loop and thread. Design and invariants:
// README.md here.
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/rand.h"
#include "event/event.h"
#include "http/egress.h"
#include "journal/cursors.h"
#include "journal/journal.h"
#include "outcome/outcome.h"
#include "workspace/workspace.h"

struct delivery;

struct delivery_settings {
    size_t window_events; // read ahead per destination, 4096
    size_t window_bytes;  // 16 MiB
    size_t windows_bytes; // of all windows together, 128 MiB; beyond, each may hold 1 MiB
    size_t in_flight;     // requests at once per destination, 32
    size_t parked_events; // waiting for a retry per destination; above: reading stops, 100000
    int64_t request_timeout_ms;  // 10 s
    int64_t client_idle_ms;      // without a request: what sends them is given up, two minutes
    int64_t retry_first_ms;      // 10 s, doubled each time …
    int64_t retry_max_ms;        // … up to 5 min
    uint32_t retry_min_attempts; // given up only after this many attempts …
    int64_t retry_window_ms; // … and this long since the first (3 h); 429 and 408 only after …
    int64_t retry_expiry_ms; // … 30 days
};
extern const struct delivery_settings delivery_settings_default;

// Everything is borrowed and must outlive the delivery. Starts the thread.
struct delivery_parts {
    struct journal *journal;
    struct cursors *cursors;
    struct workspace *workspace;
    struct outcome *outcome;
    const struct egress *egress;
    const struct clock *clock;
    struct rng *rng; // jitter
    struct observer *observer;
    struct delivery_settings settings;
};
struct delivery *delivery_start(const struct delivery_parts *parts);

// Stops reading, gives requests in flight up to timeout_ms, stores the cursors, ends the
// thread, frees.
void delivery_stop(struct delivery *delivery, int64_t timeout_ms);

// What the record says of its event with that index.
struct event_origin delivery_origin(const struct journal_record *record, uint32_t index);

// What the destination's page shows about its backlog. From any thread; false: unknown
// destination.
struct delivery_state {
    uint64_t behind_records; // between the cursor and the journal's end
    size_t in_flight;
    size_t parked;
    bool is_circuit_open;
    int64_t retry_at_wall_ms; // earliest retry, 0: none
    str last_error;           // in the arena
};
bool delivery_state(struct delivery *delivery, str destination_id, struct arena *arena,
                    struct delivery_state *ret_state);
