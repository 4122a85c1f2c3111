// SPDX-License-Identifier: Apache-2.0
// What a disk costs that refuses to read, for good or for a while.
#include "journal/journal.h"

#include "base/test.h"

#include "journal/damage_harness.h"
#include "journal/format.h"
#include "os/fault.h"

enum { YEAR_MS = INT32_MAX, RECORD_BYTES = sizeof(struct record_wire) };

// The journal of damage_fill, closed. The clock goes on while readers wait, so nothing is to be
// old.
static struct scene *fill_closed(void **fresh)
{
    (void)scene_set_up(fresh);
    struct scene *scene = *fresh;
    scene->h.limits.retention_ms = YEAR_MS;
    damage_fill(scene);
    harness_close(&scene->h);
    return scene;
}

// The same after a crash.
static struct scene *fill_crashed(void **fresh)
{
    (void)scene_set_up(fresh);
    struct scene *scene = *fresh;
    scene->h.limits.retention_ms = YEAR_MS;
    damage_fill(scene);
    damage_die(scene);
    return scene;
}

static bool path_of(struct scene *scene, unsigned segment, char ret_path[64])
{
    (void)snprintf(ret_path, 64, "/j/seg-%016x", segment);
    return fault_size(scene->fault, ret_path) > 0;
}

static unsigned last_segment(struct scene *scene, char ret_path[64])
{
    unsigned segment = 1;
    while (path_of(scene, segment + 1, ret_path))
        segment++;
    (void)path_of(scene, segment, ret_path);
    return segment;
}

// A segment file as it stands, and where its records do.
struct file {
    char path[64];
    uint8_t bytes[SCENE_SEGMENT];
    size_t size;
    struct place places[LAST + 1];
    uint64_t last_group;
};

static void file_read(struct scene *scene, struct file *file)
{
    file->size = (size_t)fault_size(scene->fault, file->path);
    assert_true(file->size <= sizeof(file->bytes) &&
                fault_peek(scene->fault, file->path, 0, file->bytes, file->size));
    file->last_group = damage_places(file->bytes, file->size, file->places);
}

static struct range page_of(uint64_t offset)
{
    uint64_t page = offset / PAGE_BYTES * PAGE_BYTES;
    return (struct range){ page, page + PAGE_BYTES };
}

static void refuse_in_sealed(unsigned segment, uint64_t sector, bool *ret_is_there)
{
    static struct file file;
    void *fresh;
    struct scene *scene = fill_closed(&fresh);
    assert_true(path_of(scene, segment, file.path));
    file_read(scene, &file);
    *ret_is_there = fault_refuse(scene->fault, file.path, sector, SECTOR_BYTES);
    harness_open(&scene->h);
    for (int reader = 0; reader < 2 && *ret_is_there; reader++)
        damage_expect_at_most(scene, file.places, page_of(sector), file.last_group);
    uint64_t lost = scene_stats(scene).damaged_records;
    if (*ret_is_there && sector >= GROUPS_OFFSET)
        assert_true(lost > 0 || sector >= file.last_group);
    assert_true(!lost || scene->h.notices[LOG_ERROR] > 1); // the page, and the records
    (void)scene_tear_down(&fresh);
}

static void each_refused_sector_costs_what_its_page_costs(void **state)
{
    (void)state;
    for (unsigned segment = 1; segment <= 2; segment++) {
        bool is_there = true;
        for (uint64_t sector = 0; is_there; sector += SECTOR_BYTES)
            refuse_in_sealed(segment, sector, &is_there);
    }
}

static void refuse_in_unsealed(uint64_t sector, bool *ret_is_there)
{
    static struct file file;
    void *fresh;
    struct scene *scene = fill_crashed(&fresh);
    (void)last_segment(scene, file.path);
    file_read(scene, &file);
    *ret_is_there = fault_refuse(scene->fault, file.path, sector, SECTOR_BYTES);
    for (int opening = 0; opening < 3 && *ret_is_there; opening++) {
        harness_open(&scene->h);
        uint64_t end = journal_end(scene->h.journal).record;
        // Also those are not given again that the opening cannot know of.
        assert_in_range(end, LAST + 1, LAST + 1 + opening + PAGE_BYTES / RECORD_BYTES + 1);
        damage_expect_at_most(scene, file.places, page_of(sector), file.last_group);
        assert_int_equal(harness_append_number(&scene->h, end, 100, NULL), OK);
        harness_close(&scene->h);
        // What was refused is not written over.
        if (sector >= GROUPS_OFFSET)
            fault_allow(scene->fault, file.path);
    }
    uint8_t now[SECTOR_BYTES];
    if (*ret_is_there && sector >= GROUPS_OFFSET) {
        assert_true(fault_peek(scene->fault, file.path, sector, now, sizeof(now)));
        assert_memory_equal(now, file.bytes + sector, sizeof(now));
    }
    (void)scene_tear_down(&fresh);
}

