// SPDX-License-Identifier: Apache-2.0
// What the files of this room share.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "api/attempts.h"
#include "codec/limits.h"
#include "api/pool.h"
#include "api/refusals.h"
#include "api/runs.h"
#include "api/trail.h"
#include "api/usage.h"

struct front;

struct api {
    struct api_parts parts;
    struct arena *arena; // texts of parts
    struct pool *pool;
    struct refusals *refusals;      // that are in the audit log
    struct trail *trail;            // of the audit log
    struct usage *usage;            // NULL: this process does not serve
    struct runs *runs;              // of sources
    struct pool_task flush;         // of uses of tokens
    struct attempts *attempts;      // at signing in and at setup
    struct limits *limits;          // of calls with tokens
    atomic_int hashing;             // password checks that run now
    _Atomic(struct front *) fronts; // one more for each loop, while others are at work already
    pthread_mutex_t setup_lock;
    char setup_token[API_SETUP_TOKEN_LEN + 1]; // empty: set up
};

// Sees to it that the uses of tokens that were noted are stored before long.
void api_note_use(struct api *api);

// A right may have ended: to be called after each change.
void api_recheck_streams(struct api *api);

// At most so many password checks at once that other calls still find a thread. False: too
// many now. Each true is followed by api_hashing_end.
bool api_hashing_begin(struct api *api);
void api_hashing_end(struct api *api);

// Random text: len characters of [0-9A-Za-z] and a NUL.
void api_random_text(struct api *api, size_t len, char *ret_text);
