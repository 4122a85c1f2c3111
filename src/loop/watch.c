// SPDX-License-Identifier: Apache-2.0
// What a loop is told from outside: descriptors that are ready, signals that have come.
#include <uv.h>

#include "base/mem.h"
#include "loop/loop.h"

struct loop_watch {
    uv_poll_t poll;
    int fd;
    void (*on_ready)(void *ctx, int fd, unsigned ready);
    void *ctx;
};

static int to_uv(unsigned ready)
{
    return (ready & LOOP_READABLE ? UV_READABLE : 0) |
           (ready & LOOP_WRITABLE ? UV_WRITABLE : 0);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct loop_watch *watch = poll->data;
    unsigned ready = (events & UV_READABLE ? LOOP_READABLE : 0u) |
                     (events & UV_WRITABLE ? LOOP_WRITABLE : 0u);
    if (status < 0)
        ready =
            LOOP_READABLE | LOOP_WRITABLE; // the owner finds the error by using the descriptor
    watch->on_ready(watch->ctx, watch->fd, ready);
}

struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned ready,
                              void (*on_ready)(void *ctx, int fd, unsigned ready), void *ctx)
{
    struct loop_watch *watch = NEW(struct loop_watch);
    watch->fd = fd;
    watch->on_ready = on_ready;
    watch->ctx = ctx;
    watch->poll.data = watch;
    int failed = uv_poll_init(loop_uv(loop), &watch->poll, fd);
    assert(!failed);
    (void)failed;
    loop_watch_change(watch, ready);
    return watch;
}

void loop_watch_change(struct loop_watch *watch, unsigned ready)
{
    int failed =
        ready ? uv_poll_start(&watch->poll, to_uv(ready), on_poll) : uv_poll_stop(&watch->poll);
    assert(!failed);
    (void)failed;
}

static void on_handle_closed(uv_handle_t *handle)
{
    mem_free(handle->data);
}

void loop_unwatch(struct loop_watch *watch)
{
    if (watch)
        uv_close((uv_handle_t *)&watch->poll, on_handle_closed);
}

struct loop_signal {
    uv_signal_t signal;
    void (*on_signal)(void *ctx, int signal_number);
    void *ctx;
};

static void on_uv_signal(uv_signal_t *handle, int signal_number)
{
    struct loop_signal *watch = handle->data;
    watch->on_signal(watch->ctx, signal_number);
}

struct loop_signal *loop_signal(struct loop *loop, int signal_number,
                                void (*on_signal)(void *ctx, int signal_number), void *ctx)
{
    struct loop_signal *watch = NEW(struct loop_signal);
    watch->on_signal = on_signal;
    watch->ctx = ctx;
    watch->signal.data = watch;
    int failed = uv_signal_init(loop_uv(loop), &watch->signal);
    assert(!failed);
    failed = uv_signal_start(&watch->signal, on_uv_signal, signal_number);
    assert(!failed);
    (void)failed;
    return watch;
}

void loop_unsignal(struct loop_signal *watch)
{
    if (watch)
        uv_close((uv_handle_t *)&watch->signal, on_handle_closed);
}
