// SPDX-License-Identifier: Apache-2.0
// Who waits for whom in the queue, on a simulated disk: small records, large ones, and those
// who come together.
#include "journal/journal.h"

#include <time.h>

#include "base/test.h"

#include "journal/harness.h"
#include "os/fault.h"

enum {
    SMALL = 50,
    LARGE = 700 * 1024,  // five of these share a group
    ALONE = 2500 * 1024, // no two of these do
};

// A journal that has room for them, open; the log thread stands at a gate with record 1.
struct crowd {
    struct scene *scene;
    struct gate gate;
    struct waited first;
    struct waited others[24]; // by number
};

static void crowd_begin(struct crowd *crowd, struct scene *scene)
{
    crowd->scene = scene;
    scene->h.limits.segment_bytes = 16 << 20;
    fault_set_capacity(scene->fault, 128 << 20);
    harness_open(&scene->h);
    gate_close(&crowd->gate, scene->fault, FAULT_PWRITEV);
    assert_int_equal(harness_start_number(&scene->h, 1, SMALL, &crowd->first), OK);
    gate_await(&crowd->gate);
}

static enum err crowd_add(struct crowd *crowd, uint64_t number, size_t bytes)
{
    return harness_start_number(&crowd->scene->h, number, bytes, &crowd->others[number]);
}

// All that were added must have been stored.
static void crowd_end(struct crowd *crowd, uint64_t last)
{
    gate_open(&crowd->gate);
    assert_int_equal(waited_result(&crowd->first), OK);
    for (uint64_t number = 2; number <= last; number++)
        assert_int_equal(waited_result(&crowd->others[number]), OK);
    harness_expect(&crowd->scene->h, 1, last);
    assert_int_equal(scene_stats(crowd->scene).queue_bytes, 0);
}

static void a_small_record_goes_before_large_ones_that_wait(void **state)
{
    struct crowd crowd;
    ((struct scene *)*state)->h.limits.queue_bytes = 32 << 20;
    crowd_begin(&crowd, *state);
    assert_int_equal(crowd_add(&crowd, 4, ALONE), OK);
    assert_int_equal(crowd_add(&crowd, 5, ALONE), OK);
    assert_int_equal(crowd_add(&crowd, 2, SMALL), OK);
    assert_int_equal(crowd_add(&crowd, 3, SMALL), OK);
    crowd_end(&crowd, 5);
}

static struct crowd *amid; // on_first_large has no other way to it
static void (*on_stored)(struct journal_append *append, enum err err);

static void on_first_large(struct journal_append *append, enum err err)
{
    assert_int_equal(crowd_add(amid, 3, SMALL), OK);
    on_stored(append, err);
}

static void a_small_record_waits_for_one_group_of_large_ones(void **state)
{
    struct crowd crowd;
    ((struct scene *)*state)->h.limits.queue_bytes = 32 << 20;
    crowd_begin(&crowd, *state);
    waited_init(&crowd.others[3]);
    assert_int_equal(crowd_add(&crowd, 2, ALONE), OK);
    assert_int_equal(crowd_add(&crowd, 4, ALONE), OK);
    assert_int_equal(crowd_add(&crowd, 5, ALONE), OK);
    amid = &crowd;
    on_stored = crowd.others[2].append.done;
    crowd.others[2].append.done = on_first_large;
    gate_open(&crowd.gate);
    assert_int_equal(waited_result(&crowd.others[2]), OK); // 3 has been added
    crowd_end(&crowd, 5);
}

static void large_records_share_groups_of_some_size(void **state)
{
    struct crowd crowd;
    ((struct scene *)*state)->h.limits.queue_bytes = 32 << 20;
    crowd_begin(&crowd, *state);
    for (uint64_t number = 2; number <= 9; number++)
        assert_int_equal(crowd_add(&crowd, number, LARGE), OK);
    crowd_end(&crowd, 9);
    assert_int_equal(scene_stats(crowd.scene).groups, 3); // 1, 5 and 3 records
}

static void the_last_of_the_queue_is_for_small_records(void **state)
{
    struct crowd crowd;
    ((struct scene *)*state)->h.limits.queue_bytes = 5 * LARGE + LARGE / 2;
    crowd_begin(&crowd, *state);
    for (uint64_t number = 3; number <= 6; number++)
        assert_int_equal(crowd_add(&crowd, number, LARGE), OK);
    assert_int_equal(crowd_add(&crowd, 7, LARGE), ERR_BUSY);
    assert_int_equal(crowd_add(&crowd, 2, SMALL), OK);
    crowd_end(&crowd, 6);
}

static void a_failed_sync_of_large_records_fails_no_small_ones(void **state)
{
    struct crowd crowd;
    ((struct scene *)*state)->h.limits.queue_bytes = 32 << 20;
    crowd_begin(&crowd, *state);
    assert_int_equal(crowd_add(&crowd, 3, ALONE), OK);
    assert_int_equal(crowd_add(&crowd, 4, ALONE), OK);
    assert_int_equal(crowd_add(&crowd, 2, SMALL), OK);
    fault_set(crowd.scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 3 });
    gate_open(&crowd.gate);
    assert_int_equal(waited_result(&crowd.first), OK);
    assert_int_equal(waited_result(&crowd.others[2]), OK);
    assert_int_equal(waited_result(&crowd.others[3]), ERR_IO);
    assert_int_equal(waited_result(&crowd.others[4]), ERR_IO); // it waited with the other
    assert_int_equal(scene_stats(crowd.scene).queue_bytes, 0);
    harness_append_numbers(&crowd.scene->h, 3, 3, ALONE);
    harness_expect(&crowd.scene->h, 1, 3);
}

