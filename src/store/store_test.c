// SPDX-License-Identifier: Apache-2.0
// Tests of the resources and of transactions.
#include "base/test.h"

#include "store/audit.h"
#include "store/connections.h"
#include "store/meta.h"
#include "store/organizations.h"
#include "store/password.h"
#include "store/personal_tokens.h"
#include "store/testing.h"
#include "store/tx.h"
#include "store/users.h"
#include "store/workspaces.h"

static struct store_fixture fixture;

// Ends the transaction whatever has happened in it.
static struct store_tx *reading(void)
{
    return store_fixture_begin(&fixture, STORE_READ);
}

static struct store_tx *writing(void)
{
    return store_fixture_begin(&fixture, STORE_WRITE);
}

// --- Transactions

static void what_is_not_committed_has_not_happened(void **state)
{
    (void)state;
    struct organization_row row = { .name = STR("Other") };
    struct organization_row *rows;
    size_t count = 0;
    struct store_tx *tx = writing();
    assert_int_equal(store_organization_create(tx, &row, NULL), OK);
    store_end(tx);
    tx = reading();
    assert_int_equal(store_organization_list(tx, &rows, &count, NULL), OK);
    assert_int_equal(count, 1);
    assert_text(rows[0].name, "Acme");
    store_end(tx);
}

static void each_write_counts_the_revision_up_and_notes_do_not(void **state)
{
    (void)state;
    struct store_tx *tx = reading();
    int64_t before = store_revision(tx);
    store_end(tx);

    tx = writing();
    assert_int_equal(store_revision(tx), before + 1);
    store_fixture_commit(tx);
    tx = store_fixture_begin(&fixture, STORE_NOTE);
    assert_int_equal(store_revision(tx), before + 1);
    store_fixture_commit(tx);
    tx = writing(); // taken back: the number is used by the next
    assert_int_equal(store_revision(tx), before + 2);
    store_end(tx);
    tx = reading();
    assert_int_equal(store_revision(tx), before + 1);
    store_end(tx);
}

static void only_configuration_counts_the_configuration_revision_up(void **state)
{
    (void)state;
    struct audit_row entry = { .organization_id = fixture.organization_id,
                               .actor_type = STR("user"),
                               .actor_id = fixture.user_id,
                               .action = STR("created"),
                               .target_type = STR("source"),
                               .target_id = STR("1"),
                               .target_name = STR("a") };
    struct store_tx *tx = writing();
    assert_int_equal(store_audit_add(tx, &entry, NULL), OK);
    store_fixture_commit(tx);
    tx = reading();
    assert_true(store_config_revision(tx) < store_revision(tx));
    store_end(tx);
    store_fixture_source(&fixture, "web");
    tx = reading();
    assert_int_equal(store_config_revision(tx), store_revision(tx));
    store_end(tx);
}

static void a_reader_keeps_its_picture_while_others_write(void **state)
{
    (void)state;
    struct store_list list;
    struct store_page all = { 0 };
    struct store_tx *tx = reading();
    store_fixture_source(&fixture, "web");
    assert_int_equal(store_source_list(tx, fixture.workspace_id, &all, &list, NULL), OK);
    assert_int_equal(list.total, 0);
    store_end(tx);
    tx = reading();
    assert_int_equal(store_source_list(tx, fixture.workspace_id, &all, &list, NULL), OK);
    assert_int_equal(list.total, 1);
    store_end(tx);
}

// --- Workspaces, users, members

static void workspace_names_are_unique_in_the_organization(void **state)
{
    (void)state;
    struct problem problem;
    struct workspace_row row = { .organization_id = fixture.organization_id,
                                 .name = STR("Main"),
                                 .environment = STR("DEVELOPMENT") };
    struct store_tx *tx = writing();
    assert_int_equal(store_workspace_create(tx, &row, &problem), ERR_CONFLICT);
    assert_string_equal(problem.field, "name");
    row.name = STR("Second");
    assert_int_equal(store_workspace_create(tx, &row, &problem), OK);
    struct workspace_row found;
    assert_int_equal(store_workspace_get_by_name(tx, fixture.organization_id, STR("Second"),
                                                 &found, &problem),
                     OK);
    assert_true(str_eq(found.id, row.id));
    assert_text(found.environment, "DEVELOPMENT");
    assert_int_equal(store_workspace_get(tx, STR("nope"), &found, &problem), ERR_NOT_FOUND);
    store_end(tx);
}

