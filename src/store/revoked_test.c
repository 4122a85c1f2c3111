// SPDX-License-Identifier: Apache-2.0
// Tests of what stays revoked: an older store that is restored, a log that is lost, torn,
// damaged or another's.
#include "base/test.h"

#include "store/testing.h"
#include "store/tx.h"

static struct store_fixture fixture;

static void revoke_token(const struct personal_token_row *row)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_revoke(tx, fixture.user_id, row->id, NULL), OK);
    store_fixture_commit(tx);
}

static bool is_live(const struct personal_token_row *row)
{
    struct personal_token_row found;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    enum err err = store_personal_token_get(tx, fixture.user_id, row->id, &found, NULL);
    store_end(tx);
    return err == OK;
}

static void a_restored_older_store_does_not_revive_a_revoked_token(void **state)
{
    (void)state;
    struct personal_token_row revoked = store_fixture_token(&fixture, 1, "read-only"),
                              live = store_fixture_token(&fixture, 2, "read-only");
    store_fixture_close(&fixture);
    str older = arena_dup(fixture.arena, store_fixture_file(&fixture, "pintle.db"));
    assert_int_equal(store_fixture_open(&fixture), OK);
    revoke_token(&revoked);
    store_fixture_close(&fixture);
    store_fixture_write_file(&fixture, "pintle.db", older);
    fixture.notices = 0;
    assert_int_equal(store_fixture_open(&fixture), OK);
    assert_int_equal(fixture.notices, 1);
    assert_false(is_live(&revoked));
    assert_true(is_live(&live));
}

static void a_revocation_taken_back_is_not_logged(void **state)
{
    (void)state;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only");
    size_t count;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_revoke(tx, fixture.user_id, row.id, NULL), OK);
    store_end(tx);
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    revocations_all(fixture.store->revocations, &count);
    assert_int_equal(count, 0);
    assert_true(is_live(&row));
}

static void a_lost_log_is_made_anew_from_the_store(void **state)
{
    (void)state;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only");
    size_t count;
    revoke_token(&row);
    store_fixture_close(&fixture);
    assert_int_equal(remove(store_fixture_path(&fixture, "revocations")), 0);
    assert_int_equal(store_fixture_open(&fixture), OK);
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    const struct revocation *entries = revocations_all(fixture.store->revocations, &count);
    assert_int_equal(count, 1);
    assert_memory_equal(entries[0].digest, row.digest, STORE_DIGEST_LEN);
}

static void a_torn_last_entry_is_overwritten_and_damage_is_told(void **state)
{
    (void)state;
    struct personal_token_row first = store_fixture_token(&fixture, 1, "read-only"),
                              second = store_fixture_token(&fixture, 2, "read-only"),
                              third = store_fixture_token(&fixture, 3, "read-only");
    size_t count;
    revoke_token(&first);
    revoke_token(&second);
    store_fixture_close(&fixture);
    str whole = arena_dup(fixture.arena, store_fixture_file(&fixture, "revocations"));
    assert_int_equal(whole.len, 40 + 2 * 48);

    struct revocations *log = NULL;
    str path = str_of(store_fixture_path(&fixture, "revocations"));
    store_fixture_write_file(&fixture, "revocations", str_sub(whole, 0, whole.len - 1)); // torn
    fixture.notices = 0;
    assert_int_equal(
        revocations_open(fs_real(), path, fixture.id, &fixture.observer, &log, NULL), OK);
    revocations_all(log, &count);
    assert_int_equal(count, 1);
    assert_int_equal(fixture.notices, 0);
    struct revocation entry = { .revoked_ms = 5 };
    memcpy(entry.digest, third.digest, sizeof(entry.digest));
    assert_int_equal(revocations_add(log, &entry, 1, NULL), OK);
    revocations_close(log);
    assert_int_equal(store_fixture_file(&fixture, "revocations").len, 40 + 2 * 48);

    char *copy = arena_cstr(fixture.arena, whole);
    copy[45] ^= 1; // inside the first of two
    store_fixture_write_file(&fixture, "revocations", str_make(copy, whole.len));
    assert_int_equal(
        revocations_open(fs_real(), path, fixture.id, &fixture.observer, &log, NULL), OK);
    const struct revocation *entries = revocations_all(log, &count);
    assert_int_equal(count, 1);
    assert_memory_equal(entries[0].digest, second.digest, STORE_DIGEST_LEN);
    assert_int_equal(fixture.notices, 1);
    revocations_close(log);
}

static void a_foreign_or_newer_log_is_refused(void **state)
{
    (void)state;
    store_fixture_close(&fixture);
    str whole = arena_dup(fixture.arena, store_fixture_file(&fixture, "revocations"));
    char *copy = arena_cstr(fixture.arena, whole);
    copy[8] = 2;
    store_fixture_write_file(&fixture, "revocations", str_make(copy, whole.len));
    assert_int_equal(store_fixture_open(&fixture), ERR_NEWER_FORMAT);
    copy[8] = 1;
    copy[20] ^= 1;
    store_fixture_write_file(&fixture, "revocations", str_make(copy, whole.len));
    assert_int_equal(store_fixture_open(&fixture), ERR_CORRUPT);
    store_fixture_write_file(&fixture, "revocations",
                             STR("something else that is longer than the header, by far"));
    assert_int_equal(store_fixture_open(&fixture), ERR_CORRUPT);

    struct revocations *log = NULL;
    const uint8_t other[16] = { 9 };
    str path = str_of(store_fixture_path(&fixture, "revocations"));
    store_fixture_write_file(&fixture, "revocations", whole);
    assert_int_equal(revocations_open(fs_real(), path, other, &fixture.observer, &log, NULL),
                     ERR_CONFLICT);
}

int main(void)
{
#define TEST(name) STORE_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(a_restored_older_store_does_not_revive_a_revoked_token),
        TEST(a_revocation_taken_back_is_not_logged),
        TEST(a_lost_log_is_made_anew_from_the_store),
        TEST(a_torn_last_entry_is_overwritten_and_damage_is_told),
        TEST(a_foreign_or_newer_log_is_refused),
    };
    return cmocka_run_group_tests_name("store revoked", tests, NULL, NULL);
}
