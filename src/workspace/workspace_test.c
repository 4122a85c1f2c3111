// SPDX-License-Identifier: Apache-2.0
// Tests of who opens what: tokens and sessions, and views on several threads.
#include "base/test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store/users.h"
#include "store/workspaces.h"
#include "workspace/testing.h"

// --- Tokens

static void revoke_token(str id)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_revoke(tx, fixture.user_id, id, NULL), OK);
    store_fixture_commit(tx);
}

static enum err principal_of(const struct personal_token_row *row, struct principal *principal)
{
    return workspace_token_principal(workspace, row->digest, STR("127.0.0.1"), fixture.arena,
                                     principal, NULL);
}

static void a_token_stands_for_its_owner_in_its_workspace(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only");
    assert_int_equal(principal_of(&row, &principal), ERR_UNAUTHORIZED); // not published
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(principal_of(&row, &principal), OK);
    assert_int_equal(principal.kind, PRINCIPAL_PERSONAL_TOKEN);
    assert_true(str_eq(principal.user_id, fixture.user_id));
    assert_text(principal.user_email, "Ada@example.com");
    assert_true(str_eq(principal.organization_id, fixture.organization_id));
    assert_true(str_eq(principal.workspace_id, fixture.workspace_id));
    assert_true(str_eq(principal.token_id, row.id));
    assert_int_equal(principal.scope, SCOPE_READ_ONLY);
    assert_int_equal(principal.role, ROLE_ADMIN);
    assert_false(access_changes_anything(&principal));
    principal.scope = SCOPE_READ_WRITE;
    assert_true(access_changes_anything(&principal));
}

// Their digests begin with the same 64 bits.
static void tokens_with_similar_digests_are_told_apart(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row rows[3];
    for (uint8_t i = 0; i < 3; i++)
        rows[i] = store_fixture_token(&fixture, i, "read-write");
    assert_int_equal(workspace_publish(workspace), OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(principal_of(&rows[i], &principal), OK);
        assert_true(str_eq(principal.token_id, rows[i].id));
    }
    for (int i = 0; i < 3; i++) {
        revoke_token(rows[i].id);
        assert_int_equal(workspace_publish(workspace), OK);
        for (int j = 0; j < 3; j++)
            assert_int_equal(principal_of(&rows[j], &principal),
                             j <= i ? ERR_UNAUTHORIZED : OK);
    }
}

static void a_revoked_token_is_refused_once_it_is_published(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-write");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(principal_of(&row, &principal), OK);
    revoke_token(row.id);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(principal_of(&row, &principal), ERR_UNAUTHORIZED);
}

static void tokens_are_there_after_opening_and_revoked_ones_are_not(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row live = store_fixture_token(&fixture, 1, "read-write");
    struct personal_token_row revoked = store_fixture_token(&fixture, 2, "read-write");
    revoke_token(revoked.id);
    workspace_fixture_reopen();
    assert_int_equal(principal_of(&live, &principal), OK);
    assert_int_equal(principal_of(&revoked, &principal), ERR_UNAUTHORIZED);
}

static void a_token_follows_its_owners_role_at_once(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-write");
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_member_set_role(tx, fixture.organization_id, fixture.user_id,
                                           STR("member"), NULL),
                     OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(principal_of(&row, &principal), OK);
    assert_int_equal(principal.role, ROLE_MEMBER);
    assert_false(access_changes_anything(&principal));

    tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_member_remove(tx, fixture.organization_id, fixture.user_id, NULL),
                     OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(principal_of(&row, &principal), ERR_UNAUTHORIZED);
}

static void a_scope_from_the_future_opens_nothing(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "everything");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(fixture.notices, 1);
    assert_int_equal(principal_of(&row, &principal), ERR_UNAUTHORIZED);
}

static struct personal_token_row stored(const struct personal_token_row *row)
{
    struct personal_token_row found;
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_READ);
    assert_int_equal(store_personal_token_get(tx, fixture.user_id, row->id, &found, NULL), OK);
    store_end(tx);
    return found;
}

