// SPDX-License-Identifier: Apache-2.0
// What damaged, foreign and newer files cost, and that it is told.
#include "journal/journal.h"

#include "base/test.h"

#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/damage_harness.h"
#include "journal/format.h"
#include "journal/harness.h"
#include "os/fault.h"

enum { STRIDE = 37 };

static const char first_segment[] = "/j/seg-0000000000000001";

static void expect_flip_costs_a_record_at_most(struct scene *scene, const char *path)
{
    struct journal_stats stats;
    harness_open(&scene->h);
    struct outcome outcome = damage_read_all(scene);
    assert_int_equal(outcome.read + outcome.lost, LAST);
    if (outcome.lost > 1)
        fail_msg("%s: %d records lost", path, (int)outcome.lost);
    journal_stats(scene->h.journal, &stats);
    assert_int_equal(stats.damaged_records, outcome.lost);
    assert_int_equal(scene->h.notices[LOG_ERROR] > 0, outcome.lost > 0);
    (void)damage_read_all(scene); // known damage is not counted again
    journal_stats(scene->h.journal, &stats);
    assert_int_equal(stats.damaged_records, outcome.lost);
}

static void a_flipped_bit_costs_a_record_at_most(void **state)
{
    bool has_file = true;
    (void)state;
    for (int segment = 1; has_file; segment++) {
        uint64_t offset = 0;
        for (;; offset += STRIDE) {
            void *fresh;
            char path[64];
            (void)scene_set_up(&fresh);
            struct scene *scene = fresh;
            damage_fill(scene);
            harness_close(&scene->h);
            (void)snprintf(path, sizeof(path), "/j/seg-%016x", (unsigned)segment);
            bool is_flipped = fault_flip_bit(scene->fault, path, offset, (int)(offset % 8));
            if (is_flipped)
                expect_flip_costs_a_record_at_most(scene, path);
            (void)scene_tear_down(&fresh);
            if (!is_flipped)
                break;
        }
        has_file = offset > 0;
        assert_true(has_file || segment > 3);
    }
}

static void a_damaged_record_costs_only_itself(void **state)
{
    struct scene *scene = *state;
    struct journal_stats stats;
    damage_fill(scene);
    assert_true(fault_flip_bit(scene->fault, first_segment,
                               damage_body(scene, first_segment, 4) + 100, 3));
    struct outcome outcome = damage_read_all(scene);
    assert_int_equal(outcome.lost, 1);
    assert_int_equal(outcome.read, LAST - 1);
    journal_stats(scene->h.journal, &stats);
    assert_int_equal(stats.damaged_records, 1);
    assert_int_equal(scene->h.notices[LOG_ERROR], 1);
}

static uint64_t offset_of_group(struct scene *scene, uint64_t number)
{
    static char bytes[SCENE_SEGMENT];
    size_t size = (size_t)fault_size(scene->fault, first_segment);
    assert_true(size <= sizeof(bytes) &&
                fault_peek(scene->fault, first_segment, 0, bytes, size));
    for (size_t at = GROUPS_OFFSET; at < size; at += SECTOR_BYTES) {
        const struct group_wire *wire = (const struct group_wire *)(bytes + at);
        if (memcmp(wire->marker, bytes + GROUPS_OFFSET, sizeof(wire->marker)) == 0 &&
            LE_GET(wire->number) == number)
            return at;
    }
    fail_msg("no group %d", (int)number);
    return 0;
}

// Each of these bits on its own, while the journal is open; what each costs at most.
static void flip_each_bit(struct scene *scene, uint64_t offset, size_t bytes, uint64_t most)
{
    for (uint64_t at = offset; at < offset + bytes; at++) {
        for (int bit = 0; bit < 8; bit++) {
            assert_true(fault_flip_bit(scene->fault, first_segment, at, bit));
            struct outcome outcome = damage_read_all(scene);
            assert_int_equal(outcome.read + outcome.lost, LAST);
            if (outcome.lost > most)
                fail_msg("byte %d: %d records lost", (int)(at - offset), (int)outcome.lost);
            assert_true(fault_flip_bit(scene->fault, first_segment, at, bit));
        }
    }
}