static void each_refused_sector_of_an_unsealed_segment_lets_the_journal_open(void **state)
{
    bool is_there = true;
    (void)state;
    for (uint64_t sector = 0; is_there; sector += SECTOR_BYTES)
        refuse_in_unsealed(sector, &is_there);
}

// His cursor stands behind it, and is looked at when there are new ones already.
static void who_had_read_what_is_refused_now_misses_no_new_record(void **state)
{
    static struct file file;
    void *fresh;
    struct scene *scene = fill_crashed(&fresh);
    struct journal_read read;
    (void)state;
    (void)last_segment(scene, file.path);
    file_read(scene, &file);
    assert_true(fault_refuse(scene->fault, file.path, file.last_group, SECTOR_BYTES));
    harness_open(&scene->h);
    harness_append_group(&scene->h, scene->fault, LAST + 2, LAST + 20, 700);
    struct journal_reader *reader =
        journal_reader_open(scene->h.journal, (struct position){ .record = LAST + 1 });
    for (uint64_t number = LAST + 1; number <= LAST + 20; number++) {
        assert_int_equal(damage_read(scene, reader, &read), OK);
        assert_int_equal(harness_number(&read.record), number);
    }
    journal_reader_close(reader);
    (void)scene_tear_down(&fresh);
}

static void a_refusal_that_passes_costs_a_reader_nothing(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    struct scene *scene = *state;
    struct journal_read read;
    damage_fill(scene);
    for (uint64_t page = GROUPS_OFFSET; page < SCENE_SEGMENT; page += PAGE_BYTES) {
        struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
        uint64_t next = 1;
        assert_true(fault_refuse(scene->fault, path, page, SECTOR_BYTES));
        while (journal_read(reader, &read) == OK)
            assert_int_equal(read.position.record, next++);
        for (int second = 0; second < 25; second++) { // not for long enough
            harness_advance_ms(&scene->h, 1000);
            assert_int_equal(journal_read(reader, &read), ERR_IO);
        }
        fault_allow(scene->fault, path);
        while (journal_read(reader, &read) == OK)
            assert_int_equal(read.position.record, next++);
        assert_int_equal(next, LAST + 1);
        journal_reader_close(reader);
    }
    assert_int_equal(scene_stats(scene).damaged_records, 0);
    assert_int_equal(scene->h.notices[LOG_ERROR], 0);
}

// What one reader has waited for, others need not; what was forgiven is waited for again.
static void patience_is_shared_and_begins_anew(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    struct scene *scene = *state;
    struct journal_read read;
    damage_fill(scene);
    for (int turn = 0; turn < 2; turn++) {
        struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
        assert_true(fault_refuse(scene->fault, path, GROUPS_OFFSET, SECTOR_BYTES));
        for (int second = 0; second < 20; second++) {
            harness_advance_ms(&scene->h, 1000);
            assert_int_equal(journal_read(reader, &read), ERR_IO);
        }
        fault_allow(scene->fault, path);
        assert_int_equal(journal_read(reader, &read), OK);
        journal_reader_close(reader);
    }
    assert_true(fault_refuse(scene->fault, path, GROUPS_OFFSET, SECTOR_BYTES));
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    assert_int_equal(damage_read(scene, reader, &read), OK);
    assert_true(read.lost_from.record < read.position.record);
    journal_reader_close(reader);
    reader = journal_reader_open(scene->h.journal, POSITION_START);
    assert_int_equal(journal_read(reader, &read), OK);
    assert_true(read.lost_from.record < read.position.record);
    journal_reader_close(reader);
}

// Whoever waited may be gone, or elsewhere, when the page is read.
static void what_anybody_has_read_is_waited_for_anew(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    struct scene *scene = *state;
    struct journal_read read;
    damage_fill(scene);
    for (int does_close = 0; does_close < 2; does_close++) {
        struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
        assert_true(fault_refuse(scene->fault, path, GROUPS_OFFSET, SECTOR_BYTES));
        for (int second = 0; second < 40; second++) {
            if (second == 20) { // somebody else comes when it can be read
                fault_allow(scene->fault, path);
                harness_expect(&scene->h, 1, LAST);
                assert_true(fault_refuse(scene->fault, path, GROUPS_OFFSET, SECTOR_BYTES));
            }
            if (second == 20 && does_close) {
                journal_reader_close(reader);
                reader = journal_reader_open(scene->h.journal, POSITION_START);
            } else if (second == 20) {
                journal_reader_seek(reader, POSITION_START);
            }
            harness_advance_ms(&scene->h, 1000);
            assert_int_equal(journal_read(reader, &read), ERR_IO);
        }
        fault_allow(scene->fault, path);
        assert_int_equal(journal_read(reader, &read), OK);
        journal_reader_close(reader);
    }
    assert_int_equal(scene_stats(scene).damaged_records, 0);
}

