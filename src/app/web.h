// SPDX-License-Identifier: Apache-2.0
// One HTTP thread: a loop, its gateway, its router over all rooms' routes, its server.
#pragma once

#include "api/api.h"
#include "app/listening.h"
#include "app/ops.h"
#include "app/platform.h"
#include "base/base.h"

struct web;

struct web_parts {
    const struct platform *platform;
    struct api *api;
    struct ops *ops;
    const struct event_hash_key *hash_key;
    size_t thread_count;        // how many webs share the budgets
    void (*drained)(void *ctx); // on the web's thread
    void *ctx;
};

// Takes the index-th socket of each address and starts the thread.
struct web *web_start(const struct web_parts *parts, struct listening *listening, size_t index);

// From any thread: stops accepting, lets requests end; then `drained` is called and the thread
// ends.
void web_drain(struct web *web);

// Ends the thread if it has not ended by itself, and waits for it.
void web_join(struct web *web);

// After web_join and api_free. Not for a web that was joined without having drained. NULL is
// accepted.
void web_free(struct web *web);
