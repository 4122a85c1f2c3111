// SPDX-License-Identifier: Apache-2.0
// What a histogram says of the values that went in.
#include "load/histogram.h"

#include "base/test.h"

static void an_empty_one_says_nothing(void **state)
{
    (void)state;
    static struct histogram histogram;
    assert_int_equal(histogram_at(&histogram, 0.99), 0);
}

static void shares_are_found(void **state)
{
    (void)state;
    static struct histogram histogram;
    for (uint64_t i = 1; i <= 50; i++)
        histogram_add(&histogram, i);
    assert_int_equal(histogram_at(&histogram, 0), 1);
    assert_int_equal(histogram_at(&histogram, 0.5), 25);
    assert_int_equal(histogram_at(&histogram, 1), 50);
    histogram_add(&histogram, 1000000);
    assert_int_equal(histogram_at(&histogram, 0.5), 26);
    assert_int_equal(histogram_at(&histogram, 1), 1000000);
}

// Whatever its size, a value is told to one part in 64, and never too low.
static void each_size_is_told_closely(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        for (uint64_t part = 0; part < 3; part++) {
            struct histogram histogram = { 0 };
            uint64_t value = ((uint64_t)1 << bit) + part * (((uint64_t)1 << bit) / 3);
            histogram_add(&histogram, value);
            histogram_add(&histogram, UINT64_MAX);
            uint64_t told = histogram_at(&histogram, 0.5);
            assert_true(told >= value && told - value <= value / HISTOGRAM_PARTS);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_one_says_nothing),
        cmocka_unit_test(shares_are_found),
        cmocka_unit_test(each_size_is_told_closely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