static void no_bit_of_a_header_costs_more_than_its_record(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    uint64_t group = offset_of_group(scene, 1), second = damage_body(scene, first_segment, 3);
    uint64_t third = damage_body(scene, first_segment, 4);
    size_t body = 700, record = third - second, envelope = record - body;
    flip_each_bit(scene, group, sizeof(struct group_wire), 0);
    assert_int_equal(scene->h.notices[LOG_WARN], 1); // of one header
    flip_each_bit(scene, second - envelope, envelope, 1);
    assert_int_equal(damage_read_all(scene).lost, 0);
}

enum filling { ZEROS, NOISE, OF_ANOTHER_SEGMENT, FILLINGS };

static void fill_range(struct scene *scene, const char *path, struct range range,
                       enum filling filling)
{
    uint8_t bytes[PAGE_BYTES] = { 0 };
    size_t len = range.end - range.begin;
    for (size_t i = 0; i < len && filling == NOISE; i++)
        bytes[i] = (uint8_t)(i * 167 + range.begin / 512 + (i >> 3) * 29);
    if (filling == OF_ANOTHER_SEGMENT)
        (void)fault_peek(scene->fault, "/j/seg-0000000000000003", range.begin, bytes, len);
    assert_true(fault_poke(scene->fault, path, range.begin, bytes, len));
}

// The first segment's bytes from `begin` on become noise, or zeros.
static void overwrite_first(struct scene *scene, uint64_t begin, uint64_t end, bool is_noise)
{
    static uint8_t bytes[SCENE_SEGMENT];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = is_noise ? (uint8_t)(i * 167 + (i >> 3) * 29 + 1) : 0;
    end = MIN(end, (uint64_t)fault_size(scene->fault, first_segment));
    assert_true(fault_poke(scene->fault, first_segment, begin, bytes, end - begin));
}

// One after the other, while the journal is open; at the end they are as they were.
static void lose_each(struct scene *scene, const char *path, size_t bytes)
{
    static uint8_t before[SCENE_SEGMENT];
    struct place places[LAST + 1];
    size_t size = (size_t)fault_size(scene->fault, path) / bytes * bytes;
    assert_true(size <= sizeof(before) && fault_peek(scene->fault, path, 0, before, size));
    uint64_t last_group = damage_places(before, size, places);
    for (struct range range = { 0, bytes }; range.end <= size;
         range.begin = range.end, range.end += bytes) {
        for (enum filling filling = ZEROS; filling < FILLINGS; filling++) {
            fill_range(scene, path, range, filling);
            harness_open(&scene->h);
            damage_expect_at_most(scene, places, range, last_group);
            harness_close(&scene->h);
            assert_true(fault_poke(scene->fault, path, 0, before, size));
        }
    }
}

static void a_lost_sector_costs_the_records_it_touches_and_one_behind_them(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    harness_close(&scene->h);
    lose_each(scene, first_segment, SECTOR_BYTES);
    lose_each(scene, "/j/seg-0000000000000002", SECTOR_BYTES);
}

static void a_lost_page_costs_the_records_it_touches_and_one_behind_them(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    harness_close(&scene->h);
    lose_each(scene, first_segment, PAGE_BYTES);
    lose_each(scene, "/j/seg-0000000000000002", PAGE_BYTES);
}

static void a_header_that_was_set_right_is_told_once_however_often_it_is_read(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    for (uint64_t group = 1; group <= 2; group++) {
        uint64_t offset = offset_of_group(scene, group);
        assert_true(fault_flip_bit(scene->fault, first_segment, offset + 20, 1));
        for (int reader = 0; reader < 3; reader++)
            assert_int_equal(damage_read_all(scene).lost, 0);
        assert_int_equal(scene->h.notices[LOG_WARN], group);
    }
}

static void read_from(struct scene *scene, uint64_t record)
{
    struct position from = { .record = record };
    struct journal_reader *reader = journal_reader_open(scene->h.journal, from);
    struct journal_read read;
    while (journal_read(reader, &read) == OK)
        assert_true(read.position.record >= record && read.lost_from.record >= record);
    journal_reader_close(reader);
}

