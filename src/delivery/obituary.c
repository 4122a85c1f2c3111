// SPDX-License-Identifier: Apache-2.0
// Storing dead letters from the loop.
#include "delivery/obituary.h"

enum { AGAIN_MS = 1000 };

static void try_to_store(struct obituary *obituary);

static void fail(struct obituary *obituary, enum err err)
{
    if (!obituary->is_told)
        observe(obituary->observer, LOG_ERROR,
                "a dead letter cannot be stored; its event waits for it",
                LOG_STR("destination", obituary->letter.destination_id), LOG_ERR(err));
    obituary->is_told = true;
    obituary->err = err;
    timer_start(&obituary->again, AGAIN_MS);
    obituary->failed(obituary);
}

static void on_stored(struct loop_post *post)
{
    struct obituary *obituary = CONTAINER_OF(post, struct obituary, stored);
    obituary->is_with_log = false;
    if (obituary->err)
        fail(obituary, obituary->err);
    else
        obituary->done(obituary);
}

// On the log thread.
static void on_log_done(struct outcome_store *store, enum err err)
{
    struct obituary *obituary = CONTAINER_OF(store, struct obituary, store);
    obituary->err = err;
    loop_post(obituary->loop, &obituary->stored);
}

static void try_to_store(struct obituary *obituary)
{
    obituary->is_with_log = true;
    enum err err = outcome_dead_letter(obituary->outcome, &obituary->letter, &obituary->store);
    if (err == ERR_TOO_BIG && obituary->letter.event.len) {
        // The journal still has the event; what happened to it must be kept.
        obituary->letter.event = STR_NONE;
        err = outcome_dead_letter(obituary->outcome, &obituary->letter, &obituary->store);
    }
    if (!err)
        return;
    obituary->is_with_log = false;
    fail(obituary, err);
}

static void on_again(struct timer *timer)
{
    try_to_store(CONTAINER_OF(timer, struct obituary, again));
}

void obituary_init(struct obituary *obituary, struct loop *loop, struct outcome *outcome,
                   struct observer *observer)
{
    *obituary = (struct obituary){ .loop = loop, .outcome = outcome, .observer = observer };
    obituary->stored.run = on_stored;
    obituary->store.done = on_log_done;
    timer_init(&obituary->again, loop, on_again);
}

void obituary_start(struct obituary *obituary, const struct dead_letter *letter,
                    void (*done)(struct obituary *obituary),
                    void (*failed)(struct obituary *obituary))
{
    assert(!obituary->is_with_log && !timer_is_running(&obituary->again));
    obituary->letter = *letter;
    obituary->done = done;
    obituary->failed = failed;
    obituary->is_told = false;
    try_to_store(obituary);
}

bool obituary_is_refused(const struct obituary *obituary)
{
    return timer_is_running(&obituary->again) && obituary->err != ERR_BUSY;
}

bool obituary_cancel(struct obituary *obituary)
{
    if (obituary->is_with_log)
        return false;
    timer_stop(&obituary->again);
    return true;
}
