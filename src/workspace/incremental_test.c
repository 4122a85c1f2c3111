// SPDX-License-Identifier: Apache-2.0
// Tests of publishing what changed: after any edits the snapshot equals one that was built
// anew, what did not change is shared, and old snapshots stay what they were.
#include "base/test.h"

#include <stdlib.h>

#include "store/connections.h"
#include "store/tx.h"
#include "workspace/testing.h"

static enum err open_workspace(struct workspace **ret_workspace)
{
    return workspace_open(fixture.store, &fixture.clock.clock, &fixture.observer, ret_workspace,
                          &fixture.problem);
}

#define HOOK "{\"webhookUrl\":\"https://example.com/\"}"

// --- Two snapshots that must show the same

static void assert_same_parts(const struct ws_connection *const *a,
                              const struct ws_connection *const *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(str_eq(a[i]->id, b[i]->id));
        assert_true(str_eq(a[i]->source_id, b[i]->source_id));
        assert_true(str_eq(a[i]->destination_id, b[i]->destination_id));
        assert_int_equal(a[i]->is_enabled, b[i]->is_enabled);
        assert_int_equal(a[i]->from_record, b[i]->from_record);
    }
}

static void assert_same_source(const struct ws_source *a, const struct ws_source *b)
{
    assert_true(str_eq(a->id, b->id));
    assert_true(str_eq(a->name, b->name));
    assert_true(str_eq(a->type, b->type));
    assert_true(str_eq(a->workspace_id, b->workspace_id));
    assert_true(str_eq(a->write_key, b->write_key));
    assert_int_equal(a->is_enabled, b->is_enabled);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->updated_wall_ms, b->updated_wall_ms);
    assert_int_equal(a->connection_count, b->connection_count);
    assert_same_parts(a->connections, b->connections, a->connection_count);
}

static void assert_same_destination(const struct ws_destination *a,
                                    const struct ws_destination *b)
{
    assert_true(str_eq(a->id, b->id));
    assert_true(str_eq(a->name, b->name));
    assert_int_equal(a->is_enabled, b->is_enabled);
    assert_int_equal(a->revision, b->revision);
    assert_ptr_equal(a->definition, b->definition);
    assert_true(yyjson_equals(a->config, b->config));
    assert_int_equal(a->settings != NULL, b->settings != NULL);
    assert_int_equal(a->unusable != NULL, b->unusable != NULL);
    for (size_t i = 0; i < a->connection_count; i++)
        assert_ptr_equal(snapshot_connection(a, a->connections[i]->source_id),
                         a->connections[i]);
    assert_int_equal(a->connection_count, b->connection_count);
    assert_same_parts(a->connections, b->connections, a->connection_count);
}

static void assert_same(const struct snapshot *a, const struct snapshot *b)
{
    assert_int_equal(a->source_count, b->source_count);
    assert_int_equal(a->destination_count, b->destination_count);
    assert_int_equal(a->connection_count, b->connection_count);
    assert_same_parts(a->connections, b->connections, a->connection_count);
    for (size_t i = 0; i < a->source_count; i++) {
        const struct ws_source *source = a->sources[i];
        assert_same_source(source, b->sources[i]);
        assert_ptr_equal(snapshot_source(a, source->id), source);
        assert_ptr_equal(snapshot_source_by_write_key(a, source->write_key), source);
    }
    for (size_t i = 0; i < a->destination_count; i++) {
        assert_same_destination(a->destinations[i], b->destinations[i]);
        assert_ptr_equal(snapshot_destination(a, a->destinations[i]->id), a->destinations[i]);
    }
}

static void assert_as_built_anew(struct workspace_view *view)
{
    struct workspace *anew = NULL;
    assert_int_equal(open_workspace(&anew), OK);
    struct workspace_view *other = workspace_view_open(anew);
    assert_same(workspace_view_get(view), workspace_view_get(other));
    workspace_view_close(other);
    workspace_close(anew);
}

// --- Random edits

enum { NAMES = 12, RECENT = 16, ROUNDS = 300, HELD = 5 };

// What was made so far, live or not; edits of what is not there any more are refused.
static str sources[4096], destinations[4096], connections[4096];
static size_t source_count, destination_count, connection_count;

static str any(const str *ids, size_t count)
{
    return count > 0 ? ids[count - 1 - (size_t)rand() % MIN(count, (size_t)RECENT)]
                     : STR("none");
}

