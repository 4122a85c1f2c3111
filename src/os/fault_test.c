// SPDX-License-Identifier: Apache-2.0
// The simulated disk keeps its promises, so that tests over it mean something.
#include "os/fault.h"

#include "base/test.h"

#include <errno.h>

enum { CAPACITY = 1 << 20 };

static struct fs_file *open_file(struct fault *fault, const char *path)
{
    struct fs_file *file = NULL;
    struct fs *fs = fault_fs(fault);
    assert_int_equal(fs->ops->open(fs, path, FS_WRITE, &file), 0);
    return file;
}

static ssize_t put(struct fs_file *file, str data, uint64_t offset)
{
    struct iovec part = { .iov_base = (void *)data.data, .iov_len = data.len };
    return file->ops->pwritev(file, &part, 1, offset);
}

static void expect(struct fault *fault, const char *path, uint64_t offset, str data)
{
    char got[64];
    assert_true(data.len <= sizeof(got));
    assert_true(fault_peek(fault, path, offset, got, data.len));
    assert_memory_equal(got, data.data, data.len);
}

static void a_crash_drops_bytes_and_names_that_were_not_synced(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    struct fs *fs = fault_fs(fault);
    assert_int_equal(fs->ops->make_dir(fs, "/d"), 0);
    assert_int_equal(fs->ops->sync_dir(fs, "/"), 0);
    struct fs_file *kept = open_file(fault, "/d/kept");
    struct fs_file *lost = open_file(fault, "/d/a");
    assert_int_equal(put(kept, STR("old"), 0), 3);
    assert_int_equal(kept->ops->datasync(kept), 0);
    assert_int_equal(fs->ops->sync_dir(fs, "/d"), 0);
    assert_int_equal(fs->ops->rename(fs, "/d/a", "/d/b"), 0);
    assert_int_equal(put(kept, STR("new and longer"), 0), 14);
    expect(fault, "/d/kept", 0, STR("new"));
    fault_restart(fault, FAULT_KEEP_SYNCED);
    expect(fault, "/d/kept", 0, STR("old"));
    assert_int_equal(fault_size(fault, "/d/kept"), 3);
    assert_int_equal(fault_size(fault, "/d/a"), 0); // the renaming was not durable
    assert_int_equal(fault_size(fault, "/d/b"), -1);
    assert_int_equal(put(kept, STR("x"), 0), -EIO); // a file of the life before
    fs_file_close(kept);
    fs_file_close(lost);
}

static void a_directory_that_was_not_synced_takes_its_files_along(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    struct fs *fs = fault_fs(fault);
    assert_int_equal(fs->ops->make_dir(fs, "/d"), 0);
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/d/file");
    assert_int_equal(file->ops->datasync(file), 0);
    assert_int_equal(fs->ops->sync_dir(fs, "/d"), 0);
    fault_restart(fault, FAULT_KEEP_SYNCED);
    assert_int_equal(fault_size(fault, "/d/file"), -1);
}

static void a_failed_sync_is_not_made_up_for_by_the_next(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    struct fs *fs = fault_fs(fault);
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/file");
    assert_int_equal(put(file, STR("old"), 0), 3);
    assert_int_equal(file->ops->datasync(file), 0);
    assert_int_equal(fs->ops->sync_dir(fs, "/"), 0);
    assert_int_equal(put(file, STR("new"), 0), 3);
    fault_set(fault, (struct fault_plan){ .calls = FAULT_DATASYNC, .nth = 1 });
    assert_int_equal(file->ops->datasync(file), -EIO);
    assert_true(fault_has_struck(fault));
    assert_int_equal(file->ops->datasync(file), 0);
    expect(fault, "/file", 0, STR("new"));
    fault_restart(fault, FAULT_KEEP_SYNCED);
    expect(fault, "/file", 0, STR("old"));
}

static void some_sectors_survive_whole_or_not_at_all(void **state)
{
    (void)state;
    bool has_survived = false, has_gone = false;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        AUTO(fault_free) struct fault *fault = fault_new(seed, CAPACITY);
        struct fs *fs = fault_fs(fault);
        AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/file");
        char data[2 * FAULT_SECTOR_BYTES], got[sizeof(data)];
        memset(data, 'x', sizeof(data));
        assert_int_equal(file->ops->allocate(file, sizeof(data)), 0);
        assert_int_equal(file->ops->datasync(file), 0);
        assert_int_equal(fs->ops->sync_dir(fs, "/"), 0);
        fault_set(fault, (struct fault_plan){ FAULT_PWRITEV, 1, 0, FAULT_CRASH, 0 });
        assert_int_equal(put(file, str_make(data, sizeof(data)), 0), -EIO);
        assert_int_equal(file->ops->size(file), -EIO); // the machine is down
        fault_restart(fault, FAULT_KEEP_SOME);
        assert_true(fault_peek(fault, "/file", 0, got, sizeof(got)));
        for (size_t at = 0; at < sizeof(got); at += FAULT_SECTOR_BYTES) {
            for (size_t i = 1; i < FAULT_SECTOR_BYTES; i++)
                assert_int_equal(got[at + i], got[at]);
            has_survived |= got[at] == 'x';
            has_gone |= got[at] == 0;
        }
    }
    assert_true(has_survived && has_gone);
}

static void a_dead_process_leaves_everything_but_unsynced(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/file");
    assert_int_equal(put(file, STR("bytes"), 0), 5);
    fault_restart(fault, FAULT_KEEP_ALL);
    expect(fault, "/file", 0, STR("bytes"));
    fault_restart(fault, FAULT_KEEP_SYNCED);
    assert_int_equal(fault_size(fault, "/file"), -1);
}

