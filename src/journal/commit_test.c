// SPDX-License-Identifier: Apache-2.0
// The log thread's promises, on a simulated disk: groups, failures, a full queue, a full disk,
// watches, time.
#include "journal/journal.h"

#include "base/test.h"

#include <errno.h>
#include <sched.h>

#include "journal/harness.h"
#include "os/fault.h"

static void what_waits_shares_one_write_and_one_sync(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 1, 50); // and zeros behind it
    fault_set(scene->fault, (struct fault_plan){ 0 });
    harness_append_group(&scene->h, scene->fault, 3, 12, 50);
    assert_int_equal(fault_count(scene->fault, FAULT_PWRITEV), 2);
    assert_int_equal(fault_count(scene->fault, FAULT_DATASYNC), 2);
    struct journal_stats stats = scene_stats(scene);
    assert_int_equal(stats.groups, 3);
    assert_int_equal(stats.records, 12);
    assert_int_equal(stats.events, 12);
    assert_int_equal(stats.queue_bytes, 0);
    harness_expect(&scene->h, 1, 12);
}

static void an_idle_journal_makes_no_calls(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 1, 50);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    for (int i = 0; i < 100; i++)
        sched_yield();
    assert_int_equal(fault_count(scene->fault, FAULT_ANY), 0);
}

// All that share the failed sync are told; the segment is left; what comes next is stored.
static void a_failed_sync_fails_its_waiters_and_the_segment(void **state)
{
    struct scene *scene = *state;
    struct waited first, second;
    struct gate gate;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 50);
    gate_close(&gate, scene->fault, FAULT_PWRITEV);
    assert_int_equal(harness_start_number(&scene->h, 4, 50, &first), OK);
    gate_await(&gate);
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 2 });
    assert_int_equal(harness_start_number(&scene->h, 5, 50, &second), OK);
    gate_open(&gate);
    assert_int_equal(waited_result(&first), OK);
    assert_int_equal(waited_result(&second), ERR_IO);
    assert_int_equal(scene_stats(scene).segments, 1);
    assert_int_equal(journal_end(scene->h.journal).record, 5);
    harness_append_numbers(&scene->h, 5, 8, 50);
    assert_int_equal(scene_stats(scene).segments, 2);
    assert_true(scene->h.notices[LOG_ERROR] > 0);
    harness_expect(&scene->h, 1, 8);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, 8);
}

static void readers_see_nothing_before_it_is_durable(void **state)
{
    struct scene *scene = *state;
    struct waited waited;
    struct gate gate;
    struct journal_read read;
    harness_open(&scene->h);
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    gate_close(&gate, scene->fault, FAULT_DATASYNC);
    assert_int_equal(harness_start_number(&scene->h, 1, 50, &waited), OK);
    gate_await(&gate); // the bytes are written
    assert_int_equal(journal_read(reader, &read), ERR_NOT_FOUND);
    gate_open(&gate);
    assert_int_equal(waited_result(&waited), OK);
    assert_int_equal(journal_read(reader, &read), OK);
    assert_int_equal(harness_number(&read.record), 1);
    harness_append_numbers(&scene->h, 2, 60, 900); // over several segments
    for (uint64_t number = 2; number <= 60; number++) {
        assert_int_equal(journal_read(reader, &read), OK);
        assert_int_equal(harness_number(&read.record), number);
    }
    journal_reader_close(reader);
}

static void a_full_queue_is_busy(void **state)
{
    struct scene *scene = *state;
    struct waited waited[3], refused;
    struct gate gate;
    scene->h.limits.queue_bytes = 10000;
    harness_open(&scene->h);
    gate_close(&gate, scene->fault, FAULT_PWRITEV);
    for (size_t i = 0; i < ARRAY_LEN(waited); i++)
        assert_int_equal(harness_start_number(&scene->h, i + 1, 3000, &waited[i]), OK);
    gate_await(&gate);
    assert_int_equal(harness_start_number(&scene->h, 4, 3000, &refused), ERR_BUSY);
    assert_true(scene_stats(scene).queue_bytes > 9000);
    gate_open(&gate);
    for (size_t i = 0; i < ARRAY_LEN(waited); i++)
        assert_int_equal(waited_result(&waited[i]), OK);
    harness_append_numbers(&scene->h, 4, 4, 12000); // alone it is let in
    harness_expect(&scene->h, 1, 4);
}