static bool coin(void)
{
    return rand() % 2;
}

static str any_name(void)
{
    return arena_printf(fixture.arena, "n%d", rand() % NAMES);
}

// Most can be used, some cannot: of those that exist too.
static str any_config(void)
{
    static const char *const configs[] = { HOOK, HOOK, HOOK, "{}", "{\"a" };
    return str_of(configs[(size_t)rand() % ARRAY_LEN(configs)]);
}

static enum err edit_source(struct store_tx *tx)
{
    str id = any(sources, source_count);
    struct source_row row = { .id = id,
                              .workspace_id = fixture.workspace_id,
                              .name = any_name(),
                              .type = coin() ? STR("HTTP") : STR("Javascript"),
                              .is_enabled = coin(),
                              .config = STR("{}") };
    if (rand() % 6 == 0)
        return store_source_delete(tx, row.workspace_id, id, NULL);
    if (coin())
        return store_source_update(tx, &row, NULL);
    enum err err = store_source_create(tx, &row, NULL);
    if (!err)
        sources[source_count++] = row.id;
    return err;
}

static enum err edit_destination(struct store_tx *tx)
{
    str id = any(destinations, destination_count);
    struct destination_row row = { .id = id,
                                   .workspace_id = fixture.workspace_id,
                                   .name = any_name(),
                                   .type = rand() % 8 ? STR("WEBHOOK") : STR("NO_SUCH_TYPE"),
                                   .is_enabled = coin(),
                                   .config = any_config(),
                                   .version = 1 };
    if (rand() % 6 == 0)
        return store_destination_delete(tx, row.workspace_id, id, NULL);
    if (coin())
        return store_destination_update(tx, &row, NULL);
    enum err err = store_destination_create(tx, &row, NULL);
    if (!err)
        destinations[destination_count++] = row.id;
    return err;
}

static enum err edit_connection(struct store_tx *tx)
{
    str id = any(connections, connection_count);
    struct connection_row row = { .id = id,
                                  .workspace_id = fixture.workspace_id,
                                  .source_id = any(sources, source_count),
                                  .destination_id = any(destinations, destination_count),
                                  .is_enabled = coin(),
                                  .from_record = (uint64_t)rand() };
    if (rand() % 4 == 0)
        return store_connection_delete(tx, row.workspace_id, id, NULL);
    if (rand() % 4 == 0) {
        row.source_id = row.destination_id = STR_NONE; // as they are
        return store_connection_update(tx, &row, NULL);
    }
    enum err err = store_connection_create(tx, &row, NULL);
    if (!err)
        connections[connection_count++] = row.id;
    return err;
}

// A few edits in one transaction. What is refused happens often, and changes nothing.
static void edit(void)
{
    static enum err (*const edits[])(struct store_tx * tx) = { edit_source, edit_destination,
                                                               edit_connection,
                                                               edit_connection };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    for (int i = rand() % 4; i >= 0; i--) {
        enum err err = edits[(size_t)rand() % ARRAY_LEN(edits)](tx);
        assert_true(!err || err == ERR_NOT_FOUND || err == ERR_CONFLICT);
    }
    store_fixture_commit(tx);
    clock_fake_advance_ms(&fixture.clock, 1);
}

// A snapshot that is kept, and how it looked.
struct kept {
    const struct snapshot *snapshot;
    size_t connections;
    uint64_t from_sum;
};

static uint64_t sum_of(const struct snapshot *snapshot)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < snapshot->destination_count; i++) {
        const struct ws_destination *destination = snapshot->destinations[i];
        sum += str_hash(destination->name) + yyjson_obj_size(destination->config);
        for (size_t j = 0; j < destination->connection_count; j++)
            sum += destination->connections[j]->from_record;
    }
    for (size_t i = 0; i < snapshot->source_count; i++)
        sum = sum * 31 + str_hash(snapshot->sources[i]->name);
    return sum;
}

static void keep(struct kept *kept, struct workspace_view *view)
{
    if (kept->snapshot) {
        assert_int_equal(kept->snapshot->connection_count, kept->connections);
        assert_true(sum_of(kept->snapshot) == kept->from_sum);
        snapshot_release(kept->snapshot);
    }
    kept->snapshot = snapshot_hold(workspace_view_get(view));
    kept->connections = kept->snapshot->connection_count;
    kept->from_sum = sum_of(kept->snapshot);
}

