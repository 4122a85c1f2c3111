// SPDX-License-Identifier: Apache-2.0
// Those who wait for the disk, the oldest first, and for how long they do. Inside of the
// gateway room.
#pragma once

#include "base/list.h"
#include "loop/loop.h"

struct waiter {
    struct list_node node;
    uint32_t since_tick;
    bool is_late;
};

struct waiting;
struct waiting_calls {
    // It has waited for patience_ms, and goes on doing so. Once for each.
    void (*on_late)(struct waiter *waiter);
    // Somebody waits who is late: ten times in patience_ms, for as long as that is so, and
    // behind on_late for those who have just become it.
    void (*on_still_late)(struct waiting *waiting);
};

struct waiting {
    struct list waiters;
    struct timer timer; // runs while somebody waits
    uint32_t tick;
    int64_t patience_ms;
    const struct waiting_calls *calls;
    void (*on_idle)(void *ctx); // NULL: nobody asked
    void *ctx;
};

void waiting_init(struct waiting *waiting, struct loop *loop, int64_t patience_ms,
                  const struct waiting_calls *calls);
void waiting_add(struct waiting *waiting, struct waiter *waiter);
void waiting_remove(struct waiting *waiting, struct waiter *waiter);
bool waiting_is_idle(const struct waiting *waiting);

// on_idle is called when nobody waits, now or later. Nobody is added from here on.
void waiting_drain(struct waiting *waiting, void (*on_idle)(void *ctx), void *ctx);
