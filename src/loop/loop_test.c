// SPDX-License-Identifier: Apache-2.0
// Posts from other threads, timers and watches.
#include "loop/loop.h"

#include "base/test.h"

#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"

struct probe {
    struct loop *loop;
    struct loop_post post;
    struct timer early, late;
    struct loop_watch *watch;
    char order[8];
    int pipe[2];
};

static void note(struct probe *probe, char what)
{
    size_t len = strlen(probe->order);
    assert_true(len < sizeof(probe->order) - 1);
    probe->order[len] = what;
}

static void on_post(struct loop_post *post)
{
    struct probe *probe = CONTAINER_OF(post, struct probe, post);
    assert_true(loop_is_current(probe->loop));
    note(probe, 'p');
    loop_stop(probe->loop);
}

static void *post_from_elsewhere(void *arg)
{
    struct probe *probe = arg;
    assert_false(loop_is_current(probe->loop));
    loop_post(probe->loop, &probe->post);
    return NULL;
}

static void a_post_runs_on_the_loop(void **state)
{
    (void)state;
    AUTO(loop_free) struct loop *loop = loop_new();
    struct probe probe = { .loop = loop, .post.run = on_post };
    pthread_t thread;
    pthread_create(&thread, NULL, post_from_elsewhere, &probe);
    loop_run(loop);
    pthread_join(thread, NULL);
    assert_string_equal(probe.order, "p");
}

static void on_early(struct timer *timer)
{
    struct probe *probe = CONTAINER_OF(timer, struct probe, early);
    note(probe, 'e');
    timer_start(&probe->late, 1);
}

static void on_late(struct timer *timer)
{
    struct probe *probe = CONTAINER_OF(timer, struct probe, late);
    note(probe, 'l');
    loop_stop(probe->loop);
}

static void timers_fire_in_order_of_their_time(void **state)
{
    (void)state;
    AUTO(loop_free) struct loop *loop = loop_new();
    struct probe probe = { .loop = loop };
    timer_init(&probe.early, loop, on_early);
    timer_init(&probe.late, loop, on_late);
    timer_start(&probe.late, 60000);
    timer_start(&probe.early, 2);
    loop_run(loop);
    assert_string_equal(probe.order, "el");
    assert_false(timer_is_running(&probe.late));
}

static void on_readable(void *ctx, int fd, unsigned ready)
{
    struct probe *probe = ctx;
    char byte;
    assert_int_equal(ready, LOOP_READABLE);
    assert_int_equal(read(fd, &byte, 1), 1);
    note(probe, byte);
    loop_unwatch(probe->watch);
    loop_stop(probe->loop);
}

static void a_watch_tells_when_bytes_arrive(void **state)
{
    (void)state;
    AUTO(loop_free) struct loop *loop = loop_new();
    struct probe probe = { .loop = loop };
    assert_int_equal(pipe(probe.pipe), 0);
    assert_int_equal(write(probe.pipe[1], "w", 1), 1);
    probe.watch = loop_watch(loop, probe.pipe[0], LOOP_READABLE, on_readable, &probe);
    loop_run(loop);
    close(probe.pipe[0]);
    close(probe.pipe[1]);
    assert_string_equal(probe.order, "w");
}

static void on_late_beside_bytes(struct timer *timer)
{
    note(CONTAINER_OF(timer, struct probe, late), 'l');
}

// The process stands still while bytes come and a deadline passes.
static void stand_still(struct loop_post *post)
{
    struct probe *probe = CONTAINER_OF(post, struct probe, post);
    int64_t until_ns = clock_mono_ns(clock_system()) + 5000000;
    timer_start(&probe->late, 1);
    assert_int_equal(write(probe->pipe[1], "w", 1), 1);
    while (clock_mono_ns(clock_system()) < until_ns)
        ;
}

static void bytes_that_wait_go_before_a_timer_that_is_due(void **state)
{
    (void)state;
    AUTO(loop_free) struct loop *loop = loop_new();
    struct probe probe = { .loop = loop, .post.run = stand_still };
    assert_int_equal(pipe(probe.pipe), 0);
    timer_init(&probe.late, loop, on_late_beside_bytes);
    probe.watch = loop_watch(loop, probe.pipe[0], LOOP_READABLE, on_readable, &probe);
    loop_post(loop, &probe.post);
    loop_run(loop);
    timer_stop(&probe.late);
    close(probe.pipe[0]);
    close(probe.pipe[1]);
    assert_true(probe.order[0] == 'w'); // whether the timer fired behind it does not matter
}

static void on_again(struct timer *timer)
{
    struct probe *probe = CONTAINER_OF(timer, struct probe, early);
    timer_start(&probe->early, 0);
}

static void a_timer_that_starts_itself_anew_does_not_hold_the_loop(void **state)
{
    (void)state;
    AUTO(loop_free) struct loop *loop = loop_new();
    struct probe probe = { .loop = loop };
    assert_int_equal(pipe(probe.pipe), 0);
    assert_int_equal(write(probe.pipe[1], "w", 1), 1);
    timer_init(&probe.early, loop, on_again);
    timer_start(&probe.early, 0);
    probe.watch = loop_watch(loop, probe.pipe[0], LOOP_READABLE, on_readable, &probe);
    loop_run(loop);
    timer_stop(&probe.early);
    close(probe.pipe[0]);
    close(probe.pipe[1]);
    assert_string_equal(probe.order, "w");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_runs_on_the_loop),
        cmocka_unit_test(timers_fire_in_order_of_their_time),
        cmocka_unit_test(a_watch_tells_when_bytes_arrive),
        cmocka_unit_test(bytes_that_wait_go_before_a_timer_that_is_due),
        cmocka_unit_test(a_timer_that_starts_itself_anew_does_not_hold_the_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
