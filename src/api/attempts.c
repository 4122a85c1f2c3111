// SPDX-License-Identifier: Apache-2.0
// A table of ATTEMPTS_MAX entries under a keyed hash of rule and name: no adversary can choose
// names that meet. When it is full, the entry that was tried longest ago goes.
#include "api/attempts.h"

#include <ctype.h>
#include <pthread.h>

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"
#include "codec/hash.h"

enum { ATTEMPTS_MAX = 16384, NAME_MAX_BYTES = 320, DOUBLINGS_MAX = 30 };

const struct attempts_rule attempts_by_email = {
    .free = 5,
    .first_wait_ms = 1000,
    .max_wait_ms = 15 * 60 * 1000,
    .forgotten_ms = 60 * 60 * 1000,
    .is_cleared_by_success = true,
};
// More people than one may sit behind an address.
const struct attempts_rule attempts_by_address = {
    .free = 30,
    .first_wait_ms = 1000,
    .max_wait_ms = 5 * 60 * 1000,
    .forgotten_ms = 30 * 60 * 1000,
};

struct entry {
    struct list_node node; // in order of the last try
    uint64_t key;
    unsigned tries;
    int64_t last_ms;
};

struct attempts {
    pthread_mutex_t lock;
    const struct clock *clock;
    uint8_t hash_key[HASH_SIPHASH_KEY_LEN];
    struct map *entries;
    struct list by_time; // oldest first
};

struct attempts *attempts_new(const struct clock *clock, struct rng *rng)
{
    struct attempts *attempts = NEW(struct attempts);
    pthread_mutex_init(&attempts->lock, NULL);
    attempts->clock = clock;
    rng_fill(rng, attempts->hash_key, sizeof(attempts->hash_key));
    attempts->entries = map_new();
    list_init(&attempts->by_time);
    return attempts;
}

static void drop(struct attempts *attempts, struct entry *entry)
{
    list_remove(&entry->node);
    (void)map_remove_u64(attempts->entries, entry->key);
    mem_free(entry);
}

static struct entry *oldest(struct attempts *attempts)
{
    return CONTAINER_OF(attempts->by_time.head.next, struct entry, node);
}

void attempts_free(struct attempts *attempts)
{
    if (!attempts)
        return;
    while (!list_is_empty(&attempts->by_time))
        drop(attempts, oldest(attempts));
    map_free(attempts->entries);
    pthread_mutex_destroy(&attempts->lock);
    mem_free(attempts);
}

// E-mail addresses differ in case only by accident.
static uint64_t key_of(const struct attempts *attempts, const struct attempts_rule *rule,
                       str name)
{
    char text[NAME_MAX_BYTES];
    size_t len = MIN(name.len, sizeof(text));
    for (size_t i = 0; i < len; i++)
        text[i] = (char)tolower((unsigned char)name.data[i]);
    uint64_t key = hash_siphash(attempts->hash_key, text, len);
    return rule == &attempts_by_email ? key : ~key;
}

static int64_t wait_after(const struct attempts_rule *rule, unsigned tries)
{
    if (tries < rule->free)
        return 0;
    unsigned doublings = MIN(tries - rule->free, (unsigned)DOUBLINGS_MAX);
    return MIN(rule->first_wait_ms << doublings, rule->max_wait_ms);
}

static struct entry *entry_of(struct attempts *attempts, uint64_t key)
{
    struct entry *entry = map_get_u64(attempts->entries, key);
    if (entry)
        return entry;
    if (map_count(attempts->entries) >= ATTEMPTS_MAX)
        drop(attempts, oldest(attempts));
    entry = NEW(struct entry);
    entry->key = key;
    (void)map_put_u64(attempts->entries, key, entry);
    list_add_last(&attempts->by_time, &entry->node);
    return entry;
}

int64_t attempts_try(struct attempts *attempts, const struct attempts_rule *rule, str name)
{
    int64_t now_ms = clock_mono_ms(attempts->clock), wait_ms = 0;
    pthread_mutex_lock(&attempts->lock);
    struct entry *entry = entry_of(attempts, key_of(attempts, rule, name));
    if (now_ms - entry->last_ms >= rule->forgotten_ms)
        entry->tries = 0;
    if (entry->tries > 0)
        wait_ms = MAX(entry->last_ms + wait_after(rule, entry->tries) - now_ms, (int64_t)0);
    if (wait_ms == 0) {
        entry->tries++;
        entry->last_ms = now_ms;
        list_remove(&entry->node);
        list_add_last(&attempts->by_time, &entry->node);
    }
    pthread_mutex_unlock(&attempts->lock);
    return wait_ms;
}

void attempts_forgive(struct attempts *attempts, const struct attempts_rule *rule, str name)
{
    pthread_mutex_lock(&attempts->lock);
    struct entry *entry = map_get_u64(attempts->entries, key_of(attempts, rule, name));
    if (entry && (rule->is_cleared_by_success || entry->tries <= 1))
        drop(attempts, entry);
    else if (entry)
        entry->tries--;
    pthread_mutex_unlock(&attempts->lock);
}
