// SPDX-License-Identifier: Apache-2.0
// Counts accepted events for usage reports, by reading the journal behind the gateway's back:
// what was answered with 200 is counted once, also when the process was killed in between, and
// taking events waits for nothing. Some seconds after the journal has grown, a thread of the
// pool reads what came since and writes the sums.
#pragma once

#include "api/pool.h"
#include "base/clock.h"
#include "journal/journal.h"
#include "store/store.h"

struct usage;

struct usage_parts {
    struct store *store;
    struct journal *journal;
    struct pool *pool;
    const struct clock *clock;
};

// Begins to watch the journal; what it holds already is counted first.
struct usage *usage_new(const struct usage_parts *parts);
// Asks the pool for nothing more. Before pool_free, which still counts what was asked for.
void usage_stop(struct usage *usage); // NULL is accepted
void usage_free(struct usage *usage); // after pool_free; NULL is accepted

// Counts what is in the journal now, so that a report has it; after a long time without
// counting a part of it, the rest follows by itself. ERR_IO and the store's errors.
enum err usage_catch_up(struct usage *usage, struct problem *ret_problem);
