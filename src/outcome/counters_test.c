// SPDX-License-Identifier: Apache-2.0
// Counters per minute.
#include "base/test.h"

#include "outcome/counters.h"

static uint64_t delivered(struct counters *counters, const char *id, unsigned minutes)
{
    uint64_t counts[OUTCOME_COUNTER_COUNT];
    counters_sum(counters, str_of(id), minutes, counts);
    return counts[COUNT_DELIVERED];
}

static void counts_of_the_asked_minutes_are_summed(void **state)
{
    (void)state;
    struct clock_fake fake;
    clock_fake_init(&fake, 1700000000000);
    struct counters *counters = counters_new(&fake.clock);
    counters_add(counters, STR("a"), COUNT_DELIVERED, 3);
    counters_add(counters, STR("a"), COUNT_FAILED, 100);
    counters_add(counters, STR("b"), COUNT_DELIVERED, 50);
    clock_fake_advance_ms(&fake, 60000);
    counters_add(counters, STR("a"), COUNT_DELIVERED, 4);
    assert_int_equal(delivered(counters, "a", 1), 4);
    assert_int_equal(delivered(counters, "a", 2), 7);
    assert_int_equal(delivered(counters, "a", 0), 0);
    assert_int_equal(delivered(counters, "b", 1440), 50);
    assert_int_equal(delivered(counters, "never seen", 1440), 0);
    counters_free(counters);
}

static void a_day_later_nothing_is_left_of_a_minute(void **state)
{
    (void)state;
    struct clock_fake fake;
    clock_fake_init(&fake, 1700000000000);
    struct counters *counters = counters_new(&fake.clock);
    counters_add(counters, STR("a"), COUNT_DELIVERED, 1);
    clock_fake_advance_ms(&fake, 1439 * 60000);
    assert_int_equal(delivered(counters, "a", 1440), 1);
    counters_add(counters, STR("a"), COUNT_DELIVERED, 10);
    clock_fake_advance_ms(&fake, 60000);
    assert_int_equal(delivered(counters, "a", 1440), 10);
    assert_int_equal(delivered(counters, "a", 100000), 10);
    counters_free(counters);
}

static void each_minute_of_a_day_has_its_own_count(void **state)
{
    (void)state;
    struct clock_fake fake;
    clock_fake_init(&fake, 1700000000000);
    struct counters *counters = counters_new(&fake.clock);
    for (int minute = 0; minute < 3000; minute++) {
        counters_add(counters, STR("a"), COUNT_DELIVERED, (uint64_t)minute);
        clock_fake_advance_ms(&fake, 60000);
    }
    // The minute that runs now has none yet.
    assert_int_equal(delivered(counters, "a", 1), 0);
    assert_int_equal(delivered(counters, "a", 2), 2999);
    assert_int_equal(delivered(counters, "a", 11), 10 * (2990 + 2999) / 2);
    assert_int_equal(delivered(counters, "a", 1440), 1439 * (1561 + 2999) / 2);
    counters_free(counters);
}

static void a_clock_that_is_set_neither_hides_counts_nor_brings_them_back(void **state)
{
    (void)state;
    static const int64_t hours[] = { 1, -1, 25, 8760, -8760, 0 };
    struct clock_fake fake;
    clock_fake_init(&fake, 1700000000000);
    struct counters *counters = counters_new(&fake.clock);
    for (size_t i = 0; i < ARRAY_LEN(hours); i++) {
        fake.wall_ms_now = 1700000000000 + hours[i] * 3600000;
        counters_add(counters, STR("a"), COUNT_DELIVERED, 1);
        assert_int_equal(delivered(counters, "a", 60), i + 1);
    }
    clock_fake_advance_ms(&fake, 3600000);
    assert_int_equal(delivered(counters, "a", 60), 0);
    counters_free(counters);
}

static void ids_that_went_quiet_are_forgotten_and_busy_ones_kept(void **state)
{
    (void)state;
    struct clock_fake fake;
    clock_fake_init(&fake, 1700000000000);
    struct counters *counters = counters_new(&fake.clock);
    char id[32];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 1000; i++) {
            (void)snprintf(id, sizeof(id), "%d-%d", round, i);
            counters_add(counters, str_of(id), COUNT_DELIVERED, 1);
        }
        counters_add(counters, STR("busy"), COUNT_DELIVERED, 1);
        clock_fake_advance_ms(&fake, 30 * 3600000);
    }
    counters_add(counters, STR("busy"), COUNT_DELIVERED, 1);
    assert_int_equal(delivered(counters, "busy", 1440), 1);
    assert_int_equal(delivered(counters, "0-1", 1440), 0);
    counters_free(counters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_of_the_asked_minutes_are_summed),
        cmocka_unit_test(a_day_later_nothing_is_left_of_a_minute),
        cmocka_unit_test(each_minute_of_a_day_has_its_own_count),
        cmocka_unit_test(a_clock_that_is_set_neither_hides_counts_nor_brings_them_back),
        cmocka_unit_test(ids_that_went_quiet_are_forgotten_and_busy_ones_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
