// SPDX-License-Identifier: Apache-2.0
// Those who wait for the disk: who is told of it when they are late.
#include "gateway/waiting.h"

#include "base/test.h"

#include "base/str.h"

static struct probe {
    struct loop *loop;
    struct waiting waiting;
    struct waiter first, second;
    struct timer patience; // ends a test that would not
    char order[8];
} probe;

static void note(char what)
{
    size_t len = strlen(probe.order);
    assert_true(len < sizeof(probe.order) - 1);
    probe.order[len] = what;
}

static void on_late(struct waiter *waiter)
{
    note(waiter == &probe.first ? '1' : '2');
}

// Goes when it has been told three times.
static void on_still_late(struct waiting *waiting)
{
    note('+');
    if (!str_ends(str_of(probe.order), STR("+++")))
        return;
    waiting_remove(waiting, &probe.first);
    waiting_remove(waiting, &probe.second);
    loop_stop(probe.loop);
}

static void give_up(struct timer *timer)
{
    loop_stop(timer->loop);
}

static void who_is_late_is_told_once_and_that_somebody_is_at_each_tick(void **state)
{
    (void)state;
    static const struct waiting_calls calls = { on_late, on_still_late };
    probe = (struct probe){ .loop = loop_new() };
    timer_init(&probe.patience, probe.loop, give_up);
    timer_start(&probe.patience, PATIENCE_MS);
    waiting_init(&probe.waiting, probe.loop, 10, &calls);
    waiting_add(&probe.waiting, &probe.first);
    waiting_add(&probe.waiting, &probe.second);
    loop_run(probe.loop);
    timer_stop(&probe.patience);
    assert_string_equal(probe.order, "12+++");
    assert_true(waiting_is_idle(&probe.waiting));
    assert_false(timer_is_running(&probe.waiting.timer)); // idle, it looks at no clock
    loop_free(probe.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_late_is_told_once_and_that_somebody_is_at_each_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
