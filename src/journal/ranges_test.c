// SPDX-License-Identifier: Apache-2.0
// Unit tests of ranges.c: held against a plain array of marks.
#include "journal/ranges.h"

#include "base/test.h"

#include "base/rand.h"

enum { NUMBERS = 64, ROUNDS = 200, ADDED = 20 };

static uint64_t mark(bool *marks, struct record_range range)
{
    uint64_t fresh = 0;
    for (uint64_t number = range.first; number < range.end; number++) {
        fresh += !marks[number];
        marks[number] = true;
    }
    return fresh;
}

static void expect_same(const struct ranges *ranges, const bool *marks)
{
    bool held[NUMBERS] = { 0 };
    for (size_t i = 0; i < ranges->count; i++) {
        assert_true(ranges->items[i].first < ranges->items[i].end);
        assert_true(i == 0 || ranges->items[i - 1].end < ranges->items[i].first);
        (void)mark(held, ranges->items[i]);
    }
    assert_memory_equal(held, marks, sizeof(held));
}

static void what_is_added_is_counted_once(void **state)
{
    struct rng_fake rng;
    (void)state;
    rng_fake_init(&rng, 1);
    for (int round = 0; round < ROUNDS; round++) {
        struct ranges ranges = { 0 };
        bool marks[NUMBERS] = { 0 };
        for (int i = 0; i < ADDED; i++) {
            uint64_t first = rng_below(&rng.rng, NUMBERS - 1);
            uint64_t most = MIN((uint64_t)8, NUMBERS - first);
            struct record_range range = { first, first + 1 + rng_below(&rng.rng, most) };
            range.end = MIN(range.end, (uint64_t)NUMBERS);
            assert_int_equal(ranges_add(&ranges, range), mark(marks, range));
            expect_same(&ranges, marks);
        }
        ranges_done(&ranges);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_added_is_counted_once) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
