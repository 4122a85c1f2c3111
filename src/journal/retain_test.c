// SPDX-License-Identifier: Apache-2.0
// Retention: what goes, when, who is told, and what readers see of it.
#include "journal/journal.h"

#include "base/test.h"

#include <errno.h>
#include <sched.h>

#include "journal/harness.h"
#include "os/fault.h"

enum { PER_SEGMENT = 4, RECORD = 2800 };

// Whole segments, PER_SEGMENT records each.
static void fill_segments(struct scene *scene, uint64_t first, uint64_t last)
{
    uint64_t from = (first - 1) * PER_SEGMENT + 1;
    harness_append_numbers(&scene->h, from, last * PER_SEGMENT, RECORD);
}

static uint64_t begin_of(struct scene *scene)
{
    return journal_begin(scene->h.journal).record;
}

static void records_go_when_their_time_is_over(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    fill_segments(scene, 1, 2);
    harness_advance_ms(&scene->h, 600000);
    fill_segments(scene, 3, 3);
    assert_int_equal(begin_of(scene), 1);
    harness_advance_ms(&scene->h, 600000); // the first two are past 1,000,000 ms
    fill_segments(scene, 4, 4);
    assert_int_equal(begin_of(scene), 2 * PER_SEGMENT + 1);
    assert_int_equal(scene->h.notices[LOG_WARN], 0);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, 2 * PER_SEGMENT + 1, 4 * PER_SEGMENT);
}

static void records_go_also_while_a_segment_takes_long_to_fill(void **state)
{
    struct scene *scene = *state;
    const int64_t retention_ms = 1000000;
    harness_open(&scene->h);
    fill_segments(scene, 1, 1);
    harness_append_numbers(&scene->h, PER_SEGMENT + 1, PER_SEGMENT + 1, RECORD);
    harness_advance_ms(&scene->h, retention_ms);
    harness_append_numbers(&scene->h, PER_SEGMENT + 2, PER_SEGMENT + 2, 50);
    assert_int_equal(begin_of(scene), 1);
    harness_advance_ms(&scene->h, 60000); // retention looks once a minute
    harness_append_numbers(&scene->h, PER_SEGMENT + 3, PER_SEGMENT + 3, 50);
    assert_int_equal(begin_of(scene), PER_SEGMENT + 1);
    assert_int_equal(scene_stats(scene).segments, 1);
}

static void what_somebody_still_needed_is_told(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    fill_segments(scene, 1, 2);
    journal_set_low_watermark(scene->h.journal, (struct position){ .record = 2 });
    harness_advance_ms(&scene->h, 1000001);
    fill_segments(scene, 3, 3);
    assert_int_equal(begin_of(scene), 2 * PER_SEGMENT + 1);
    assert_int_equal(scene->h.notices[LOG_WARN], 2);
}

static void beyond_the_limit_the_oldest_goes_and_is_used_again(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.max_bytes = 3 * SCENE_SEGMENT;
    harness_open(&scene->h);
    fill_segments(scene, 1, 3);
    assert_int_equal(begin_of(scene), 1);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    fill_segments(scene, 4, 20);
    assert_int_equal(begin_of(scene), 17 * PER_SEGMENT + 1);
    assert_int_equal(fault_count(scene->fault, FAULT_RENAME), 2 * 17);
    assert_int_equal(fault_count(scene->fault, FAULT_REMOVE), 0);
    struct journal_stats stats = scene_stats(scene);
    assert_int_equal(stats.segments, 3);
    assert_int_equal(stats.disk_bytes, 3 * SCENE_SEGMENT);
    harness_expect(&scene->h, 17 * PER_SEGMENT + 1, 20 * PER_SEGMENT);
}