static void users_are_found_by_email_whatever_its_case(void **state)
{
    (void)state;
    struct problem problem;
    struct user_row row = { .email = STR("aDA@EXAMPLE.com"), .name = STR("B") };
    struct store_tx *tx = writing();
    assert_int_equal(store_user_create(tx, &row, &problem), ERR_CONFLICT);
    assert_string_equal(problem.field, "email");
    assert_int_equal(store_user_get_by_email(tx, STR("ADA@example.COM"), &row, &problem), OK);
    assert_text(row.email, "Ada@example.com");
    assert_int_equal(store_user_get_by_email(tx, STR("ada@example.org"), &row, &problem),
                     ERR_NOT_FOUND);
    store_end(tx);
}

static void a_password_can_be_set_and_checked(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    struct user_row row;
    assert_int_equal(password_hash(secret_of(STR("correct horse")), hash), OK);
    assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
    struct store_tx *tx = writing();
    assert_int_equal(store_user_set_password(tx, fixture.user_id, str_of(hash), NULL), OK);
    store_fixture_commit(tx);
    tx = reading();
    assert_int_equal(store_user_get(tx, fixture.user_id, &row, NULL), OK);
    assert_true(password_is_right(secret_of(STR("correct horse")), row.password_hash));
    assert_false(password_is_right(secret_of(STR("correct horsf")), row.password_hash));
    assert_false(password_is_right(secret_of(STR_NONE), row.password_hash));
    assert_false(password_is_right(secret_of(STR("")), STR_NONE));
    assert_false(password_is_right(secret_of(STR("x")), STR("no hash")));
    store_end(tx);
}

static void a_password_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    static char text[PASSWORD_LEN_MAX + 1];
    memset(text, 'a', sizeof(text));
    assert_int_equal(password_hash(secret_of(str_make(text, sizeof(text))), hash), ERR_INVALID);
    assert_int_equal(password_hash(secret_of(str_make(text, PASSWORD_LEN_MAX)), hash), OK);
}

static void members_come_change_and_go(void **state)
{
    (void)state;
    struct problem problem;
    struct member_row row = { .organization_id = fixture.organization_id,
                              .user_id = fixture.user_id,
                              .role = STR("member") };
    struct member_row *rows;
    size_t count;
    struct store_tx *tx = writing();
    assert_int_equal(store_member_add(tx, &row, &problem), ERR_CONFLICT);
    assert_int_equal(store_member_set_role(tx, fixture.organization_id, fixture.user_id,
                                           STR("member"), &problem),
                     OK);
    assert_int_equal(store_member_list_of_user(tx, fixture.user_id, &rows, &count, &problem),
                     OK);
    assert_int_equal(count, 1);
    assert_text(rows[0].role, "member");
    assert_int_equal(
        store_member_remove(tx, fixture.organization_id, fixture.user_id, &problem), OK);
    assert_int_equal(
        store_member_remove(tx, fixture.organization_id, fixture.user_id, &problem),
        ERR_NOT_FOUND);
    store_end(tx);
}

// --- Sessions, meta, audit

static void sessions_end_by_time_and_by_hand(void **state)
{
    (void)state;
    struct session_row row = { .digest = { 7 },
                               .user_id = fixture.user_id,
                               .csrf = STR("csrf-value"),
                               .expires_ms = fixture.clock.wall_ms_now + 1000 };
    struct session_row found;
    const uint8_t unknown[STORE_DIGEST_LEN] = { 8 };
    struct store_tx *tx = writing();
    assert_int_equal(store_session_create(tx, &row, NULL), OK);
    assert_int_equal(store_session_get(tx, row.digest, &found, NULL), OK);
    assert_text(found.csrf, "csrf-value");
    assert_int_equal(store_session_get(tx, unknown, &found, NULL), ERR_NOT_FOUND);
    clock_fake_advance_ms(&fixture.clock, 999);
    assert_int_equal(store_session_get(tx, row.digest, &found, NULL), OK);
    clock_fake_advance_ms(&fixture.clock, 1);
    assert_int_equal(store_session_get(tx, row.digest, &found, NULL), ERR_NOT_FOUND);
    row.expires_ms = fixture.clock.wall_ms_now + 10;
    assert_int_equal(store_session_touch(tx, &row, NULL), OK);
    assert_int_equal(store_session_get(tx, row.digest, &found, NULL), OK);
    assert_int_equal(found.last_seen_ms, fixture.clock.wall_ms_now);
    assert_int_equal(store_session_delete_of_user(tx, fixture.user_id, NULL), OK);
    assert_int_equal(store_session_touch(tx, &row, NULL), ERR_NOT_FOUND);
    store_end(tx);
}

