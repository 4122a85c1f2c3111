// SPDX-License-Identifier: Apache-2.0
// Windows to cursors and back.
#include "base/test.h"

#include "base/rand.h"
#include "delivery/progress.h"

static const struct window_limits roomy = { .events = 1000, .bytes = 1 << 20, .parked = 1000 };
static const struct position far = { .record = 1000000 };

static struct position at(uint64_t record, uint32_t event)
{
    return (struct position){ .record = record, .event = event };
}

static bool same(struct position a, struct position b)
{
    return position_cmp(a, b) == 0;
}

static struct window_event *admit(struct window *window, struct position position, bool is_last)
{
    return window_admit(window, position, (const uint64_t[2]){ 0, 0 }, is_last, NULL);
}

// Takes and finishes everything but the events at these positions.
static void finish_but(struct window *window, const struct position *kept, size_t kept_count)
{
    struct window_event *event;
    while ((event = window_next(window))) {
        bool is_kept = false;
        for (size_t i = 0; i < kept_count; i++)
            is_kept |= same(event->position, kept[i]);
        if (!is_kept)
            window_finish(window, event);
    }
}

static void an_empty_window_is_a_low_watermark_and_nothing_else(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    size_t used = 0;
    AUTO(window_free) struct window *window = window_new(&roomy, &used);
    struct progress none = { 0 };
    struct cursor cursor = progress_cursor(&none, window, at(7, 0), STR("dest:x"), arena);
    assert_true(same(cursor.low, at(7, 0)));
    assert_int_equal(cursor.finished_count, 0);
    assert_int_equal(cursor.parked_count, 0);
}

static void the_gaps_between_unfinished_events_are_the_finished_ranges(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    size_t used = 0;
    AUTO(window_free) struct window *window = window_new(&roomy, &used);
    for (uint64_t record = 1; record <= 5; record++) {
        for (uint32_t event = 0; event < 3; event++)
            (void)admit(window, at(record, event), event == 2);
    }
    const struct position kept[] = { at(2, 0), at(2, 2), at(3, 0), at(4, 1) };
    finish_but(window, kept, ARRAY_LEN(kept));
    struct progress none = { 0 };
    struct cursor cursor = progress_cursor(&none, window, at(6, 0), STR("dest:x"), arena);
    assert_true(same(cursor.low, at(2, 0)));
    assert_int_equal(cursor.finished_count, 3);
    assert_true(same(cursor.finished[0].first, at(2, 1)));
    assert_true(same(cursor.finished[0].end, at(2, 2)));
    assert_true(same(cursor.finished[1].first, at(3, 1)));
    assert_true(same(cursor.finished[1].end, at(4, 1)));
    assert_true(same(cursor.finished[2].first, at(4, 2)));
    assert_true(same(cursor.finished[2].end, at(6, 0)));
}

static void events_that_failed_are_remembered_with_their_attempts(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    size_t used = 0;
    AUTO(window_free) struct window *window = window_new(&roomy, &used);
    struct window_event *failed = admit(window, at(1, 0), true);
    (void)admit(window, at(2, 0), true);
    (void)window_next(window);
    failed->attempts = 3;
    failed->first_failure_wall_ms = 100;
    failed->not_before_wall_ms = 200;
    window_park(window, failed, 50);
    struct progress none = { 0 };
    struct cursor cursor = progress_cursor(&none, window, at(3, 0), STR("dest:x"), arena);
    assert_int_equal(cursor.parked_count, 1);
    assert_true(same(cursor.parked[0].position, at(1, 0)));
    assert_int_equal(cursor.parked[0].attempts, 3);
    assert_int_equal(cursor.parked[0].first_failure_wall_ms, 100);
    assert_int_equal(cursor.parked[0].not_before_wall_ms, 200);
}

