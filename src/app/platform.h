// SPDX-License-Identifier: Apache-2.0
// The parts that both `serve` and the management commands need, opened and closed in one order:
// data directory, store, workspace, journal, outcomes, api.
#pragma once

#include "api/api.h"
#include "app/datadir.h"
#include "app/settings.h"
#include "base/base.h"
#include "base/err.h"

struct platform {
    const struct settings *settings;
    struct datadir *datadir;
    struct store *store;
    struct workspace *workspace;
    struct journal *journal;
    struct outcome *outcome;
    struct limits *event_limits; // one for all threads
    struct arena *arena;         // paths, as long as the platform
};

// body_limit_bytes is checked late, as SDKs expect, and not of every event; this one at once.
size_t platform_body_hard_cap(const struct settings *settings);

// Opens everything but the api. may_create: the data directory is made when absent.
// ERR_NOT_FOUND: there is none; ERR_LOCKED: another process works on it. After an error
// platform_close is still to be called.
enum err platform_open(struct platform *platform, const struct settings *settings,
                       bool may_create, struct problem *ret_problem);

// Closes what is open, also a half-opened one.
void platform_close(struct platform *platform);

// What api_new wants, without delivery.
struct api_parts platform_api_parts(const struct platform *platform);
