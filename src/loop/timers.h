// SPDX-License-Identifier: Apache-2.0
// A heap of timers ordered by due time; inside of the loop room.
#pragma once

#include "loop/loop.h"

struct timers {
    struct timer **heap; // heap[0] is unused, so that index 0 means "not running"
    size_t count;
    size_t cap;
};

void timers_init(struct timers *timers);
void timers_done(struct timers *timers);
void timers_add(struct timers *timers, struct timer *timer);
void timers_remove(struct timers *timers,
                   struct timer *timer); // one that is not in it: nothing
struct timer *timers_first(const struct timers *timers);

// Takes out and fires every timer that is due at now_ns. A timer started meanwhile waits for
// the next call, so that a timer that restarts itself with delay 0 cannot hold the loop.
void timers_fire(struct timers *timers, int64_t now_ns);