static void a_limit_that_was_lowered_is_kept_from_the_next_open_on(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    fill_segments(scene, 1, 4);
    harness_advance_ms(&scene->h, 600000);
    fill_segments(scene, 5, 19);
    harness_advance_ms(&scene->h, 600000); // the first four go: so there are spares, too
    fill_segments(scene, 20, 20);
    assert_true(scene_stats(scene).spare_segments > 0);
    harness_close(&scene->h);
    scene->h.limits.max_bytes = 3 * SCENE_SEGMENT;
    scene->h.notices[LOG_INFO] = 0;
    harness_open(&scene->h);
    assert_true(scene->h.notices[LOG_INFO] >=
                14); // each that goes, as nobody knows who needs it
    struct journal_stats stats = scene_stats(scene);
    assert_true(stats.disk_bytes <= 3 * SCENE_SEGMENT);
    assert_int_equal(stats.segments, 3);
    fill_segments(scene, 21, 25);
    assert_true(scene_stats(scene).disk_bytes <= 3 * SCENE_SEGMENT);
    harness_expect(&scene->h, 22 * PER_SEGMENT + 1, 25 * PER_SEGMENT);
}

static void a_reader_that_is_overtaken_learns_what_it_lost(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    scene->h.limits.max_bytes = 3 * SCENE_SEGMENT;
    harness_open(&scene->h);
    fill_segments(scene, 1, 2);
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    assert_int_equal(journal_read(reader, &read), OK);
    fill_segments(scene, 3, 9); // the file it reads has been written over, twice
    uint64_t next = 2, lost = 0;
    while (journal_read(reader, &read) == OK) {
        assert_int_equal(read.lost_from.record, next);
        assert_int_equal(harness_number(&read.record), read.position.record);
        lost += read.position.record - next;
        next = read.position.record + 1;
    }
    assert_int_equal(next, 9 * PER_SEGMENT + 1);
    assert_true(lost >= 2 * PER_SEGMENT);
    assert_int_equal(scene_stats(scene).damaged_records, 0); // lost to retention, not to damage
    journal_reader_close(reader);
}

// Appends one record, whose segment makes retention look.
static void set_clock_and_fill(struct scene *scene, int64_t wall_ms, uint64_t segment)
{
    scene->h.clock.wall_ms_now = wall_ms;
    fill_segments(scene, segment, segment);
}

static void a_clock_that_is_set_forward_and_back_removes_nothing(void **state)
{
    struct scene *scene = *state;
    const int64_t year_ms = INT64_C(31536000000), start = scene->h.clock.wall_ms_now;
    harness_open(&scene->h);
    fill_segments(scene, 1, 3);
    set_clock_and_fill(scene, start + year_ms, 4);
    set_clock_and_fill(scene, start - year_ms, 5);
    set_clock_and_fill(scene, start + 2 * year_ms, 6);
    set_clock_and_fill(scene, start + 1000, 7);
    assert_int_equal(begin_of(scene), 1);
    harness_expect(&scene->h, 1, 7 * PER_SEGMENT);
}

static void a_clock_that_stays_ahead_is_believed_after_an_hour(void **state)
{
    struct scene *scene = *state;
    const int64_t day_ms = 86400000;
    harness_open(&scene->h);
    fill_segments(scene, 1, 2);
    set_clock_and_fill(scene, scene->h.clock.wall_ms_now + day_ms, 3);
    assert_int_equal(begin_of(scene), 1);
    harness_advance_ms(&scene->h, 3600 * 1000);
    fill_segments(scene, 4, 4);
    assert_int_equal(begin_of(scene), 3 * PER_SEGMENT + 1);
}

static void a_clock_that_is_wrong_when_the_machine_comes_up_removes_nothing(void **state)
{
    struct scene *scene = *state;
    const int64_t year_ms = INT64_C(31536000000), start = scene->h.clock.wall_ms_now;
    const int64_t times[] = { start + year_ms, start - year_ms, start + 2 * year_ms, start };
    harness_open(&scene->h);
    fill_segments(scene, 1, 3);
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        harness_close(&scene->h);
        scene->h.clock.wall_ms_now = times[i];
        for (int life = 1; life <= 2; life++) { // the second finds records of that time
            harness_open(&scene->h);
            fill_segments(scene, 2 * i + life + 3, 2 * i + life + 3);
            assert_int_equal(begin_of(scene), 1);
            if (life == 1)
                harness_close(&scene->h);
        }
    }
    harness_expect(&scene->h, 1, 11 * PER_SEGMENT);
}