static void uses_are_stored_when_flushed(void **state)
{
    (void)state;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only"),
                              other = store_fixture_token(&fixture, 2, "read-only");
    const uint8_t unknown[TOKEN_DIGEST_LEN] = { 1 };
    assert_int_equal(workspace_publish(workspace), OK);
    assert_false(workspace_token_used(workspace, unknown, STR("::1"), STR("a")));
    assert_true(workspace_token_used(workspace, row.digest, STR("::1"), STR("a")));
    clock_fake_advance_ms(&fixture.clock, 5);
    assert_false(workspace_token_used(workspace, row.digest, STR("192.0.2.9"), STR("b")));
    assert_false(workspace_token_used(workspace, other.digest, STR("::1"), STR("c")));
    assert_int_equal(stored(&row).last_used_ms, 0);
    assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), OK);
    assert_int_equal(stored(&row).last_used_ms, fixture.clock.wall_ms_now);
    assert_text(stored(&row).last_used_ip, "192.0.2.9");
    assert_text(stored(&row).last_used_agent, "b");
    assert_text(stored(&other).last_used_agent, "c");
    // And the next use asks for the next flush.
    assert_true(workspace_token_used(workspace, row.digest, STR("::1"), STR("d")));
}

static void a_long_user_agent_is_cut_at_a_character(void **state)
{
    (void)state;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only");
    char agent[400];
    for (size_t i = 0; i < sizeof(agent); i += 4)
        memcpy(agent + i, "\xf0\x9f\x8c\x8a", 4);
    assert_int_equal(workspace_publish(workspace), OK);
    workspace_token_used(workspace, row.digest, STR("::1"), str_make(agent, sizeof(agent)));
    assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), OK);
    assert_true(str_eq(stored(&row).last_used_agent, str_make(agent, 252)));
}

static void a_user_agent_that_is_no_text_becomes_one(void **state)
{
    (void)state;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only");
    assert_int_equal(workspace_publish(workspace), OK);
    workspace_token_used(workspace, row.digest, STR("::1"), STR("a\xff\xc3z\xc3\xa9\xe2\x82"));
    assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), OK);
    assert_text(stored(&row).last_used_agent, "a??z\xc3\xa9??");
}

static void a_flush_that_fails_is_made_up_for(void **state)
{
    (void)state;
    struct personal_token_row row = store_fixture_token(&fixture, 1, "read-only");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_true(workspace_token_used(workspace, row.digest, STR("::1"), STR("a")));
    // Another writer of the same database holds it.
    struct store *second = NULL;
    struct store_parts parts = store_fixture_parts(&fixture);
    struct store_tx *tx = NULL;
    assert_int_equal(store_open(&parts, &second, NULL), OK);
    assert_int_equal(store_begin(second, STORE_WRITE, fixture.arena, &tx, NULL), OK);
    assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), ERR_LOCKED);
    store_end(tx);
    store_close(second);
    assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), OK);
    assert_text(stored(&row).last_used_agent, "a");
}

// --- Sessions

static bool may(const struct principal *principal, enum permission permission,
                enum effect effect)
{
    const struct access_request request = { .permission = permission, .effect = effect };
    return access_decide(principal, &request).is_allowed;
}

static void a_session_works_in_the_workspace_it_names(void **state)
{
    (void)state;
    struct principal principal;
    assert_int_equal(workspace_session_principal(workspace, fixture.user_id,
                                                 fixture.workspace_id, fixture.arena,
                                                 &principal),
                     OK);
    assert_int_equal(principal.kind, PRINCIPAL_SESSION);
    assert_true(may(&principal, PERMISSION_SOURCES_CREATE, EFFECT_WRITE));
    assert_int_equal(workspace_session_principal(workspace, fixture.user_id, STR("nope"),
                                                 fixture.arena, &principal),
                     ERR_NOT_FOUND);
    assert_int_equal(workspace_session_principal(workspace, STR("nobody"), fixture.workspace_id,
                                                 fixture.arena, &principal),
                     ERR_UNAUTHORIZED);
}

static void a_session_without_a_workspace_opens_none(void **state)
{
    (void)state;
    struct principal principal;
    assert_int_equal(workspace_session_principal(workspace, fixture.user_id, STR_NONE,
                                                 fixture.arena, &principal),
                     OK);
    assert_true(str_eq(principal.organization_id, fixture.organization_id));
    assert_true(may(&principal, PERMISSION_OWN_TOKENS, EFFECT_WRITE));
    assert_true(may(&principal, PERMISSION_ORGANIZATION, EFFECT_WRITE));
    assert_false(may(&principal, PERMISSION_SOURCES_READ, EFFECT_READ));
}

// --- Several threads

enum { READERS = 3, ROUNDS = 60 };

struct reader {
    pthread_t thread;
    atomic_size_t *published; // as many sources are visible at least
    atomic_bool *is_over;
    struct personal_token_row *token;
    bool is_wrong;
};

