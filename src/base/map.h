// SPDX-License-Identifier: Apache-2.0
// A hash table from text or 64-bit keys to pointers. Keys are borrowed: whoever owns the value
// keeps the key alive as long as the entry. Not for keys an adversary can choose in great
// number: those are hashed with a secret key first (codec/hash.h) and put in under the 64-bit
// form.
#pragma once

#include "base/base.h"
#include "base/str.h"

struct map;

struct map *map_new(void);
void map_free(struct map *map); // the values are the caller's
AUTO_DEFINE(struct map *, map_free)

size_t map_count(const struct map *map);

// NULL when absent. map_put returns the value that was there before, or NULL; value must not be
// NULL.
void *map_get(const struct map *map, str key);
void *map_put(struct map *map, str key, void *value);
void *map_remove(struct map *map, str key);

void *map_get_u64(const struct map *map, uint64_t key);
void *map_put_u64(struct map *map, uint64_t key, void *value);
void *map_remove_u64(struct map *map, uint64_t key);

// Walks all entries: size_t at = 0; while ((value = map_each(map, &at))) … The map must not
// change meanwhile.
void *map_each(const struct map *map, size_t *at);