static void what_grew_old_while_the_journal_was_closed_goes_after_an_hour(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    fill_segments(scene, 1, 2);
    harness_close(&scene->h);
    harness_advance_ms(&scene->h, 86400000);
    harness_open(&scene->h);
    fill_segments(scene, 3, 3);
    assert_int_equal(begin_of(scene), 1);
    harness_advance_ms(&scene->h, 3600 * 1000);
    fill_segments(scene, 4, 4);
    assert_int_equal(begin_of(scene), 3 * PER_SEGMENT + 1);
}

static void spares_are_kept_up_to_their_number(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    fill_segments(scene, 1, 6);
    harness_advance_ms(&scene->h, 1000001);
    fill_segments(scene, 7, 7);
    struct journal_stats stats = scene_stats(scene);
    assert_int_equal(stats.segments, 1);
    assert_true(stats.spare_segments == 2);
    assert_int_equal(stats.disk_bytes, 3 * SCENE_SEGMENT);
    harness_close(&scene->h);
    scene->h.limits.spare_segments = 1;
    harness_open(&scene->h);
    assert_int_equal(scene_stats(scene).spare_segments, 0); // the one that was kept is in use
    harness_expect(&scene->h, 6 * PER_SEGMENT + 1, 7 * PER_SEGMENT);
}

static void near_the_reserve_what_all_have_passed_goes_early(void **state)
{
    struct scene *scene = *state;
    uint64_t number = 4 * PER_SEGMENT;
    scene->h.limits.reserve_bytes = SCENE_SEGMENT;
    fault_set_capacity(scene->fault, 6 * SCENE_SEGMENT - 1);
    harness_open(&scene->h);
    fill_segments(scene, 1, 4);
    assert_int_equal(harness_append_number(&scene->h, number + 1, RECORD, NULL), ERR_DISK_FULL);
    struct position passed = { .record = PER_SEGMENT + 1 };
    journal_set_low_watermark(scene->h.journal, passed);
    while (scene_stats(scene).is_full)
        sched_yield();
    fill_segments(scene, 5, 5);
    assert_int_equal(begin_of(scene), PER_SEGMENT + 1);
    assert_int_equal(scene->h.notices[LOG_WARN], 0);
    assert_int_equal(harness_append_number(&scene->h, 21, RECORD, NULL), ERR_DISK_FULL);
    assert_int_equal(begin_of(scene), PER_SEGMENT + 1); // still needed: refused instead
}

// A quota, or files that are too many, do not show in the free space.
static void what_all_have_passed_goes_too_when_a_file_cannot_be_made(void **state)
{
    struct scene *scene = *state;
    const struct fault_plan full = { .calls = FAULT_ALLOCATE, .nth = 1, .error = EDQUOT };
    harness_open(&scene->h);
    fill_segments(scene, 1, 4);
    journal_set_low_watermark(scene->h.journal, (struct position){ .record = PER_SEGMENT + 1 });
    fault_set(scene->fault, full);
    fill_segments(scene, 5, 5);
    assert_true(fault_has_struck(scene->fault));
    assert_int_equal(begin_of(scene), PER_SEGMENT + 1);
    assert_int_equal(scene->h.notices[LOG_WARN], 0);
    fault_set(scene->fault, full);
    uint64_t number = 5 * PER_SEGMENT + 1;
    assert_int_equal(harness_append_number(&scene->h, number, RECORD, NULL), ERR_DISK_FULL);
    assert_int_equal(begin_of(scene), PER_SEGMENT + 1); // still needed: refused instead
    harness_expect(&scene->h, PER_SEGMENT + 1, 5 * PER_SEGMENT);
}

static void a_dead_reader_is_named_at_four_fifths(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.max_bytes = 10 * SCENE_SEGMENT;
    harness_open(&scene->h);
    journal_set_low_watermark(scene->h.journal, POSITION_START);
    fill_segments(scene, 1, 8);
    assert_int_equal(scene->h.notices[LOG_WARN], 0);
    fill_segments(scene, 9, 10);
    assert_int_equal(scene->h.notices[LOG_WARN], 1);
}

