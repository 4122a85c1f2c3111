// SPDX-License-Identifier: Apache-2.0
// Adding to a set of numbers.
#include "journal/ranges.h"

#include "base/mem.h"

// The first range that ends at `number` or behind it.
static size_t find(const struct ranges *ranges, uint64_t number)
{
    size_t low = 0, high = ranges->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->items[middle].end >= number)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void make_gap(struct ranges *ranges, size_t at)
{
    if (ranges->count == ranges->cap) {
        ranges->cap = MAX((size_t)8, ranges->cap * 2);
        ranges->items = mem_realloc(ranges->items, ranges->cap * sizeof(*ranges->items));
    }
    memmove(&ranges->items[at + 1], &ranges->items[at],
            (ranges->count++ - at) * sizeof(*ranges->items));
}

uint64_t ranges_add(struct ranges *ranges, struct record_range range)
{
    size_t first = find(ranges, range.first), end = first;
    uint64_t known = 0;
    for (; end < ranges->count && ranges->items[end].first <= range.end; end++) {
        const struct record_range *item = &ranges->items[end];
        known += item->end - item->first;
        range.first = MIN(range.first, item->first);
        range.end = MAX(range.end, item->end);
    }
    if (first == end)
        make_gap(ranges, end++);
    memmove(&ranges->items[first + 1], &ranges->items[end],
            (ranges->count - end) * sizeof(*ranges->items));
    ranges->count -= end - first - 1;
    ranges->items[first] = range;
    return range.end - range.first - known;
}

void ranges_done(struct ranges *ranges)
{
    mem_free(ranges->items);
    *ranges = (struct ranges){ 0 };
}
