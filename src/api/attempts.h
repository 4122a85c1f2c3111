// SPDX-License-Identifier: Apache-2.0
// Limits attempts at guessing: each name (an e-mail address, a client address) has some tries
// free, then waits that double with each further failure. In memory, bounded, thread-safe.
#pragma once

#include "base/base.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"

struct attempts;

struct attempts *attempts_new(const struct clock *clock, struct rng *rng);
void attempts_free(struct attempts *attempts);

// What a name may do before it has to wait.
struct attempts_rule {
    unsigned free;              // tries without a wait
    int64_t first_wait_ms;      // after that, doubled each time …
    int64_t max_wait_ms;        // … up to this
    int64_t forgotten_ms;       // after so long without a try everything is forgotten
    bool is_cleared_by_success; // false: a success takes back only its own try
};
extern const struct attempts_rule attempts_by_email;
extern const struct attempts_rule attempts_by_address;

// Counts a try and returns 0, or does not count it and returns how long to wait in ms. The try
// counts as failed until attempts_forgive.
int64_t attempts_try(struct attempts *attempts, const struct attempts_rule *rule, str name);

// The try was right after all.
void attempts_forgive(struct attempts *attempts, const struct attempts_rule *rule, str name);
