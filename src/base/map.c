// SPDX-License-Identifier: Apache-2.0
// Open addressing with linear probing and backward-shift deletion; a map uses either text keys
// or number keys, never both.
#include "base/map.h"

#include "base/mem.h"

enum { FIRST_SLOTS = 16 };

struct slot {
    uint64_t hash; // the key itself for number keys
    str key;
    void *value; // NULL: free slot
};

struct map {
    struct slot *slots;
    size_t mask;
    size_t count;
};

struct map *map_new(void)
{
    struct map *map = NEW(struct map);
    map->slots = mem_zalloc(FIRST_SLOTS, sizeof(struct slot));
    map->mask = FIRST_SLOTS - 1;
    return map;
}

void map_free(struct map *map)
{
    if (!map)
        return;
    mem_free(map->slots);
    mem_free(map);
}

size_t map_count(const struct map *map)
{
    return map->count;
}

static size_t home_of(const struct map *map, uint64_t hash)
{
    return (size_t)((hash * 0x9e3779b97f4a7c15u) >> 20) & map->mask;
}

// The slot with the key, or the free slot where it would go.
static struct slot *slot_of(const struct map *map, uint64_t hash, str key)
{
    for (size_t i = home_of(map, hash);; i = (i + 1) & map->mask) {
        struct slot *slot = &map->slots[i];
        if (!slot->value || (slot->hash == hash && str_eq(slot->key, key)))
            return slot;
    }
}

static void grow(struct map *map)
{
    struct slot *old = map->slots;
    size_t old_count = map->mask + 1;
    map->slots = mem_zalloc(old_count * 2, sizeof(struct slot));
    map->mask = old_count * 2 - 1;
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].value)
            *slot_of(map, old[i].hash, old[i].key) = old[i];
    }
    mem_free(old);
}

static void *put(struct map *map, uint64_t hash, str key, void *value)
{
    assert(value);
    if ((map->count + 1) * 4 > (map->mask + 1) * 3)
        grow(map);
    struct slot *slot = slot_of(map, hash, key);
    void *before = slot->value;
    *slot = (struct slot){ .hash = hash, .key = key, .value = value };
    if (!before)
        map->count++;
    return before;
}

static void *take(struct map *map, uint64_t hash, str key)
{
    struct slot *hole = slot_of(map, hash, key);
    void *value = hole->value;
    if (!value)
        return NULL;
    map->count--;
    size_t at = (size_t)(hole - map->slots);
    for (size_t i = (at + 1) & map->mask; map->slots[i].value; i = (i + 1) & map->mask) {
        size_t home = home_of(map, map->slots[i].hash);
        if (((i - home) & map->mask) >= ((i - at) & map->mask)) {
            map->slots[at] = map->slots[i];
            at = i;
        }
    }
    map->slots[at] = (struct slot){ 0 };
    return value;
}

void *map_get(const struct map *map, str key)
{
    return slot_of(map, str_hash(key), key)->value;
}

void *map_put(struct map *map, str key, void *value)
{
    return put(map, str_hash(key), key, value);
}

void *map_remove(struct map *map, str key)
{
    return take(map, str_hash(key), key);
}

void *map_get_u64(const struct map *map, uint64_t key)
{
    return slot_of(map, key, STR_NONE)->value;
}

void *map_put_u64(struct map *map, uint64_t key, void *value)
{
    return put(map, key, STR_NONE, value);
}

void *map_remove_u64(struct map *map, uint64_t key)
{
    return take(map, key, STR_NONE);
}

void *map_each(const struct map *map, size_t *at)
{
    while (*at <= map->mask) {
        void *value = map->slots[(*at)++].value;
        if (value)
            return value;
    }
    return NULL;
}
