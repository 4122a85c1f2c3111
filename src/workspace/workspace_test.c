// SPDX-License-Identifier: Apache-2.0
// Tests of publishing: snapshots, views on several threads, tokens and sessions.
#include "base/test.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "codec/fields.h"
#include "store/connections.h"
#include "store/personal_tokens.h"
#include "store/testing.h"
#include "store/users.h"
#include "store/workspaces.h"
#include "workspace/workspace.h"

static struct store_fixture fixture;
static struct workspace *workspace;

static int start(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    assert_int_equal(workspace_open(fixture.store, &fixture.clock.clock, &fixture.observer,
                                    &workspace, &fixture.problem),
                     OK);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    workspace_close(TAKE(workspace));
    store_fixture_stop(&fixture);
    return 0;
}

#define assert_str(actual, text) assert_true(str_eq((actual), str_of(text)))
#define HOOK                     "{\"webhookUrl\":\"https://example.com/\"}"

static void connect_ends(str source_id, str destination_id, uint64_t from_record)
{
    struct connection_row row = { .workspace_id = fixture.workspace_id,
                                  .source_id = source_id,
                                  .destination_id = destination_id,
                                  .is_enabled = true,
                                  .from_record = from_record };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_connection_create(tx, &row, &fixture.problem), OK);
    store_fixture_commit(tx);
}

static void set_config(struct destination_row *row, const char *config)
{
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    row->config = str_of(config);
    assert_int_equal(store_destination_update(tx, row, &fixture.problem), OK);
    store_fixture_commit(tx);
}

// --- Snapshots

static void a_snapshot_shows_sources_destinations_and_their_connections(void **state)
{
    (void)state;
    struct source_row web = store_fixture_source(&fixture, "web");
    struct source_row app = store_fixture_source(&fixture, "app");
    struct destination_row hook = store_fixture_destination(&fixture, "hook", HOOK);
    connect_ends(web.id, hook.id, 7);
    connect_ends(app.id, hook.id, 8);
    assert_int_equal(workspace_publish(workspace), OK);

    struct workspace_view *view = workspace_view_open(workspace);
    const struct snapshot *snapshot = workspace_view_get(view);
    assert_int_equal(snapshot->source_count, 2);
    assert_true(str_cmp(snapshot->sources[0]->id, snapshot->sources[1]->id) < 0);
    const struct ws_source *source = snapshot_source_by_write_key(snapshot, web.write_key);
    assert_ptr_equal(source, snapshot_source(snapshot, web.id));
    assert_str(source->name, "web");
    assert_true(source->is_enabled);
    assert_int_equal(source->connection_count, 1);
    const struct ws_destination *destination = snapshot_destination(snapshot, hook.id);
    assert_true(str_eq(source->connections[0]->destination_id, hook.id));
    assert_string_equal(destination->definition->type, "WEBHOOK");
    assert_int_equal(destination->connection_count, 2);
    assert_int_equal(snapshot_connection(destination, web.id)->from_record, 7);
    assert_int_equal(snapshot_connection(destination, app.id)->from_record, 8);
    assert_null(snapshot_connection(destination, hook.id));
    assert_null(snapshot_source(snapshot, hook.id));
    assert_null(snapshot_source_by_write_key(snapshot, web.id));
    assert_null(snapshot_destination(snapshot, STR("")));
    workspace_view_close(view);
}

static void settings_are_decoded_by_the_definition(void **state)
{
    (void)state;
    struct destination_row hook = store_fixture_destination(&fixture, "hook", HOOK);
    assert_int_equal(workspace_publish(workspace), OK);
    struct workspace_view *view = workspace_view_open(workspace);
    const struct ws_destination *destination =
        snapshot_destination(workspace_view_get(view), hook.id);
    const struct field_slot *slot = destination->definition->delivery->slots;
    while (!str_eq(str_of(slot->name), STR("webhookUrl")))
        slot++;
    const str *url = (const str *)((const char *)destination->settings + slot->offset);
    assert_str(*url, "https://example.com/");
    workspace_view_close(view);
}

static void what_cannot_be_used_says_why_and_is_told_once(void **state)
{
    (void)state;
    struct source_row web = store_fixture_source(&fixture, "web");
    struct destination_row good = store_fixture_destination(&fixture, "good", HOOK);
    struct destination_row bad = store_fixture_destination(&fixture, "bad", "{}");
    struct destination_row broken = store_fixture_destination(&fixture, "broken", "{\"a");
    connect_ends(web.id, bad.id, 1);
    connect_ends(web.id, good.id, 1);
    fixture.notices = 0;
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(fixture.notices, 2);

    struct workspace_view *view = workspace_view_open(workspace);
    const struct snapshot *snapshot = workspace_view_get(view);
    assert_int_equal(snapshot->destination_count, 3);
    assert_int_equal(snapshot->connection_count, 2);
    assert_null(snapshot_destination(snapshot, good.id)->unusable);
    assert_non_null(strstr(snapshot_destination(snapshot, bad.id)->unusable, "webhookUrl"));
    assert_non_null(strstr(snapshot_destination(snapshot, broken.id)->unusable, "read"));

    set_config(&good, HOOK);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(fixture.notices, 2); // told already
    set_config(&bad, "{\"webhookUrl\":7}");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(fixture.notices, 3); // another state of it
    set_config(&bad, HOOK);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_null(snapshot_destination(workspace_view_get(view), bad.id)->unusable);
    assert_int_equal(fixture.notices, 3);
    workspace_view_close(view);
}

