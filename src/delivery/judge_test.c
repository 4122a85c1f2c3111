// SPDX-License-Identifier: Apache-2.0
// Verdicts, waits, giving up, and the circuit.
#include "base/test.h"

#include "delivery/circuit.h"
#include "delivery/judge.h"
#include "delivery/retry.h"

#define NOW       INT64_C(1700000000000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

static struct rng_fake fake_rng;

static struct judgement judge_status(int status, const struct attempt *attempt)
{
    struct transport_answer answer = { .outcome = HTTP_ANSWERED, .status = status };
    return judge(&delivery_settings_default, attempt, &answer, &fake_rng.rng);
}

static struct judgement judge_outcome(enum http_outcome outcome, bool url_is_from_event)
{
    struct attempt attempt = { .attempts = 1,
                               .now_wall_ms = NOW,
                               .url_is_from_event = url_is_from_event };
    struct transport_answer answer = { .outcome = outcome };
    return judge(&delivery_settings_default, &attempt, &answer, &fake_rng.rng);
}

static void each_status_has_the_verdict_of_the_router(void **state)
{
    (void)state;
    const struct attempt first = { .attempts = 1, .now_wall_ms = NOW };
    for (int status = 100; status < 600; status++) {
        enum verdict expected = VERDICT_RETRY;
        if (status >= 200 && status < 300)
            expected = VERDICT_DELIVERED;
        else if (status >= 300 && status < 500 && status != 408 && status != 429)
            expected = VERDICT_REJECTED;
        assert_int_equal(judge_status(status, &first).verdict, expected);
    }
}

static void whatever_breaks_on_the_way_is_tried_again(void **state)
{
    (void)state;
    static const enum http_outcome broken[] = { HTTP_NAME_FAILED, HTTP_CONNECT_FAILED,
                                                HTTP_TIMED_OUT, HTTP_BROKEN };
    for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
        assert_int_equal(judge_outcome(broken[i], false).verdict, VERDICT_RETRY);
        assert_true(judge_outcome(broken[i], false).is_down);
        assert_int_equal(judge_outcome(broken[i], true).verdict, VERDICT_RETRY);
        assert_false(judge_outcome(broken[i], true).is_down);
    }
}

static void a_url_that_may_not_be_used_is_the_fault_of_who_chose_it(void **state)
{
    (void)state;
    assert_int_equal(judge_outcome(HTTP_EGRESS_REFUSED, false).verdict, VERDICT_RETRY);
    assert_int_equal(judge_outcome(HTTP_EGRESS_REFUSED, true).verdict, VERDICT_REJECTED);
    assert_int_equal(judge_outcome(HTTP_BAD_URL, false).verdict, VERDICT_RETRY);
    assert_int_equal(judge_outcome(HTTP_BAD_URL, true).verdict, VERDICT_REJECTED);
}

static void waits_double_from_ten_seconds_to_five_minutes_give_or_take_a_tenth(void **state)
{
    (void)state;
    static const int64_t seconds[] = { 10, 20, 40, 80, 160, 300, 300, 300 };
    for (uint32_t attempts = 1; attempts <= ARRAY_LEN(seconds); attempts++) {
        int64_t base_ms = seconds[attempts - 1] * 1000, low = INT64_MAX, high = 0;
        for (int i = 0; i < 2000; i++) {
            int64_t delay_ms =
                retry_delay_ms(&delivery_settings_default, attempts, -1, &fake_rng.rng);
            low = MIN(low, delay_ms);
            high = MAX(high, delay_ms);
        }
        assert_in_range(low, base_ms * 9 / 10, base_ms * 92 / 100);
        assert_in_range(high, base_ms * 108 / 100, base_ms * 11 / 10);
    }
    assert_in_range(retry_delay_ms(&delivery_settings_default, UINT32_MAX, -1, &fake_rng.rng),
                    270000, 330000);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
    (void)state;
    assert_int_equal(retry_after_ms(STR("120"), NOW), 120000);
    assert_int_equal(retry_after_ms(STR(" 0 "), NOW), 0);
    assert_int_equal(retry_after_ms(STR("Tue, 14 Nov 2023 22:15:20 GMT"), NOW), 2 * MINUTE_MS);
    assert_int_equal(retry_after_ms(STR("Tue, 14 Nov 2023 22:13:19 GMT"), NOW), 0);
    assert_int_equal(retry_after_ms(STR("99999999999999999999"), NOW), -1);
    assert_int_equal(retry_after_ms(STR("31536000"), NOW), RETRY_AFTER_MAX_MS);
    assert_int_equal(retry_after_ms(STR("Fri, 01 Jan 2100 00:00:00 GMT"), NOW),
                     RETRY_AFTER_MAX_MS);
    assert_int_equal(retry_after_ms(STR(""), NOW), -1);
    assert_int_equal(retry_after_ms(STR_NONE, NOW), -1);
    assert_int_equal(retry_after_ms(STR("soon"), NOW), -1);
    assert_int_equal(retry_after_ms(STR("-5"), NOW), -1);
    assert_int_equal(retry_after_ms(STR("Tue, 14 Nov 2023 22:15:20 GMT and more"), NOW), -1);
}

