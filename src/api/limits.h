// SPDX-License-Identifier: Apache-2.0
// Rates of requests by name (a token, a client address): GCRA, the virtual scheduling algorithm
// of ITU-T I.371. A name has a bucket of `burst` requests that refills evenly. In memory,
// bounded, thread-safe.
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"

struct limits;

struct limits *limits_new(const struct clock *clock, struct rng *rng);
void limits_free(struct limits *limits);

// per_s from 1 to LIMIT_PER_S_MAX, burst at least 1.
enum { LIMIT_PER_S_MAX = 1000000 };
struct limit_rule {
    int64_t per_s;
    int64_t burst;
};

// What is left to a name; the numbers that the RateLimit headers carry.
struct limit_state {
    bool is_allowed;
    int64_t remaining; // requests that would be taken at once from here on
    int64_t wait_ms;   // until the next one is taken; 0: now
    int64_t reset_ms;  // until the bucket is full again
};

// Counts a request, if it is allowed. Names of different kinds do not meet: `kind` is any
// number.
struct limit_state limits_take(struct limits *limits, const struct limit_rule *rule, int kind,
                               str name);

// The name under which a client address is counted: itself for IPv4, its /64 for IPv6, where
// everybody has as many addresses as he likes. ret_name lives in the buffer.
enum { LIMIT_ADDRESS_MAX = 64 };
str limit_address(str address, char buffer[LIMIT_ADDRESS_MAX]);
