// SPDX-License-Identifier: Apache-2.0
// Making an index of another one: what lies between two changes is copied as it is.
#include "workspace/index.h"

#include <stdlib.h>

static const str *id_of(const void *item)
{
    return item;
}

// Where the id stands, or would.
static size_t place_of(const struct index *index, str id)
{
    size_t low = 0, high = index ? index->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(*id_of(index->items[middle]), id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_at(const struct index *index, size_t place, str id)
{
    return index && place < index->count && str_eq(*id_of(index->items[place]), id);
}

const void *index_find(const struct index *index, str id)
{
    size_t place = place_of(index, id);
    return has_at(index, place, id) ? index->items[place] : NULL;
}

void changes_init(struct changes *changes, struct draft *draft, struct arena *arena,
                  const struct index *base)
{
    *changes = (struct changes){ draft, arena, base, map_new() };
}

void changes_done(struct changes *changes)
{
    map_free(TAKE(changes->by_id));
}

const void *changes_find(const struct changes *changes, str id)
{
    const struct change *change = map_get(changes->by_id, id);
    return change ? change->item : index_find(changes->base, id);
}

void changes_put(struct changes *changes, str id, void *item)
{
    struct change *change = map_get(changes->by_id, id);
    piece_drop(changes->draft, changes_find(changes, id));
    if (!change) {
        change = ARENA_NEW(changes->arena, struct change);
        change->id = arena_dup(changes->arena, id);
        map_put(changes->by_id, change->id, change);
    }
    change->item = item;
}

static int compare_changes(const void *a, const void *b)
{
    return str_cmp((*(struct change *const *)a)->id, (*(struct change *const *)b)->id);
}

static struct change **sorted(const struct changes *changes)
{
    struct change **list =
        ARENA_ARRAY(changes->arena, struct change *, map_count(changes->by_id) + 1);
    size_t at = 0, count = 0;
    for (struct change *change; (change = map_each(changes->by_id, &at));)
        list[count++] = change;
    qsort(list, count, sizeof(*list), compare_changes);
    return list;
}

static void append(struct index *index, const void *const *items, size_t count)
{
    if (count > 0)
        memcpy(&index->items[index->count], items, count * sizeof(*items));
    index->count += count;
}

const struct index *changes_apply(const struct changes *changes)
{
    const struct index *base = changes->base;
    size_t count = map_count(changes->by_id), base_count = base ? base->count : 0, from = 0;
    if (base && count == 0)
        return base;
    struct change **list = sorted(changes);
    struct index *index = piece_new(
        changes->draft, sizeof(*index) + (base_count + count) * sizeof(index->items[0]), NULL);
    for (size_t i = 0; i < count; i++) {
        size_t place = place_of(base, list[i]->id);
        if (place > from)
            append(index, &base->items[from], place - from);
        from = place + (has_at(base, place, list[i]->id) ? 1 : 0);
        if (list[i]->item)
            index->items[index->count++] = list[i]->item;
    }
    if (base_count > from)
        append(index, &base->items[from], base_count - from);
    piece_drop(changes->draft, base);
    return index;
}