// A clock that was ahead for a moment must not stay in the events that come later.
static void records_keep_their_times_when_the_clock_steps(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    int64_t start = scene->h.clock.wall_ms_now, year_ms = INT64_C(31536000000);
    const int64_t times[] = { start,           start + year_ms, start + 7,
                              start - year_ms, start + 3,       start - 100 };
    harness_open(&scene->h);
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        if (i == ARRAY_LEN(times) - 1) { // and in the next life
            harness_close(&scene->h);
            harness_open(&scene->h);
        }
        scene->h.clock.wall_ms_now = times[i];
        harness_append_numbers(&scene->h, i + 1, i + 1, 50);
    }
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        assert_int_equal(journal_read(reader, &read), OK);
        assert_true(read.position.record == i + 1);
        assert_true(read.record.received_wall_ms == times[i]);
    }
    journal_reader_close(reader);
}

static void a_full_disk_refuses_until_there_is_room(void **state)
{
    struct scene *scene = *state;
    uint64_t number = 0;
    enum err err = OK;
    scene->h.limits.reserve_bytes = 2 * SCENE_SEGMENT;
    fault_set_capacity(scene->fault, 5 * SCENE_SEGMENT);
    harness_open(&scene->h);
    while (err == OK)
        err = harness_append_number(&scene->h, ++number, 3000, NULL);
    assert_int_equal(err, ERR_DISK_FULL);
    assert_true(scene_stats(scene).is_full);
    assert_int_equal(harness_append_number(&scene->h, number, 50, NULL), ERR_DISK_FULL);
    harness_expect(&scene->h, 1, number - 1); // reading goes on
    fault_set_capacity(scene->fault, SCENE_CAPACITY);
    assert_int_equal(harness_append_number(&scene->h, number, 50, NULL), ERR_DISK_FULL);
    harness_advance_ms(&scene->h, 1001); // looks again at most once a second
    assert_int_equal(harness_append_number(&scene->h, number, 50, NULL), ERR_DISK_FULL);
    while (scene_stats(scene).is_full)
        sched_yield();
    harness_append_numbers(&scene->h, number, number + 2, 50);
    harness_expect(&scene->h, 1, number + 2);
}

static void a_full_disk_can_be_opened_and_read(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 40, 900);
    harness_close(&scene->h);
    scene->h.limits.reserve_bytes = SCENE_CAPACITY;
    for (int i = 0; i < 2; i++) {
        harness_open(&scene->h);
        harness_expect(&scene->h, 1, 40);
        assert_int_equal(harness_append_number(&scene->h, 41, 50, NULL), ERR_DISK_FULL);
        harness_close(&scene->h);
    }
    scene->h.limits.reserve_bytes = 0;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 41, 42, 50);
    harness_expect(&scene->h, 1, 42);
}

static void space_that_runs_out_while_a_segment_is_made_is_a_full_disk(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 3000);
    fault_set(scene->fault,
              (struct fault_plan){ .calls = FAULT_ALLOCATE, .nth = 1, .error = ENOSPC });
    assert_int_equal(harness_append_number(&scene->h, 4, 3000, NULL), ERR_DISK_FULL);
    harness_advance_ms(&scene->h, 1001);
    assert_int_equal(harness_append_number(&scene->h, 4, 3000, NULL), ERR_DISK_FULL);
    while (scene_stats(scene).is_full)
        sched_yield();
    harness_append_numbers(&scene->h, 4, 4, 3000);
    harness_expect(&scene->h, 1, 4);
}

