// SPDX-License-Identifier: Apache-2.0
// Randomness from the system, and a repeatable kind for tests.
#include "base/rand.h"

#include <errno.h>
#include <sys/random.h>

static void system_fill(struct rng *rng, void *dest, size_t len)
{
    (void)rng;
    char *at = dest;
    while (len > 0) {
        ssize_t got = getrandom(at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort(); // no randomness, no secrets
        at += got;
        len -= (size_t)got;
    }
}

struct rng *rng_system(void)
{
    static struct rng system = { .fill = system_fill };
    return &system;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    assert(bound > 0);
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound; // values from here up would be biased
    uint64_t value;
    do {
        rng_fill(rng, &value, sizeof(value));
    } while (value >= limit);
    return value % bound;
}

static void stock_fill(struct rng *rng, void *dest, size_t len)
{
    struct rng_stock *stock = (struct rng_stock *)rng;
    if (len > RNG_STOCK_BYTES) {
        rng_fill(stock->source, dest, len);
        return;
    }
    if (len > stock->left) {
        rng_fill(stock->source, stock->bytes, RNG_STOCK_BYTES);
        stock->left = RNG_STOCK_BYTES;
    }
    stock->left -= len;
    memcpy(dest, stock->bytes + stock->left, len);
    memset(stock->bytes + stock->left, 0, len);
}

void rng_stock_init(struct rng_stock *stock, struct rng *source)
{
    *stock = (struct rng_stock){ .rng = { .fill = stock_fill }, .source = source };
}

static void fake_fill(struct rng *rng, void *dest, size_t len)
{
    struct rng_fake *fake = (struct rng_fake *)rng;
    unsigned char *at = dest;
    for (size_t i = 0; i < len; i++) { // splitmix64, one byte of each step
        uint64_t z = (fake->state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        at[i] = (unsigned char)(z >> 56);
    }
}

void rng_fake_init(struct rng_fake *fake, uint64_t seed)
{
    *fake = (struct rng_fake){ .rng = { .fill = fake_fill }, .state = seed };
}
