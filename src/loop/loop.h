// SPDX-License-Identifier: Apache-2.0
// An event loop (libuv), one per thread: timers, work posted from other threads, watched file
// descriptors. Everything but loop_post and loop_stop is called on the loop's own thread.
#pragma once

#include "base/base.h"

struct loop;
struct uv_loop_s;

struct loop *loop_new(void);

// All handles must have been closed by their owners; asserted.
void loop_free(struct loop *loop);
AUTO_DEFINE(struct loop *, loop_free)

// Runs until loop_stop, then until posted work that is already queued has run.
void loop_run(struct loop *loop);

// From any thread, and from a signal watcher.
void loop_stop(struct loop *loop);

// True on the thread that is inside loop_run.
bool loop_is_current(const struct loop *loop);

// libuv's loop, for the http room's sockets only.
struct uv_loop_s *loop_uv(struct loop *loop);

// Runs post->run on the loop's thread, in the order posted. The post is embedded in its owner
// and must stay alive until it has run; it may be posted again from inside run. From any
// thread.
struct loop_post {
    struct loop_post *next;
    void (*run)(struct loop_post *post);
};
void loop_post(struct loop *loop, struct loop_post *post);

// A timer, embedded in its owner. It fires once, at or after delay_ms from now (0: in the next
// turn), and behind what the descriptors had to tell by then: a process that stood still does
// not take what came in time for late. Starting it again replaces the time. timer_stop may be
// called at any time, also when it never ran.
struct timer {
    struct loop *loop;
    void (*fire)(struct timer *timer);
    size_t heap_index; // 0: not running
    int64_t due_ns;
};
void timer_init(struct timer *timer, struct loop *loop, void (*fire)(struct timer *timer));
void timer_start(struct timer *timer, int64_t delay_ms);
void timer_stop(struct timer *timer);
static inline bool timer_is_running(const struct timer *timer)
{
    return timer->heap_index != 0;
}

// Watches a file descriptor. The watch is made here and freed by loop_unwatch.
enum loop_ready { LOOP_READABLE = 1, LOOP_WRITABLE = 2 };
struct loop_watch;
struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned ready,
                              void (*on_ready)(void *ctx, int fd, unsigned ready), void *ctx);
void loop_watch_change(struct loop_watch *watch, unsigned ready);
void loop_unwatch(struct loop_watch *watch); // NULL is accepted

// Calls on_signal on the loop's thread for each arrival of the signal.
struct loop_signal;
struct loop_signal *loop_signal(struct loop *loop, int signal_number,
                                void (*on_signal)(void *ctx, int signal_number), void *ctx);
void loop_unsignal(struct loop_signal *watch); // NULL is accepted
