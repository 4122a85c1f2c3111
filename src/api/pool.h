// SPDX-License-Identifier: Apache-2.0
// A few threads that run jobs which may wait for the disk, from a bounded queue; and one task
// that is run some time after it was asked for.
#pragma once

#include "base/base.h"

struct pool;

// Embedded in its owner; alive until run has begun.
struct pool_job {
    struct pool_job *next;
    void (*run)(struct pool_job *job);
};

struct pool *pool_new(size_t threads, size_t queue_max);

// Runs what is queued and the task if it was asked for, then ends the threads.
void pool_free(struct pool *pool);

// False: the queue is full.
bool pool_submit(struct pool *pool, struct pool_job *job) MUST_CHECK;

// The task: to be set before it is asked for first.
void pool_set_task(struct pool *pool, void (*run)(void *ctx), void *ctx);
// Runs the task once after delay_ms, or earlier if it was asked for already.
void pool_ask_task(struct pool *pool, int64_t delay_ms);