static void a_full_disk_refuses_to_grow(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, 1000);
    struct fs *fs = fault_fs(fault);
    uint64_t free_bytes, total_bytes;
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/file");
    assert_int_equal(file->ops->allocate(file, 900), 0);
    assert_int_equal(put(file, STR("0123456789"), 995), -ENOSPC);
    assert_int_equal(put(file, STR("0123456789"), 890), 10);
    assert_int_equal(fs->ops->free_bytes(fs, "/", &free_bytes, &total_bytes), 0);
    assert_int_equal(free_bytes, 100);
    assert_int_equal(total_bytes, 1000);
    fault_set_capacity(fault, 2000);
    assert_int_equal(put(file, STR("0123456789"), 995), 10);
}

static void the_plan_fails_the_calls_it_names(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/file");
    fault_set(fault, (struct fault_plan){
                         .calls = FAULT_PWRITEV, .nth = 2, .repeats = 1, .error = ENOSPC });
    assert_int_equal(put(file, STR("a"), 0), 1);
    assert_int_equal(file->ops->datasync(file), 0);
    assert_int_equal(put(file, STR("b"), 0), -ENOSPC);
    assert_int_equal(put(file, STR("c"), 0), -ENOSPC);
    assert_int_equal(put(file, STR("d"), 0), 1);
    assert_int_equal(fault_count(fault, FAULT_PWRITEV), 4);
    assert_int_equal(fault_count(fault, FAULT_PWRITEV | FAULT_DATASYNC), 5);
    expect(fault, "/file", 0, STR("d"));
}

static void a_cut_off_end_reads_as_zeros_when_the_file_grows(void **state)
{
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/file");
    assert_int_equal(put(file, STR("abcdef"), 0), 6);
    assert_int_equal(file->ops->truncate(file, 2), 0);
    assert_int_equal(file->ops->allocate(file, 6), 0);
    expect(fault, "/file", 0, STR("ab\0\0\0\0"));
}

static void a_refused_sector_is_read_again_when_its_page_was_written(void **state)
{
    (void)state;
    static char page[FAULT_PAGE_BYTES], got[2 * FAULT_PAGE_BYTES];
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    AUTO(fs_file_close) struct fs_file *file = open_file(fault, "/f");
    assert_int_equal(file->ops->allocate(file, 4 * FAULT_PAGE_BYTES), 0);
    assert_true(fault_refuse(fault, "/f", FAULT_PAGE_BYTES + 700, 1));
    fault_restart(fault, FAULT_KEEP_ALL); // also then
    fs_file_close(TAKE(file));
    file = open_file(fault, "/f");
    assert_int_equal(file->ops->pread(file, got, sizeof(got), 0), -EIO);
    assert_int_equal(file->ops->pread(file, got, 1, FAULT_PAGE_BYTES + 512), -EIO);
    assert_int_equal(file->ops->pread(file, got, 512, FAULT_PAGE_BYTES), 512);
    assert_int_equal(file->ops->pread(file, got, 512, FAULT_PAGE_BYTES + 1024), 512);
    assert_int_equal(put(file, STR("x"), FAULT_PAGE_BYTES), -EIO);
    assert_int_equal(put(file, STR("x"), 2 * FAULT_PAGE_BYTES - 1), -EIO);
    assert_int_equal(put(file, STR("x"), 0), 1);
    assert_int_equal(put(file, str_make(page, sizeof(page)), FAULT_PAGE_BYTES), sizeof(page));
    assert_int_equal(file->ops->pread(file, got, sizeof(got), 0), sizeof(got));
    assert_true(fault_refuse(fault, "/f", 0, 512));
    fault_allow(fault, "/f");
    assert_int_equal(file->ops->pread(file, got, 1, 0), 1);
    assert_false(fault_refuse(fault, "/f", 4 * FAULT_PAGE_BYTES, 1));
}

static void whole_files_are_old_or_new_after_any_crash(void **state)
{
    (void)state;
    bool was_struck = true;
    for (uint64_t nth = 1; was_struck; nth++) {
        AUTO(fault_free) struct fault *fault = fault_new(nth, CAPACITY);
        AUTO(arena_free) struct arena *arena = arena_new(1000);
        struct fs *fs = fault_fs(fault);
        str data;
        assert_int_equal(fs_write_file(fs, "/file", STR("old"), NULL), OK);
        fault_set(fault, (struct fault_plan){ FAULT_ANY, nth, 0, FAULT_CRASH, 0 });
        enum err err = fs_write_file(fs, "/file", STR("brand new"), NULL);
        was_struck = fault_has_struck(fault);
        assert_int_equal(err == OK, !was_struck);
        fault_restart(fault, FAULT_KEEP_SOME);
        assert_int_equal(fs_read_file(fs, "/file", 100, arena, &data, NULL), OK);
        bool is_new = str_eq(data, STR("brand new"));
        assert_true(is_new || (was_struck && str_eq(data, STR("old"))));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_drops_bytes_and_names_that_were_not_synced),
        cmocka_unit_test(a_directory_that_was_not_synced_takes_its_files_along),
        cmocka_unit_test(a_failed_sync_is_not_made_up_for_by_the_next),
        cmocka_unit_test(some_sectors_survive_whole_or_not_at_all),
        cmocka_unit_test(a_dead_process_leaves_everything_but_unsynced),
        cmocka_unit_test(a_full_disk_refuses_to_grow),
        cmocka_unit_test(the_plan_fails_the_calls_it_names),
        cmocka_unit_test(a_cut_off_end_reads_as_zeros_when_the_file_grows),
        cmocka_unit_test(a_refused_sector_is_read_again_when_its_page_was_written),
        cmocka_unit_test(whole_files_are_old_or_new_after_any_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