// Two whole groups are lost, and a record of the next: one range, also for a reader who begins
// within it.
static void a_damaged_range_is_told_whole_and_once_whoever_comes(void **state)
{
    uint64_t lost = 0;
    (void)state;
    for (uint64_t from = 1; from <= LAST; from++) {
        void *fresh;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        damage_fill(scene);
        uint64_t begin = offset_of_group(scene, 1), end = offset_of_group(scene, 3);
        overwrite_first(scene, begin, end + 200, true);
        read_from(scene, from);
        uint64_t first = scene_stats(scene).damaged_records;
        assert_int_equal(scene->h.notices[LOG_ERROR], first > 0);
        read_from(scene, 1);
        lost = MAX(lost, scene_stats(scene).damaged_records);
        assert_int_equal(scene_stats(scene).damaged_records, lost); // the same each time
        assert_int_equal(scene->h.notices[LOG_ERROR], 1);
        assert_true(first == 0 || first == lost);
        assert_true(first == lost || from > 2); // 2 is the first one that is lost
        (void)scene_tear_down(&fresh);
    }
    assert_true(lost > 6);
}

static void damage_before_the_end_is_not_taken_for_a_torn_tail(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_group(&scene->h, scene->fault, 2, 7, 200); // 1, then 2 to 7
    harness_append_numbers(&scene->h, 8, 8, 200);
    assert_true(
        fault_flip_bit(scene->fault, first_segment, damage_body(scene, first_segment, 3), 0));
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, FAULT_KEEP_SYNCED);
    harness_open(&scene->h);
    struct outcome outcome = damage_read_all(scene);
    assert_int_equal(outcome.lost, 1);
    assert_int_equal(outcome.read, 7);
    assert_int_equal(journal_end(scene->h.journal).record, 9);
}

// What an opening finds after damage before a torn group: so much is read, so much lost, and no
// number is given again, also by the opening after it.
static void expect_torn_at(struct scene *scene, uint64_t end, uint64_t lost)
{
    harness_open(&scene->h);
    assert_int_equal(scene_stats(scene).damaged_records, lost); // before anybody reads
    assert_int_equal(scene->h.notices[LOG_ERROR], 1);
    struct outcome outcome = damage_read_all(scene);
    assert_int_equal(outcome.lost, lost);
    assert_int_equal(outcome.read, end - 1 - lost);
    assert_int_equal(scene_stats(scene).damaged_records, lost);
    struct position position;
    assert_int_equal(harness_append_number(&scene->h, end, 200, &position), OK);
    assert_int_equal(position.record, end);
    harness_close(&scene->h);
    harness_open(&scene->h);
    assert_int_equal(journal_end(scene->h.journal).record, end + 1);
}

// Records 1 to 3 in a group each; the last is torn, and its header is not.
static void tear_the_third(struct scene *scene)
{
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 200);
    damage_die(scene);
    uint64_t third = damage_body(scene, first_segment, 3);
    assert_true(fault_flip_bit(scene->fault, first_segment, third, 0));
}

static void a_damaged_group_before_a_torn_one_keeps_its_numbers(void **state)
{
    struct scene *scene = *state;
    tear_the_third(scene);
    uint64_t second = damage_body(scene, first_segment, 2);
    assert_true(fault_flip_bit(scene->fault, first_segment, second, 0));
    expect_torn_at(scene, 3, 1);
}

static void a_group_without_header_before_a_torn_one_keeps_its_numbers(void **state)
{
    struct scene *scene = *state;
    tear_the_third(scene);
    struct group_wire gone = { 0 };
    uint64_t second = offset_of_group(scene, 1);
    assert_true(fault_poke(scene->fault, first_segment, second, &gone, sizeof(gone)));
    expect_torn_at(scene, 3, 1);
}