static void after_any_edits_a_snapshot_is_as_one_built_anew(void **state)
{
    (void)state;
    struct kept kept[HELD] = { 0 };
    source_count = destination_count = connection_count = 0;
    srand(4);
    struct workspace_view *view = workspace_view_open(workspace);
    size_t most = 0;
    for (int round = 0; round < ROUNDS; round++) {
        edit();
        assert_int_equal(workspace_publish(workspace), OK);
        assert_as_built_anew(view);
        most = MAX(most, workspace_view_get(view)->connection_count);
        keep(&kept[rand() % HELD], view);
    }
    assert_true(most >= 10); // the edits came to something
    for (int i = 0; i < HELD; i++)
        snapshot_release(kept[i].snapshot);
    workspace_view_close(view);
}

// --- What is shared

static void connect_ends(str source_id, str destination_id)
{
    struct connection_row row = { .workspace_id = fixture.workspace_id,
                                  .source_id = source_id,
                                  .destination_id = destination_id,
                                  .is_enabled = true };
    struct store_tx *tx = store_fixture_begin(&fixture, STORE_WRITE);
    assert_int_equal(store_connection_create(tx, &row, &fixture.problem), OK);
    store_fixture_commit(tx);
}

static void what_did_not_change_is_shared(void **state)
{
    (void)state;
    struct source_row web = store_fixture_source(&fixture, "web");
    struct source_row app = store_fixture_source(&fixture, "app");
    struct destination_row hook = store_fixture_destination(&fixture, "hook", HOOK);
    struct destination_row other = store_fixture_destination(&fixture, "other", HOOK);
    connect_ends(web.id, hook.id);
    assert_int_equal(workspace_publish(workspace), OK);
    struct workspace_view *view = workspace_view_open(workspace);
    const struct snapshot *before = snapshot_hold(workspace_view_get(view));
    connect_ends(app.id, hook.id);
    assert_int_equal(workspace_publish(workspace), OK);
    const struct snapshot *after = workspace_view_get(view);

    assert_ptr_equal(snapshot_source(after, web.id), snapshot_source(before, web.id));
    assert_ptr_equal(snapshot_destination(after, other.id),
                     snapshot_destination(before, other.id));
    assert_ptr_equal(snapshot_destination(after, hook.id)->settings,
                     snapshot_destination(before, hook.id)->settings); // not decoded again
    assert_int_equal(snapshot_destination(before, hook.id)->connection_count, 1);
    assert_int_equal(snapshot_destination(after, hook.id)->connection_count, 2);
    snapshot_release(before);
    workspace_view_close(view);
}

// --- Failures

static void sql(const char *text)
{
    assert_int_equal(db_exec(fixture.store->writer, text, &fixture.problem), OK);
}

static void a_build_that_fails_changes_nothing_and_is_made_up_for(void **state)
{
    (void)state;
    struct source_row web = store_fixture_source(&fixture, "web");
    assert_int_equal(workspace_publish(workspace), OK);
    struct workspace_view *view = workspace_view_open(workspace);
    const struct snapshot *before = workspace_view_get(view);
    struct source_row app = store_fixture_source(&fixture, "app");
    struct destination_row hook = store_fixture_destination(&fixture, "hook", HOOK);
    sql("ALTER TABLE connections RENAME TO away");
    assert_int_not_equal(workspace_publish(workspace), OK);
    assert_ptr_equal(workspace_view_get(view), before);
    assert_non_null(snapshot_source(before, web.id));
    assert_null(snapshot_source(before, app.id));
    sql("ALTER TABLE away RENAME TO connections");
    connect_ends(app.id, hook.id);
    assert_int_equal(workspace_publish(workspace), OK);
    assert_int_equal(workspace_view_get(view)->connection_count, 1);
    assert_as_built_anew(view);
    workspace_view_close(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORKSPACE_TEST(after_any_edits_a_snapshot_is_as_one_built_anew),
        WORKSPACE_TEST(what_did_not_change_is_shared),
        WORKSPACE_TEST(a_build_that_fails_changes_nothing_and_is_made_up_for),
    };
    return cmocka_run_group_tests_name("workspace incremental", tests, NULL, NULL);
}