static void numbers_go_on_when_everything_has_gone(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.retention_ms = 0; // then open does not wait before it believes the clock
    harness_open(&scene->h);
    fill_segments(scene, 1, 1);
    for (int i = 0; i < 3; i++) {
        harness_close(&scene->h);
        harness_advance_ms(&scene->h, 1);
        harness_open(&scene->h);
        assert_int_equal(journal_end(scene->h.journal).record, PER_SEGMENT + 1);
        assert_int_equal(begin_of(scene), PER_SEGMENT + 1);
    }
    fill_segments(scene, 2, 2);
    harness_expect(&scene->h, PER_SEGMENT + 1, 2 * PER_SEGMENT);
}

static void a_segment_that_somebody_removed_blocks_no_retention(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    (void)state;
    for (size_t spares = 0; spares <= 2; spares += 2) { // removed, or renamed
        void *fresh;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        struct fs *fs = scene->h.fs;
        scene->h.limits.spare_segments = spares;
        harness_open(&scene->h);
        fill_segments(scene, 1, 3);
        assert_int_equal(fs->ops->remove(fs, path), 0);
        harness_advance_ms(&scene->h, 1000001);
        fill_segments(scene, 4, 4);
        assert_int_equal(begin_of(scene), 3 * PER_SEGMENT + 1);
        assert_int_equal(scene->h.notices[LOG_WARN], 1);
        assert_int_equal(fault_size(scene->fault, path), -1); // nor made again
        struct journal_stats stats = scene_stats(scene);
        assert_int_equal(stats.disk_bytes, (1 + stats.spare_segments) * SCENE_SEGMENT);
        harness_expect(&scene->h, 3 * PER_SEGMENT + 1, 4 * PER_SEGMENT);
        (void)scene_tear_down(&fresh);
    }
}

// --- Transient sources

static const char secret[] = "nobody's eyes";

static enum err append_secret(struct scene *scene)
{
    struct waited waited;
    struct journal_event event = { .length = sizeof(secret) };
    struct journal_record record = {
        .received_wall_ms = clock_wall_ms(&scene->h.clock.clock),
        .events = &event,
        .event_count = 1,
        .body = str_make(secret, sizeof(secret)),
        .fields = { { ENVELOPE_TRANSIENT, STR("1") } },
        .field_count = 1,
    };
    waited_init(&waited);
    waited.append.is_transient = true;
    enum err err = journal_append(scene->h.journal, &record, &waited.append);
    return err ? err : waited_result(&waited);
}

// How many of the journal's files hold the secret.
static size_t count_secrets(struct scene *scene)
{
    static const char *const kinds[] = { "seg", "spare" };
    static char bytes[SCENE_SEGMENT];
    size_t count = 0;
    for (unsigned i = 0; i < 16 * ARRAY_LEN(kinds); i++) {
        char path[64];
        (void)snprintf(path, sizeof(path), "/j/%s-%016x", kinds[i % ARRAY_LEN(kinds)],
                       i / (unsigned)ARRAY_LEN(kinds));
        int64_t size = fault_size(scene->fault, path);
        if (size <= 0)
            continue;
        assert_true(fault_peek(scene->fault, path, 0, bytes, (size_t)size));
        str all = str_make(bytes, (size_t)size);
        count += str_find_str(all, str_of(secret)) < all.len;
    }
    return count;
}

// Behind so much that the segment is not cut when it is sealed.
static void append_secret_in_full_segment(struct scene *scene)
{
    uint64_t next = journal_end(scene->h.journal).record;
    harness_append_numbers(&scene->h, next, next + PER_SEGMENT - 2, RECORD);
    assert_int_equal(append_secret(scene), OK);
}

static void die(struct scene *scene)
{
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, FAULT_KEEP_ALL);
    harness_open(&scene->h);
}

static void expect_secrets_go_with_their_time(struct scene *scene, size_t count)
{
    assert_int_equal(count_secrets(scene), count);
    harness_advance_ms(&scene->h, 1000001);
    uint64_t next = journal_end(scene->h.journal).record;
    // A spare is used again, but not up to where the secret stands.
    harness_append_numbers(&scene->h, next, next + PER_SEGMENT, RECORD);
    assert_int_equal(count_secrets(scene), 0);
}

