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

// Takes much at a time from another and hands it out in pieces, for one thread that needs a
// little very often. What has been handed out is forgotten.
enum { RNG_STOCK_BYTES = 4096 };
struct rng_stock {
    struct rng rng;
    struct rng *source;
    size_t left;
    uint8_t bytes[RNG_STOCK_BYTES];
};
void rng_stock_init(struct rng_stock *stock, struct rng *source);

// A repeatable generator for tests only.
struct rng_fake {
    struct rng rng;
    uint64_t state;
};

void rng_fake_init(struct rng_fake *fake, uint64_t seed);
