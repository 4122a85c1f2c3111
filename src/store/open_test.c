// SPDX-License-Identifier: Apache-2.0
// Tests of opening: formats, mixed directories, keys, sealing on disk.
#include "base/test.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/connections.h"
#include "store/sessions.h"
#include "store/testing.h"
#include "store/tx.h"

static struct store_fixture fixture;

static str file_of(const char *name)
{
    return store_fixture_file(&fixture, name);
}

static void write_file(const char *name, str data)
{
    store_fixture_write_file(&fixture, name, data);
}

static void remove_file(const char *name)
{
    assert_int_equal(fs_real()->ops->remove(fs_real(), store_fixture_path(&fixture, name)), 0);
}

// By hand, as an operator's SQL shell would.
static void run_sql(const char *sql)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(store_fixture_path(&fixture, "pintle.db"), &handle), 0);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

// --- Opening

static void what_was_written_is_there_after_opening_again(void **state)
{
    (void)state;
    struct destination_row found;
    struct destination_row row = store_fixture_destination(&fixture, "hook", "{\"a\": 1}");
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_destination_get(tx, fixture.workspace_id, row.id, &found, NULL), OK);
    assert_true(str_eq(found.config, STR("{\"a\": 1}")));
    store_end(tx);
}

static void only_the_owner_can_read_the_files(void **state)
{
    (void)state;
    static const char *const names[] = { "pintle.db", "pintle.db-wal", "secret.key",
                                         "revocations" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct stat info;
        assert_int_equal(stat(store_fixture_path(&fixture, names[i]), &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
}

static void the_store_of_another_directory_is_refused(void **state)
{
    (void)state;
    store_fixture_close(&fixture);
    fixture.id[5] ^= 1;
    assert_int_equal(store_fixture_open(&fixture), ERR_CONFLICT);
    assert_non_null(strstr(fixture.problem.field, "pintle.db"));
    assert_non_null(strstr(fixture.problem.text, "another data directory"));
}

static void a_newer_format_is_refused_naming_both(void **state)
{
    (void)state;
    store_fixture_close(&fixture);
    run_sql("UPDATE meta SET value = CAST('700' AS BLOB) WHERE name = 'format'");
    assert_int_equal(store_fixture_open(&fixture), ERR_NEWER_FORMAT);
    assert_non_null(strstr(fixture.problem.text, "format 700"));
    assert_non_null(strstr(fixture.problem.text, "knows formats up to"));
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    (void)state;
    store_fixture_close(&fixture);
    write_file("pintle.db", STR("this is not a database at all, though it is quite long"));
    assert_int_equal(store_fixture_open(&fixture), ERR_CORRUPT);
    assert_non_null(strstr(fixture.problem.field, "pintle.db"));
}

static void a_missing_directory_is_named(void **state)
{
    (void)state;
    struct store *store = NULL;
    struct problem problem = { 0 };
    struct store_parts parts = store_fixture_parts(&fixture);
    parts.dir = STR("/tmp/no-such-directory-of-store-test");
    assert_int_equal(store_open(&parts, &store, &problem), ERR_NOT_FOUND);
    assert_null(store);
    assert_non_null(strstr(problem.field, "no-such-directory-of-store-test/pintle.db"));
}

static void a_directory_in_place_of_the_database_is_refused(void **state)
{
    (void)state;
    store_fixture_close(&fixture);
    remove_file("pintle.db");
    assert_int_equal(mkdir(store_fixture_path(&fixture, "pintle.db"), 0700), 0);
    assert_int_not_equal(store_fixture_open(&fixture), OK);
    assert_non_null(strstr(fixture.problem.field, "pintle.db"));
    assert_int_equal(rmdir(store_fixture_path(&fixture, "pintle.db")), 0);
}

static void a_database_locked_by_another_program_is_said_to_be(void **state)
{
    (void)state;
    sqlite3 *other = NULL;
    struct store_tx *tx = NULL;
    assert_int_equal(sqlite3_open(store_fixture_path(&fixture, "pintle.db"), &other), 0);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        store_begin(fixture.store, STORE_WRITE, fixture.arena, &tx, &fixture.problem),
        ERR_LOCKED);
    assert_non_null(strstr(fixture.problem.text, "locked"));
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    tx = store_fixture_begin(&fixture, STORE_WRITE); // and the lock was given back
    store_end(tx);
}

static void a_full_disk_fails_the_write_and_nothing_else(void **state)
{
    (void)state;
    const struct store_page all = { 0 };
    struct store_list list;
    char *big = arena_alloc(fixture.arena, 1 << 20);
    memset(big, 'x', 1 << 20);
    struct source_row row = { .workspace_id = fixture.workspace_id,
                              .name = STR("big"),
                              .type = STR("HTTP"),
                              .config = str_make(big, 1 << 20) };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(db_exec(fixture.store->writer, "PRAGMA max_page_count = 64", NULL), OK);
    assert_int_equal(store_source_create(tx, &row, &fixture.problem), ERR_DISK_FULL);
    assert_non_null(strstr(fixture.problem.text, "full"));
    assert_int_equal(store_commit(tx, &fixture.problem), ERR_IO); // nothing of it may stay
    store_end(tx);
    store_fixture_source(&fixture, "small");
    tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_source_list(tx, fixture.workspace_id, &all, &list, NULL), OK);
    assert_int_equal(list.count, 1);
    store_end(tx);
}

// --- Migration

static int64_t newest_format(void)
{
    return migrations[migration_count - 1].format;
}

static enum err open_with_steps(const struct migration *steps, size_t count)
{
    struct store_parts parts = store_fixture_parts(&fixture);
    fixture.problem = (struct problem){ 0 };
    return store_open_with(&parts, steps, count, &fixture.store, &fixture.problem);
}

static enum err open_with_more_steps(const char *sql)
{
    struct migration steps[MIGRATIONS_MAX];
    memcpy(steps, migrations, migration_count * sizeof(steps[0]));
    steps[migration_count] = (struct migration){ .format = newest_format() + 1, .sql = sql };
    return open_with_steps(steps, migration_count + 1);
}

static void an_older_format_is_brought_forward_after_a_copy(void **state)
{
    (void)state;
    struct source_row row = store_fixture_source(&fixture, "web"), found;
    store_fixture_close(&fixture);
    assert_int_equal(open_with_more_steps("ALTER TABLE sources ADD COLUMN note TEXT;"
                                          "UPDATE sources SET note = 'moved'"),
                     OK);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    str note;
    assert_int_equal(store_source_get(tx, fixture.workspace_id, row.id, &found, NULL), OK);
    assert_int_equal(tx_bytes(tx, "SELECT note FROM sources WHERE id = $1",
                              DB_VALUES(DB_TEXT(row.id)), &note, NULL),
                     OK);
    assert_true(str_eq(note, STR("moved")));
    store_end(tx);
    store_fixture_close(&fixture);

    // The program of before refuses it; the copy is what it was.
    assert_int_equal(store_fixture_open(&fixture), ERR_NEWER_FORMAT);
    write_file("pintle.db", file_of(arena_printf(fixture.arena, "pintle.db.format-%lld",
                                                 (long long)newest_format())
                                        .data));
    assert_int_equal(store_fixture_open(&fixture), OK);
    tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_source_get(tx, fixture.workspace_id, row.id, &found, NULL), OK);
    store_end(tx);
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    (void)state;
    store_fixture_source(&fixture, "web");
    store_fixture_close(&fixture);
    assert_int_not_equal(
        open_with_more_steps("UPDATE sources SET name = 'x'; SELECT * FROM nowhere"), OK);
    assert_null(fixture.store);
    assert_int_equal(store_fixture_open(&fixture), OK);
    const struct store_page all = { 0 };
    struct store_list list;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_source_list(tx, fixture.workspace_id, &all, &list, NULL), OK);
    assert_int_equal(list.count, 1);
    assert_true(str_eq(((struct source_row *)list.rows)->name, STR("web")));
    store_end(tx);
}

