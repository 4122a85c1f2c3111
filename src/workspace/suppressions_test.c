// SPDX-License-Identifier: Apache-2.0
// Tests of suppressed users in snapshots.
#include "base/test.h"

#include "store/regulations.h"
#include "workspace/rules.h"
#include "workspace/testing.h"

static struct workspace_view *view;
static struct event_hash_key key;

static int start(void **state)
{
    (void)state;
    (void)workspace_fixture_set_up(state);
    event_hash_key_init(&key, fixture.id);
    view = workspace_view_open(workspace);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    workspace_view_close(TAKE(view));
    return workspace_fixture_tear_down(state);
}

static struct regulation_row add(struct store_tx *tx, const char *user, const char *sources)
{
    struct regulation_row row = {
        .workspace_id = fixture.workspace_id,
        .kind = STR("suppress"),
        .source_ids = str_of(sources),
        .user_id = str_of(user),
        .attributes = STR("{}"),
    };
    assert_int_equal(store_regulation_create(tx, &row, &fixture.problem), OK);
    return row;
}

static struct regulation_row suppress(const char *user, const char *sources)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    struct regulation_row row = add(tx, user, sources);
    row.id = arena_dup(fixture.arena, row.id);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    return row;
}

static void cancel(struct regulation_row *row)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_regulation_cancel(tx, row, &fixture.problem), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
}

static const struct ws_suppressions *current(void)
{
    return snapshot_suppressions(workspace_view_get(view), fixture.workspace_id);
}

static bool is_suppressed(const char *user, const char *source)
{
    const struct ws_suppressions *suppressions = current();
    return suppressions && suppressions_cover(suppressions, event_hash_id(&key, str_of(user)),
                                              str_of(user), str_of(source));
}

static void a_workspace_without_regulations_suppresses_nobody(void **state)
{
    (void)state;
    assert_null(current());
}

static void a_user_is_suppressed_for_every_source_or_for_those_named(void **state)
{
    (void)state;
    (void)suppress("ada", "");
    (void)suppress("bob", "s1,s22");
    assert_true(is_suppressed("ada", "s1") && is_suppressed("ada", "other"));
    assert_true(is_suppressed("bob", "s1") && is_suppressed("bob", "s22"));
    assert_false(is_suppressed("bob", "s2"));
    assert_false(is_suppressed("bob", "s"));
    assert_false(is_suppressed("Ada", "s1"));
    assert_false(is_suppressed("", "s1"));
    assert_null(snapshot_suppressions(workspace_view_get(view), STR("another")));
}

static void ids_are_compared_as_the_gateway_compares_them(void **state)
{
    (void)state;
    (void)suppress("  ada\xe2\x80\x8b ", "");
    assert_true(is_suppressed("ada", "s1"));
}

static void the_last_regulation_that_is_canceled_sets_a_user_free(void **state)
{
    (void)state;
    struct regulation_row all = suppress("ada", ""), one = suppress("ada", "s1");
    assert_int_equal(suppressions_count(current()), 2);
    cancel(&all);
    assert_true(is_suppressed("ada", "s1"));
    assert_false(is_suppressed("ada", "s2"));
    cancel(&one);
    assert_false(is_suppressed("ada", "s1"));
    assert_null(current());
}

// Two ids with one hash cannot be made, so the hash of another is claimed.
static void equal_hashes_of_different_ids_are_not_enough(void **state)
{
    (void)state;
    (void)suppress("ada", "");
    uint64_t hash = event_hash_id(&key, STR("ada"));
    assert_true(suppressions_may_cover(current(), hash));
    assert_false(suppressions_cover(current(), hash, STR("bob"), STR("s1")));
}

static void an_older_snapshot_stays_what_it_was(void **state)
{
    (void)state;
    (void)suppress("ada", "s1");
    const struct snapshot *before = snapshot_hold(workspace_view_get(view));
    (void)suppress("bob", "");
    const struct ws_suppressions *old = snapshot_suppressions(before, fixture.workspace_id);
    assert_int_equal(suppressions_count(old), 1);
    assert_false(suppressions_may_cover(old, event_hash_id(&key, STR("bob"))));
    assert_int_equal(suppressions_count(current()), 2);
    snapshot_release(before);
}

static void many_users_come_and_go_as_when_built_anew(void **state)
{
    (void)state;
    enum { USERS = 3000 };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    char user[16];
    for (int i = 0; i < USERS; i++) {
        (void)snprintf(user, sizeof(user), "u%d", i);
        struct regulation_row row = add(tx, user, i % 2 ? "s1" : "");
        if (i % 3 == 0)
            assert_int_equal(store_regulation_cancel(tx, &row, &fixture.problem), OK);
    }
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    (void)suppress("one more", "");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(suppressions_count(current()), USERS / 3 * 2 + 1);
        for (int i = 0; i < USERS; i++) {
            (void)snprintf(user, sizeof(user), "u%d", i);
            assert_int_equal(is_suppressed(user, "s1"), i % 3 != 0);
            assert_int_equal(is_suppressed(user, "s2"), i % 3 != 0 && i % 2 == 0);
        }
        workspace_view_close(TAKE(view));
        workspace_fixture_reopen();
        view = workspace_view_open(workspace);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(a_workspace_without_regulations_suppresses_nobody),
        TEST(a_user_is_suppressed_for_every_source_or_for_those_named),
        TEST(ids_are_compared_as_the_gateway_compares_them),
        TEST(the_last_regulation_that_is_canceled_sets_a_user_free),
        TEST(equal_hashes_of_different_ids_are_not_enough),
        TEST(an_older_snapshot_stays_what_it_was),
        TEST(many_users_come_and_go_as_when_built_anew),
    };
    return cmocka_run_group_tests_name("workspace suppressions", tests, NULL, NULL);
}