static void a_refusal_that_passes_costs_an_opening_nothing(void **state)
{
    (void)state;
    for (uint64_t nth = 1, has_struck = true; has_struck; nth++) {
        void *fresh;
        struct scene *scene = fill_crashed(&fresh);
        fault_set(scene->fault, (struct fault_plan){ FAULT_PREAD, nth, 1, FAULT_FAIL, 0 });
        enum err err = harness_try_open(&scene->h);
        has_struck = fault_has_struck(scene->fault);
        fault_set(scene->fault, (struct fault_plan){ 0 });
        if (err) // or it fails, and the next one finds everything
            harness_open(&scene->h);
        struct outcome outcome = damage_read_all(scene);
        assert_int_equal(outcome.read, LAST);
        assert_int_equal(scene_stats(scene).damaged_records, 0);
        assert_int_equal(scene->h.notices[LOG_ERROR], 0);
        (void)scene_tear_down(&fresh);
    }
}

static void a_disk_that_is_away_is_waited_for(void **state)
{
    struct scene *scene = *state;
    struct fault_plan away = { FAULT_PREAD, 1, UINT32_MAX, FAULT_FAIL, 0 };
    struct journal_read read;
    scene->h.limits.retention_ms = YEAR_MS;
    damage_fill(scene);
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    fault_set(scene->fault, away);
    for (int minute = 0; minute < 100; minute++) {
        assert_int_equal(journal_read(reader, &read), ERR_IO);
        harness_advance_ms(&scene->h, 60000);
    }
    journal_reader_close(reader);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    damage_die(scene);
    fault_set(scene->fault, away);
    assert_int_equal(harness_try_open(&scene->h), ERR_IO);
    fault_set(scene->fault, (struct fault_plan){ 0 });
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, LAST);
    assert_int_equal(scene_stats(scene).damaged_records, 0);
}

// A segment of many pages that nobody can read is waited for once.
static void a_refused_stretch_is_waited_for_and_told_once(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    damage_fill(scene);
    assert_true(fault_refuse(scene->fault, "/j/seg-0000000000000001", GROUPS_OFFSET,
                             SCENE_SEGMENT - GROUPS_OFFSET));
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    int64_t before_ms = clock_mono_ms(&scene->h.clock.clock);
    assert_int_equal(damage_read(scene, reader, &read), OK);
    assert_true(clock_mono_ms(&scene->h.clock.clock) - before_ms < 60000);
    assert_int_equal(scene->h.notices[LOG_ERROR], 2); // the pages, and the records
    journal_reader_close(reader);
}

// Once nobody needs it any more, and whatever the disk says.
static void a_reader_that_waits_goes_on_when_the_segment_is_retired(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    scene->h.limits.retention_ms = 100000000;
    damage_fill(scene);
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    assert_true(
        fault_refuse(scene->fault, "/j/seg-0000000000000001", 2 * PAGE_BYTES, SECTOR_BYTES));
    while (journal_read(reader, &read) == OK)
        ;
    harness_advance_ms(&scene->h, 3600 * 1000);
    harness_advance_ms(&scene->h, 100000001);
    for (uint64_t number = LAST + 1; number <= LAST + 2; number++) {
        harness_advance_ms(&scene->h, 60000);
        assert_int_equal(harness_append_number(&scene->h, number, 100, NULL), OK);
    }
    assert_true(journal_begin(scene->h.journal).record > 1);
    assert_int_equal(damage_read(scene, reader, &read), OK);
    journal_reader_close(reader);
}

static void an_older_segment_that_is_refused_comes_back_with_the_disk(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    struct scene *scene = *state;
    scene->h.limits.retention_ms = YEAR_MS;
    damage_fill(scene);
    harness_close(&scene->h);
    assert_true(fault_refuse(scene->fault, path, 0, (size_t)fault_size(scene->fault, path)));
    harness_open(&scene->h);
    assert_int_equal(harness_append_number(&scene->h, LAST + 1, 100, NULL), OK);
    harness_close(&scene->h);
    fault_allow(scene->fault, path);
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, LAST + 1);
}

static void a_segment_whose_only_group_is_refused_stays(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    struct scene *scene = *state;
    scene->h.limits.retention_ms = YEAR_MS;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 100);
    damage_die(scene);
    assert_true(fault_refuse(scene->fault, path, GROUPS_OFFSET, SECTOR_BYTES));
    harness_open(&scene->h);
    assert_true(fault_size(scene->fault, path) > 0);
}