static void the_destinations_own_wish_replaces_the_wait(void **state)
{
    (void)state;
    const struct attempt attempt = { .attempts = 5, .now_wall_ms = NOW };
    struct transport_answer answer = { .outcome = HTTP_ANSWERED,
                                       .status = 503,
                                       .retry_after = STR("30") };
    struct judgement judgement =
        judge(&delivery_settings_default, &attempt, &answer, &fake_rng.rng);
    assert_in_range(judgement.delay_ms, 30000, 33000);
    answer.retry_after = STR("0"); // a second at least
    judgement = judge(&delivery_settings_default, &attempt, &answer, &fake_rng.rng);
    assert_in_range(judgement.delay_ms, 1000, 1100);
}

static enum verdict after(int status, uint32_t attempts, int64_t age_ms)
{
    const struct attempt attempt = { .attempts = attempts,
                                     .age_ms = age_ms,
                                     .now_wall_ms = NOW };
    return judge_status(status, &attempt).verdict;
}

static void an_event_is_given_up_after_three_tries_and_three_hours(void **state)
{
    (void)state;
    assert_int_equal(after(500, 100, 3 * HOUR_MS), VERDICT_RETRY);
    assert_int_equal(after(500, 2, 4 * HOUR_MS), VERDICT_RETRY);
    assert_int_equal(after(500, 3, 3 * HOUR_MS + 1), VERDICT_EXHAUSTED);
    assert_int_equal(after(400, 3, 4 * HOUR_MS), VERDICT_REJECTED);
    assert_int_equal(after(200, 9, 90 * DAY_MS), VERDICT_DELIVERED);
}

static void throttled_events_are_kept_for_thirty_days(void **state)
{
    (void)state;
    assert_int_equal(after(429, 1000, 30 * DAY_MS), VERDICT_RETRY);
    assert_int_equal(after(408, 1000, 30 * DAY_MS), VERDICT_RETRY);
    assert_int_equal(after(429, 1000, 30 * DAY_MS + 1), VERDICT_EXHAUSTED);
    assert_int_equal(after(408, 2, 30 * DAY_MS + 1), VERDICT_EXHAUSTED);
}

static void
the_clock_that_was_set_between_two_lives_neither_ends_retries_nor_stops_them(void **state)
{
    (void)state;
    const struct cursor_parked parked = { .first_failure_wall_ms = NOW - HOUR_MS,
                                          .not_before_wall_ms = NOW + MINUTE_MS };
    const int64_t whole_ms = HOUR_MS + MINUTE_MS;
    assert_int_equal(retry_left_ms(&parked, NOW), MINUTE_MS);
    assert_int_equal(retry_age_ms(&parked, NOW), HOUR_MS);
    assert_int_equal(retry_left_ms(&parked, NOW + 365 * DAY_MS), 0);
    assert_int_equal(retry_age_ms(&parked, NOW + 365 * DAY_MS), whole_ms);
    assert_int_equal(retry_left_ms(&parked, NOW - 365 * DAY_MS), whole_ms);
    assert_int_equal(retry_age_ms(&parked, NOW - 365 * DAY_MS), 0);
    assert_int_equal(retry_left_ms(&parked, INT64_MIN), 0);
}

