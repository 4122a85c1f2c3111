// SPDX-License-Identifier: Apache-2.0
// A loop that is at rest for long has no timer running.
#include "loop/rest.h"

#include "base/mem.h"

enum {
    BUSY_BYTES = 2 << 20, // in use at once: worth to be given back
    CALM_BYTES = 1 << 20,
    PAUSE_MS = 2000, // not amid of a busy time
};

static void on_pause(struct timer *timer)
{
    struct rest *rest = CONTAINER_OF(timer, struct rest, timer);
    if (rest->used_bytes > CALM_BYTES)
        return; // the next calm starts it again
    if (rest->is_fresh) {
        rest->is_fresh = false;
        timer_start(&rest->timer, PAUSE_MS);
        return;
    }
    rest->was_busy = false;
    if (rest->let_go)
        rest->let_go(rest);
    mem_give_back();
}

void rest_init(struct rest *rest, struct loop *loop, void (*let_go)(struct rest *rest))
{
    *rest = (struct rest){ .let_go = let_go };
    timer_init(&rest->timer, loop, on_pause);
}

void rest_done(struct rest *rest)
{
    timer_stop(&rest->timer);
}

void rest_note(struct rest *rest, size_t used_bytes)
{
    rest->used_bytes = used_bytes;
    if (used_bytes > BUSY_BYTES)
        rest->was_busy = rest->is_fresh = true;
    if (!rest->was_busy || used_bytes > CALM_BYTES || timer_is_running(&rest->timer))
        return;
    rest->is_fresh = false;
    timer_start(&rest->timer, PAUSE_MS);
}
