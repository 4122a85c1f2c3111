// SPDX-License-Identifier: Apache-2.0
// Tests of bringing stores of earlier releases forward. The fixtures' folder is the argument.
#include "base/test.h"

#include <sqlite3.h>

#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/groups.h"
#include "store/organizations.h"
#include "store/personal_tokens.h"
#include "store/policies.h"
#include "store/service_tokens.h"
#include "store/testing.h"
#include "store/tx.h"

#define ACME       STR("3MRmsPx7C17aDnzTTJkCTzoSAlR")
#define PRODUCTION STR("3MRmsVT1lNGu1AlkaRy0YFwG68g")
#define ADA        STR("3MRmsUXxsq2YZw8of06sl193XVb")
#define BOB        STR("3MRmBobBobBobBobBobBobBobB0")

static const char *fixtures;
static struct store_fixture fixture;

static char *cstr_of(const char *folder, const char *name)
{
    str text = STR_NONE;
    str path = arena_printf(fixture.arena, "%s/%s", folder, name);
    assert_int_equal(fs_read_file(fs_real(), path.data, 1 << 20, fixture.arena, &text, NULL),
                     OK);
    return arena_cstr(fixture.arena, text);
}

static void remove_file(const char *name)
{
    const char *path = store_fixture_path(&fixture, name);
    assert_int_equal(fs_real()->ops->remove(fs_real(), path), 0);
}

static void restore_database(const char *dump)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(store_fixture_path(&fixture, "pintle.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, dump, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void restore_key(const char *text)
{
    FILE *file = fopen(store_fixture_path(&fixture, "secret.key"), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int start(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    store_fixture_close(&fixture);
    remove_file("pintle.db");
    remove_file("revocations");
    restore_database(cstr_of(fixtures, "format-1.sql"));
    restore_key(cstr_of(fixtures, "format-1.key"));
    assert_true(
        hex_decode(STR("6e81d07a0e8e64cdc2f374506b92eaf7"), fixture.id, sizeof(fixture.id)));
    if (store_fixture_open(&fixture))
        fail_msg("%s: %s", fixture.problem.field, fixture.problem.text);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    store_fixture_stop(&fixture);
    return 0;
}

static void members_of_format_1_stay_in_their_workspaces(void **state)
{
    (void)state;
    struct policy_row *rows = NULL;
    size_t count = 0;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_policy_list_all(tx, &rows, &count, NULL), OK);
    store_end(tx);
    assert_int_equal(count, 1); // Ada is Admin and needs none
    assert_true(str_eq(rows[0].workspace_id, PRODUCTION));
    assert_true(str_eq(rows[0].kind, POLICY_MEMBER));
    assert_true(str_eq(rows[0].subject_id, BOB));
    assert_true(str_eq(rows[0].policy, POLICY_EMPTY));
}

static void tokens_of_format_1_keep_working(void **state)
{
    (void)state;
    const struct store_page page = { 0 };
    struct store_list list;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_personal_token_list(tx, ADA, &page, &list, NULL), OK);
    store_end(tx);
    assert_int_equal(list.count, 2); // the third was revoked
    const struct personal_token_row *row = list.rows;
    assert_true(str_eq(row->name, STR("live")));
    assert_true(str_eq(row->scope, STR("read-write")));
    assert_true(str_eq(row->kind, STR("personal")));
    assert_int_equal(row->life.policy.len + row->life.allowed_ips.len, 0);
    assert_int_equal(row->life.expires_ms + row->life.not_before_ms, 0);
    assert_false(row->life.is_rotation_fixed || row->life.is_imported);
}

static void sealed_settings_of_format_1_open(void **state)
{
    (void)state;
    const struct store_page page = { 0 };
    struct store_list list;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_destination_list(tx, PRODUCTION, &page, &list, NULL), OK);
    store_end(tx);
    assert_int_equal(list.count, 1);
    const struct destination_row *row = list.rows;
    assert_true(str_eq(row->config, STR("{\"webhookUrl\":\"https://example.com/\","
                                        "\"webhookMethod\":\"POST\"}")));
}

static void an_organization_of_format_1_gets_the_settings_of_a_new_one(void **state)
{
    (void)state;
    struct organization_row old, fresh = { .name = STR("Fresh") };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_organization_get(tx, ACME, &old, NULL), OK);
    assert_int_equal(store_organization_create(tx, &fresh, NULL), OK);
    store_end(tx);
    assert_true(str_eq(old.settings.pat_creation, fresh.settings.pat_creation));
    assert_true(str_eq(old.settings.features_off, fresh.settings.features_off));
    old.settings.pat_creation = fresh.settings.pat_creation;
    old.settings.features_off = fresh.settings.features_off;
    assert_int_equal(old.settings.allows_personal, fresh.settings.allows_personal);
    assert_int_equal(old.settings.allows_service, fresh.settings.allows_service);
    assert_int_equal(old.settings.allows_rotation, fresh.settings.allows_rotation);
    assert_int_equal(old.settings.strict_effects, fresh.settings.strict_effects);
    assert_int_equal(old.settings.baseline_pii, fresh.settings.baseline_pii);
    assert_int_equal(old.settings.max_personal_life_ms + old.settings.max_service_life_ms, 0);
}