static void a_cursor_without_sense_means_due_at_once(void **state)
{
    (void)state;
    const struct cursor_parked odd[] = {
        { .first_failure_wall_ms = NOW, .not_before_wall_ms = NOW - 1 },
        { .first_failure_wall_ms = INT64_MIN, .not_before_wall_ms = INT64_MAX },
        { .first_failure_wall_ms = 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        assert_int_equal(retry_left_ms(&odd[i], NOW), 0);
        assert_int_equal(retry_age_ms(&odd[i], NOW), 0);
    }
    const struct cursor_parked longest = { .first_failure_wall_ms = 0,
                                           .not_before_wall_ms = NOW };
    assert_int_equal(retry_left_ms(&longest, 0), RETRY_WAIT_MAX_MS);
}

// --- The circuit

static bool fail_at(struct circuit *circuit, int64_t now_ms, int64_t delay_ms)
{
    return circuit_bad(circuit, &delivery_settings_default, now_ms, delay_ms, &fake_rng.rng);
}

static void
failures_in_a_row_open_the_circuit_and_a_good_answer_starts_the_count_again(void **state)
{
    (void)state;
    struct circuit circuit = { 0 };
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < CIRCUIT_FAILURES - 1; i++)
            assert_false(fail_at(&circuit, 100, 10000));
        assert_int_equal(circuit_leave(&circuit, 100, 5), CIRCUIT_SEND);
        assert_false(circuit_good(&circuit));
    }
    for (int i = 0; i < CIRCUIT_FAILURES - 1; i++)
        assert_false(fail_at(&circuit, 100, 10000));
    assert_true(fail_at(&circuit, 100, 10000));
    assert_int_equal(circuit_leave(&circuit, 100, 0), CIRCUIT_WAIT);
}

static void open(struct circuit *circuit, int64_t delay_ms)
{
    while (!fail_at(circuit, 0, delay_ms))
        ;
}

static void the_probe_goes_alone_and_decides(void **state)
{
    (void)state;
    struct circuit circuit = { 0 };
    open(&circuit, 0);
    int64_t probe_at = circuit.probe_at_ms;
    assert_in_range(probe_at, 9000, 11000);
    assert_int_equal(circuit_leave(&circuit, probe_at - 1, 0), CIRCUIT_WAIT);
    assert_int_equal(circuit_leave(&circuit, probe_at, 1), CIRCUIT_WAIT);
    assert_int_equal(circuit_leave(&circuit, probe_at, 0), CIRCUIT_PROBE);
    assert_false(fail_at(&circuit, probe_at, 0));
    assert_in_range(circuit.probe_at_ms - probe_at, 18000, 22000);
    for (int i = 0; i < 10; i++) { // never longer than a minute
        int64_t now_ms = circuit.probe_at_ms;
        assert_false(fail_at(&circuit, now_ms, 0));
        assert_true(circuit.probe_at_ms - now_ms <= CIRCUIT_WAIT_MAX_MS);
    }
    assert_true(circuit_good(&circuit));
    assert_int_equal(circuit_leave(&circuit, 0, 3), CIRCUIT_SEND);
}

static void what_was_sent_before_it_opened_does_not_push_the_probe_away(void **state)
{
    (void)state;
    struct circuit circuit = { 0 };
    open(&circuit, 0);
    int64_t probe_at = circuit.probe_at_ms;
    assert_false(fail_at(&circuit, 5, 0));
    assert_int_equal(circuit.probe_at_ms, probe_at);
    assert_true(circuit_good(&circuit));
}

static void retry_after_holds_for_the_whole_destination(void **state)
{
    (void)state;
    struct circuit circuit = { 0 };
    open(&circuit, 10 * MINUTE_MS);
    assert_int_equal(circuit.probe_at_ms, 10 * MINUTE_MS);
}

int main(void)
{
    rng_fake_init(&fake_rng, 42);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_the_verdict_of_the_router),
        cmocka_unit_test(whatever_breaks_on_the_way_is_tried_again),
        cmocka_unit_test(a_url_that_may_not_be_used_is_the_fault_of_who_chose_it),
        cmocka_unit_test(waits_double_from_ten_seconds_to_five_minutes_give_or_take_a_tenth),
        cmocka_unit_test(retry_after_is_seconds_or_a_date),
        cmocka_unit_test(the_destinations_own_wish_replaces_the_wait),
        cmocka_unit_test(an_event_is_given_up_after_three_tries_and_three_hours),
        cmocka_unit_test(throttled_events_are_kept_for_thirty_days),
        cmocka_unit_test(
            the_clock_that_was_set_between_two_lives_neither_ends_retries_nor_stops_them),
        cmocka_unit_test(a_cursor_without_sense_means_due_at_once),
        cmocka_unit_test(
            failures_in_a_row_open_the_circuit_and_a_good_answer_starts_the_count_again),
        cmocka_unit_test(the_probe_goes_alone_and_decides),
        cmocka_unit_test(what_was_sent_before_it_opened_does_not_push_the_probe_away),
        cmocka_unit_test(retry_after_holds_for_the_whole_destination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
