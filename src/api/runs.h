// SPDX-License-Identifier: Apache-2.0
// Runs of sources, for who watches them: news go into the live rings, and a run of which
// nothing was heard for too long is ended as failed when its time is over, not when somebody
// asks.
#pragma once

#include "api/pool.h"
#include "base/clock.h"
#include "outcome/outcome.h"
#include "store/source_runs.h"

struct runs;

struct runs_parts {
    struct store *store;
    struct pool *pool;
    const struct clock *clock;
    struct outcome *outcome; // NULL: a command alone with the store, nobody watches
};

// Ends what a process that is gone left running. ERR_IO and the store's errors.
enum err runs_new(const struct runs_parts *parts, struct runs **ret_runs,
                  struct problem *ret_problem);
void runs_free(struct runs *runs); // after pool_free; NULL is accepted

// Under which the live rings keep the news of a source's runs, apart from its events.
str runs_ring(struct arena *arena, str source_id);

// How a run stands now. One that runs is looked after from here on.
void runs_tell(struct runs *runs, const struct source_run_row *run);

// Ends what has been silent for too long, and comes back for what may be next.
void runs_look(struct runs *runs);