static void the_store_of_before_is_kept_and_the_new_one_opens_again(void **state)
{
    (void)state;
    int64_t format = 0;
    struct db *db = NULL;
    const char *kept = store_fixture_path(&fixture, "pintle.db.format-1");
    assert_int_equal(db_open(str_of(kept), DB_READ_ONLY, &db, NULL), OK);
    assert_int_equal(migrations_format(db, &format, NULL), OK);
    db_close(db);
    assert_int_equal(format, 1);
    store_fixture_close(&fixture);
    assert_int_equal(store_fixture_open(&fixture), OK);
    members_of_format_1_stay_in_their_workspaces(state);
}

// --- The tables of access

static void a_group_goes_with_its_memberships_and_policies(void **state)
{
    (void)state;
    struct group_row group = { .organization_id = ACME,
                               .name = STR("A"),
                               .description = STR("") };
    struct group_row same = group, found;
    struct policy_row policy = { .workspace_id = PRODUCTION,
                                 .kind = POLICY_GROUP,
                                 .policy = POLICY_EMPTY };
    struct group_row *groups = NULL;
    size_t count = 0;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_group_create(tx, &group, NULL), OK);
    assert_int_equal(store_group_create(tx, &same, &fixture.problem), ERR_CONFLICT);
    assert_string_equal(fixture.problem.field, "name");
    assert_int_equal(store_group_add_member(tx, group.id, BOB, NULL), OK);
    assert_int_equal(store_group_add_member(tx, group.id, BOB, NULL), OK); // is in it already
    policy.subject_id = group.id;
    assert_int_equal(store_policy_put(tx, &policy, NULL), OK);
    assert_int_equal(store_group_list_of_user(tx, ACME, BOB, &groups, &count, NULL), OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_group_get(tx, STR("other"), group.id, &found, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_group_delete(tx, STR("other"), group.id, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_group_delete(tx, ACME, group.id, NULL), OK);
    assert_int_equal(store_group_list_of_user(tx, ACME, BOB, &groups, &count, NULL), OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_policy_get(tx, PRODUCTION, POLICY_GROUP, group.id, &policy, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(store_group_remove_member(tx, group.id, BOB, NULL), ERR_NOT_FOUND);
    store_fixture_commit(tx);
}

static void a_member_who_leaves_takes_his_policies_along(void **state)
{
    (void)state;
    struct policy_row *rows = NULL;
    struct group_row group = { .organization_id = ACME,
                               .name = STR("A"),
                               .description = STR("") };
    struct member_row member = { .organization_id = ACME,
                                 .user_id = BOB,
                                 .role = STR("member") };
    struct group_member_row *members = NULL;
    size_t count = 0;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_group_create(tx, &group, NULL), OK);
    assert_int_equal(store_group_add_member(tx, group.id, BOB, NULL), OK);
    assert_int_equal(store_member_remove(tx, ACME, BOB, NULL), OK);
    assert_int_equal(store_policy_list(tx, ACME, POLICY_MEMBER, BOB, &rows, &count, NULL), OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_group_list_members(tx, group.id, &members, &count, NULL), OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_member_add(tx, &member, NULL), OK); // begins anew
    assert_int_equal(store_policy_list(tx, ACME, POLICY_MEMBER, BOB, &rows, &count, NULL), OK);
    assert_int_equal(count, 1);
    store_fixture_commit(tx);
}

static void a_policy_is_written_over_and_deleted(void **state)
{
    (void)state;
    struct policy_row row = { .workspace_id = PRODUCTION,
                              .kind = POLICY_BASELINE,
                              .subject_id = STR(""),
                              .policy = STR("{}") };
    struct policy_row found;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_policy_get(tx, PRODUCTION, POLICY_BASELINE, STR(""), &found, NULL),
                     ERR_NOT_FOUND);
    assert_int_equal(store_policy_put(tx, &row, NULL), OK);
    row.policy = POLICY_EMPTY;
    assert_int_equal(store_policy_put(tx, &row, NULL), OK);
    assert_int_equal(store_policy_get(tx, PRODUCTION, POLICY_BASELINE, STR(""), &found, NULL),
                     OK);
    assert_true(str_eq(found.policy, POLICY_EMPTY));
    assert_int_equal(store_policy_delete(tx, PRODUCTION, POLICY_BASELINE, STR(""), NULL), OK);
    assert_int_equal(store_policy_delete(tx, PRODUCTION, POLICY_BASELINE, STR(""), NULL),
                     ERR_NOT_FOUND);
    store_fixture_commit(tx);
}

static void a_service_tokens_end_survives_an_older_database(void **state)
{
    (void)state;
    struct service_token_row row = { .organization_id = ACME,
                                     .level = STR("organization"),
                                     .name = STR("okta"),
                                     .digest = { 1, 2, 3 },
                                     .prefix = STR("ptl_sat_"),
                                     .last4 = STR("abcd"),
                                     .created_by = ADA };
    struct service_token_row again = row, found;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_service_token_create(tx, &row, NULL), OK);
    assert_int_equal(store_service_token_create(tx, &again, NULL), ERR_CONFLICT);
    assert_int_equal(store_service_token_get(tx, STR("other"), row.id, &found, NULL),
                     ERR_NOT_FOUND);
    store_fixture_commit(tx);
    tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_service_token_revoke(tx, ACME, row.id, NULL), OK);
    store_fixture_commit(tx);
    store_fixture_close(&fixture);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(store_fixture_path(&fixture, "pintle.db"), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "UPDATE service_tokens SET revoked_ms = 0", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(store_fixture_open(&fixture), OK);
    tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_service_token_get(tx, ACME, row.id, &found, NULL), ERR_NOT_FOUND);
    store_end(tx);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(members_of_format_1_stay_in_their_workspaces),
        TEST(tokens_of_format_1_keep_working),
        TEST(sealed_settings_of_format_1_open),
        TEST(an_organization_of_format_1_gets_the_settings_of_a_new_one),
        TEST(the_store_of_before_is_kept_and_the_new_one_opens_again),
        TEST(a_group_goes_with_its_memberships_and_policies),
        TEST(a_member_who_leaves_takes_his_policies_along),
        TEST(a_policy_is_written_over_and_deleted),
        TEST(a_service_tokens_end_survives_an_older_database),
    };
    assert(argc == 2);
    fixtures = argv[1];
    return cmocka_run_group_tests_name("store migration", tests, NULL, NULL);
}
