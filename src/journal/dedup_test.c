// SPDX-License-Identifier: Apache-2.0
// Tests of remembered messageIds, against a list that is searched from end to end.
#include "base/test.h"

#include "base/rand.h"
#include "journal/dedup.h"

static struct dedup_id id(uint64_t check, uint32_t expires_s)
{
    return (
        struct dedup_id){ .check = check, .hash = (uint32_t)check * 7, .expires_s = expires_s };
}

static bool see(struct dedup *dedup, uint64_t check, uint32_t window_s, uint32_t now_s)
{
    struct dedup_id one = id(check, now_s + window_s);
    return dedup_see(dedup, &one, now_s);
}

static void the_second_of_two_is_known_until_the_first_expires(void **state)
{
    (void)state;
    struct dedup *dedup = dedup_new(0);
    assert_false(see(dedup, 1, 10, 100));
    assert_true(see(dedup, 1, 10, 100));
    assert_true(see(dedup, 1, 10, 110)); // and does not begin a window of its own
    assert_false(see(dedup, 1, 10, 111));
    assert_true(see(dedup, 1, 10, 121));
    dedup_free(dedup);
}

static void both_hashes_must_be_the_same(void **state)
{
    (void)state;
    struct dedup *dedup = dedup_new(0);
    struct dedup_id a = id(5, 100), b = a;
    b.hash++;
    assert_false(dedup_see(dedup, &a, 1));
    assert_false(dedup_see(dedup, &b, 1));
    assert_true(dedup_see(dedup, &a, 1));
    assert_true(dedup_see(dedup, &b, 1));
    dedup_free(dedup);
}

static void a_short_window_expires_behind_a_long_one(void **state)
{
    (void)state;
    struct dedup *dedup = dedup_new(0);
    assert_false(see(dedup, 1, 1000, 0));
    assert_false(see(dedup, 2, 5, 0));
    assert_false(see(dedup, 2, 5, 6)); // stands twice in the ring now
    assert_true(see(dedup, 2, 5, 11));
    assert_false(see(dedup, 3, 5, 1001));
    assert_false(see(dedup, 4, 5, 1001));
    assert_false(see(dedup, 2, 5, 1002));
    assert_true(see(dedup, 2, 5, 1002));
    dedup_free(dedup);
}

static void without_room_the_oldest_goes_and_is_counted(void **state)
{
    (void)state;
    struct dedup *dedup = dedup_new(0);
    size_t max = dedup_counts(dedup).ids_max;
    for (uint64_t i = 0; i <= max; i++)
        assert_false(see(dedup, i, 10, 0));
    assert_int_equal(dedup_counts(dedup).ids, max);
    assert_int_equal(dedup_counts(dedup).evicted, 1);
    assert_true(see(dedup, 1, 10, 0));
    assert_false(see(dedup, 0, 10, 0));
    dedup_free(dedup);
}

static void what_is_undone_was_never_seen(void **state)
{
    (void)state;
    struct dedup *dedup = dedup_new(0);
    assert_false(see(dedup, 1, 10, 0));
    dedup_mark(dedup);
    assert_false(see(dedup, 2, 10, 0));
    assert_true(see(dedup, 1, 10, 0));
    dedup_undo(dedup);
    assert_true(see(dedup, 1, 10, 0));
    assert_false(see(dedup, 2, 10, 0));
    dedup_free(dedup);
}

// Ids that crowd into few slots, windows of all lengths, undoing at random.
static void it_does_as_a_plain_list_would(void **state)
{
    (void)state;
    enum { IDS = 40, STEPS = 200000 };
    uint32_t known_until[IDS] = { 0 }, before[IDS] = { 0 }; // 0: unknown
    struct rng_fake random;
    struct dedup *dedup = dedup_new(1 << 20);
    uint32_t now_s = 1;
    rng_fake_init(&random, 5);
    for (int step = 0; step < STEPS; step++) {
        uint8_t bytes[4];
        rng_fill(&random.rng, bytes, sizeof(bytes));
        size_t which = bytes[0] % IDS;
        uint32_t window_s = bytes[1] % 20;
        now_s += bytes[2] % 8 == 0;
        bool is_known = known_until[which] >= now_s;
        assert_int_equal(see(dedup, which * 64, window_s, now_s), is_known);
        if (!is_known)
            known_until[which] = now_s + window_s;
        if (bytes[3] < 8) {
            dedup_mark(dedup);
            memcpy(before, known_until, sizeof(before));
        } else if (bytes[3] < 12 && before[0] != UINT32_MAX) {
            dedup_undo(dedup);
            for (size_t i = 0; i < IDS; i++) // an expired one that was replaced stays unknown
                known_until[i] = known_until[i] == before[i] ? before[i]
                                 : before[i] >= now_s        ? before[i]
                                                             : 0;
        }
    }
    dedup_free(dedup);
}

static void ids_that_are_added_again_count_as_when_they_came(void **state)
{
    (void)state;
    enum { ALL = 100 };
    struct dedup *dedup = dedup_new(0);
    struct dedup_id ids[ALL];
    size_t room = dedup_counts(dedup).ids_max;
    for (uint64_t i = 0; i < ALL; i++)
        ids[i] = id(i + 1, 10);
    ids[ALL - 1] = id(ALL / 2, 20); // again: this one counts
    assert_true(room < ALL - 2);
    dedup_add(dedup, ids, ALL);
    assert_int_equal(dedup_end(dedup) - dedup_first(dedup), room);
    assert_int_equal(dedup_at(dedup, dedup_end(dedup) - 1)->expires_s, 20);
    for (size_t i = 0; i < ALL; i++) {
        bool is_kept = i >= ALL - room || ids[i].check == ALL / 2;
        if (is_kept)
            assert_true(dedup_see(dedup, &ids[i], 10));
    }
    assert_true(dedup_see(dedup, &ids[ALL - 1], 20));
    assert_false(dedup_see(dedup, &ids[0], 10));
    dedup_free(dedup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_second_of_two_is_known_until_the_first_expires),
        cmocka_unit_test(both_hashes_must_be_the_same),
        cmocka_unit_test(a_short_window_expires_behind_a_long_one),
        cmocka_unit_test(without_room_the_oldest_goes_and_is_counted),
        cmocka_unit_test(what_is_undone_was_never_seen),
        cmocka_unit_test(it_does_as_a_plain_list_would),
        cmocka_unit_test(ids_that_are_added_again_count_as_when_they_came),
    };
    return cmocka_run_group_tests_name("journal dedup", tests, NULL, NULL);
}
