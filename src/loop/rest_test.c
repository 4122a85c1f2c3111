// SPDX-License-Identifier: Apache-2.0
// When memory is given back: a while after a busy time, once. Time passes when a test says so.
#include "loop/rest.h"

#include "base/test.h"

enum { MUCH = 64 << 20, LITTLE = 4096 };

struct keeper {
    struct loop *loop;
    struct rest rest;
    int let_go_count;
};

static void let_go(struct rest *rest)
{
    CONTAINER_OF(rest, struct keeper, rest)->let_go_count++;
}

// The loop never runs, so that no timer fires by itself.
static int set_up(void **state)
{
    static struct keeper keeper;
    keeper = (struct keeper){ .loop = loop_new() };
    rest_init(&keeper.rest, keeper.loop, let_go);
    *state = &keeper;
    return 0;
}

static int tear_down(void **state)
{
    struct keeper *keeper = *state;
    rest_done(&keeper->rest);
    loop_free(keeper->loop);
    return 0;
}

// False: nothing was to happen.
static bool pause_passes(struct keeper *keeper)
{
    struct timer *timer = &keeper->rest.timer;
    if (!timer_is_running(timer))
        return false;
    timer_stop(timer);
    timer->fire(timer);
    return true;
}

static void be_busy(struct keeper *keeper)
{
    rest_note(&keeper->rest, MUCH);
    rest_note(&keeper->rest, LITTLE);
}

static void little_in_use_starts_nothing(void **state)
{
    struct keeper *keeper = *state;
    rest_note(&keeper->rest, LITTLE);
    rest_note(&keeper->rest, 0);
    assert_false(pause_passes(keeper));
}

static void what_is_kept_goes_once_after_a_busy_time(void **state)
{
    struct keeper *keeper = *state;
    be_busy(keeper);
    assert_int_equal(keeper->let_go_count, 0);
    assert_true(pause_passes(keeper));
    assert_int_equal(keeper->let_go_count, 1);
    assert_false(pause_passes(keeper));
    rest_note(&keeper->rest, 0);
    assert_false(pause_passes(keeper));
    be_busy(keeper); // another one
    assert_true(pause_passes(keeper));
    assert_int_equal(keeper->let_go_count, 2);
}

static void nothing_goes_while_it_is_busy(void **state)
{
    struct keeper *keeper = *state;
    rest_note(&keeper->rest, MUCH);
    assert_false(pause_passes(keeper));
    rest_note(&keeper->rest, LITTLE);
    rest_note(&keeper->rest, MUCH);
    assert_true(pause_passes(keeper));
    assert_int_equal(keeper->let_go_count, 0);
    assert_false(pause_passes(keeper)); // until it is calm again
    rest_note(&keeper->rest, LITTLE);
    assert_true(pause_passes(keeper));
    assert_int_equal(keeper->let_go_count, 1);
}

static void a_busy_moment_within_the_pause_begins_another(void **state)
{
    struct keeper *keeper = *state;
    be_busy(keeper);
    be_busy(keeper);
    assert_true(pause_passes(keeper));
    assert_int_equal(keeper->let_go_count, 0);
    assert_true(pause_passes(keeper));
    assert_int_equal(keeper->let_go_count, 1);
}

static void there_may_be_nothing_to_let_go_of(void **state)
{
    struct keeper *keeper = *state;
    rest_init(&keeper->rest, keeper->loop, NULL);
    be_busy(keeper);
    assert_true(pause_passes(keeper));
    assert_false(pause_passes(keeper));
}

#define KEEPING(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEEPING(little_in_use_starts_nothing),
        KEEPING(what_is_kept_goes_once_after_a_busy_time),
        KEEPING(nothing_goes_while_it_is_busy),
        KEEPING(a_busy_moment_within_the_pause_begins_another),
        KEEPING(there_may_be_nothing_to_let_go_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