// Each failure leaves a segment behind: of 64 MiB, thousands would push out what is needed.
static void a_disk_that_goes_on_failing_is_tried_once_a_second(void **state)
{
    struct scene *scene = *state;
    const struct fault_plan failing = { .calls = FAULT_DATASYNC, .nth = 3, .repeats = 1 };
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 1, 50);
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1 });
    assert_int_equal(harness_append_number(&scene->h, 2, 50, NULL), ERR_IO);
    assert_false(scene_stats(scene).is_full);
    fault_set(scene->fault, failing); // the header, then the group and the seal
    assert_int_equal(harness_append_number(&scene->h, 2, 50, NULL), OK);
    assert_int_equal(harness_append_number(&scene->h, 3, 50, NULL), ERR_IO);
    assert_true(scene_stats(scene).is_full);
    for (int i = 0; i < 100; i++)
        assert_int_equal(harness_append_number(&scene->h, 3, 50, NULL), ERR_DISK_FULL);
    assert_int_equal(scene_stats(scene).segments, 2);
    assert_true(scene_stats(scene).disk_bytes < SCENE_SEGMENT);
    harness_advance_ms(&scene->h, 1001);
    assert_int_equal(harness_append_number(&scene->h, 3, 50, NULL), ERR_DISK_FULL);
    while (scene_stats(scene).is_full)
        sched_yield();
    harness_append_numbers(&scene->h, 3, 4, 50);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, 4);
}

static void a_directory_that_takes_no_file_is_told_once_a_second(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 3000);
    fault_set(scene->fault, (struct fault_plan){
                                .calls = FAULT_OPEN, .nth = 1, .repeats = 10, .error = EROFS });
    for (int i = 0; i < 2; i++)
        assert_int_equal(harness_append_number(&scene->h, 4, 3000, NULL), ERR_IO);
    for (int i = 0; i < 100; i++)
        assert_int_equal(harness_append_number(&scene->h, 4, 3000, NULL), ERR_DISK_FULL);
    for (int i = 0; i < 100; i++) // room is not what is missing
        journal_set_low_watermark(scene->h.journal, (struct position){ .record = 2 });
    assert_int_equal(fault_count(scene->fault, FAULT_OPEN), 2);
    assert_int_equal(scene->h.notices[LOG_ERROR], 3);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    harness_advance_ms(&scene->h, 1001);
    assert_int_equal(harness_append_number(&scene->h, 4, 3000, NULL), ERR_DISK_FULL);
    while (scene_stats(scene).is_full)
        sched_yield();
    harness_append_numbers(&scene->h, 4, 4, 3000);
    harness_expect(&scene->h, 1, 4);
}

struct bell {
    struct journal_watch watch;
    _Atomic int rung;
};

static void on_wake(struct journal_watch *watch)
{
    CONTAINER_OF(watch, struct bell, watch)->rung++;
}

static void a_watch_is_woken_once_for_each_time_it_awaits(void **state)
{
    struct scene *scene = *state;
    struct bell one = { .watch.wake = on_wake }, two = { .watch.wake = on_wake };
    harness_open(&scene->h);
    journal_watch(scene->h.journal, &one.watch);
    journal_watch(scene->h.journal, &two.watch);
    journal_await(&one.watch);
    harness_append_numbers(&scene->h, 1, 2, 50); // the first wake is over when the second is in
    harness_append_numbers(&scene->h, 3, 3, 50);
    journal_unwatch(scene->h.journal, &one.watch);
    assert_int_equal(one.rung, 1);
    journal_await(&two.watch);
    harness_append_numbers(&scene->h, 4, 5, 50);
    journal_unwatch(scene->h.journal, &two.watch);
    assert_int_equal(two.rung, 1);
}

static void watches_are_woken_until_they_are_taken_off(void **state)
{
    struct scene *scene = *state;
    struct bell one = { .watch.wake = on_wake }, two = { .watch.wake = on_wake };
    harness_open(&scene->h);
    journal_watch(scene->h.journal, &one.watch);
    journal_watch(scene->h.journal, &two.watch);
    journal_await(&two.watch);
    journal_unwatch(scene->h.journal, &two.watch);
    for (uint64_t i = 1; i <= 3; i++) {
        journal_await(&one.watch);
        harness_append_numbers(&scene->h, i, i, 50);
    }
    journal_unwatch(scene->h.journal, &one.watch);
    assert_int_equal(two.rung, 0);
    assert_true(one.rung >= 1);
}

