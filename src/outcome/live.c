// SPDX-License-Identifier: Apache-2.0
// Live rings: the newest events of each id under one budget. One lock for all: adding is a copy
// of a short text, and busy streams are thinned out by live_wanted before they get here.
#include "outcome/live.h"

#include <pthread.h>

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

enum { WANTED_EVERY_MS = 100, ENTRY_OVERHEAD_BYTES = 32 };

struct entry {
    size_t len;
    char json[];
};

struct ring {
    struct list_node in_recency;
    struct entry *entries[OUTCOME_LIVE_EVENTS];
    size_t first; // the oldest
    size_t count;
    int64_t added_ms; // when the newest came
    struct outcome_watch *watches;
    size_t id_len;
    char id[];
};

struct live {
    const struct clock *clock;
    size_t budget_bytes;
    pthread_mutex_t lock;
    struct map *rings;      // id → struct ring
    struct list by_recency; // the quiet ones first
    size_t used_bytes;
};

struct live *live_new(const struct clock *clock, size_t budget_bytes)
{
    struct live *live = NEW(struct live);
    live->clock = clock;
    live->budget_bytes = budget_bytes;
    live->rings = map_new();
    list_init(&live->by_recency);
    pthread_mutex_init(&live->lock, NULL);
    return live;
}

static void drop_oldest(struct live *live, struct ring *ring)
{
    struct entry *entry = ring->entries[ring->first];
    ring->entries[ring->first] = NULL;
    ring->first = (ring->first + 1) % OUTCOME_LIVE_EVENTS;
    ring->count--;
    live->used_bytes -= entry->len + ENTRY_OVERHEAD_BYTES;
    mem_free(entry);
}

static void ring_free(struct live *live, struct ring *ring)
{
    assert(!ring->watches);
    while (ring->count)
        drop_oldest(live, ring);
    list_remove(&ring->in_recency);
    (void)map_remove(live->rings, str_make(ring->id, ring->id_len));
    live->used_bytes -= sizeof(*ring);
    mem_free(ring);
}

void live_free(struct live *live)
{
    if (!live)
        return;
    LIST_EACH (&live->by_recency, node)
        ring_free(live, CONTAINER_OF(node, struct ring, in_recency));
    assert(live->used_bytes == 0);
    map_free(live->rings);
    pthread_mutex_destroy(&live->lock);
    mem_free(live);
}

static struct ring *ring_of(struct live *live, str id)
{
    struct ring *ring = map_get(live->rings, id);
    if (ring)
        return ring;
    ring = mem_zalloc(1, sizeof(*ring) + id.len);
    ring->id_len = id.len;
    if (id.len)
        memcpy(ring->id, id.data, id.len);
    (void)map_put(live->rings, str_make(ring->id, id.len), ring);
    list_add_last(&live->by_recency, &ring->in_recency);
    live->used_bytes += sizeof(*ring);
    return ring;
}

// Frees until the budget holds: the rings that have been quiet longest first, but never one
// that is watched or the one just added to; of that the oldest events.
static void keep_budget(struct live *live, struct ring *newest)
{
    LIST_EACH (&live->by_recency, node) {
        struct ring *ring = CONTAINER_OF(node, struct ring, in_recency);
        if (live->used_bytes <= live->budget_bytes)
            return;
        if (ring == newest)
            continue;
        while (ring->count && live->used_bytes > live->budget_bytes)
            drop_oldest(live, ring);
        if (!ring->count && !ring->watches)
            ring_free(live, ring);
    }
    while (newest->count > 1 && live->used_bytes > live->budget_bytes)
        drop_oldest(live, newest);
}

static void ring_add(struct live *live, struct ring *ring, str json)
{
    if (ring->count == OUTCOME_LIVE_EVENTS)
        drop_oldest(live, ring);
    struct entry *entry = mem_alloc(sizeof(*entry) + json.len);
    entry->len = json.len;
    memcpy(entry->json, json.data, json.len);
    ring->entries[(ring->first + ring->count++) % OUTCOME_LIVE_EVENTS] = entry;
    live->used_bytes += json.len + ENTRY_OVERHEAD_BYTES;
    ring->added_ms = clock_mono_ms(live->clock);
    list_remove(&ring->in_recency);
    list_add_last(&live->by_recency, &ring->in_recency);
    keep_budget(live, ring);
}

void live_add(struct live *live, str id, str json)
{
    assert(json.len > 0 && json.len <= OUTCOME_LIVE_BYTES);
    pthread_mutex_lock(&live->lock);
    struct ring *ring = ring_of(live, id);
    ring_add(live, ring, json);
    for (struct outcome_watch *watch = ring->watches; watch; watch = watch->next)
        watch->on_event(watch, json);
    pthread_mutex_unlock(&live->lock);
}

bool live_wanted(struct live *live, str id)
{
    pthread_mutex_lock(&live->lock);
    const struct ring *ring = map_get(live->rings, id);
    bool is_wanted = !ring || ring->watches || ring->count < OUTCOME_LIVE_EVENTS ||
                     clock_mono_ms(live->clock) - ring->added_ms >= WANTED_EVERY_MS;
    pthread_mutex_unlock(&live->lock);
    return is_wanted;
}

void live_watch(struct live *live, str id, struct outcome_watch *watch)
{
    bool fits = str_copy(id, watch->id, sizeof(watch->id));
    assert(fits);
    (void)fits;
    pthread_mutex_lock(&live->lock);
    struct ring *ring = ring_of(live, id);
    for (size_t i = 0; i < ring->count; i++) {
        const struct entry *entry = ring->entries[(ring->first + i) % OUTCOME_LIVE_EVENTS];
        watch->on_event(watch, str_make(entry->json, entry->len));
    }
    watch->next = ring->watches;
    ring->watches = watch;
    pthread_mutex_unlock(&live->lock);
}

void live_unwatch(struct live *live, struct outcome_watch *watch)
{
    pthread_mutex_lock(&live->lock);
    struct ring *ring = map_get(live->rings, str_of(watch->id));
    assert(ring);
    struct outcome_watch **link = &ring->watches;
    while (*link != watch) {
        assert(*link);
        link = &(*link)->next;
    }
    *link = watch->next;
    if (!ring->count && !ring->watches)
        ring_free(live, ring);
    pthread_mutex_unlock(&live->lock);
}