// As two steps come together that were made apart: the higher number was there first.
static void a_step_that_comes_after_a_higher_one_is_run(void **state)
{
    (void)state;
    static const int64_t late = 1000, early = 999;
    struct migration steps[MIGRATIONS_MAX];
    size_t count = migration_count;
    store_fixture_close(&fixture);
    memcpy(steps, migrations, count * sizeof(steps[0]));
    steps[count] = (struct migration){ late, "ALTER TABLE sources ADD COLUMN late TEXT" };
    assert_int_equal(open_with_steps(steps, count + 1), OK);
    store_fixture_close(&fixture);
    steps[count + 1] = steps[count];
    steps[count] = (struct migration){ early, "ALTER TABLE sources ADD COLUMN early TEXT" };
    assert_int_equal(open_with_steps(steps, count + 2), OK);
    bool has = false;
    assert_int_equal(db_has_part(fixture.store->writer, STR("sources.early"), &has, NULL), OK);
    assert_true(has);
    store_fixture_close(&fixture);
    // A release that knows the higher number but not the lower one.
    steps[count] = steps[count + 1];
    assert_int_equal(open_with_steps(steps, count + 1), ERR_NEWER_FORMAT);
    assert_non_null(strstr(fixture.problem.text, "step 999"));
}

// Of a time when only the format was written down.
static void forget_steps(const char *damage)
{
    assert_int_equal(
        db_exec(fixture.store->writer, "DELETE FROM meta WHERE name = 'steps'", NULL), OK);
    if (damage)
        assert_int_equal(db_exec(fixture.store->writer, damage, NULL), OK);
    store_fixture_close(&fixture);
}

