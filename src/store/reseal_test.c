// SPDX-License-Identifier: Apache-2.0
// Tests of a new key for the sealed values, with a stop at every call that writes the key file.
#include "base/test.h"

#include <errno.h>

#include "os/fs.h"
#include "store/sessions.h"
#include "store/testing.h"
#include "store/tx.h"

static struct store_fixture fixture;

#define CONFIG "{\"apiKey\":\"5ecret\"}"

static str key_file(void)
{
    str text;
    assert_int_equal(fs_read_file(fs_real(), store_fixture_path(&fixture, "secret.key"), 16384,
                                  fixture.arena, &text, NULL),
                     OK);
    return text;
}

static size_t keys_in_file(void)
{
    str text = key_file(), line;
    size_t lines = 0;
    while (str_next(&text, '\n', &line))
        lines += line.len > 0;
    return lines - 1;
}

// More than a batch.
static void fill(void)
{
    for (int i = 0; i < 130; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "d%d", i);
        store_fixture_destination(&fixture, name, CONFIG);
    }
    struct session_row session = { .digest = { 7 },
                                   .user_id = fixture.user_id,
                                   .csrf = STR("csrf"),
                                   .expires_ms = INT64_MAX };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_session_create(tx, &session, NULL), OK);
    store_fixture_commit(tx);
}

static void everything_opens(void)
{
    static const uint8_t digest[STORE_DIGEST_LEN] = { 7 };
    struct session_row session;
    const struct store_page all = { 0 };
    struct store_list list;
    assert_int_equal(store_fixture_open(&fixture), OK);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_destination_list(tx, fixture.workspace_id, &all, &list, NULL), OK);
    assert_int_equal(list.count, 130);
    const struct destination_row *rows = list.rows;
    for (size_t i = 0; i < list.count; i++)
        assert_true(str_eq(rows[i].config, STR(CONFIG)));
    assert_int_equal(store_session_get(tx, digest, &session, NULL), OK);
    assert_true(str_eq(session.csrf, STR("csrf")));
    store_end(tx);
}

static void a_new_key_seals_everything_and_the_old_one_goes(void **state)
{
    (void)state;
    int64_t count = 0;
    fill();
    str before = key_file();
    assert_int_equal(store_rotate_key(fixture.store, NULL, &count, &fixture.problem), OK);
    assert_true(count >= 132); // the key check too
    assert_int_equal(keys_in_file(), 1);
    assert_false(str_eq(before, key_file()));
    store_fixture_close(&fixture);
    everything_opens();
}

// --- A disk whose n-th call fails, and so do all later ones: as if the process had ended there

static int calls_left;

static int failing_open(struct fs *fs, const char *path, enum fs_open_mode mode,
                        struct fs_file **ret_file)
{
    (void)fs;
    return calls_left-- > 0 ? fs_real()->ops->open(fs_real(), path, mode, ret_file) : -EIO;
}

static int failing_rename(struct fs *fs, const char *from, const char *to)
{
    (void)fs;
    return calls_left-- > 0 ? fs_real()->ops->rename(fs_real(), from, to) : -EIO;
}

static int failing_sync_dir(struct fs *fs, const char *path)
{
    (void)fs;
    return calls_left-- > 0 ? fs_real()->ops->sync_dir(fs_real(), path) : -EIO;
}

static void wherever_it_stops_everything_still_opens(void **state)
{
    (void)state;
    struct fs_ops ops = *fs_real()->ops;
    struct fs disk = { .ops = &ops };
    enum err err = ERR_IO;
    int calls = 0;
    ops.open = failing_open;
    ops.rename = failing_rename;
    ops.sync_dir = failing_sync_dir;
    fill();
    for (; err; calls++) {
        int64_t count = 0;
        assert_true(calls < 20);
        calls_left = calls;
        struct fs *kept = fixture.store->fs;
        fixture.store->fs = &disk;
        err = store_rotate_key(fixture.store, NULL, &count, &fixture.problem);
        fixture.store->fs = kept;
        store_fixture_close(&fixture);
        everything_opens();
    }
    assert_true(calls > 4); // both times that the key file is written
    assert_int_equal(keys_in_file(), 1);
}

static void no_sealed_column_is_forgotten(void **state)
{
    (void)state;
    size_t found = 0;
    for (size_t i = 0; i < migration_count; i++)
        for (const char *at = migrations[i].sql; (at = strstr(at, "_sealed BLOB")); at++)
            found++;
    assert_int_equal(found + 1, reseal_column_count()); // and meta's
}

int main(void)
{
#define TEST(name) STORE_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(a_new_key_seals_everything_and_the_old_one_goes),
        TEST(wherever_it_stops_everything_still_opens),
        TEST(no_sealed_column_is_forgotten),
    };
    return cmocka_run_group_tests_name("reseal", tests, NULL, NULL);
}
