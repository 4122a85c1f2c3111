// SPDX-License-Identifier: Apache-2.0
// A few threads that run jobs which may wait for the disk, from a bounded queue; and tasks that
// are run some time after they were asked for.
#pragma once

#include <time.h>

#include "base/base.h"

struct pool;

// Embedded in its owner; alive until run has begun.
struct pool_job {
    struct pool_job *next;
    void (*run)(struct pool_job *job);
};

struct pool *pool_new(size_t threads, size_t queue_max);

// Runs what is queued and the tasks that were asked for, then ends the threads.
void pool_free(struct pool *pool);

// False: the queue is full.
bool pool_submit(struct pool *pool, struct pool_job *job) MUST_CHECK;

// Embedded in its owner; alive until pool_free has returned. run is set before it is asked for
// first; it may run on two threads at once, if it is asked for while it runs.
struct pool_task {
    void (*run)(struct pool_task *task);
    struct pool_task *next;
    struct timespec due;
    bool is_asked;
};

// Runs the task once after delay_ms, or earlier if it was asked for that already.
void pool_ask_task(struct pool *pool, struct pool_task *task, int64_t delay_ms);
// The same, from a task that could not do its work: not when the pool is ending, which waits
// for nobody.
void pool_retry_task(struct pool *pool, struct pool_task *task, int64_t delay_ms);
