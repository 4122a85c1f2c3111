// SPDX-License-Identifier: Apache-2.0
// What an answer means for the event. Pure. Verdicts are those of rudder-server's router: 2xx
// is delivered; 200–499 but 408 and 429 will not get better; everything else is tried again.
#pragma once

#include "delivery/delivery.h"
#include "delivery/transport.h"

enum verdict {
    VERDICT_DELIVERED,
    VERDICT_REJECTED,  // terminal: dead letter
    VERDICT_RETRY,     // after delay_ms
    VERDICT_EXHAUSTED, // would be tried again, but it has been long enough: dead letter
};

struct attempt {
    uint32_t attempts;   // with this one
    int64_t age_ms;      // since the first failure
    int64_t now_wall_ms; // for a Retry-After that is a date
    bool url_is_from_event;
};

struct judgement {
    enum verdict verdict;
    int64_t delay_ms;
    bool is_down; // says something bad about the destination as a whole
};

struct judgement judge(const struct delivery_settings *settings, const struct attempt *attempt,
                       const struct transport_answer *answer, struct rng *rng);
