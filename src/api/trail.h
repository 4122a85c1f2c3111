// SPDX-License-Identifier: Apache-2.0
// What happens to the audit log behind the calls that write it: signed heads go into the
// server's log, entries and heads are copied to sinks (sink.h).
//
// A head is logged at the start and then once a minute while entries arrive, as the event
// "audit head" with seq, hash, key and signature (store/audit_chain.h says of what). Kept
// elsewhere, it is what `pintle audit verify --head` asks for.
#pragma once

#include "api/copier.h"
#include "api/pool.h"
#include "base/clock.h"
#include "base/str.h"
#include "store/store.h"

struct trail;

enum { TRAIL_SINKS_MAX = 8 };

struct trail_parts {
    struct store *store;
    struct pool *pool;
    const struct clock *clock;
    str sinks; // separated by white space; empty: none
    struct sink_parts sink_parts;
    bool signs_heads; // of the process that serves: heads are logged, old entries removed
};

// Does nothing by itself before trail_start. ERR_INVALID: a bad sink, or too many.
enum err trail_new(const struct trail_parts *parts, struct trail **ret_trail,
                   struct problem *ret_problem);
void trail_free(struct trail *trail); // after pool_free

// What happened while nobody watched.
void trail_start(struct trail *trail);
// Entries were written.
void trail_note(struct trail *trail);
// Removes what is older than the organisation keeps it; then four times a day, while one does
// not keep everything. Not what a sink has not got yet.
void trail_retain(struct trail *trail);