static const struct position_range ranges[] = {
    { { .record = 5 }, { .record = 7 } },
    { { .record = 7, .event = 2 }, { .record = 9 } },
};
static const struct cursor_parked parked[] = {
    { .position = { .record = 9, .event = 1 }, .attempts = 2 },
    { .position = { .record = 4 }, .attempts = 1 },
};
static const struct cursor stored = {
    .low = { .record = 4 },
    .finished = ranges,
    .finished_count = ARRAY_LEN(ranges),
    .parked = parked,
    .parked_count = ARRAY_LEN(parked),
};

static void a_restored_cursor_answers_for_each_position(void **state)
{
    (void)state;
    struct progress progress;
    assert_true(same(progress_restore(&progress, &stored, far), at(4, 0)));
    assert_false(progress_is_finished(&progress, at(4, 0)));
    assert_int_equal(progress_parked(&progress, at(4, 0))->attempts, 1);
    assert_true(progress_is_finished(&progress, at(6, 1000)));
    assert_null(progress_parked(&progress, at(6, 1000)));
    assert_false(progress_is_finished(&progress, at(7, 1)));
    assert_true(progress_is_finished(&progress, at(7, 2)));
    assert_false(progress_is_finished(&progress, at(9, 0)));
    assert_int_equal(progress_parked(&progress, at(9, 1))->attempts, 2);
    assert_false(progress_is_finished(&progress, at(9, 2)));
    assert_null(progress.arena); // nothing is left to know
    progress_done(&progress);
}

static uint64_t unfinished(struct position first, struct position end,
                           struct position_range *ret_range)
{
    struct progress progress;
    (void)progress_restore(&progress, &stored, far);
    uint64_t count = progress_unfinished(&progress, first, end, ret_range);
    progress_done(&progress);
    return count;
}

static void only_unfinished_records_count_as_lost(void **state)
{
    (void)state;
    struct position_range range = { 0 };
    assert_int_equal(unfinished(at(5, 0), at(7, 0), &range), 0);
    assert_int_equal(unfinished(at(6, 3), at(6, 9), &range), 0);
    assert_int_equal(unfinished(at(8, 0), at(8, 0), &range), 0);
    assert_int_equal(range.end.record, 0); // untouched
    assert_int_equal(unfinished(at(5, 0), at(7, 1), &range), 1);
    assert_true(same(range.first, at(7, 0)));
    assert_true(same(range.end, at(7, 1)));
    assert_int_equal(unfinished(at(4, 0), at(9, 0), &range), 2); // 4, and 7 in part
    assert_true(same(range.first, at(4, 0)));
    assert_true(same(range.end, at(7, 2)));
    assert_int_equal(unfinished(at(4, 0), at(20, 0), &range), 2 + 11);
    assert_true(same(range.end, at(20, 0)));
    assert_int_equal(unfinished(at(30, 0), at(40, 0), &range), 10);
}

static void a_record_with_several_gaps_counts_once(void **state)
{
    (void)state;
    static const struct position_range within[] = {
        { { .record = 3, .event = 1 }, { .record = 3, .event = 2 } },
        { { .record = 3, .event = 5 }, { .record = 6 } },
    };
    static const struct cursor cursor = { .low = { .record = 3 },
                                          .finished = within,
                                          .finished_count = ARRAY_LEN(within) };
    struct progress progress;
    struct position_range range;
    (void)progress_restore(&progress, &cursor, far);
    assert_int_equal(progress_unfinished(&progress, at(3, 0), at(6, 0), &range), 1);
    assert_true(same(range.first, at(3, 0)));
    assert_true(same(range.end, at(3, 5)));
    progress_done(&progress);
}