static void what_is_transient_does_not_stay_in_a_spare(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    append_secret_in_full_segment(scene);
    expect_secrets_go_with_their_time(scene, 1);
    harness_close(&scene->h);
    harness_open(&scene->h);
    append_secret_in_full_segment(scene);
    harness_close(&scene->h);
    harness_open(&scene->h); // its seal says it
    expect_secrets_go_with_their_time(scene, 1);
    harness_close(&scene->h);
    harness_open(&scene->h);
    append_secret_in_full_segment(scene);
    die(scene);
    expect_secrets_go_with_their_time(scene, 1);
}

static void what_failed_does_not_stay_in_a_spare_either(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, PER_SEGMENT - 1, RECORD);
    fault_set(scene->fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1 });
    assert_int_equal(append_secret(scene), ERR_IO);
    expect_secrets_go_with_their_time(scene, 1);
}

static void what_a_crash_has_torn_does_not_stay_in_a_spare_either(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, PER_SEGMENT - 1, RECORD);
    assert_int_equal(append_secret(scene), OK);
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, FAULT_KEEP_ALL);
    static const char path[] = "/j/seg-0000000000000001";
    static char bytes[SCENE_SEGMENT];
    assert_true(fault_peek(scene->fault, path, 0, bytes, sizeof(bytes)));
    size_t at = str_find_str(str_make(bytes, sizeof(bytes)), str_of(secret));
    assert_true(fault_flip_bit(scene->fault, path, at + strlen(secret), 0));
    harness_open(&scene->h);
    assert_int_equal(journal_end(scene->h.journal).record, PER_SEGMENT); // it is left out
    expect_secrets_go_with_their_time(scene, 1);
}

static void a_segment_with_transient_events_spans_an_eighth_of_retention(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 1, 100);
    harness_advance_ms(&scene->h, 1000000 / 8 + 1);
    harness_append_numbers(&scene->h, 2, 2, 100); // no need
    assert_int_equal(scene_stats(scene).segments, 1);
    assert_int_equal(append_secret(scene), OK); // takes what came before with it
    assert_int_equal(scene_stats(scene).segments, 1);
    assert_int_equal(append_secret(scene), OK);
    assert_int_equal(scene_stats(scene).segments, 2);
    harness_advance_ms(&scene->h, 1000000 / 8);
    assert_int_equal(append_secret(scene), OK);
    assert_int_equal(scene_stats(scene).segments, 2);
    harness_advance_ms(&scene->h, 1);
    assert_int_equal(append_secret(scene), OK);
    assert_int_equal(scene_stats(scene).segments, 3);
}

static void without_room_for_another_segment_it_goes_on(void **state)
{
    struct scene *scene = *state;
    fault_set_capacity(scene->fault, 2 * SCENE_SEGMENT - 1);
    harness_open(&scene->h);
    assert_int_equal(append_secret(scene), OK);
    harness_advance_ms(&scene->h, 1000000 / 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(append_secret(scene), OK);
    assert_int_equal(scene_stats(scene).segments, 1);
    assert_int_equal(scene->h.notices[LOG_WARN], 1); // not for each record
}

static void count_segment(void *ctx, const char *name)
{
    *(int *)ctx += str_starts(str_of(name), STR("seg-"));
}

static int segment_files(struct scene *scene)
{
    int count = 0;
    struct fs *fs = fault_fs(scene->fault);
    assert_int_equal(fs->ops->list(fs, "/j", count_segment, &count), 0);
    return count;
}

// The process dies, is killed with the machine, or ends well.
static void stop(struct scene *scene, int how)
{
    if (how % 3 == 0) {
        harness_close(&scene->h);
        return;
    }
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, how % 3 == 1 ? FAULT_KEEP_ALL : FAULT_KEEP_SOME);
}

static void restarts_that_write_nothing_leave_nothing(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 5, 700);
    for (int restart = 0; restart < 50; restart++) {
        stop(scene, restart);
        harness_open(&scene->h);
        assert_int_equal(segment_files(scene), 2); // with records, and the one for the next
        assert_true(scene_stats(scene).disk_bytes <= (uint64_t)4 * SCENE_SEGMENT); // spares
    }
    harness_append_numbers(&scene->h, 6, 6, 700);
    stop(scene, 1);
    harness_open(&scene->h);
    assert_int_equal(segment_files(scene), 3);
    harness_expect(&scene->h, 1, 6);
}