static void a_destination_of_an_unknown_type_is_unusable(void **state)
{
    (void)state;
    struct destination_row row = { .workspace_id = fixture.workspace_id,
                                   .name = STR("later"),
                                   .type = STR("NOT_BUILT_YET"),
                                   .config = STR("{}"),
                                   .version = 1 };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_destination_create(tx, &row, &fixture.problem), OK);
    store_fixture_commit(tx);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(fixture.notices, 1);
    struct workspace_view *view = workspace_view_open(workspace);
    assert_non_null(snapshot_destination(workspace_view_get(view), row.id)->unusable);
    workspace_view_close(view);
}

static void a_snapshot_that_is_held_outlives_its_successors(void **state)
{
    (void)state;
    store_fixture_source(&fixture, "first");
    assert_int_equal(workspace_publish(workspace), OK);
    struct workspace_view *view = workspace_view_open(workspace);
    const struct snapshot *held = snapshot_hold(workspace_view_get(view));
    store_fixture_source(&fixture, "second");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(workspace_view_get(view)->source_count, 2);
    assert_int_equal(held->source_count, 1);
    assert_str(held->sources[0]->name, "first");
    snapshot_release(held);
    workspace_view_close(view);
}

static void publishing_without_a_change_swaps_nothing(void **state)
{
    (void)state;
    struct workspace_view *view = workspace_view_open(workspace);
    const struct snapshot *before = snapshot_hold(workspace_view_get(view));
    assert_int_equal(workspace_publish(workspace), OK);
    assert_ptr_equal(workspace_view_get(view), before);
    snapshot_release(before);
    workspace_view_close(view);
}

struct counting_watch {
    struct workspace_watch watch;
    int changes;
    size_t changed;  // destinations at the last one
    char newest[32]; // the first of them
};

static void count_change(struct workspace_watch *watch, const str *ids, size_t count)
{
    struct counting_watch *counting = CONTAINER_OF(watch, struct counting_watch, watch);
    counting->changes++;
    counting->changed = count;
    (void)str_copy(count > 0 ? ids[0] : STR(""), counting->newest, sizeof(counting->newest));
}

static void watches_are_told_of_each_swap(void **state)
{
    (void)state;
    struct counting_watch first = { .watch.changed = count_change };
    struct counting_watch second = { .watch.changed = count_change };
    workspace_watch(workspace, &first.watch);
    workspace_watch(workspace, &second.watch);
    store_fixture_source(&fixture, "web");
    assert_int_equal(workspace_publish(workspace), OK);
    workspace_unwatch(workspace, &first.watch);
    store_fixture_source(&fixture, "app");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(workspace_publish(workspace), OK);
    workspace_unwatch(workspace, &second.watch);
    assert_int_equal(first.changes, 1);
    assert_int_equal(second.changes, 2);
}

static void watches_are_told_which_destinations_changed(void **state)
{
    (void)state;
    struct counting_watch seen = { .watch.changed = count_change };
    struct source_row web = store_fixture_source(&fixture, "web");
    struct destination_row hook = store_fixture_destination(&fixture, "hook", HOOK);
    store_fixture_destination(&fixture, "other", HOOK);
    assert_int_equal(workspace_publish(workspace), OK);
    struct workspace_view *view = workspace_view_open(workspace);
    int64_t made = snapshot_destination(workspace_view_get(view), hook.id)->made;
    workspace_watch(workspace, &seen.watch);
    store_fixture_source(&fixture, "app");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(seen.changed, 0);
    assert_int_equal(snapshot_destination(workspace_view_get(view), hook.id)->made, made);
    connect_ends(web.id, hook.id, 1);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(seen.changed, 1);
    assert_str(hook.id, seen.newest);
    assert_int_not_equal(snapshot_destination(workspace_view_get(view), hook.id)->made, made);
    workspace_unwatch(workspace, &seen.watch);
    workspace_view_close(view);
}

// --- Tokens

