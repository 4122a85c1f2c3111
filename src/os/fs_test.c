// SPDX-License-Identifier: Apache-2.0
// The real file system behind the table, in a temporary directory.
#include "os/fs.h"

#include "base/test.h"

#include <errno.h>
#include <unistd.h>

struct place {
    char dir[64];
    char path[96];
    struct fs *fs;
};

static int make_place(void **state)
{
    static struct place place;
    (void)str_copy(STR("/tmp/pintle-fs-XXXXXX"), place.dir, sizeof(place.dir));
    if (!mkdtemp(place.dir))
        return -1;
    (void)snprintf(place.path, sizeof(place.path), "%s/file", place.dir);
    place.fs = fs_real();
    *state = &place;
    return 0;
}

static void remove_name(void *ctx, const char *name)
{
    struct place *place = ctx;
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", place->dir, name);
    (void)unlink(path);
}

static int remove_place(void **state)
{
    struct place *place = *state;
    (void)place->fs->ops->list(place->fs, place->dir, remove_name, place);
    return rmdir(place->dir);
}

static void count_name(void *ctx, const char *name)
{
    int *count = ctx;
    assert_string_equal(name, "file");
    (*count)++;
}

static void write_file_replaces_and_leaves_nothing_beside(void **state)
{
    struct place *place = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1000);
    struct problem problem;
    str data;
    int count = 0;
    assert_int_equal(fs_write_file(place->fs, place->path, STR("first one"), &problem), OK);
    assert_int_equal(fs_write_file(place->fs, place->path, STR("second"), &problem), OK);
    assert_int_equal(fs_read_file(place->fs, place->path, 6, arena, &data, &problem), OK);
    assert_true(str_eq(data, STR("second")));
    assert_int_equal(place->fs->ops->list(place->fs, place->dir, count_name, &count), 0);
    assert_int_equal(count, 1);
}

static void read_file_refuses_what_is_too_big_or_absent(void **state)
{
    struct place *place = *state;
    AUTO(arena_free) struct arena *arena = arena_new(1000);
    struct problem problem = { 0 };
    str data = STR("untouched");
    assert_int_equal(fs_read_file(place->fs, place->path, 9, arena, &data, &problem),
                     ERR_NOT_FOUND);
    assert_string_equal(problem.field, place->path);
    assert_int_equal(fs_write_file(place->fs, place->path, STR("0123456789"), NULL), OK);
    assert_int_equal(fs_read_file(place->fs, place->path, 9, arena, &data, &problem),
                     ERR_TOO_BIG);
    assert_true(str_eq(data, STR("untouched")));
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    static const enum fs_open_mode modes[] = { FS_READ, FS_UPDATE, FS_WRITE };
    struct place *place = *state;
    struct fs_file *file = NULL;
    struct problem problem;
    assert_int_equal(place->fs->ops->open(place->fs, place->dir, FS_READ, &file), -EISDIR);
    assert_int_equal(mkfifo(place->path, 0600), 0);
    for (size_t i = 0; i < ARRAY_LEN(modes); i++)
        assert_int_equal(place->fs->ops->open(place->fs, place->path, modes[i], &file),
                         -FS_NO_FILE);
    assert_null(file);
    assert_int_equal(fs_error(-FS_NO_FILE, place->path, &problem), ERR_IO);
    assert_string_equal(problem.text, "is no regular file");
}

static void parts_are_written_in_order_and_read_back(void **state)
{
    struct place *place = *state;
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct iovec parts[] = { { "ab", 2 }, { "", 0 }, { "cde", 3 } };
    char got[8] = "";
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_WRITE, &file), 0);
    assert_int_equal(file->ops->allocate(file, 4096), 0);
    assert_int_equal(file->ops->size(file), 4096);
    assert_int_equal(file->ops->pwritev(file, parts, 3, 4093), 5);
    assert_int_equal(file->ops->datasync(file), 0);
    assert_int_equal(file->ops->size(file), 4098);
    assert_int_equal(file->ops->pread(file, got, sizeof(got), 4093), 5); // short at the end
    assert_string_equal(got, "abcde");
    assert_int_equal(file->ops->truncate(file, 3), 0);
    assert_int_equal(file->ops->pread(file, got, sizeof(got), 4093), 0);
}

static void opening_holds_what_the_mode_says(void **state)
{
    struct place *place = *state;
    struct fs_file *file = NULL;
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_READ, &file), -ENOENT);
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_UPDATE, &file), -ENOENT);
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_CREATE_NEW, &file), 0);
    fs_file_close(TAKE(file));
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_CREATE_NEW, &file),
                     -EEXIST);
    assert_null(file);
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_UPDATE, &file), 0);
    assert_int_equal(file->ops->allocate(file, 4096), 0);
    fs_file_close(TAKE(file));
}

static void a_lock_is_held_until_close(void **state)
{
    struct place *place = *state;
    AUTO(fs_file_close) struct fs_file *second = NULL;
    struct fs_file *first = NULL;
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_WRITE, &first), 0);
    assert_int_equal(place->fs->ops->open(place->fs, place->path, FS_WRITE, &second), 0);
    assert_int_equal(first->ops->lock(first), 0);
    assert_int_equal(second->ops->lock(second), -EWOULDBLOCK);
    fs_file_close(first);
    assert_int_equal(second->ops->lock(second), 0);
}

static void directories_are_made_once_and_synced(void **state)
{
    struct place *place = *state;
    uint64_t free_bytes = 0, total_bytes = 0;
    assert_int_equal(place->fs->ops->make_dir(place->fs, place->path), 0);
    assert_int_equal(place->fs->ops->make_dir(place->fs, place->path), 0);
    assert_int_equal(place->fs->ops->sync_dir(place->fs, place->dir), 0);
    assert_int_equal(
        place->fs->ops->free_bytes(place->fs, place->path, &free_bytes, &total_bytes), 0);
    assert_true(total_bytes > 0 && free_bytes <= total_bytes);
    assert_int_equal(rmdir(place->path), 0);
    assert_int_equal(place->fs->ops->sync_dir(place->fs, place->path), -ENOENT);
}

static void errors_map_to_their_meaning(void **state)
{
    struct problem problem;
    (void)state;
    assert_int_equal(fs_error(-ENOSPC, "a", &problem), ERR_DISK_FULL);
    assert_int_equal(fs_error(-EDQUOT, "a", NULL), ERR_DISK_FULL);
    assert_int_equal(fs_error(-EWOULDBLOCK, "a", NULL), ERR_LOCKED);
    assert_int_equal(fs_error(-EROFS, "a", NULL), ERR_FORBIDDEN);
    assert_int_equal(fs_error(-EEXIST, "a", NULL), ERR_CONFLICT);
    assert_int_equal(fs_error(-EIO, "a", NULL), ERR_IO);
    assert_string_equal(problem.field, "a");
    assert_true(strlen(problem.text) > 0);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(write_file_replaces_and_leaves_nothing_beside),
        IN_PLACE(read_file_refuses_what_is_too_big_or_absent),
        IN_PLACE(what_is_no_file_is_refused_at_once),
        IN_PLACE(parts_are_written_in_order_and_read_back),
        IN_PLACE(opening_holds_what_the_mode_says),
        IN_PLACE(a_lock_is_held_until_close),
        IN_PLACE(directories_are_made_once_and_synced),
        cmocka_unit_test(errors_map_to_their_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
