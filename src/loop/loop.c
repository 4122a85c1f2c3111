// SPDX-License-Identifier: Apache-2.0
// The event loop over libuv; watch.c has descriptors and signals. Timers are a heap of our own
// behind one uv timer, so that a timer is a plain embedded struct without an asynchronous
// close.
//
// What waits at the descriptors goes before a timer that is due. A process that stood still,
// and a machine that slept, finds deadlines long past and, in its sockets, the bytes that had
// come in time. So the uv timer fires nothing: it only makes sure that the loop looks at the
// descriptors once more without waiting (which an active idle handle does), and behind that
// look `turn` fires what is due.
#include "loop/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/timers.h"

struct loop {
    uv_loop_t uv;
    uv_poll_t wake; // of wake_fd: uv_async_t spins while its sender is not running
    int wake_fd;
    uv_timer_t alarm; // of the earliest timer
    uv_idle_t due;    // active from the alarm to the end of the next look at the descriptors
    uv_check_t turn;
    int64_t looked_ns; // when that look began: what is due later waits for the next one
    struct timers timers;
    pthread_mutex_t lock; // guards posted and is_stopping
    struct loop_post *posted_first;
    struct loop_post **posted_end;
    bool is_stopping;
    atomic_uintptr_t thread; // the one inside of loop_run, as pthread_self(3) names it; 0: none
};

static void on_idle(uv_idle_t *idle)
{
    (void)idle; // that it is active is all
}

static void on_alarm(uv_timer_t *alarm)
{
    struct loop *loop = alarm->data;
    loop->looked_ns = clock_mono_ns(clock_system());
    (void)uv_idle_start(&loop->due, on_idle); // fails only without a callback
}

// Sets the uv timer to the earliest due time.
static void arm(struct loop *loop)
{
    const struct timer *first = timers_first(&loop->timers);
    if (!first) {
        uv_timer_stop(&loop->alarm);
        return;
    }
    int64_t wait_ns = first->due_ns - clock_mono_ns(clock_system());
    uint64_t wait_ms = wait_ns > 0 ? (uint64_t)(wait_ns + 999999) / 1000000 : 0;
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->alarm, on_alarm, wait_ms, 0);
}

static void on_turn(uv_check_t *turn)
{
    struct loop *loop = turn->data;
    if (!uv_is_active((const uv_handle_t *)&loop->due))
        return;
    (void)uv_idle_stop(&loop->due); // never fails
    timers_fire(&loop->timers, loop->looked_ns);
    arm(loop);
}

static struct loop_post *take_posted(struct loop *loop, bool *ret_is_stopping)
{
    pthread_mutex_lock(&loop->lock);
    struct loop_post *first = loop->posted_first;
    loop->posted_first = NULL;
    loop->posted_end = &loop->posted_first;
    *ret_is_stopping = loop->is_stopping;
    loop->is_stopping = false;
    pthread_mutex_unlock(&loop->lock);
    return first;
}

static void run_posted(struct loop_post *post)
{
    while (post) {
        struct loop_post *next = post->next;
        post->run(post); // may free or post it again
        post = next;
    }
}

// Once for all that is posted until on_wake has run.
static void wake(struct loop *loop)
{
    uint64_t one = 1;
    ssize_t written;
    do {
        written = write(loop->wake_fd, &one, sizeof(one));
    } while (written < 0 && errno == EINTR);
}

// What is posted from here on wakes again, so the counter is read first.
static void on_wake(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    struct loop *loop = handle->data;
    uint64_t count;
    ssize_t got;
    bool is_stopping;
    do {
        got = read(loop->wake_fd, &count, sizeof(count));
    } while (got < 0 && errno == EINTR);
    run_posted(take_posted(loop, &is_stopping));
    if (is_stopping)
        uv_stop(&loop->uv);
}

struct loop *loop_new(void)
{
    struct loop *loop = NEW(struct loop);
    int failed = uv_loop_init(&loop->uv);
    assert(!failed);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert(loop->wake_fd >= 0);
    failed = uv_poll_init(&loop->uv, &loop->wake, loop->wake_fd);
    assert(!failed);
    failed = uv_poll_start(&loop->wake, UV_READABLE, on_wake);
    assert(!failed);
    failed = uv_timer_init(&loop->uv, &loop->alarm);
    assert(!failed);
    failed = uv_idle_init(&loop->uv, &loop->due);
    assert(!failed);
    failed = uv_check_init(&loop->uv, &loop->turn);
    assert(!failed);
    failed = uv_check_start(&loop->turn, on_turn);
    assert(!failed);
    loop->wake.data = loop->alarm.data = loop->turn.data = loop;
    loop->posted_end = &loop->posted_first;
    pthread_mutex_init(&loop->lock, NULL);
    timers_init(&loop->timers);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    assert(!timers_first(&loop->timers));
    uv_close((uv_handle_t *)&loop->wake, NULL);
    uv_close((uv_handle_t *)&loop->alarm, NULL);
    uv_close((uv_handle_t *)&loop->due, NULL);
    uv_close((uv_handle_t *)&loop->turn, NULL);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT); // lets the close callbacks run
    int left = uv_loop_close(&loop->uv);
    assert(left == 0);
    (void)left;
    (void)close(loop->wake_fd);
    timers_done(&loop->timers);
    pthread_mutex_destroy(&loop->lock);
    mem_free(loop);
}

void loop_run(struct loop *loop)
{
    atomic_store(&loop->thread, (uintptr_t)pthread_self());
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    bool is_stopping; // a second stop is the same stop
    run_posted(take_posted(loop, &is_stopping));
    atomic_store(&loop->thread, 0);
}

void loop_stop(struct loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->is_stopping = true;
    pthread_mutex_unlock(&loop->lock);
    wake(loop);
}

bool loop_is_current(const struct loop *loop)
{
    return atomic_load(&loop->thread) == (uintptr_t)pthread_self();
}

struct uv_loop_s *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

void loop_post(struct loop *loop, struct loop_post *post)
{
    post->next = NULL;
    pthread_mutex_lock(&loop->lock);
    bool was_empty = !loop->posted_first;
    *loop->posted_end = post;
    loop->posted_end = &post->next;
    pthread_mutex_unlock(&loop->lock);
    if (was_empty)
        wake(loop);
}

void timer_init(struct timer *timer, struct loop *loop, void (*fire)(struct timer *timer))
{
    *timer = (struct timer){ .loop = loop, .fire = fire };
}

void timer_start(struct timer *timer, int64_t delay_ms)
{
    assert(delay_ms >= 0);
    struct timers *timers = &timer->loop->timers;
    timers_remove(timers, timer);
    timer->due_ns = clock_mono_ns(clock_system()) + delay_ms * 1000000;
    timers_add(timers, timer);
    if (timers_first(timers) == timer)
        arm(timer->loop);
}

void timer_stop(struct timer *timer)
{
    if (timer->loop)
        timers_remove(&timer->loop->timers, timer);
}
