// SPDX-License-Identifier: Apache-2.0
// Rates of requests or events by name (a token, a client address, a source): GCRA, the virtual
// scheduling algorithm of ITU-T I.371. A name has a bucket of `burst` that refills evenly. In
// memory, bounded, thread-safe.
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"

struct limits;

struct limits *limits_new(const struct clock *clock, struct rng *rng);
void limits_free(struct limits *limits);

// `count` in `period_ms`, at least one a day and at most a million a second; burst at least 1
// and at most what comes in a hundred periods.
enum {
    LIMIT_PER_MS_MAX = 1000,
    LIMIT_PERIOD_MAX_MS = 24 * 3600 * 1000,
    LIMIT_BURST_PERIODS_MAX = 100,
};
struct limit_rule {
    int64_t count;
    int64_t period_ms;
    int64_t burst;
};

// Names of different kinds do not meet: `kind` is any number. What costs more than a burst is
// taken when the bucket is full.
struct limit_ask {
    const struct limit_rule *rule;
    int kind;
    str name;
    int64_t cost;
};

// What is left to a name; the numbers that the RateLimit headers carry.
struct limit_state {
    bool is_allowed;
    int64_t remaining; // what would be taken at once from here on
    int64_t wait_ms;   // until the same is taken; 0: now
    int64_t reset_ms;  // until the bucket is full again
};

// Counts what is asked, if it is allowed.
struct limit_state limits_take(struct limits *limits, const struct limit_ask *ask);

// Counts what is asked of several names, no two the same, if all of it is allowed; if not,
// nothing. *ret_wait_ms, when it is refused: until all of it is taken.
enum { LIMIT_ASKS_MAX = 4 };
bool limits_take_all(struct limits *limits, const struct limit_ask *asks, size_t count,
                     int64_t *ret_wait_ms);

// The name under which a client address is counted: itself for IPv4, its /64 for IPv6, where
// everybody has as many addresses as he likes. ret_name lives in the buffer.
enum { LIMIT_ADDRESS_MAX = 64 };
str limit_address(str address, char buffer[LIMIT_ADDRESS_MAX]);