static void a_store_that_lacks_a_column_is_refused_and_the_step_named(void **state)
{
    (void)state;
    forget_steps(NULL);
    assert_int_equal(store_fixture_open(&fixture), OK); // whole: the steps are written down
    forget_steps("ALTER TABLE sessions DROP COLUMN user_agent");
    assert_int_equal(store_fixture_open(&fixture), ERR_CORRUPT);
    assert_string_equal(fixture.problem.field, "sessions.user_agent");
    assert_non_null(strstr(fixture.problem.text, "step 6 was left out"));
}

// --- Sealing

static bool file_holds(const char *name, str text)
{
    str data = file_of(name);
    return str_find_str(data, text) < data.len;
}

static void no_secret_is_in_the_files(void **state)
{
    (void)state;
    static const char *const names[] = { "pintle.db", "pintle.db-wal" };
    struct session_row session = { .digest = { 1 },
                                   .user_id = fixture.user_id,
                                   .csrf = STR("csrf-5ecret-value"),
                                   .expires_ms = INT64_MAX };
    store_fixture_destination(&fixture, "visible name", "{\"apiKey\":\"5ecret-api-key\"}");
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_session_create(tx, &session, NULL), OK);
    store_fixture_commit(tx);
    bool name_was_seen = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_false(file_holds(names[i], STR("5ecret-api-key")));
        assert_false(file_holds(names[i], STR("5ecret-value")));
        name_was_seen |= file_holds(names[i], STR("visible name"));
    }
    assert_true(name_was_seen); // the search does find what is there
    store_fixture_close(&fixture);
    assert_true(file_holds("pintle.db", STR("visible name")));
    assert_false(file_holds("pintle.db", STR("5ecret-")));
}

static void another_key_file_is_refused_by_its_key_id(void **state)
{
    (void)state;
    str kept = arena_dup(fixture.arena, file_of("secret.key"));
    store_fixture_close(&fixture);
    struct sealer *sealer = NULL;
    assert_int_equal(sealer_open(fs_real(), str_of(store_fixture_path(&fixture, "other.key")),
                                 true, rng_system(), &sealer, NULL),
                     OK);
    sealer_close(sealer);
    write_file("secret.key", file_of("other.key"));
    assert_int_equal(store_fixture_open(&fixture), ERR_INVALID);
    assert_non_null(strstr(fixture.problem.field, "secret.key"));
    str key_id = str_sub(kept, sizeof("pintle secret keys 1\n") - 1, 8);
    str text = str_of(fixture.problem.text);
    assert_true(str_find_str(text, key_id) < text.len);

    // With both keys in the file, the new one first, everything opens.
    str other = file_of("other.key");
    str both = arena_printf(fixture.arena, "%" PRIstr "%" PRIstr, STR_ARG(other),
                            STR_ARG(str_sub(kept, sizeof("pintle secret keys 1\n") - 1, 4096)));
    write_file("secret.key", both);
    assert_int_equal(store_fixture_open(&fixture), OK);
}

static void a_lost_key_file_is_not_made_anew(void **state)
{
    (void)state;
    store_fixture_close(&fixture);
    remove_file("secret.key");
    assert_int_equal(store_fixture_open(&fixture), ERR_NOT_FOUND);
    assert_non_null(strstr(fixture.problem.field, "secret.key"));
}

static void a_key_file_elsewhere_is_used(void **state)
{
    (void)state;
    str kept = arena_dup(fixture.arena, file_of("secret.key"));
    store_fixture_close(&fixture);
    remove_file("secret.key");
    write_file("elsewhere", kept);
    struct store_parts parts = store_fixture_parts(&fixture);
    parts.key_file = str_of(store_fixture_path(&fixture, "elsewhere"));
    assert_int_equal(store_open(&parts, &fixture.store, &fixture.problem), OK);
}

