// SPDX-License-Identifier: Apache-2.0
// The files of messageIds beside sealed segments: they spare reading the segments, and whatever
// happens to them, nothing is forgotten.
#include "journal/journal.h"

#include "base/test.h"

#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/format.h"
#include "journal/harness.h"
#include "os/fault.h"

// The first segment takes six records; the header of a file of ids 64 bytes, an id 16.
enum { IDS = 14, IN_FIRST = 6, WINDOW_S = 60, HEADER = 64, ENTRY = 16 };

static const char first_ids[] = "/j/ids-0000000000000001";
static const char second_ids[] = "/j/ids-0000000000000002";
static const char first_segment[] = "/j/seg-0000000000000001";
static const char second_segment[] = "/j/seg-0000000000000002";

// Ids 1 to `last`, then a clean end.
static void fill(struct scene *scene, uint64_t last)
{
    harness_open(&scene->h);
    for (uint64_t id = 1; id <= last; id++)
        assert_false(scene_comes_again(scene, id, WINDOW_S));
    harness_close(&scene->h);
}

static void expect_all_known(struct scene *scene, int again)
{
    harness_open(&scene->h);
    assert_int_equal(scene->h.notices[LOG_INFO], again);
    assert_int_equal(scene_stats(scene).known_ids, IDS);
    for (uint64_t id = 1; id <= IDS; id++)
        assert_true(scene_comes_again(scene, id, WINDOW_S));
    harness_close(&scene->h);
}

static void wipe_groups(struct scene *scene, const char *segment)
{
    static const char zeros[SCENE_SEGMENT];
    int64_t size = fault_size(scene->fault, segment);
    assert_true(size > GROUPS_OFFSET);
    assert_true(
        fault_poke(scene->fault, segment, GROUPS_OFFSET, zeros, (size_t)size - GROUPS_OFFSET));
}

static void remove_file(struct scene *scene, const char *path)
{
    struct fs *fs = fault_fs(scene->fault);
    assert_int_equal(fs->ops->remove(fs, path), 0);
}

static void a_sealed_segment_is_not_read_again(void **state)
{
    struct scene *scene = *state;
    fill(scene, IDS);
    wipe_groups(scene, first_segment);
    wipe_groups(scene, second_segment);
    expect_all_known(scene, 0);
}

static void after_a_crash_only_the_segment_that_was_written_is_read_again(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    for (uint64_t id = 1; id <= IDS; id++)
        assert_false(scene_comes_again(scene, id, WINDOW_S));
    fault_set(scene->fault, (struct fault_plan){ FAULT_ANY, 1, 0, FAULT_CRASH, 0 });
    harness_close(&scene->h);
    fault_restart(scene->fault, FAULT_KEEP_ALL);
    wipe_groups(scene, first_segment);
    wipe_groups(scene, second_segment);
    expect_all_known(scene, 1);
    expect_all_known(scene, 1); // and its file is there now
}

static void a_file_that_is_missing_is_made_again(void **state)
{
    struct scene *scene = *state;
    enum { SIZE = HEADER + IN_FIRST * ENTRY };
    uint8_t before[SIZE], after[SIZE];
    fill(scene, IDS);
    assert_int_equal(fault_size(scene->fault, first_ids), SIZE);
    assert_true(fault_peek(scene->fault, first_ids, 0, before, SIZE));
    remove_file(scene, first_ids);
    expect_all_known(scene, 1);
    assert_true(fault_peek(scene->fault, first_ids, 0, after, SIZE));
    assert_memory_equal(before, after, SIZE);
}

static void a_flipped_bit_is_noticed_wherever_it_is(void **state)
{
    (void)state;
    bool is_flipped = true;
    for (uint64_t offset = 0; is_flipped; offset++) {
        void *fresh;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        fill(scene, IDS);
        is_flipped = fault_flip_bit(scene->fault, first_ids, offset, (int)(offset % 8));
        assert_true(is_flipped || offset == HEADER + IN_FIRST * ENTRY);
        expect_all_known(scene, is_flipped);
        expect_all_known(scene, is_flipped); // made again, it is whole
        (void)scene_tear_down(&fresh);
    }
}