static void files_on_a_disk_that_is_away_are_not_taken_for_empty(void **state)
{
    struct scene *scene = *state;
    char path[64];
    scene->h.limits.retention_ms = YEAR_MS;
    damage_fill(scene);
    harness_close(&scene->h);
    unsigned last = last_segment(scene, path);
    for (unsigned i = 1; i <= last; i++) {
        assert_true(path_of(scene, i, path));
        assert_true(
            fault_refuse(scene->fault, path, 0, (size_t)fault_size(scene->fault, path)));
    }
    assert_int_equal(harness_try_open(&scene->h), ERR_IO);
    for (unsigned i = 1; i <= last; i++) {
        assert_true(path_of(scene, i, path));
        fault_allow(scene->fault, path);
    }
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, LAST);
}

static void a_refused_head_is_written_again(void **state)
{
    void *fresh;
    struct scene *scene = fill_closed(&fresh);
    (void)state;
    assert_true(fault_refuse(scene->fault, "/j/head", 0, 1));
    for (int opening = 0; opening < 2; opening++) {
        harness_open(&scene->h);
        assert_int_equal(scene->h.notices[LOG_ERROR], 1); // by the first
        harness_expect(&scene->h, 1, LAST);
        harness_close(&scene->h);
    }
    (void)scene_tear_down(&fresh);
}

// It is what tells whether the disk is there.
static void behind_a_refused_head_refused_pages_are_given_up(void **state)
{
    static const char path[] = "/j/seg-0000000000000001";
    void *fresh;
    struct scene *scene = fill_closed(&fresh);
    (void)state;
    assert_true(fault_refuse(scene->fault, "/j/head", 0, 1));
    assert_true(fault_refuse(scene->fault, path, 2 * PAGE_BYTES, SECTOR_BYTES));
    harness_open(&scene->h);
    struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
    struct journal_read read;
    uint64_t last = 0;
    while (damage_read(scene, reader, &read) == OK)
        last = read.position.record;
    assert_int_equal(last, LAST);
    journal_reader_close(reader);
    (void)scene_tear_down(&fresh);
}

static void a_refused_head_of_another_journal_is_left_alone(void **state)
{
    void *fresh;
    struct scene *scene = fill_closed(&fresh);
    (void)state;
    assert_true(fault_refuse(scene->fault, "/j/head", 0, 1));
    scene->h.id[0] ^= 1;
    assert_int_equal(harness_try_open(&scene->h), ERR_CONFLICT);
    scene->h.id[0] ^= 1;
    fault_allow(scene->fault, "/j/head");
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, LAST);
    (void)scene_tear_down(&fresh);
}

// Two processes must not have a journal each.
static void a_refused_head_stays_locked(void **state)
{
    struct scene *scene = *state;
    struct harness other;
    damage_fill(scene);
    assert_true(fault_refuse(scene->fault, "/j/head", 0, 1));
    harness_init(&other, scene->h.fs, scene->h.dir);
    assert_int_equal(harness_try_open(&other), ERR_LOCKED);
    fault_allow(scene->fault, "/j/head");
    damage_die(scene);
    assert_true(fault_refuse(scene->fault, "/j/head", 0, 1));
    harness_open(&scene->h);
    assert_int_equal(harness_try_open(&other), ERR_LOCKED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refused_sector_costs_what_its_page_costs),
        cmocka_unit_test(each_refused_sector_of_an_unsealed_segment_lets_the_journal_open),
        cmocka_unit_test(who_had_read_what_is_refused_now_misses_no_new_record),
        IN_SCENE(a_refusal_that_passes_costs_a_reader_nothing),
        IN_SCENE(patience_is_shared_and_begins_anew),
        IN_SCENE(what_anybody_has_read_is_waited_for_anew),
        cmocka_unit_test(a_refusal_that_passes_costs_an_opening_nothing),
        IN_SCENE(a_disk_that_is_away_is_waited_for),
        IN_SCENE(a_reader_that_waits_goes_on_when_the_segment_is_retired),
        IN_SCENE(an_older_segment_that_is_refused_comes_back_with_the_disk),
        IN_SCENE(a_segment_whose_only_group_is_refused_stays),
        IN_SCENE(files_on_a_disk_that_is_away_are_not_taken_for_empty),
        cmocka_unit_test(a_refused_head_is_written_again),
        cmocka_unit_test(behind_a_refused_head_refused_pages_are_given_up),
        cmocka_unit_test(a_refused_head_of_another_journal_is_left_alone),
        IN_SCENE(a_refused_head_stays_locked),
        IN_SCENE(a_refused_stretch_is_waited_for_and_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
