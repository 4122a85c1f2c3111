// SPDX-License-Identifier: Apache-2.0
// One number for each name: the theoretical arrival time (TAT), at which its bucket is full
// again. A table of LIMITS_MAX entries under a keyed hash: no adversary can choose names that
// meet. When it is full, the entry that was asked for longest ago goes.
#include "codec/limits.h"

#include <pthread.h>

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"
#include "codec/hash.h"
#include "codec/cidr.h"

enum { LIMITS_MAX = 65536, NAME_MAX_BYTES = 128, PREFIX_OF_SITE_BYTES = 8 };
#define NS_PER_MS ((int64_t)1000000)

struct entry {
    struct list_node node; // in order of the last request
    uint64_t key;
    int64_t full_at_ns; // TAT
};

struct limits {
    pthread_mutex_t lock;
    const struct clock *clock;
    uint8_t hash_key[HASH_SIPHASH_KEY_LEN];
    struct map *entries;
    struct list by_time; // oldest first
};

struct limits *limits_new(const struct clock *clock, struct rng *rng)
{
    struct limits *limits = NEW(struct limits);
    pthread_mutex_init(&limits->lock, NULL);
    limits->clock = clock;
    rng_fill(rng, limits->hash_key, sizeof(limits->hash_key));
    limits->entries = map_new();
    list_init(&limits->by_time);
    return limits;
}

static void drop_oldest(struct limits *limits)
{
    struct entry *entry = CONTAINER_OF(list_take_first(&limits->by_time), struct entry, node);
    (void)map_remove_u64(limits->entries, entry->key);
    mem_free(entry);
}

void limits_free(struct limits *limits)
{
    if (!limits)
        return;
    while (!list_is_empty(&limits->by_time))
        drop_oldest(limits);
    map_free(limits->entries);
    pthread_mutex_destroy(&limits->lock);
    mem_free(limits);
}

static uint64_t key_of(const struct limits *limits, int kind, str name)
{
    char text[NAME_MAX_BYTES + sizeof(kind)] = { 0 };
    size_t len = MIN(name.len, (size_t)NAME_MAX_BYTES);
    memcpy(text, &kind, sizeof(kind));
    if (len > 0)
        memcpy(text + sizeof(kind), name.data, len);
    return hash_siphash(limits->hash_key, text, sizeof(kind) + len);
}

static struct entry *entry_of(struct limits *limits, uint64_t key)
{
    struct entry *entry = map_get_u64(limits->entries, key);
    if (!entry) {
        if (map_count(limits->entries) >= LIMITS_MAX)
            drop_oldest(limits);
        entry = NEW(struct entry);
        entry->key = key;
        entry->full_at_ns = INT64_MIN;
        (void)map_put_u64(limits->entries, key, entry);
    }
    list_remove(&entry->node);
    list_add_last(&limits->by_time, &entry->node);
    return entry;
}

static int64_t ms_up(int64_t ns)
{
    return (ns + NS_PER_MS - 1) / NS_PER_MS;
}

// One ask held against its bucket.
struct weighing {
    struct entry *entry;
    int64_t step_ns;
    int64_t bucket_ns;
    int64_t cost_ns;
    int64_t used_ns; // of the bucket
};

static struct weighing weigh(struct limits *limits, const struct limit_ask *ask, int64_t now_ns)
{
    const struct limit_rule *rule = ask->rule;
    assert(rule->period_ms >= 1 && rule->period_ms <= LIMIT_PERIOD_MAX_MS);
    assert(rule->count >= 1 && rule->count <= rule->period_ms * LIMIT_PER_MS_MAX);
    assert(rule->burst >= 1 && rule->burst <= rule->count * LIMIT_BURST_PERIODS_MAX);
    assert(ask->cost >= 1);
    struct entry *entry = entry_of(limits, key_of(limits, ask->kind, ask->name));
    int64_t step_ns = rule->period_ms * NS_PER_MS / rule->count;
    return (struct weighing){
        .entry = entry,
        .step_ns = step_ns,
        .bucket_ns = step_ns * rule->burst,
        .cost_ns = step_ns * MIN(ask->cost, rule->burst),
        .used_ns = MAX(entry->full_at_ns, now_ns) - now_ns,
    };
}

static bool has_room(const struct weighing *weighing)
{
    return weighing->used_ns + weighing->cost_ns <= weighing->bucket_ns;
}

static void charge(struct weighing *weighing, int64_t now_ns)
{
    weighing->used_ns += weighing->cost_ns;
    weighing->entry->full_at_ns = now_ns + weighing->used_ns;
}

static int64_t wait_of(const struct weighing *weighing)
{
    return MAX(ms_up(weighing->used_ns + weighing->cost_ns - weighing->bucket_ns), (int64_t)0);
}

struct limit_state limits_take(struct limits *limits, const struct limit_ask *ask)
{
    int64_t now_ns = clock_mono_ns(limits->clock);
    struct limit_state state = { 0 };
    pthread_mutex_lock(&limits->lock);
    struct weighing weighing = weigh(limits, ask, now_ns);
    state.is_allowed = has_room(&weighing);
    if (state.is_allowed)
        charge(&weighing, now_ns);
    pthread_mutex_unlock(&limits->lock);
    state.remaining =
        MAX((weighing.bucket_ns - weighing.used_ns) / weighing.step_ns, (int64_t)0);
    state.wait_ms = wait_of(&weighing);
    state.reset_ms = ms_up(weighing.used_ns);
    return state;
}

bool limits_take_all(struct limits *limits, const struct limit_ask *asks, size_t count,
                     int64_t *ret_wait_ms)
{
    assert(count <= LIMIT_ASKS_MAX);
    struct weighing weighings[LIMIT_ASKS_MAX];
    int64_t now_ns = clock_mono_ns(limits->clock);
    int64_t wait_ms = 0;
    pthread_mutex_lock(&limits->lock);
    for (size_t i = 0; i < count; i++) {
        weighings[i] = weigh(limits, &asks[i], now_ns);
        wait_ms = MAX(wait_ms, wait_of(&weighings[i]));
    }
    for (size_t i = 0; i < count && wait_ms == 0; i++)
        charge(&weighings[i], now_ns);
    pthread_mutex_unlock(&limits->lock);
    if (wait_ms > 0)
        *ret_wait_ms = wait_ms;
    return wait_ms == 0;
}

str limit_address(str text, char buffer[LIMIT_ADDRESS_MAX])
{
    struct address address;
    if (!address_parse(text, &address) || address_is_ipv4(&address)) {
        (void)str_copy(text, buffer, LIMIT_ADDRESS_MAX);
        return str_of(buffer);
    }
    memset(address.bytes + PREFIX_OF_SITE_BYTES, 0,
           sizeof(address.bytes) - PREFIX_OF_SITE_BYTES);
    address_print(&address, buffer);
    return str_of(buffer);
}
