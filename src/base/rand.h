// SPDX-License-Identifier: Apache-2.0
// Randomness comes in as a value. rng_system is getrandom(2), fit for secrets; rng_fake
// repeats.
#pragma once

#include "base/base.h"

struct rng {
    void (*fill)(struct rng *rng, void *dest, size_t len);
};

struct rng *rng_system(void);

static inline void rng_fill(struct rng *rng, void *dest, size_t len)
{
    rng->fill(rng, dest, len);
}

// Uniform in [0, bound), without bias; bound > 0.
uint64_t rng_below(struct rng *rng, uint64_t bound);

// A repeatable generator for tests only.
struct rng_fake {
    struct rng rng;
    uint64_t state;
};

void rng_fake_init(struct rng_fake *fake, uint64_t seed);