static void a_file_that_was_cut_is_made_again(void **state)
{
    (void)state;
    for (uint64_t size = 0; size < HEADER + IN_FIRST * ENTRY; size++) {
        void *fresh;
        struct fs_file *file = NULL;
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        struct fs *fs = fault_fs(scene->fault);
        fill(scene, IDS);
        assert_int_equal(fs->ops->open(fs, first_ids, FS_WRITE, &file), 0);
        assert_int_equal(file->ops->truncate(file, size), 0);
        fs_file_close(file);
        expect_all_known(scene, 1);
        (void)scene_tear_down(&fresh);
    }
}

// The other's bytes, whole, under this name.
static void put_in_place(struct scene *scene, const char *path, const uint8_t *bytes,
                         size_t size)
{
    struct fs *fs = fault_fs(scene->fault);
    struct fs_file *file = NULL;
    assert_int_equal(fs->ops->open(fs, path, FS_WRITE, &file), 0);
    assert_int_equal(file->ops->truncate(file, size), 0);
    fs_file_close(file);
    assert_true(fault_poke(scene->fault, path, 0, bytes, size));
}

static void what_a_damaged_file_says_takes_nothing_from_others(void **state)
{
    struct scene *scene = *state;
    uint8_t entry[ENTRY];
    fill(scene, IDS);
    assert_true(fault_peek(scene->fault, first_ids, HEADER, entry, sizeof(entry)));
    assert_true(fault_poke(scene->fault, second_ids, HEADER, entry, sizeof(entry)));
    expect_all_known(scene, 1);
}

static void a_file_of_another_segment_is_not_believed(void **state)
{
    struct scene *scene = *state;
    uint8_t bytes[HEADER + IN_FIRST * ENTRY];
    fill(scene, IDS);
    assert_true(fault_peek(scene->fault, second_ids, 0, bytes, sizeof(bytes)));
    put_in_place(scene, first_ids, bytes, sizeof(bytes));
    expect_all_known(scene, 1);
}

// Of the same sequence: of a journal with another id, or of one that had come less far.
static void a_file_of_another_life_is_not_believed(void **state)
{
    (void)state;
    for (int is_shorter = 0; is_shorter <= 1; is_shorter++) {
        void *fresh;
        uint8_t bytes[HEADER + IN_FIRST * ENTRY];
        (void)scene_set_up(&fresh);
        struct scene *scene = fresh;
        scene->h.id[0] ^= !is_shorter;
        fill(scene, is_shorter ? IN_FIRST - 1 : IDS);
        size_t size = (size_t)fault_size(scene->fault, first_ids);
        assert_true(size <= sizeof(bytes) &&
                    fault_peek(scene->fault, first_ids, 0, bytes, size));
        (void)scene_tear_down(&fresh);
        (void)scene_set_up(&fresh);
        fill(scene, IDS);
        put_in_place(scene, first_ids, bytes, size);
        expect_all_known(scene, 1);
        (void)scene_tear_down(&fresh);
    }
}

static void a_newer_file_is_refused(void **state)
{
    struct scene *scene = *state;
    uint8_t header[HEADER];
    fill(scene, IDS);
    assert_true(fault_peek(scene->fault, first_ids, 0, header, sizeof(header)));
    header[8]++; // the version
    bytes_put(header + HEADER - 4, 4, hash_crc32c(0, header, HEADER - 4));
    assert_true(fault_poke(scene->fault, first_ids, 0, header, sizeof(header)));
    assert_int_equal(harness_try_open(&scene->h), ERR_NEWER_FORMAT);
    assert_string_equal(scene->h.problem.field, first_ids);
}

static void files_go_with_their_segments_and_with_the_window(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.max_bytes = 4 * SCENE_SEGMENT;
    fill(scene, 6 * IN_FIRST);
    assert_int_equal(fault_size(scene->fault, first_segment), -1);
    assert_int_equal(fault_size(scene->fault, first_ids), -1);
    const char *last = "/j/ids-0000000000000006";
    assert_true(fault_size(scene->fault, last) > 0);
    harness_advance_ms(&scene->h, (WINDOW_S + 1) * 1000);
    harness_open(&scene->h); // the clock of the last record still lies within the window
    assert_false(scene_comes_again(scene, 1, 1));
    harness_close(&scene->h);
    harness_open(&scene->h);
    assert_int_equal(fault_size(scene->fault, last), -1);
}