static void what_was_not_read_again_yet_stays_in_the_cursor(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    size_t used = 0;
    AUTO(window_free) struct window *window = window_new(&roomy, &used);
    struct progress progress;
    (void)progress_restore(&progress, &stored, far);
    (void)progress_is_finished(&progress, at(4, 0));
    (void)admit(window, at(4, 0), true); // in the window, not parked in it: no attempts
    assert_true(progress_is_finished(&progress, at(5, 0)));
    struct cursor cursor = progress_cursor(&progress, window, at(6, 0), STR("dest:x"), arena);
    assert_true(same(cursor.low, at(4, 0)));
    assert_int_equal(cursor.finished_count, 2);
    assert_true(same(cursor.finished[0].first, at(5, 0)));
    assert_true(same(cursor.finished[0].end, at(7, 0)));
    assert_true(same(cursor.finished[1].first, at(7, 2)));
    assert_int_equal(cursor.parked_count, 1);
    assert_true(same(cursor.parked[0].position, at(9, 1)));
    progress_done(&progress);
}

static void what_stands_behind_the_journals_end_is_forgotten(void **state)
{
    (void)state;
    struct progress progress;
    assert_true(same(progress_restore(&progress, &stored, at(3, 0)), at(3, 0)));
    assert_false(progress_is_finished(&progress, at(5, 0)));
    progress_done(&progress);
    assert_true(same(progress_restore(&progress, &stored, at(8, 0)), at(4, 0)));
    assert_true(progress_is_finished(&progress, at(7, 5)));
    assert_false(progress_is_finished(&progress, at(8, 0)));
    assert_null(progress_parked(&progress, at(9, 1)));
    progress_done(&progress);
}

// --- Whatever is finished when, a restart knows exactly that

enum { RECORDS = 60, EVENTS = 3, ALL = RECORDS * EVENTS };

static void check_round_trip(const struct cursor *cursor, const bool finished[ALL])
{
    struct progress progress;
    struct position low = progress_restore(&progress, cursor, far);
    for (uint32_t i = 0; i < ALL; i++) {
        struct position position = at(1 + i / EVENTS, i % EVENTS);
        bool is_finished =
            position_cmp(position, low) < 0 || progress_is_finished(&progress, position);
        assert_int_equal(is_finished, finished[i]);
    }
    progress_done(&progress);
}

static void after_random_work_a_restart_knows_exactly_what_is_finished(void **state)
{
    (void)state;
    struct rng_fake rng;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        AUTO(arena_free) struct arena *arena = arena_new(8 << 20);
        size_t used = 0, read = 0;
        AUTO(window_free) struct window *window = window_new(&roomy, &used);
        bool finished[ALL] = { false };
        struct progress none = { 0 };
        rng_fake_init(&rng, seed);
        while (read < ALL) {
            uint32_t event = (uint32_t)(read % EVENTS);
            (void)admit(window, at(1 + read / EVENTS, event), event == EVENTS - 1);
            read++;
            struct window_event *next = rng_below(&rng.rng, 2) ? window_next(window) : NULL;
            if (next && rng_below(&rng.rng, 4)) {
                finished[(next->position.record - 1) * EVENTS + next->position.event] = true;
                window_finish(window, next);
            }
            struct position read_end = at(1 + read / EVENTS, (uint32_t)(read % EVENTS));
            struct cursor cursor =
                progress_cursor(&none, window, read_end, STR("dest:x"), arena);
            check_round_trip(&cursor, finished);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_window_is_a_low_watermark_and_nothing_else),
        cmocka_unit_test(the_gaps_between_unfinished_events_are_the_finished_ranges),
        cmocka_unit_test(events_that_failed_are_remembered_with_their_attempts),
        cmocka_unit_test(a_restored_cursor_answers_for_each_position),
        cmocka_unit_test(only_unfinished_records_count_as_lost),
        cmocka_unit_test(a_record_with_several_gaps_counts_once),
        cmocka_unit_test(what_was_not_read_again_yet_stays_in_the_cursor),
        cmocka_unit_test(what_stands_behind_the_journals_end_is_forgotten),
        cmocka_unit_test(after_random_work_a_restart_knows_exactly_what_is_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
