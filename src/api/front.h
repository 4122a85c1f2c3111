// SPDX-License-Identifier: Apache-2.0
// Where a loop meets the pool: requests go over to a thread, their answers come back to the
// loop.
#pragma once

#include <pthread.h>

#include "api/call.h"
#include "base/list.h"
#include "http/router.h"
#include "workspace/workspace.h"

// One for each family that was given out. All but the queue of finished work belongs to the
// loop.
struct front {
    struct front *next;
    struct api *api;
    struct loop *loop;
    bool is_local;
    bool is_closed; // the server is gone: nothing may be answered any more
    struct workspace_view *view;
    struct list streams; // of sse.c
    size_t stream_count;

    pthread_mutex_t lock;
    struct front_work *done; // newest first
    struct loop_post post;
    bool is_posted;
    bool must_check; // the rights of those who watch
};

struct front *front_new(struct api *api, struct loop *loop, bool is_local);
// Finishes what the pool has left. The pool has ended.
void front_free(struct front *front);

// Somebody's right may have ended: streams are asked again. From any thread.
void front_recheck(struct front *front);

// Work for the pool, embedded in its owner.
struct front_work {
    struct pool_job job;
    struct front_work *next;
    struct front *front;
    void (*run)(struct front_work *work);    // on a thread of the pool
    void (*finish)(struct front_work *work); // afterwards on the loop; see front->is_closed
};

// False: the queue is full; nothing will be called.
bool front_submit(struct front *front, struct front_work *work) MUST_CHECK;

// For the routes: ctx is the front.
void front_request(struct http_request *request, void *ctx);
void front_fail(struct http_request *request, int status, void *ctx);
void front_preflight(struct http_request *request, void *ctx);