static void a_file_without_its_segment_is_removed(void **state)
{
    struct scene *scene = *state;
    fill(scene, IDS);
    remove_file(scene, first_segment);
    harness_open(&scene->h);
    assert_int_equal(fault_size(scene->fault, first_ids), -1);
    assert_true(fault_size(scene->fault, second_ids) > 0);
}

// 64 ids is the least that there is room for.
static void what_there_is_no_room_for_is_not_read(void **state)
{
    struct scene *scene = *state;
    enum { ROOM = 64, ALL = ROOM + 3 * IN_FIRST };
    fill(scene, ALL);
    assert_true(fault_flip_bit(scene->fault, first_ids, 0, 0)); // nobody looks
    harness_open(&scene->h);
    assert_int_equal(scene->h.notices[LOG_INFO], 0);
    assert_int_equal(scene_stats(scene).known_ids, ROOM);
    assert_true(scene_comes_again(scene, ALL - ROOM + 1, WINDOW_S));
    assert_false(scene_comes_again(scene, ALL - ROOM, WINDOW_S));
}

static void what_has_run_out_is_not_remembered_again(void **state)
{
    struct scene *scene = *state;
    fill(scene, 1);
    harness_advance_ms(&scene->h, (WINDOW_S + 1) * 1000);
    harness_open(&scene->h);
    assert_false(scene_comes_again(scene, 2, 1000)); // both count by their segments
    assert_false(scene_comes_again(scene, 3, 1));
    harness_advance_ms(&scene->h, 2000);
    assert_false(scene_comes_again(scene, 4, 1000));
    for (int i = 0; i < 3; i++) {
        harness_close(&scene->h);
        if (i == 1) // the second time from its segment
            remove_file(scene, second_ids);
        harness_open(&scene->h);
        assert_int_equal(scene_stats(scene).known_ids, 2);
    }
}

static uint64_t bytes_of_all_files(struct scene *scene)
{
    static const char *const kinds[] = { "seg", "spare", "ids" };
    uint64_t sum = 0;
    for (unsigned i = 0; i < 16 * ARRAY_LEN(kinds); i++) {
        char path[64];
        (void)snprintf(path, sizeof(path), "/j/%s-%016x", kinds[i % ARRAY_LEN(kinds)],
                       i / (unsigned)ARRAY_LEN(kinds));
        sum += (uint64_t)MAX(fault_size(scene->fault, path), (int64_t)0);
    }
    return sum;
}

static void the_disk_that_the_files_take_is_counted(void **state)
{
    struct scene *scene = *state;
    scene->h.limits.max_bytes = 4 * SCENE_SEGMENT;
    fill(scene, 6 * IN_FIRST);
    for (int i = 0; i < 2; i++) {
        harness_open(&scene->h);
        assert_int_equal(scene_stats(scene).disk_bytes, bytes_of_all_files(scene));
        harness_append_numbers(&scene->h, journal_end(scene->h.journal).record,
                               journal_end(scene->h.journal).record + 2 * IN_FIRST, 2000);
        assert_int_equal(scene_stats(scene).disk_bytes, bytes_of_all_files(scene));
        harness_close(&scene->h);
        harness_advance_ms(&scene->h, (WINDOW_S + 1) * 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_sealed_segment_is_not_read_again),
        IN_SCENE(after_a_crash_only_the_segment_that_was_written_is_read_again),
        IN_SCENE(a_file_that_is_missing_is_made_again),
        cmocka_unit_test(a_flipped_bit_is_noticed_wherever_it_is),
        cmocka_unit_test(a_file_that_was_cut_is_made_again),
        IN_SCENE(what_a_damaged_file_says_takes_nothing_from_others),
        IN_SCENE(a_file_of_another_segment_is_not_believed),
        cmocka_unit_test(a_file_of_another_life_is_not_believed),
        IN_SCENE(a_newer_file_is_refused),
        IN_SCENE(files_go_with_their_segments_and_with_the_window),
        IN_SCENE(a_file_without_its_segment_is_removed),
        IN_SCENE(what_there_is_no_room_for_is_not_read),
        IN_SCENE(what_has_run_out_is_not_remembered_again),
        IN_SCENE(the_disk_that_the_files_take_is_counted),
    };
    return cmocka_run_group_tests_name("journal ids", tests, NULL, NULL);
}
