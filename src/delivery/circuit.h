// SPDX-License-Identifier: Apache-2.0
// Whether a destination as a whole is worth trying. Pure. Opens after some failures in a row;
// while it is open nothing is read or sent until the probe: one event. A good answer closes it,
// a bad one doubles the wait.
#pragma once

#include "base/base.h"
#include "base/rand.h"
#include "delivery/delivery.h"

enum { CIRCUIT_FAILURES = 8, CIRCUIT_WAIT_MAX_MS = 60 * 1000 };

struct circuit {
    uint32_t failures; // in a row
    uint32_t openings; // since the last good answer
    bool is_open;
    int64_t probe_at_ms; // while open
};

enum circuit_leave {
    CIRCUIT_SEND,  // closed
    CIRCUIT_PROBE, // open, the probe is due: one event
    CIRCUIT_WAIT,
};
enum circuit_leave circuit_leave(const struct circuit *circuit, int64_t now_ms,
                                 size_t in_flight);

// The destination answered. True: this closed it.
bool circuit_good(struct circuit *circuit);

// A failure that is the destination's; delay_ms: the event's own wait, the least the circuit
// waits. True: this opened it.
bool circuit_bad(struct circuit *circuit, const struct delivery_settings *settings,
                 int64_t now_ms, int64_t delay_ms, struct rng *rng);

// The settings have changed: the past says nothing any more.
void circuit_reset(struct circuit *circuit);