static void closing_stores_what_waits(void **state)
{
    struct crowd crowd;
    struct scene *scene = *state;
    scene->h.limits.queue_bytes = 32 << 20;
    crowd_begin(&crowd, scene);
    for (uint64_t number = 2; number <= 4; number++)
        assert_int_equal(crowd_add(&crowd, number, ALONE), OK);
    gate_open(&crowd.gate);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, 4);
}

// A disk that takes so long that nobody would wait for a batch to fill without need.
static int64_t slow_mono_ns(const struct clock *clock)
{
    struct harness_clock *slow = CONTAINER_OF(clock, struct harness_clock, clock);
    return atomic_fetch_add(&slow->mono_ns_now, 1000 * (int64_t)1000000000);
}

// Three that came together are stored. The next who come wait for others as long as the disk
// takes for them, and no longer than `gather_ns`.
static void trio_end(struct crowd *crowd, struct scene *scene, int64_t gather_ns)
{
    scene->h.limits.gather_ns = gather_ns;
    crowd_begin(crowd, scene);
    for (uint64_t number = 2; number <= 4; number++)
        assert_int_equal(crowd_add(crowd, number, SMALL), OK);
    crowd_end(crowd, 4);
    assert_int_equal(scene_stats(scene).groups, 2); // 1, and the trio
}

// Slow enough that they would not share a group if they were not waited for.
static void trio_add_slowly(struct crowd *crowd, uint64_t first)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    for (uint64_t number = first; number < first + 3; number++) {
        assert_int_equal(crowd_add(crowd, number, SMALL), OK);
        (void)nanosleep(&pause, NULL);
    }
    for (uint64_t number = first; number < first + 3; number++)
        assert_int_equal(waited_result(&crowd->others[number]), OK);
}

static void a_batch_waits_for_as_many_as_the_one_before_had(void **state)
{
    struct crowd crowd;
    struct scene *scene = *state;
    scene->h.clock.clock.mono_ns = slow_mono_ns;
    trio_end(&crowd, scene, INT64_MAX);
    trio_add_slowly(&crowd, 5);
    trio_add_slowly(&crowd, 8);
    assert_int_equal(scene_stats(scene).groups, 4);
}

// The disk is slow only while the one who came alone is written.
static void a_crowd_that_has_gone_is_missed_once(void **state)
{
    struct crowd crowd;
    struct scene *scene = *state;
    trio_end(&crowd, scene, INT64_MAX);
    gate_close(&crowd.gate, scene->fault, FAULT_PWRITEV);
    assert_int_equal(crowd_add(&crowd, 5, SMALL), OK);
    gate_await(&crowd.gate);
    harness_advance_ms(&scene->h, 1000000);
    gate_open(&crowd.gate);
    assert_int_equal(waited_result(&crowd.others[5]), OK);
    assert_int_equal(crowd_add(&crowd, 6, SMALL), OK);
    assert_int_equal(waited_result(&crowd.others[6]), OK);
}

static void a_batch_waits_no_longer_than_the_disk_takes(void **state)
{
    struct crowd crowd;
    trio_end(&crowd, *state, INT64_MAX); // it takes no time
    assert_int_equal(crowd_add(&crowd, 5, SMALL), OK);
    assert_int_equal(waited_result(&crowd.others[5]), OK);
}

static void a_batch_waits_no_longer_than_it_is_let(void **state)
{
    struct crowd crowd;
    struct scene *scene = *state;
    scene->h.clock.clock.mono_ns = slow_mono_ns;
    trio_end(&crowd, scene, 1000);
    assert_int_equal(crowd_add(&crowd, 5, SMALL), OK);
    assert_int_equal(waited_result(&crowd.others[5]), OK);
}

static void who_comes_alone_waits_for_nobody(void **state)
{
    struct scene *scene = *state;
    scene->h.clock.clock.mono_ns = slow_mono_ns;
    scene->h.limits.gather_ns = INT64_MAX;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 5, SMALL);
    harness_expect(&scene->h, 1, 5);
}

static void closing_waits_for_nobody(void **state)
{
    struct crowd crowd;
    struct scene *scene = *state;
    scene->h.clock.clock.mono_ns = slow_mono_ns;
    trio_end(&crowd, scene, INT64_MAX);
    assert_int_equal(crowd_add(&crowd, 5, SMALL), OK);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_small_record_goes_before_large_ones_that_wait),
        IN_SCENE(a_small_record_waits_for_one_group_of_large_ones),
        IN_SCENE(large_records_share_groups_of_some_size),
        IN_SCENE(the_last_of_the_queue_is_for_small_records),
        IN_SCENE(a_failed_sync_of_large_records_fails_no_small_ones),
        IN_SCENE(closing_stores_what_waits),
        IN_SCENE(a_batch_waits_for_as_many_as_the_one_before_had),
        IN_SCENE(a_crowd_that_has_gone_is_missed_once),
        IN_SCENE(a_batch_waits_no_longer_than_the_disk_takes),
        IN_SCENE(a_batch_waits_no_longer_than_it_is_let),
        IN_SCENE(who_comes_alone_waits_for_nobody),
        IN_SCENE(closing_waits_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