static struct personal_token_row add_token(uint8_t number, const char *scope)
{
    struct personal_token_row row = { .user_id = fixture.user_id,
                                      .workspace_id = fixture.workspace_id,
                                      .name = STR("ci"),
                                      .scope = str_of(scope),
                                      .digest = { 7, 7, 7, 7, 7, 7, 7, 7, number },
                                      .prefix = STR("ptl_pat_"),
                                      .last4 = STR("abcd") };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_personal_token_create(tx, &row, NULL), OK);
    store_fixture_commit(tx);
    return row;
}

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
    struct personal_token_row row = add_token(1, "read-only");
    assert_int_equal(principal_of(&row, &principal), ERR_UNAUTHORIZED); // not published
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(principal_of(&row, &principal), OK);
    assert_int_equal(principal.kind, PRINCIPAL_PERSONAL_TOKEN);
    assert_true(str_eq(principal.user_id, fixture.user_id));
    assert_str(principal.user_email, "Ada@example.com");
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
        rows[i] = add_token(i, "read-write");
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
    struct personal_token_row row = add_token(1, "read-write");
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
    struct personal_token_row live = add_token(1, "read-write");
    struct personal_token_row revoked = add_token(2, "read-write");
    revoke_token(revoked.id);
    workspace_close(TAKE(workspace));
    assert_int_equal(workspace_open(fixture.store, &fixture.clock.clock, &fixture.observer,
                                    &workspace, &fixture.problem),
                     OK);
    assert_int_equal(principal_of(&live, &principal), OK);
    assert_int_equal(principal_of(&revoked, &principal), ERR_UNAUTHORIZED);
}

static void a_token_follows_its_owners_role_at_once(void **state)
{
    (void)state;
    struct principal principal;
    struct personal_token_row row = add_token(1, "read-write");
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
    struct personal_token_row row = add_token(1, "everything");
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
    struct personal_token_row row = add_token(1, "read-only"),
                              other = add_token(2, "read-only");
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
    assert_str(stored(&row).last_used_ip, "192.0.2.9");
    assert_str(stored(&row).last_used_agent, "b");
    assert_str(stored(&other).last_used_agent, "c");
    // And the next use asks for the next flush.
    assert_true(workspace_token_used(workspace, row.digest, STR("::1"), STR("d")));
}

static void a_long_user_agent_is_cut_at_a_character(void **state)
{
    (void)state;
    struct personal_token_row row = add_token(1, "read-only");
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
    struct personal_token_row row = add_token(1, "read-only");
    assert_int_equal(workspace_publish(workspace), OK);
    workspace_token_used(workspace, row.digest, STR("::1"), STR("a\xff\xc3z\xc3\xa9\xe2\x82"));
    assert_int_equal(workspace_flush_last_used(workspace, &fixture.problem), OK);
    assert_str(stored(&row).last_used_agent, "a??z\xc3\xa9??");
}

static void a_flush_that_fails_is_made_up_for(void **state)
{
    (void)state;
    struct personal_token_row row = add_token(1, "read-only");
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
    assert_str(stored(&row).last_used_agent, "a");
}

// --- Being in step with the store

static void store_sql(const char *text)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(store_fixture_path(&fixture, "pintle.db"), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void what_cannot_be_published_tells_since_when(void **state)
{
    (void)state;
    int64_t begin_ms = fixture.clock.wall_ms_now;
    (void)store_fixture_source(&fixture, "web");
    store_sql("ALTER TABLE sources RENAME TO elsewhere");
    clock_fake_advance_ms(&fixture.clock, 1000);
    assert_true(workspace_synced_wall_ms(workspace) == begin_ms + 1000); // nobody has tried
    assert_true(workspace_publish(workspace) != OK);
    clock_fake_advance_ms(&fixture.clock, 1000);
    assert_true(workspace_publish(workspace) != OK);
    assert_true(workspace_synced_wall_ms(workspace) == begin_ms + 1000);
    store_sql("ALTER TABLE elsewhere RENAME TO sources");
    assert_int_equal(workspace_publish(workspace), OK);
    assert_true(workspace_synced_wall_ms(workspace) == begin_ms + 2000);
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
    struct personal_token_row token = add_token(1, "read-only");
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
        struct personal_token_row extra = add_token((uint8_t)(10 + i), "read-only");
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(a_snapshot_shows_sources_destinations_and_their_connections),
        TEST(settings_are_decoded_by_the_definition),
        TEST(what_cannot_be_used_says_why_and_is_told_once),
        TEST(a_destination_of_an_unknown_type_is_unusable),
        TEST(a_snapshot_that_is_held_outlives_its_successors),
        TEST(publishing_without_a_change_swaps_nothing),
        TEST(watches_are_told_of_each_swap),
        TEST(watches_are_told_which_destinations_changed),
        TEST(a_token_stands_for_its_owner_in_its_workspace),
        TEST(tokens_with_similar_digests_are_told_apart),
        TEST(a_revoked_token_is_refused_once_it_is_published),
        TEST(tokens_are_there_after_opening_and_revoked_ones_are_not),
        TEST(a_token_follows_its_owners_role_at_once),
        TEST(a_scope_from_the_future_opens_nothing),
        TEST(uses_are_stored_when_flushed),
        TEST(a_long_user_agent_is_cut_at_a_character),
        TEST(a_user_agent_that_is_no_text_becomes_one),
        TEST(a_flush_that_fails_is_made_up_for),
        TEST(what_cannot_be_published_tells_since_when),
        TEST(a_session_works_in_the_workspace_it_names),
        TEST(a_session_without_a_workspace_opens_none),
        TEST(views_see_each_published_change_from_other_threads),
        TEST(each_of_two_publishers_sees_its_own_change),
    };
    return cmocka_run_group_tests_name("workspace", tests, NULL, NULL);
}