static void a_disk_that_fails_for_long_leaves_no_heap_of_segments(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 5, 700);
    for (int failure = 0; failure < 20; failure++) {
        harness_advance_ms(&scene->h, 10000); // after a failure the journal rests for a while
        // Of a segment that was given up before, the next one's header comes first.
        uint64_t nth = failure == 0 ? 1 : 2;
        fault_set(scene->fault, (struct fault_plan){ FAULT_DATASYNC, nth, 0, FAULT_FAIL, 0 });
        assert_int_equal(harness_append_number(&scene->h, 6, 700, NULL), ERR_IO);
    }
    harness_advance_ms(&scene->h, 10000);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    harness_append_numbers(&scene->h, 6, 6, 700);
    assert_true(segment_files(scene) <= 2);
    harness_expect(&scene->h, 1, 6);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, 6);
}

// If those that are older and younger went without it, an opening would miss what they held.
static void a_file_that_was_begun_and_could_not_be_removed_goes_in_its_turn(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.max_bytes = 4 * SCENE_SEGMENT;
    harness_open(&scene->h);
    assert_int_equal(harness_append_number(&scene->h, 1, 9000, NULL), OK);
    fault_set(scene->fault,
              (struct fault_plan){ FAULT_SYNC_DIR | FAULT_REMOVE, 1, 1, FAULT_FAIL, 0 });
    assert_int_equal(harness_append_number(&scene->h, 2, 9000, NULL), ERR_IO);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    assert_true(fault_size(scene->fault, "/j/seg-0000000000000002") > 0);
    for (uint64_t number = 2; number <= 10; number++)
        assert_int_equal(harness_append_number(&scene->h, number, 9000, NULL), OK);
    assert_int_equal(fault_size(scene->fault, "/j/seg-0000000000000002"), -1);
    uint64_t begin = journal_begin(scene->h.journal).record;
    assert_true(begin > 1);
    harness_close(&scene->h);
    harness_open(&scene->h);
    harness_expect(&scene->h, journal_begin(scene->h.journal).record, 10);
    assert_int_equal(scene_stats(scene).damaged_records, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(records_go_when_their_time_is_over),
        IN_SCENE(records_go_also_while_a_segment_takes_long_to_fill),
        IN_SCENE(what_somebody_still_needed_is_told),
        IN_SCENE(beyond_the_limit_the_oldest_goes_and_is_used_again),
        IN_SCENE(a_limit_that_was_lowered_is_kept_from_the_next_open_on),
        IN_SCENE(a_reader_that_is_overtaken_learns_what_it_lost),
        IN_SCENE(a_clock_that_is_set_forward_and_back_removes_nothing),
        IN_SCENE(a_clock_that_stays_ahead_is_believed_after_an_hour),
        IN_SCENE(a_clock_that_is_wrong_when_the_machine_comes_up_removes_nothing),
        IN_SCENE(what_grew_old_while_the_journal_was_closed_goes_after_an_hour),
        IN_SCENE(spares_are_kept_up_to_their_number),
        IN_SCENE(near_the_reserve_what_all_have_passed_goes_early),
        IN_SCENE(what_all_have_passed_goes_too_when_a_file_cannot_be_made),
        IN_SCENE(a_dead_reader_is_named_at_four_fifths),
        IN_SCENE(restarts_that_write_nothing_leave_nothing),
        IN_SCENE(a_disk_that_fails_for_long_leaves_no_heap_of_segments),
        IN_SCENE(numbers_go_on_when_everything_has_gone),
        cmocka_unit_test(a_segment_that_somebody_removed_blocks_no_retention),
        IN_SCENE(what_is_transient_does_not_stay_in_a_spare),
        IN_SCENE(what_failed_does_not_stay_in_a_spare_either),
        IN_SCENE(what_a_crash_has_torn_does_not_stay_in_a_spare_either),
        IN_SCENE(a_segment_with_transient_events_spans_an_eighth_of_retention),
        IN_SCENE(without_room_for_another_segment_it_goes_on),
        IN_SCENE(a_file_that_was_begun_and_could_not_be_removed_goes_in_its_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