// Of a gap that ends within the torn group, only what is before that group was acknowledged.
static void damage_that_reaches_into_a_torn_group_is_told_up_to_there(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 2, 200);
    harness_append_group(&scene->h, scene->fault, 4, 6, 200); // 3, then 4 to 6
    damage_die(scene);
    for (uint64_t record = 3; record <= 4; record++)
        assert_true(fault_flip_bit(scene->fault, first_segment,
                                   damage_body(scene, first_segment, record), 0));
    expect_torn_at(scene, 4, 1);
}

// Nothing of the segment can be read, so it goes; its numbers do not come again.
static void a_segment_of_damaged_groups_before_a_torn_one_keeps_its_numbers(void **state)
{
    static const uint8_t zeros[SECTOR_BYTES];
    (void)state;
    for (int has_header = 0; has_header < 2; has_header++) {
        void *fresh;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        tear_the_third(scene);
        for (uint64_t record = 1; record <= 2; record++)
            assert_true(fault_flip_bit(scene->fault, first_segment,
                                       damage_body(scene, first_segment, record), 0));
        if (!has_header)
            assert_true(fault_poke(scene->fault, first_segment, 0, zeros, sizeof(zeros)));
        harness_open(&scene->h);
        assert_int_equal(journal_end(scene->h.journal).record, 3);
        assert_int_equal(scene_stats(scene).damaged_records, has_header ? 2 : 0);
        struct position position;
        assert_int_equal(harness_append_number(&scene->h, 3, 200, &position), OK);
        assert_int_equal(position.record, 3);
        (void)scene_tear_down(&fresh);
    }
}

static void a_torn_tail_is_left_out_and_mentioned(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_group(&scene->h, scene->fault, 2, 7, 200); // 1, then 2 to 7
    assert_true(
        fault_flip_bit(scene->fault, first_segment, damage_body(scene, first_segment, 7), 0));
    damage_die(scene);
    harness_open(&scene->h);
    assert_int_equal(scene->h.notices[LOG_INFO], 1);
    harness_append_numbers(&scene->h, 2, 3, 200);
    harness_expect(&scene->h, 1, 3);
}

static void a_segment_that_somebody_removed_is_a_lost_range(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    struct fs *fs = fault_fs(scene->fault);
    assert_int_equal(fs->ops->remove(fs, "/j/seg-0000000000000002"), 0);
    struct outcome running = damage_read_all(scene);
    assert_true(running.lost > 0 && running.lost + running.read == LAST);
    harness_close(&scene->h);
    harness_open(&scene->h);
    struct outcome reopened = damage_read_all(scene);
    assert_int_equal(reopened.lost, running.lost);
    assert_int_equal(scene_stats(scene).damaged_records, running.lost);
}

static void expect_warnings(struct scene *scene, int before, int warnings)
{
    harness_open(&scene->h);
    assert_int_equal(scene->h.notices[LOG_WARN] - before, warnings);
    harness_close(&scene->h);
}

static void a_first_segment_that_is_destroyed_is_told(void **state)
{
    static const struct {
        uint64_t begin, end;
        bool is_noise;
        int warnings;
    } cases[] = {
        { 0, SCENE_SEGMENT, true, 1 },
        { 0, SCENE_SEGMENT, false, 0 }, // like a file that was made and not used
        { 0, GROUPS_OFFSET, true, 0 },  // nothing is missing: all groups are there
        { 0, GROUPS_OFFSET, false, 0 },
        { 0, GROUPS_OFFSET + SECTOR_BYTES, true, 1 },
        { 0, GROUPS_OFFSET + SECTOR_BYTES, false, 1 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        void *fresh;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        damage_fill(scene);
        harness_close(&scene->h);
        overwrite_first(scene, cases[i].begin, cases[i].end, cases[i].is_noise);
        expect_warnings(scene, 0, cases[i].warnings);
        (void)scene_tear_down(&fresh);
    }
}

static void a_journal_of_nothing_but_noise_is_told(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 3, 200);
    damage_die(scene);
    overwrite_first(scene, 0, SCENE_SEGMENT, true);
    expect_warnings(scene, scene->h.notices[LOG_WARN], 1);
}

