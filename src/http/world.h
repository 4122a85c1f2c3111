// SPDX-License-Identifier: Apache-2.0
// For unit tests of the server: a family whose paths do one thing each, and what they saw.
#pragma once

#include "base/arena.h"
#include "http/testing.h"

// Of /big: more than a socket takes at once.
enum { BIG_BYTES = 8 << 20 };

// Written on the server's thread; tests look at it inside of rig_call or by world_wait.
struct world {
    struct rig rig;
    struct arena *arena;
    struct http_request *held; // by /hold
    size_t held_count;
    struct http_stream *stream; // of /stream
    size_t streams_closed;
    size_t drains;
    size_t bytes_written;
    bool is_full;
    bool begin_refuses; // /early
    size_t begins;
    size_t bigs; // answers of /big
    bool is_drained;
};

void world_start(struct world *world, const struct http_server_limits *limits);
void world_stop(struct world *world);

// Waits until is_so on the server's thread.
void world_wait(struct world *world, bool (*is_so)(struct world *world));

// Answers what /hold holds: "held".
void world_release(struct world *world);

size_t world_conns(struct world *world);

// Bytes that tell their place, so that none can be left out, doubled or turned: /big has them.
char pattern_byte(size_t at);
bool is_pattern(str bytes);

#define HOST  "Host: test\r\n"
#define CLOSE "Connection: close\r\n"
#define TEXT  STR("text/plain")