// Sources only come: what was published before a look is seen by it, and each snapshot is
// whole.
static void *keep_reading(void *arg)
{
    struct reader *reader = arg;
    struct workspace_view *view = workspace_view_open(workspace);
    struct arena *arena = arena_new(1 << 16);
    while (!atomic_load(reader->is_over)) {
        size_t at_least = atomic_load(reader->published);
        const struct snapshot *snapshot = snapshot_hold(workspace_view_get(view));
        struct principal principal;
        if (snapshot->source_count < at_least)
            reader->is_wrong = true;
        for (size_t i = 0; i < snapshot->source_count; i++) {
            const struct ws_source *source = snapshot->sources[i];
            if (snapshot_source_by_write_key(snapshot, source->write_key) != source)
                reader->is_wrong = true;
        }
        if (workspace_token_principal(workspace, reader->token->digest, STR_NONE, arena,
                                      &principal, NULL))
            reader->is_wrong = true;
        workspace_token_used(workspace, reader->token->digest, STR("::1"), STR("reader"));
        arena_reset(arena);
        snapshot_release(snapshot);
    }
    arena_free(arena);
    workspace_view_close(view);
    return NULL;
}

static void views_see_each_published_change_from_other_threads(void **state)
{
    (void)state;
    atomic_size_t published = 0;
    atomic_bool is_over = false;
    struct personal_token_row token = store_fixture_token(&fixture, 1, "read-only");
    struct reader readers[READERS] = { 0 };
    assert_int_equal(workspace_publish(workspace), OK);
    for (int i = 0; i < READERS; i++) {
        readers[i].published = &published;
        readers[i].is_over = &is_over;
        readers[i].token = &token;
        assert_int_equal(pthread_create(&readers[i].thread, NULL, keep_reading, &readers[i]),
                         0);
    }
    for (int i = 0; i < ROUNDS; i++) {
        store_fixture_source(&fixture, arena_printf(fixture.arena, "source %d", i).data);
        struct personal_token_row extra =
            store_fixture_token(&fixture, (uint8_t)(10 + i), "read-only");
        assert_int_equal(workspace_publish(workspace), OK);
        atomic_store(&published, (size_t)i + 1);
        revoke_token(extra.id);
        assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), OK);
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        assert_false(readers[i].is_wrong);
    }
}

static void *create_and_publish(void *arg)
{
    const char *name = arg;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    for (int i = 0; i < 20; i++) {
        AUTO(store_end) struct store_tx *tx = NULL;
        struct source_row row = { .workspace_id = fixture.workspace_id,
                                  .name = arena_printf(arena, "%s %d", name, i),
                                  .type = STR("HTTP"),
                                  .config = STR("{}") };
        AUTO(workspace_view_close) struct workspace_view *view = workspace_view_open(workspace);
        if (store_begin(fixture.store, STORE_WRITE, arena, &tx, NULL) ||
            store_source_create(tx, &row, NULL) || store_commit(tx, NULL) ||
            workspace_publish(workspace) || !snapshot_source(workspace_view_get(view), row.id))
            return arg;
    }
    return NULL;
}

static void each_of_two_publishers_sees_its_own_change(void **state)
{
    (void)state;
    pthread_t threads[2];
    static char names[2][8] = { "first", "second" };
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, create_and_publish, names[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *failed = NULL;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    struct workspace_view *view = workspace_view_open(workspace);
    assert_int_equal(workspace_view_get(view)->source_count, 40);
    workspace_view_close(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORKSPACE_TEST(a_token_stands_for_its_owner_in_its_workspace),
        WORKSPACE_TEST(tokens_with_similar_digests_are_told_apart),
        WORKSPACE_TEST(a_revoked_token_is_refused_once_it_is_published),
        WORKSPACE_TEST(tokens_are_there_after_opening_and_revoked_ones_are_not),
        WORKSPACE_TEST(a_token_follows_its_owners_role_at_once),
        WORKSPACE_TEST(a_scope_from_the_future_opens_nothing),
        WORKSPACE_TEST(uses_are_stored_when_flushed),
        WORKSPACE_TEST(a_long_user_agent_is_cut_at_a_character),
        WORKSPACE_TEST(a_user_agent_that_is_no_text_becomes_one),
        WORKSPACE_TEST(a_flush_that_fails_is_made_up_for),
        WORKSPACE_TEST(a_session_works_in_the_workspace_it_names),
        WORKSPACE_TEST(a_session_without_a_workspace_opens_none),
        WORKSPACE_TEST(views_see_each_published_change_from_other_threads),
        WORKSPACE_TEST(each_of_two_publishers_sees_its_own_change),
    };
    return cmocka_run_group_tests_name("workspace", tests, NULL, NULL);
}