// Files that were made or recycled for a segment that no group came to.
static void unused_files_are_not_told(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.retention_ms = 1000;
    for (int round = 0; round < 4; round++) {
        harness_open(&scene->h);
        for (uint64_t i = 0; i < 40; i++)
            assert_int_equal(harness_append_number(&scene->h, 1, 700, NULL), OK);
        harness_advance_ms(&scene->h, 100000);
        // A segment was renamed or made, and its header not written.
        fault_set(scene->fault, (struct fault_plan){ FAULT_ALLOCATE, 1, 0, FAULT_CRASH, 0 });
        for (enum err err = OK; err == OK;)
            err = harness_append_number(&scene->h, 1, 700, NULL);
        harness_close(&scene->h);
        fault_restart(scene->fault, round % 2 ? FAULT_KEEP_ALL : FAULT_KEEP_SOME);
    }
    int before = scene->h.notices[LOG_WARN]; // that files could not be made or sealed
    expect_warnings(scene, before, 0);
}

static void an_unsealed_segment_opens_wherever_it_was_cut(void **state)
{
    enum { GROUP_BYTES = 1024, PADDING = 1024 - 64 - 48 - 36 - 700, GROUPS = 9 };
    (void)state;
    for (uint64_t size = 0; size < SCENE_SEGMENT; size += 97) {
        void *fresh;
        struct fs_file *file = NULL;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        struct fs *fs = fault_fs(scene->fault);
        harness_open(&scene->h);
        harness_append_numbers(&scene->h, 1, GROUPS, 700); // a group each
        fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
        harness_close(&scene->h);
        fault_restart(scene->fault, FAULT_KEEP_SYNCED);
        assert_int_equal(fs->ops->open(fs, first_segment, FS_WRITE, &file), 0);
        assert_int_equal(file->ops->truncate(file, size), 0);
        fs_file_close(file);
        harness_open(&scene->h);
        struct outcome outcome = damage_read_all(scene);
        assert_int_equal(outcome.lost, 0); // what is cut off looks like a torn tail
        uint64_t whole = MAX(size + PADDING, (uint64_t)GROUPS_OFFSET) - GROUPS_OFFSET;
        assert_int_equal(outcome.read, MIN(whole / GROUP_BYTES, (uint64_t)GROUPS));
        (void)scene_tear_down(&fresh);
    }
}

static void a_reading_disk_error_can_be_tried_again(void **state)
{
    struct scene *scene = *state;
    struct journal_read read;
    damage_fill(scene);
    for (uint64_t nth = 1, failed = 1; failed > 0; nth++) {
        uint64_t next = 1;
        struct fault_plan plan = { .calls = FAULT_OPEN | FAULT_PREAD, .nth = nth };
        struct journal_reader *reader = journal_reader_open(scene->h.journal, POSITION_START);
        fault_set(scene->fault, plan);
        failed = 0;
        for (;;) {
            enum err err = journal_read(reader, &read);
            if (err == ERR_NOT_FOUND)
                break;
            failed += err == ERR_IO;
            if (err == OK)
                assert_int_equal(read.position.record, next++);
            assert_true(err == OK || err == ERR_IO);
        }
        assert_int_equal(next, LAST + 1);
        assert_true(failed <= 1);
        journal_reader_close(reader);
    }
}

static void a_damaged_head_is_refused(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    harness_close(&scene->h);
    for (uint64_t offset = 0; offset < sizeof(struct head_wire); offset += 3) {
        assert_true(fault_flip_bit(scene->fault, "/j/head", offset, 1));
        assert_int_equal(harness_try_open(&scene->h), ERR_CORRUPT);
        assert_string_equal(scene->h.problem.field, "/j/head");
        assert_true(fault_flip_bit(scene->fault, "/j/head", offset, 1));
    }
    struct fs *fs = fault_fs(scene->fault);
    assert_int_equal(fs->ops->remove(fs, "/j/head"), 0);
    assert_int_equal(harness_try_open(&scene->h), ERR_CORRUPT);
}