static void purging_removes_expired_sessions_only(void **state)
{
    (void)state;
    struct session_row old = { .digest = { 1 }, .user_id = fixture.user_id, .csrf = STR("a") };
    struct session_row live = { .digest = { 2 }, .user_id = fixture.user_id, .csrf = STR("b") };
    old.expires_ms = fixture.clock.wall_ms_now;
    live.expires_ms = fixture.clock.wall_ms_now + 1;
    struct store_tx *tx = writing();
    assert_int_equal(store_session_create(tx, &old, NULL), OK);
    assert_int_equal(store_session_create(tx, &live, NULL), OK);
    assert_int_equal(store_session_purge(tx, NULL), OK);
    assert_int_equal(store_session_touch(tx, &old, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_session_touch(tx, &live, NULL), OK);
    store_end(tx);
}

static void a_meta_value_is_taken_once(void **state)
{
    (void)state;
    str value;
    struct store_tx *tx = writing();
    assert_int_equal(store_meta_get(tx, META_SETUP_TOKEN_DIGEST, &value, NULL), ERR_NOT_FOUND);
    assert_int_equal(store_meta_put(tx, META_SETUP_TOKEN_DIGEST, STR("a\0b"), NULL), OK);
    assert_int_equal(store_meta_put(tx, META_SETUP_TOKEN_DIGEST, STR("c\0d"), NULL), OK);
    assert_int_equal(store_meta_get(tx, META_SETUP_TOKEN_DIGEST, &value, NULL), OK);
    assert_true(str_eq(value, STR("c\0d")));
    assert_int_equal(store_meta_take(tx, META_SETUP_TOKEN_DIGEST, NULL), OK);
    assert_int_equal(store_meta_take(tx, META_SETUP_TOKEN_DIGEST, NULL), ERR_NOT_FOUND);
    store_end(tx);
}

static void the_audit_log_is_listed_newest_first(void **state)
{
    (void)state;
    struct audit_row *rows;
    size_t count;
    struct audit_filter filter = { .organization_id = fixture.organization_id };
    struct store_tx *tx = writing();
    for (int i = 0; i < 3; i++) {
        struct audit_row row = { .organization_id = fixture.organization_id,
                                 .workspace_id = i == 1 ? fixture.workspace_id : STR_NONE,
                                 .actor_type = STR("user"),
                                 .actor_id = fixture.user_id,
                                 .action = STR("created"),
                                 .target_type = STR("source"),
                                 .target_id = arena_printf(fixture.arena, "%d", i) };
        assert_int_equal(store_audit_add(tx, &row, NULL), OK);
        clock_fake_advance_ms(&fixture.clock, 5);
    }
    assert_int_equal(store_audit_list(tx, &filter, 2, &rows, &count, NULL), OK);
    assert_int_equal(count, 2);
    assert_text(rows[0].target_id, "2");
    assert_null(rows[0].workspace_id.data);
    filter.workspace_id = fixture.workspace_id;
    assert_int_equal(store_audit_list(tx, &filter, 2, &rows, &count, NULL), OK);
    assert_int_equal(count, 1);
    assert_text(rows[0].target_id, "1");
    store_end(tx);
}

// --- Personal tokens

static struct personal_token_row token_row(uint8_t number)
{
    return (struct personal_token_row){
        .user_id = fixture.user_id,
        .workspace_id = fixture.workspace_id,
        .name = STR("ci"),
        .scope = STR("read-write"),
        .digest = { number, 9 },
        .prefix = STR("ptl_pat_"),
        .last4 = STR("wxyz"),
    };
}

static void a_token_is_listed_until_it_is_revoked(void **state)
{
    (void)state;
    struct problem problem;
    struct personal_token_row row = token_row(1), found;
    struct store_page all = { 0 };
    struct store_list list;
    struct store_tx *tx = writing();
    assert_int_equal(store_personal_token_create(tx, &row, &problem), OK);
    assert_int_equal(store_personal_token_get(tx, fixture.user_id, row.id, &found, &problem),
                     OK);
    assert_memory_equal(found.digest, row.digest, STORE_DIGEST_LEN);
    assert_int_equal(found.last_used_ms, 0);
    assert_null(found.last_used_ip.data);
    assert_int_equal(store_personal_token_get(tx, STR("somebody"), row.id, &found, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(store_personal_token_revoke(tx, STR("somebody"), row.id, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(store_personal_token_revoke(tx, fixture.user_id, row.id, &problem), OK);
    assert_int_equal(store_personal_token_revoke(tx, fixture.user_id, row.id, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(store_personal_token_list(tx, fixture.user_id, &all, &list, &problem), OK);
    assert_int_equal(list.total, 0);
    struct personal_token_row again = token_row(1);
    assert_int_equal(store_personal_token_create(tx, &again, &problem), ERR_CONFLICT);
    store_fixture_commit(tx);
}

static void all_tokens_of_a_workspace_are_revoked_at_once(void **state)
{
    (void)state;
    struct workspace_row second = { .organization_id = fixture.organization_id,
                                    .name = STR("Second"),
                                    .environment = STR("DEVELOPMENT") };
    struct store_list ended = { 0 };
    struct store_tx *tx = writing();
    assert_int_equal(store_workspace_create(tx, &second, NULL), OK);
    for (uint8_t i = 0; i < 5; i++) {
        struct personal_token_row row = token_row(i);
        if (i >= 3)
            row.workspace_id = second.id;
        assert_int_equal(store_personal_token_create(tx, &row, NULL), OK);
    }
    assert_int_equal(store_personal_token_revoke_all(tx, fixture.user_id, fixture.workspace_id,
                                                     &ended, NULL),
                     OK);
    assert_int_equal(ended.count, 3);
    assert_int_equal(
        store_personal_token_revoke_all(tx, fixture.user_id, STR_NONE, &ended, NULL), OK);
    assert_int_equal(ended.count, 2);
    store_fixture_commit(tx);
}

static void a_later_use_of_a_token_wins(void **state)
{
    (void)state;
    struct personal_token_row row = token_row(1), found;
    struct store_tx *tx = writing();
    assert_int_equal(store_personal_token_create(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    struct token_use use = {
        .id = row.id, .at_ms = 2000, .ip = STR("192.0.2.1"), .user_agent = STR("curl")
    };
    tx = store_fixture_begin(&fixture, STORE_NOTE);
    assert_int_equal(store_personal_token_used(tx, &use, NULL), OK);
    use.at_ms = 1000;
    use.user_agent = STR("older");
    assert_int_equal(store_personal_token_used(tx, &use, NULL), OK);
    assert_int_equal(store_personal_token_get(tx, fixture.user_id, row.id, &found, NULL), OK);
    assert_int_equal(found.last_used_ms, 2000);
    assert_text(found.last_used_agent, "curl");
    store_fixture_commit(tx);
}

static void revoking_a_token_ends_the_values_it_took_over_from(void **state)
{
    (void)state;
    struct personal_token_row first = token_row(1), second = token_row(2), found;
    struct store_tx *tx = writing();
    assert_int_equal(store_personal_token_create(tx, &first, NULL), OK);
    assert_int_equal(store_personal_token_replace(tx, &first, &second, INT64_MAX, NULL), OK);
    assert_int_equal(store_personal_token_get(tx, fixture.user_id, first.id, &found, NULL), OK);
    assert_int_equal(store_personal_token_revoke(tx, fixture.user_id, second.id, NULL), OK);
    assert_int_equal(store_personal_token_get(tx, fixture.user_id, first.id, &found, NULL),
                     ERR_NOT_FOUND);
    store_fixture_commit(tx);
}

static int64_t audited(struct store_tx *tx, str id, str action)
{
    int64_t count = 0;
    assert_int_equal(tx_int(tx,
                            "SELECT COUNT(*) FROM audit WHERE target_id = $1 AND action = $2",
                            DB_VALUES(DB_TEXT(id), DB_TEXT(action)), &count, NULL),
                     OK);
    return count;
}

static void only_the_first_use_is_audited_by_the_store(void **state)
{
    (void)state;
    struct personal_token_row row = token_row(1);
    struct store_tx *tx = writing();
    assert_int_equal(store_personal_token_create(tx, &row, NULL), OK);
    struct token_use use = { .id = row.id, .at_ms = 1000 };
    for (; use.at_ms <= 3000; use.at_ms += 1000)
        assert_int_equal(store_personal_token_used(tx, &use, NULL), OK);
    assert_int_equal(audited(tx, row.id, STR("first_used")), 1);
    store_fixture_commit(tx);
}

int main(void)
{
#define TEST(name) STORE_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_committed_has_not_happened),
        TEST(each_write_counts_the_revision_up_and_notes_do_not),
        TEST(only_configuration_counts_the_configuration_revision_up),
        TEST(a_reader_keeps_its_picture_while_others_write),
        TEST(workspace_names_are_unique_in_the_organization),
        TEST(users_are_found_by_email_whatever_its_case),
        TEST(a_password_can_be_set_and_checked),
        TEST(a_password_beyond_the_limit_is_refused),
        TEST(members_come_change_and_go),
        TEST(sessions_end_by_time_and_by_hand),
        TEST(purging_removes_expired_sessions_only),
        TEST(a_meta_value_is_taken_once),
        TEST(the_audit_log_is_listed_newest_first),
        TEST(a_token_is_listed_until_it_is_revoked),
        TEST(all_tokens_of_a_workspace_are_revoked_at_once),
        TEST(a_later_use_of_a_token_wins),
        TEST(revoking_a_token_ends_the_values_it_took_over_from),
        TEST(only_the_first_use_is_audited_by_the_store),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
