// SPDX-License-Identifier: Apache-2.0
// A binary heap of timers.
#include "loop/timers.h"

#include "base/mem.h"

void timers_init(struct timers *timers)
{
    *timers = (struct timers){ .cap = 16 };
    timers->heap = mem_zalloc(timers->cap, sizeof(*timers->heap));
}

void timers_done(struct timers *timers)
{
    mem_free(timers->heap);
}

static void place(struct timers *timers, size_t at, struct timer *timer)
{
    timers->heap[at] = timer;
    timer->heap_index = at;
}

static void sift_up(struct timers *timers, size_t at, struct timer *timer)
{
    for (; at > 1 && timers->heap[at / 2]->due_ns > timer->due_ns; at /= 2)
        place(timers, at, timers->heap[at / 2]);
    place(timers, at, timer);
}

static void sift_down(struct timers *timers, size_t at, struct timer *timer)
{
    for (size_t child; (child = at * 2) <= timers->count; at = child) {
        if (child < timers->count &&
            timers->heap[child + 1]->due_ns < timers->heap[child]->due_ns)
            child++;
        if (timers->heap[child]->due_ns >= timer->due_ns)
            break;
        place(timers, at, timers->heap[child]);
    }
    place(timers, at, timer);
}

void timers_add(struct timers *timers, struct timer *timer)
{
    assert(timer->heap_index == 0);
    if (++timers->count == timers->cap) {
        timers->cap *= 2;
        timers->heap = mem_realloc(timers->heap, timers->cap * sizeof(*timers->heap));
    }
    sift_up(timers, timers->count, timer);
}

void timers_remove(struct timers *timers, struct timer *timer)
{
    size_t at = timer->heap_index;
    if (at == 0)
        return;
    assert(timers->heap[at] == timer);
    struct timer *last = timers->heap[timers->count--];
    timer->heap_index = 0;
    if (last == timer)
        return;
    if (at > 1 && timers->heap[at / 2]->due_ns > last->due_ns)
        sift_up(timers, at, last);
    else
        sift_down(timers, at, last);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->count ? timers->heap[1] : NULL;
}

void timers_fire(struct timers *timers, int64_t now_ns)
{
    struct timer *timer;
    while ((timer = timers_first(timers)) && timer->due_ns <= now_ns) {
        timers_remove(timers, timer);
        timer->fire(timer);
    }
}
