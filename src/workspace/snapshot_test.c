// SPDX-License-Identifier: Apache-2.0
// Tests of snapshots: what is in one, who hears of the next, and what cannot be published.
#include "base/test.h"

#include <sqlite3.h>

#include "codec/fields.h"
#include "store/connections.h"
#include "workspace/testing.h"

#define HOOK "{\"webhookUrl\":\"https://example.com/\"}"

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
    assert_text(source->name, "web");
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
    assert_text(*url, "https://example.com/");
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
    assert_text(held->sources[0]->name, "first");
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
    assert_text(hook.id, seen.newest);
    assert_int_not_equal(snapshot_destination(workspace_view_get(view), hook.id)->made, made);
    workspace_unwatch(workspace, &seen.watch);
    workspace_view_close(view);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORKSPACE_TEST(a_snapshot_shows_sources_destinations_and_their_connections),
        WORKSPACE_TEST(settings_are_decoded_by_the_definition),
        WORKSPACE_TEST(what_cannot_be_used_says_why_and_is_told_once),
        WORKSPACE_TEST(a_destination_of_an_unknown_type_is_unusable),
        WORKSPACE_TEST(a_snapshot_that_is_held_outlives_its_successors),
        WORKSPACE_TEST(publishing_without_a_change_swaps_nothing),
        WORKSPACE_TEST(watches_are_told_of_each_swap),
        WORKSPACE_TEST(watches_are_told_which_destinations_changed),
        WORKSPACE_TEST(what_cannot_be_published_tells_since_when),
    };
    return cmocka_run_group_tests_name("workspace snapshot", tests, NULL, NULL);
}
