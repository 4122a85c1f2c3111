// SPDX-License-Identifier: Apache-2.0
// Destinations that fail: what is tried again, when, and what waits meanwhile.
#include "delivery/harness.h"

static int fail_first_two_of_a(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)n;
    static int tries;
    return strstr(hit->body, "\"event\":\"a1\"") && ++tries <= 2 ? 503 : 200;
}

static void a_failing_event_holds_back_its_user_and_nobody_else(void **state)
{
    struct harness *h = *state;
    h->answer = fail_first_two_of_a;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "a1");
    harness_append(h, "src", "a", "a2");
    harness_append(h, "src", "b", "b1");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 3);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    str names = harness_names(h, arena);
    size_t last_a1 = 0;
    for (size_t i = 0; i + 2 <= names.len; i++) {
        if (memcmp(names.data + i, "a1", 2) == 0)
            last_a1 = i;
    }
    assert_int_equal(harness_hits(h), 5);
    assert_true(str_find_str(names, STR("a2")) > last_a1);
    assert_true(str_find_str(names, STR("b1")) < last_a1);
    assert_int_equal(harness_count(h, COUNT_RETRIED), 2);
    assert_int_equal(harness_count(h, COUNT_DELIVERED), 3);
}

static void an_address_that_is_not_allowed_waits_for_other_settings(void **state)
{
    struct harness *h = *state;
    harness_publish_url(h, 1, "http://10.1.2.3/in");
    harness_start(h);
    harness_append(h, "src", "a", "a1");
    harness_wait_live(h, LIVE_RETRIED, 1);
    assert_int_equal(harness_hits(h), 0);
    assert_non_null(strstr(h->last_live, "10.1.2.3"));
    harness_publish(h, 1, 0, "");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_assert_names(h, "a1");
}

static int fail_nine(struct harness *h, const struct hit *hit, size_t n)
{
    (void)h, (void)hit;
    return n < 9 ? 500 : 200;
}

// The clock goes a day ahead with each answer, at last two weeks back.
static int fail_nine_by_day(struct harness *h, const struct hit *hit, size_t n)
{
    h->wall_ahead_ms += (n == 6 ? -14 : 1) * INT64_C(86400000);
    return fail_nine(h, hit, n);
}

static void a_wall_clock_that_jumps_neither_ends_retries_nor_holds_them_up(void **state)
{
    struct harness *h = *state;
    h->answer = fail_nine_by_day;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "u", "e");
    harness_start(h);
    harness_wait_live(h, LIVE_RETRIED, 4);
    harness_stop(h); // what the cursor says is of another day by now
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    assert_int_equal(harness_hits(h), 10);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct dead_letter *letters;
    assert_int_equal(harness_letters(h, arena, &letters), 0);
}

static void a_destination_that_fails_as_a_whole_is_probed_and_then_gets_everything(void **state)
{
    struct harness *h = *state;
    h->answer = fail_nine;
    harness_publish(h, 1, 0, "");
    for (int i = 0; i < 20; i++) {
        char user[8];
        (void)snprintf(user, sizeof(user), "u%d", i);
        harness_append(h, "src", user, "e");
    }
    h->settings.in_flight = 4;
    harness_start(h);
    harness_wait_told(h, "destination fails");
    harness_wait_told(h, "destination answers again");
    harness_wait_live(h, LIVE_DELIVERED, 20);
    assert_int_equal(harness_hits(h), 29);
}

static void new_settings_end_the_pause(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_first_ms = h->settings.retry_max_ms = 3600 * 1000;
    harness_publish(h, 1, 0, "");
    for (int i = 0; i < 10; i++)
        harness_append(h, "src", "", "slow");
    harness_start(h);
    harness_wait_told(h, "destination fails");
    harness_wait_live(h, LIVE_RETRIED, 10); // all were on their way before it paused
    h->answer_headers = "X-Told: 1\r\n";
    harness_publish(h, 1, 0, "");
    harness_wait_live(h, LIVE_DELIVERED, 10);
}

static int ask_for_an_hour_then_take_it(struct harness *h, const struct hit *hit, size_t n)
{
    (void)hit;
    h->answer_headers = n == 7 ? NULL : "Retry-After: 3600\r\n";
    return n < 9 ? 503 : 200;
}

static void the_probe_does_not_wait_for_the_events_own_time(void **state)
{
    struct harness *h = *state;
    h->answer = ask_for_an_hour_then_take_it;
    h->settings.in_flight = 1;
    harness_publish(h, 1, 0, "");
    for (int i = 0; i < 8; i++)
        harness_append(h, "src", "", "e");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    assert_int_equal(harness_hits(h), 10);
}

static void an_event_is_given_up_after_enough_tries_and_time(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_window_ms = 0;
    h->settings.retry_min_attempts = 4;
    harness_publish(h, 1, 0, "");
    harness_append(h, "src", "a", "slow");
    harness_append(h, "src", "a", "fine");
    harness_start(h);
    harness_wait_live(h, LIVE_DELIVERED, 1);
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct dead_letter *letter = harness_letter(h, arena);
    assert_int_equal(letter->reason, REASON_RETRIES_EXHAUSTED);
    assert_int_equal(letter->attempts, 4);
    assert_int_equal(letter->status, 500);
    harness_assert_names(h, "slow slow slow slow fine");
}

static void an_open_circuit_with_nothing_to_probe_wakes_up_for_what_comes(void **state)
{
    struct harness *h = *state;
    h->answer = harness_fail_until_told;
    h->settings.retry_min_attempts = 0;
    h->settings.retry_window_ms = -1; // each is given up at once
    harness_publish(h, 1, 0, "");
    harness_start(h);
    for (int i = 0; i < 8; i++)
        harness_append(h, "src", "", "slow");
    harness_wait_told(h, "destination fails");
    harness_wait_live(h, LIVE_FAILED, 8);
    h->answer_headers = "X-Told: 1\r\n";
    harness_append(h, "src", "", "next");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    assert_int_equal(harness_hits(h), 9);
}

static void a_connection_that_breaks_is_tried_again(void **state)
{
    struct harness *h = *state;
    h->answer = harness_break_first;
    harness_publish(h, 1, 0, "");
    harness_start(h);
    harness_append(h, "src", "a", "a1");
    harness_wait_live(h, LIVE_DELIVERED, 1);
    harness_assert_names(h, "a1 a1");
    assert_int_equal(h->retried, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_failing_event_holds_back_its_user_and_nobody_else),
        STORY(an_address_that_is_not_allowed_waits_for_other_settings),
        STORY(a_wall_clock_that_jumps_neither_ends_retries_nor_holds_them_up),
        STORY(a_destination_that_fails_as_a_whole_is_probed_and_then_gets_everything),
        STORY(new_settings_end_the_pause),
        STORY(the_probe_does_not_wait_for_the_events_own_time),
        STORY(an_event_is_given_up_after_enough_tries_and_time),
        STORY(an_open_circuit_with_nothing_to_probe_wakes_up_for_what_comes),
        STORY(a_connection_that_breaks_is_tried_again),
    };
    return cmocka_run_group_tests_name("delivery failing", tests, NULL, NULL);
}
