// SPDX-License-Identifier: Apache-2.0
// What the log thread writes beside its groups, counted on a simulated disk: zeros ahead of
// small groups where a file is new, so that most syncs find blocks that were written before.
#include "base/test.h"

#include "journal/harness.h"
#include "os/fault.h"

enum {
    SEGMENT_BYTES = 1 << 20,
    AHEAD_WRITES = 16,  // pieces of 16 KiB in 256 KiB
    AHEAD_GROUPS = 500, // small ones that find the zeros of one more
    SMALL = 100,
    LARGE = 80 * 1024,
};

static void open_large_segments(struct scene *scene)
{
    scene->h.limits.segment_bytes = SEGMENT_BYTES;
    fault_set_capacity(scene->fault, 8 * SEGMENT_BYTES);
    harness_open(&scene->h);
    fault_set(scene->fault, (struct fault_plan){ 0 });
}

static uint64_t writes_of(struct scene *scene, uint64_t from, uint64_t to, size_t bytes)
{
    uint64_t before = fault_count(scene->fault, FAULT_PWRITEV);
    harness_append_numbers(&scene->h, from, to, bytes);
    return fault_count(scene->fault, FAULT_PWRITEV) - before;
}

static void the_first_of_many_small_groups_writes_zeros_ahead(void **state)
{
    struct scene *scene = *state;
    open_large_segments(scene);
    assert_int_equal(writes_of(scene, 1, 1, SMALL), 1 + AHEAD_WRITES);
    assert_int_equal(writes_of(scene, 2, AHEAD_GROUPS, SMALL), AHEAD_GROUPS - 1);
    assert_int_equal(writes_of(scene, AHEAD_GROUPS + 1, AHEAD_GROUPS + 100, SMALL),
                     100 + AHEAD_WRITES);
    harness_expect(&scene->h, 1, AHEAD_GROUPS + 100);
}

static void a_large_group_writes_nothing_but_itself(void **state)
{
    struct scene *scene = *state;
    open_large_segments(scene);
    assert_int_equal(writes_of(scene, 1, 5, LARGE), 5);
    harness_expect(&scene->h, 1, 5);
}

static void a_small_group_among_large_ones_writes_nothing_but_itself(void **state)
{
    struct scene *scene = *state;
    open_large_segments(scene);
    for (uint64_t i = 0; i < 8; i++)
        assert_int_equal(writes_of(scene, i + 1, i + 1, i % 4 == 3 ? SMALL : 4 * LARGE / 3), 1);
    harness_expect(&scene->h, 1, 8);
}

static void zeros_end_with_the_file(void **state)
{
    // Large ones leave less room than zeros would take; small ones reach another page.
    enum { UNTIL_LAST = 11, PAGE_OF_SMALL = 8 };
    struct scene *scene = *state;
    open_large_segments(scene);
    harness_append_numbers(&scene->h, 1, UNTIL_LAST, LARGE);
    uint64_t writes = writes_of(scene, UNTIL_LAST + 1, UNTIL_LAST + PAGE_OF_SMALL, SMALL);
    assert_true(writes > PAGE_OF_SMALL && writes < PAGE_OF_SMALL + AHEAD_WRITES);
    harness_expect(&scene->h, 1, UNTIL_LAST + PAGE_OF_SMALL);
}

static void a_recycled_file_needs_no_zeros(void **state)
{
    enum { IN_SEGMENT = 12 }; // large ones
    struct scene *scene = *state;
    open_large_segments(scene);
    harness_append_numbers(&scene->h, 1, 2 * IN_SEGMENT, LARGE);
    harness_advance_ms(&scene->h, scene->h.limits.retention_ms + 1);
    harness_append_numbers(&scene->h, 2 * IN_SEGMENT + 1, 3 * IN_SEGMENT, LARGE); // retires
    assert_true(scene_stats(scene).spare_segments > 0);
    harness_append_numbers(&scene->h, 3 * IN_SEGMENT + 1, 3 * IN_SEGMENT + 1, LARGE); // uses
    assert_int_equal(writes_of(scene, 3 * IN_SEGMENT + 2, 3 * IN_SEGMENT + 101, SMALL), 100);
    harness_expect(&scene->h, 2 * IN_SEGMENT + 1, 3 * IN_SEGMENT + 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(the_first_of_many_small_groups_writes_zeros_ahead),
        IN_SCENE(a_large_group_writes_nothing_but_itself),
        IN_SCENE(a_small_group_among_large_ones_writes_nothing_but_itself),
        IN_SCENE(zeros_end_with_the_file),
        IN_SCENE(a_recycled_file_needs_no_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
