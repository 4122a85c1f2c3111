// SPDX-License-Identifier: Apache-2.0
// Live rings: the newest are kept, watchers get everything in order, the budget holds.
#include "base/test.h"

#include "base/buf.h"
#include "outcome/live.h"

struct watcher {
    struct outcome_watch watch;
    struct buf seen;
};

static void on_event(struct outcome_watch *watch, str json)
{
    struct watcher *watcher = CONTAINER_OF(watch, struct watcher, watch);
    buf_add_str(&watcher->seen, json);
    buf_add_char(&watcher->seen, ' ');
}

static void seen(struct watcher *watcher, const char *expected)
{
    assert_true(str_eq(buf_str(&watcher->seen), str_of(expected)));
}

static void add(struct live *live, const char *id, const char *json)
{
    live_add(live, str_of(id), str_of(json));
}

static struct live *live_with(struct clock_fake *fake, size_t budget_bytes)
{
    clock_fake_init(fake, 1700000000000);
    return live_new(&fake->clock, budget_bytes);
}

static void a_watcher_gets_the_kept_ones_first_and_then_what_comes(void **state)
{
    (void)state;
    struct clock_fake fake;
    struct live *live = live_with(&fake, 1 << 20);
    struct watcher watcher = { .watch.on_event = on_event };
    add(live, "a", "1");
    add(live, "b", "other");
    add(live, "a", "2");
    live_watch(live, STR("a"), &watcher.watch);
    add(live, "a", "3");
    seen(&watcher, "1 2 3 ");
    live_unwatch(live, &watcher.watch);
    add(live, "a", "4");
    seen(&watcher, "1 2 3 ");
    buf_done(&watcher.seen);
    live_free(live);
}

static void two_watchers_of_one_id_both_get_it_and_leave_alone(void **state)
{
    (void)state;
    struct clock_fake fake;
    struct live *live = live_with(&fake, 1 << 20);
    struct watcher one = { .watch.on_event = on_event }, two = { .watch.on_event = on_event };
    live_watch(live, STR("a"), &one.watch);
    live_watch(live, STR("a"), &two.watch);
    add(live, "a", "1");
    live_unwatch(live, &one.watch);
    add(live, "a", "2");
    seen(&one, "1 ");
    seen(&two, "1 2 ");
    live_unwatch(live, &two.watch);
    buf_done(&one.seen);
    buf_done(&two.seen);
    live_free(live);
}

static void only_the_newest_hundred_are_kept(void **state)
{
    (void)state;
    struct clock_fake fake;
    struct live *live = live_with(&fake, 1 << 20);
    struct watcher watcher = { .watch.on_event = on_event };
    AUTO(buf_done) struct buf expected = { 0 };
    for (int i = 0; i < 250; i++) {
        char text[16];
        (void)snprintf(text, sizeof(text), "%d", i);
        add(live, "a", text);
        if (i >= 150)
            buf_addf(&expected, "%d ", i);
    }
    live_watch(live, STR("a"), &watcher.watch);
    assert_true(str_eq(buf_str(&watcher.seen), buf_str(&expected)));
    live_unwatch(live, &watcher.watch);
    buf_done(&watcher.seen);
    live_free(live);
}

static void beyond_the_budget_the_quietest_id_loses_its_events_first(void **state)
{
    (void)state;
    struct clock_fake fake;
    struct live *live = live_with(&fake, 16 << 10);
    struct watcher quiet = { .watch.on_event = on_event },
                   busy = { .watch.on_event = on_event };
    char big[4096];
    memset(big, 'x', sizeof(big));
    add(live, "quiet", "q");
    for (int i = 0; i < 8; i++)
        live_add(live, STR("busy"), str_make(big, sizeof(big)));
    live_watch(live, STR("quiet"), &quiet.watch);
    live_watch(live, STR("busy"), &busy.watch);
    seen(&quiet, "");
    assert_true(busy.seen.len > sizeof(big) && busy.seen.len <= 16 << 10);
    live_unwatch(live, &quiet.watch);
    live_unwatch(live, &busy.watch);
    buf_done(&quiet.seen);
    buf_done(&busy.seen);
    live_free(live);
}

static void a_busy_stream_that_nobody_watches_wants_ten_a_second(void **state)
{
    (void)state;
    struct clock_fake fake;
    struct live *live = live_with(&fake, 1 << 20);
    struct watcher watcher = { .watch.on_event = on_event };
    assert_true(live_wanted(live, STR("a")));
    for (int i = 0; i < OUTCOME_LIVE_EVENTS; i++) {
        assert_true(live_wanted(live, STR("a")));
        add(live, "a", "x");
    }
    assert_false(live_wanted(live, STR("a")));
    clock_fake_advance_ms(&fake, 100);
    assert_true(live_wanted(live, STR("a")));
    add(live, "a", "x");
    assert_false(live_wanted(live, STR("a")));
    live_watch(live, STR("a"), &watcher.watch);
    assert_true(live_wanted(live, STR("a")));
    live_unwatch(live, &watcher.watch);
    buf_done(&watcher.seen);
    live_free(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watcher_gets_the_kept_ones_first_and_then_what_comes),
        cmocka_unit_test(two_watchers_of_one_id_both_get_it_and_leave_alone),
        cmocka_unit_test(only_the_newest_hundred_are_kept),
        cmocka_unit_test(beyond_the_budget_the_quietest_id_loses_its_events_first),
        cmocka_unit_test(a_busy_stream_that_nobody_watches_wants_ten_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
