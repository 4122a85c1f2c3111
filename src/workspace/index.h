// SPDX-License-Identifier: Apache-2.0
// Arrays of pointers sorted by id, and the changes that make the next one of the last one. What
// the pointers point to are pieces that begin with their id.
#pragma once

#include "base/map.h"
#include "workspace/pieces.h"

struct index { // a piece
    size_t count;
    const void *items[];
};

// NULL: there is none. The index may be NULL, which is an empty one.
const void *index_find(const struct index *index, str id);

// What became of some ids since `base`.
struct changes {
    struct draft *draft;
    struct arena *arena;
    const struct index *base;
    struct map *by_id; // of struct change
};

struct change {
    str id;
    void *item; // NULL: gone
};

void changes_init(struct changes *changes, struct draft *draft, struct arena *arena,
                  const struct index *base);
void changes_done(struct changes *changes);

// The item as it will be, NULL for none.
const void *changes_find(const struct changes *changes, str id);

// The id gets another item, or none. The one it had is dropped.
void changes_put(struct changes *changes, str id, void *item);

// Drops the base and gives its successor; the base itself when nothing changed.
const struct index *changes_apply(const struct changes *changes);