static void a_broken_key_file_names_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
        const char *said;
    } cases[] = {
        { "", ERR_INVALID, "not a key file" },
        { "hello\n", ERR_INVALID, "not a key file" },
        { "pintle secret keys 1\n", ERR_INVALID, "line 2" },
        { "pintle secret keys 1\n\nabc\n", ERR_INVALID, "line 3" },
        // key id and key do not belong together
        { "pintle secret keys 1\n00000000 "
          "0000000000000000000000000000000000000000000000000000000000000000\n",
          ERR_INVALID, "line 2" },
        { "pintle secret keys 2\n", ERR_NEWER_FORMAT, "format 2" },
    };
    store_fixture_close(&fixture);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        write_file("secret.key", str_of(cases[i].text));
        assert_int_equal(store_fixture_open(&fixture), cases[i].err);
        assert_non_null(strstr(fixture.problem.text, cases[i].said));
    }
}

static void a_sealed_value_opens_only_unaltered_and_in_its_place(void **state)
{
    (void)state;
    struct sealer *sealer = fixture.store->sealer;
    struct seal_place place = { .table = STR("t"), .row = STR("r"), .field = STR("f") };
    // The same letters, divided in another way.
    struct seal_place shifted = { .table = STR("tr"), .row = STR(""), .field = STR("f") };
    str plain = STR_NONE;
    str sealed = seal(sealer, place, STR("hush"), fixture.arena);
    assert_int_equal(sealed.len, 1 + 4 + 24 + 4 + 16);
    assert_int_equal(unseal(sealer, place, sealed, fixture.arena, &plain, NULL), OK);
    assert_true(str_eq(plain, STR("hush")));
    assert_int_equal(unseal(sealer, shifted, sealed, fixture.arena, &plain, NULL), ERR_CORRUPT);
    char *copy = arena_cstr(fixture.arena, sealed);
    for (size_t i = 0; i < sealed.len; i++) {
        copy[i] ^= 1;
        assert_int_not_equal(
            unseal(sealer, place, str_make(copy, sealed.len), fixture.arena, &plain, NULL), OK);
        copy[i] ^= 1;
        assert_int_not_equal(
            unseal(sealer, place, str_make(copy, i), fixture.arena, &plain, NULL), OK);
    }
}

struct seen {
    size_t readable;
    size_t unreadable;
};

static void see_config(void *ctx, const void *row)
{
    struct seen *seen = ctx;
    const struct destination_row *destination = row;
    bool is_bad = str_eq(destination->name, STR("bad"));
    if (is_bad)
        assert_null(destination->config.data);
    else
        assert_true(str_eq(destination->config, STR("{\"b\":2}")));
    *(is_bad ? &seen->unreadable : &seen->readable) += 1;
}

static void a_damaged_sealed_value_spoils_only_its_row(void **state)
{
    (void)state;
    struct destination_row found;
    struct seen seen = { 0 };
    struct destination_row bad = store_fixture_destination(&fixture, "bad", "{\"a\":1}");
    store_fixture_destination(&fixture, "good", "{\"b\":2}");
    store_fixture_close(&fixture);
    run_sql("UPDATE destinations SET config_sealed = (SELECT config_sealed FROM destinations"
            " WHERE name = 'good') WHERE name = 'bad'");
    assert_int_equal(store_fixture_open(&fixture), OK);
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(
        store_destination_get(tx, fixture.workspace_id, bad.id, &found, &fixture.problem),
        ERR_CORRUPT);
    const struct store_visitor visitor = { see_config, NULL, &seen };
    assert_int_equal(store_destination_each_changed(tx, -1, &visitor, NULL), OK);
    assert_int_equal(seen.unreadable, 1);
    assert_int_equal(seen.readable, 1);
    store_end(tx);
}

int main(void)
{
#define TEST(name) STORE_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_there_after_opening_again),
        TEST(only_the_owner_can_read_the_files),
        TEST(the_store_of_another_directory_is_refused),
        TEST(a_newer_format_is_refused_naming_both),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(a_missing_directory_is_named),
        TEST(a_directory_in_place_of_the_database_is_refused),
        TEST(a_database_locked_by_another_program_is_said_to_be),
        TEST(a_full_disk_fails_the_write_and_nothing_else),
        TEST(an_older_format_is_brought_forward_after_a_copy),
        TEST(a_migration_that_fails_changes_nothing),
        TEST(a_step_that_comes_after_a_higher_one_is_run),
        TEST(a_store_that_lacks_a_column_is_refused_and_the_step_named),
        TEST(no_secret_is_in_the_files),
        TEST(another_key_file_is_refused_by_its_key_id),
        TEST(a_lost_key_file_is_not_made_anew),
        TEST(a_key_file_elsewhere_is_used),
        TEST(a_broken_key_file_names_the_line),
        TEST(a_sealed_value_opens_only_unaltered_and_in_its_place),
        TEST(a_damaged_sealed_value_spoils_only_its_row),
    };
    return cmocka_run_group_tests_name("store open", tests, NULL, NULL);
}