static void a_second_open_is_locked_out(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    struct harness second = scene->h;
    second.journal = NULL;
    assert_int_equal(harness_try_open(&second), ERR_LOCKED);
    harness_append_numbers(&scene->h, 1, 1, 50);
}

static void a_cursor_beyond_the_end_is_set_back_to_it(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 50);
    struct position beyond = { .record = 100 };
    struct journal_reader *reader = journal_reader_open(scene->h.journal, beyond);
    assert_int_equal(journal_reader_position(reader).record, 4);
    assert_int_equal(journal_read(reader, &read), ERR_NOT_FOUND);
    harness_append_numbers(&scene->h, 4, 4, 50);
    assert_int_equal(journal_read(reader, &read), OK);
    assert_int_equal(read.position.record, 4);
    journal_reader_close(reader);
}

static void a_reader_moves_about_and_keeps_what_it_has(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 60, 600); // over several segments
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    for (uint64_t i = 0; i < 60; i++) {
        uint64_t record = i * 37 % 60 + 1;
        journal_reader_seek(reader, (struct position){ .record = record, .event = 5 });
        assert_int_equal(journal_reader_position(reader).record, record);
        assert_int_equal(journal_read(reader, &read), OK);
        assert_int_equal(harness_number(&read.record), record);
        assert_int_equal(read.lost_from.record, record);
    }
    fault_set(scene->fault, (struct fault_plan){ 0 });
    for (uint64_t record = 1; record <= 8; record++) { // each is in the bytes at hand
        journal_reader_seek(reader, (struct position){ .record = record });
        assert_int_equal(journal_read(reader, &read), OK);
    }
    assert_int_equal(fault_count(scene->fault, FAULT_OPEN), 1);
    assert_true(fault_count(scene->fault, FAULT_PREAD) <= 2);
    journal_reader_close(reader);
}

// The log thread says so before it writes the next group.
static void what_is_far_behind_the_end_needs_no_memory(void **state)
{
    enum { RECORD_BYTES = 512 << 10, KEPT_BYTES = 4 << 20 };
    struct scene *scene = *state;
    scene->h.limits.segment_bytes = 16 << 20;
    fault_set_capacity(scene->fault, 64 << 20);
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 15, RECORD_BYTES);
    assert_int_equal(fault_forgotten_bytes(scene->fault), 0);
    harness_append_numbers(&scene->h, 16, 20, RECORD_BYTES);
    uint64_t forgotten = fault_forgotten_bytes(scene->fault);
    assert_true(forgotten >= KEPT_BYTES);
    assert_true(forgotten <= 20 * RECORD_BYTES - KEPT_BYTES);
    harness_expect(&scene->h, 1, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(what_waits_shares_one_write_and_one_sync),
        IN_SCENE(an_idle_journal_makes_no_calls),
        IN_SCENE(a_failed_sync_fails_its_waiters_and_the_segment),
        IN_SCENE(readers_see_nothing_before_it_is_durable),
        IN_SCENE(a_full_queue_is_busy),
        IN_SCENE(records_keep_their_times_when_the_clock_steps),
        IN_SCENE(a_full_disk_refuses_until_there_is_room),
        IN_SCENE(a_full_disk_can_be_opened_and_read),
        IN_SCENE(space_that_runs_out_while_a_segment_is_made_is_a_full_disk),
        IN_SCENE(a_disk_that_goes_on_failing_is_tried_once_a_second),
        IN_SCENE(a_directory_that_takes_no_file_is_told_once_a_second),
        IN_SCENE(a_watch_is_woken_once_for_each_time_it_awaits),
        IN_SCENE(watches_are_woken_until_they_are_taken_off),
        IN_SCENE(a_second_open_is_locked_out),
        IN_SCENE(a_reader_moves_about_and_keeps_what_it_has),
        IN_SCENE(what_is_far_behind_the_end_needs_no_memory),
        IN_SCENE(a_cursor_beyond_the_end_is_set_back_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
