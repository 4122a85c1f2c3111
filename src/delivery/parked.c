// SPDX-License-Identifier: Apache-2.0
// A binary heap by due time; equal times by position, so that a window is repeatable.
#include "delivery/parked.h"

#include "base/mem.h"

enum { FIRST_CAP = 16 };

void parked_done(struct parked *parked)
{
    mem_free(parked->heap);
    *parked = (struct parked){ 0 };
}

static bool is_before(const struct window_event *a, const struct window_event *b)
{
    if (a->due_ms != b->due_ms)
        return a->due_ms < b->due_ms;
    return position_cmp(a->position, b->position) < 0;
}

static void put(struct parked *parked, size_t at, struct window_event *event)
{
    parked->heap[at] = event;
    event->heap_index = at;
}

static void sift_up(struct parked *parked, size_t at, struct window_event *event)
{
    for (; at > 1 && is_before(event, parked->heap[at / 2]); at /= 2)
        put(parked, at, parked->heap[at / 2]);
    put(parked, at, event);
}

static void sift_down(struct parked *parked, size_t at, struct window_event *event)
{
    for (size_t child = at * 2; child <= parked->count; child = at * 2) {
        if (child < parked->count && is_before(parked->heap[child + 1], parked->heap[child]))
            child++;
        if (!is_before(parked->heap[child], event))
            break;
        put(parked, at, parked->heap[child]);
        at = child;
    }
    put(parked, at, event);
}

void parked_add(struct parked *parked, struct window_event *event)
{
    assert(event->heap_index == 0);
    if (parked->count + 2 > parked->cap) {
        parked->cap = MAX(parked->cap * 2, (size_t)FIRST_CAP);
        parked->heap = mem_realloc(parked->heap, parked->cap * sizeof(*parked->heap));
    }
    sift_up(parked, ++parked->count, event);
}

struct window_event *parked_first(const struct parked *parked)
{
    return parked->count ? parked->heap[1] : NULL;
}

struct window_event *parked_take_first(struct parked *parked)
{
    assert(parked->count > 0);
    struct window_event *first = parked->heap[1];
    struct window_event *last = parked->heap[parked->count--];
    first->heap_index = 0;
    if (last != first)
        sift_down(parked, 1, last);
    return first;
}