static void another_id_is_refused(void **state)
{
    struct scene *scene = *state;
    damage_fill(scene);
    harness_close(&scene->h);
    scene->h.id[3] ^= 1;
    assert_int_equal(harness_try_open(&scene->h), ERR_CONFLICT);
    assert_string_equal(scene->h.problem.field, "/j/head");
    struct head_wire head; // a head that fits, segments that do not
    format_put_head(&head, scene->h.id);
    assert_true(fault_poke(scene->fault, "/j/head", 0, &head, sizeof(head)));
    assert_int_equal(harness_try_open(&scene->h), ERR_CONFLICT);
    assert_string_equal(scene->h.problem.field, first_segment);
    scene->h.id[3] ^= 1;
    format_put_head(&head, scene->h.id);
    assert_true(fault_poke(scene->fault, "/j/head", 0, &head, sizeof(head)));
    harness_open(&scene->h);
    harness_expect(&scene->h, 1, LAST);
}

// A block of a later version: only what all versions share is known of it.
static void make_newer(struct scene *scene, const char *path, uint64_t offset, size_t bytes)
{
    uint8_t block[GROUPS_OFFSET], version[4], crc[4];
    assert_true(fault_peek(scene->fault, path, offset, block, bytes));
    LE_PUT(version, FORMAT_VERSION + 1);
    memcpy(block + offsetof(struct head_wire, version), version, sizeof(version));
    LE_PUT(crc, hash_crc32c(0, block, bytes - sizeof(crc)));
    memcpy(block + bytes - sizeof(crc), crc, sizeof(crc));
    assert_true(fault_poke(scene->fault, path, offset, block, bytes));
}

static void a_newer_format_is_refused(void **state)
{
    static const struct {
        const char *path;
        uint64_t offset;
        size_t bytes;
    } blocks[] = {
        { "/j/head", 0, sizeof(struct head_wire) },
        { first_segment, 0, sizeof(struct segment_wire) },
        { first_segment, SEAL_OFFSET, sizeof(struct seal_wire) },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
        void *fresh;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        damage_fill(scene);
        harness_close(&scene->h);
        make_newer(scene, blocks[i].path, blocks[i].offset, blocks[i].bytes);
        assert_int_equal(harness_try_open(&scene->h), ERR_NEWER_FORMAT);
        assert_string_equal(scene->h.problem.field, blocks[i].path);
        (void)scene_tear_down(&fresh);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_costs_a_record_at_most),
        IN_SCENE(a_damaged_record_costs_only_itself),
        IN_SCENE(no_bit_of_a_header_costs_more_than_its_record),
        IN_SCENE(a_lost_sector_costs_the_records_it_touches_and_one_behind_them),
        IN_SCENE(a_lost_page_costs_the_records_it_touches_and_one_behind_them),

        IN_SCENE(a_header_that_was_set_right_is_told_once_however_often_it_is_read),
        cmocka_unit_test(a_damaged_range_is_told_whole_and_once_whoever_comes),
        IN_SCENE(damage_before_the_end_is_not_taken_for_a_torn_tail),
        IN_SCENE(a_damaged_group_before_a_torn_one_keeps_its_numbers),
        IN_SCENE(a_group_without_header_before_a_torn_one_keeps_its_numbers),
        IN_SCENE(damage_that_reaches_into_a_torn_group_is_told_up_to_there),
        cmocka_unit_test(a_segment_of_damaged_groups_before_a_torn_one_keeps_its_numbers),
        IN_SCENE(a_torn_tail_is_left_out_and_mentioned),
        IN_SCENE(a_segment_that_somebody_removed_is_a_lost_range),
        cmocka_unit_test(a_first_segment_that_is_destroyed_is_told),
        IN_SCENE(a_journal_of_nothing_but_noise_is_told),
        IN_SCENE(unused_files_are_not_told),
        cmocka_unit_test(an_unsealed_segment_opens_wherever_it_was_cut),
        IN_SCENE(a_reading_disk_error_can_be_tried_again),
        IN_SCENE(a_damaged_head_is_refused),
        IN_SCENE(another_id_is_refused),
        cmocka_unit_test(a_newer_format_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
