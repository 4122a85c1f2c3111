// SPDX-License-Identifier: Apache-2.0
#include "api/refusals.h"

#include <pthread.h>

#include "base/mem.h"
#include "codec/hash.h"

enum { SLOTS = 1024 };

struct slot {
    int64_t begun_ms; // of the window, monotonic
    unsigned written; // in the window
    uint64_t unwritten;
};

struct refusals {
    pthread_mutex_t lock;
    const struct clock *clock;
    uint8_t hash_key[HASH_SIPHASH_KEY_LEN]; // nobody can choose whom he meets
    struct slot slots[SLOTS];
};

struct refusals *refusals_new(const struct clock *clock, struct rng *rng)
{
    struct refusals *refusals = NEW(struct refusals);
    refusals->clock = clock;
    rng_fill(rng, refusals->hash_key, sizeof(refusals->hash_key));
    pthread_mutex_init(&refusals->lock, NULL);
    return refusals;
}

void refusals_free(struct refusals *refusals)
{
    if (!refusals)
        return;
    pthread_mutex_destroy(&refusals->lock);
    mem_free(refusals);
}

bool refusals_take(struct refusals *refusals, str name, uint64_t *ret_unwritten)
{
    int64_t now_ms = clock_mono_ms(refusals->clock);
    uint64_t hash = hash_siphash(refusals->hash_key, name.data, name.len);
    struct slot *slot = &refusals->slots[hash % SLOTS];
    pthread_mutex_lock(&refusals->lock);
    if (slot->written > 0 && now_ms - slot->begun_ms >= REFUSALS_WINDOW_MS)
        slot->written = 0;
    if (slot->written == 0)
        slot->begun_ms = now_ms;
    bool is_written = slot->written < REFUSALS_MAX;
    if (is_written) {
        slot->written++;
        *ret_unwritten = slot->unwritten;
        slot->unwritten = 0;
    } else {
        slot->unwritten++;
    }
    pthread_mutex_unlock(&refusals->lock);
    return is_written;
}
