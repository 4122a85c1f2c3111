// SPDX-License-Identifier: Apache-2.0
// Time passes in ticks of the loop's timer: who waits costs no look at the clock, and a process
// that was stopped for a while does not find that the disk was late.
#include "gateway/waiting.h"

enum { PATIENCE_TICKS = 10 };

static void start_timer(struct waiting *waiting)
{
    timer_start(&waiting->timer, MAX(waiting->patience_ms / PATIENCE_TICKS, 1));
}

// on_late may add others: they stand behind whoever is late.
static void on_tick(struct timer *timer)
{
    struct waiting *waiting = CONTAINER_OF(timer, struct waiting, timer);
    bool is_any_late = false;
    waiting->tick++;
    start_timer(waiting);
    LIST_EACH (&waiting->waiters, node) {
        struct waiter *waiter = CONTAINER_OF(node, struct waiter, node);
        if (waiting->tick - waiter->since_tick <= PATIENCE_TICKS)
            break;
        is_any_late = true;
        if (waiter->is_late)
            continue;
        waiter->is_late = true;
        waiting->calls->on_late(waiter);
    }
    if (is_any_late)
        waiting->calls->on_still_late(waiting);
}

void waiting_init(struct waiting *waiting, struct loop *loop, int64_t patience_ms,
                  const struct waiting_calls *calls)
{
    *waiting = (struct waiting){ .patience_ms = patience_ms, .calls = calls };
    list_init(&waiting->waiters);
    timer_init(&waiting->timer, loop, on_tick);
}

void waiting_add(struct waiting *waiting, struct waiter *waiter)
{
    waiter->since_tick = waiting->tick;
    waiter->is_late = false;
    list_add_last(&waiting->waiters, &waiter->node);
    if (!timer_is_running(&waiting->timer))
        start_timer(waiting);
}

void waiting_remove(struct waiting *waiting, struct waiter *waiter)
{
    list_remove(&waiter->node);
    if (!list_is_empty(&waiting->waiters))
        return;
    timer_stop(&waiting->timer);
    if (waiting->on_idle)
        waiting->on_idle(waiting->ctx);
}

bool waiting_is_idle(const struct waiting *waiting)
{
    return list_is_empty(&waiting->waiters);
}

void waiting_drain(struct waiting *waiting, void (*on_idle)(void *ctx), void *ctx)
{
    waiting->ctx = ctx;
    waiting->on_idle = on_idle;
    if (waiting_is_idle(waiting))
        on_idle(ctx);
}
