// SPDX-License-Identifier: Apache-2.0
// The circuit of a destination.
#include "delivery/circuit.h"

#include "delivery/retry.h"

enum circuit_leave circuit_leave(const struct circuit *circuit, int64_t now_ms,
                                 size_t in_flight)
{
    if (!circuit->is_open)
        return CIRCUIT_SEND;
    // What was sent before it opened may still come back; the probe goes alone.
    return now_ms >= circuit->probe_at_ms && in_flight == 0 ? CIRCUIT_PROBE : CIRCUIT_WAIT;
}

bool circuit_good(struct circuit *circuit)
{
    bool was_open = circuit->is_open;
    circuit_reset(circuit);
    return was_open;
}

// The first wait is the event's own, so that Retry-After holds for the whole destination; the
// waits of later openings double up to a bound that is lower than an event's.
static int64_t wait_ms(const struct circuit *circuit, const struct delivery_settings *settings,
                       int64_t delay_ms, struct rng *rng)
{
    int64_t wait = retry_delay_ms(settings, circuit->openings, -1, rng);
    wait = MIN(wait, (int64_t)CIRCUIT_WAIT_MAX_MS);
    return circuit->openings == 1 ? MAX(wait, delay_ms) : wait;
}

bool circuit_bad(struct circuit *circuit, const struct delivery_settings *settings,
                 int64_t now_ms, int64_t delay_ms, struct rng *rng)
{
    if (circuit->is_open && now_ms < circuit->probe_at_ms)
        return false; // sent before it opened: tells nothing new
    circuit->failures++;
    if (!circuit->is_open && circuit->failures < CIRCUIT_FAILURES)
        return false;
    bool was_open = circuit->is_open;
    circuit->is_open = true;
    circuit->openings++;
    circuit->probe_at_ms = now_ms + wait_ms(circuit, settings, delay_ms, rng);
    return !was_open;
}

void circuit_reset(struct circuit *circuit)
{
    *circuit = (struct circuit){ 0 };
}
