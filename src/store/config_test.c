// SPDX-License-Identifier: Apache-2.0
// Tests of sources, destinations and connections.
#include "base/test.h"

#include "codec/ksuid.h"
#include "store/connections.h"
#include "store/testing.h"
#include "store/workspaces.h"

static struct store_fixture fixture;
static struct problem problem;

static struct source_row new_source(const char *name)
{
    return (struct source_row){
        .workspace_id = fixture.workspace_id,
        .name = str_of(name),
        .type = STR("Javascript"),
        .is_enabled = true,
        .config = STR("null"),
    };
}

static struct destination_row new_destination(const char *name)
{
    return (struct destination_row){
        .workspace_id = fixture.workspace_id,
        .name = str_of(name),
        .type = STR("WEBHOOK"),
        .config = STR("{}"),
        .version = 1,
    };
}

static struct source_row add_source(const char *name)
{
    struct source_row row = new_source(name);
    assert_int_equal(store_source_create(fixture.tx, &row, &problem), OK);
    return row;
}

static struct destination_row add_destination(const char *name)
{
    struct destination_row row = new_destination(name);
    assert_int_equal(store_destination_create(fixture.tx, &row, &problem), OK);
    return row;
}

// --- Sources

static void a_source_reads_back_as_it_was_written(void **state)
{
    (void)state;
    struct source_row row = new_source("Zażółć \xf0\x9f\x8c\x8a"), found;
    row.config = STR("{ \"b\":1,\n \"a\" : [ ] }");
    row.is_transient = true;
    assert_int_equal(store_source_create(fixture.tx, &row, &problem), OK);
    assert_true(ksuid_is_valid(row.id));
    assert_true(ksuid_is_valid(row.write_key));
    assert_false(str_eq(row.id, row.write_key));
    assert_int_equal(
        store_source_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
    assert_true(str_eq(found.name, row.name));
    assert_true(str_eq(found.config, row.config));
    assert_true(str_eq(found.write_key, row.write_key));
    assert_true(found.is_enabled);
    assert_true(found.is_transient);
    assert_false(found.has_geo_enrichment);
    assert_int_equal(found.created_ms, fixture.clock.wall_ms_now);
    assert_int_equal(found.updated_ms, fixture.clock.wall_ms_now);
}

static void a_source_of_another_workspace_is_not_found(void **state)
{
    (void)state;
    struct source_row row = add_source("web"), found;
    row.workspace_id = STR("another");
    assert_int_equal(store_source_get(fixture.tx, row.workspace_id, row.id, &found, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(store_source_update(fixture.tx, &row, &problem), ERR_NOT_FOUND);
    assert_int_equal(store_source_delete(fixture.tx, row.workspace_id, row.id, &problem),
                     ERR_NOT_FOUND);
    assert_int_equal(
        store_source_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
}

static void a_source_name_is_unique_until_its_source_is_deleted(void **state)
{
    (void)state;
    struct source_row first = add_source("web"), second = new_source("web");
    assert_int_equal(store_source_create(fixture.tx, &second, &problem), ERR_CONFLICT);
    assert_string_equal(problem.field, "name");
    second = add_source("app");
    second.name = STR("web");
    assert_int_equal(store_source_update(fixture.tx, &second, &problem), ERR_CONFLICT);
    assert_int_equal(store_source_delete(fixture.tx, fixture.workspace_id, first.id, &problem),
                     OK);
    assert_int_equal(store_source_update(fixture.tx, &second, &problem), OK);
}

static void updating_a_source_keeps_its_write_key_and_birth(void **state)
{
    (void)state;
    struct source_row row = add_source("web"), found;
    struct source_row change = { .id = row.id,
                                 .workspace_id = fixture.workspace_id,
                                 .name = STR("web"),
                                 .type = STR("Node"),
                                 .write_key = STR("somebody else's"),
                                 .config = STR("{\"x\":2}") };
    clock_fake_advance_ms(&fixture.clock, 7);
    assert_int_equal(store_source_update(fixture.tx, &change, &problem), OK);
    assert_true(str_eq(change.write_key, row.write_key));
    assert_int_equal(change.updated_ms, row.updated_ms + 7);
    assert_int_equal(
        store_source_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
    assert_true(str_eq(found.write_key, row.write_key));
    assert_int_equal(found.created_ms, row.created_ms);
    assert_text(found.type, "Node");
    assert_text(found.config, "{\"x\":2}");
    assert_false(found.is_enabled);
}

static void sources_of_one_moment_are_listed_as_they_were_made(void **state)
{
    (void)state;
    const struct source_row *rows;
    struct store_list list;
    for (int i = 0; i < 5; i++)
        add_source(arena_printf(fixture.arena, "source %d", i).data);
    struct store_page page = { .offset = 3, .limit = 10 };
    assert_int_equal(
        store_source_list(fixture.tx, fixture.workspace_id, &page, &list, &problem), OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.total, 5);
    rows = list.rows;
    assert_text(rows[0].name, "source 3");
    assert_text(rows[1].name, "source 4");
    page = (struct store_page){ .offset = 9, .limit = 10 };
    assert_int_equal(
        store_source_list(fixture.tx, fixture.workspace_id, &page, &list, &problem), OK);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.total, 5);
}

// --- Destinations

static void a_destination_counts_its_revision_up(void **state)
{
    (void)state;
    struct destination_row row = add_destination("hook"), found;
    assert_int_equal(row.revision, 1);
    row.config = STR("{\"webhookUrl\": \"https://example.com/\"}");
    row.version = 3;
    assert_int_equal(store_destination_update(fixture.tx, &row, &problem), OK);
    assert_int_equal(row.revision, 2);
    assert_int_equal(
        store_destination_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
    assert_int_equal(found.revision, 2);
    assert_int_equal(found.version, 3);
    assert_true(str_eq(found.config, row.config));
}

static void an_external_id_is_unique_in_the_workspace(void **state)
{
    (void)state;
    struct destination_row first = new_destination("a"), second = new_destination("b");
    struct store_list list;
    first.external_id = second.external_id = STR("ext");
    assert_int_equal(store_destination_create(fixture.tx, &first, &problem), OK);
    assert_int_equal(store_destination_create(fixture.tx, &second, &problem), ERR_CONFLICT);
    assert_string_equal(problem.field, "externalId");
    second.external_id = STR_NONE;
    assert_int_equal(store_destination_create(fixture.tx, &second, &problem), OK);
    assert_int_equal(store_destination_set_external_id(fixture.tx, fixture.workspace_id,
                                                       second.id, STR("ext"), &problem),
                     ERR_CONFLICT);

    struct store_page page = { .has_external_id_only = true };
    assert_int_equal(
        store_destination_list(fixture.tx, fixture.workspace_id, &page, &list, &problem), OK);
    assert_int_equal(list.total, 1);
    assert_true(str_eq(((struct destination_row *)list.rows)->id, first.id));
    struct store_page without = { .no_external_id_only = true };
    assert_int_equal(
        store_destination_list(fixture.tx, fixture.workspace_id, &without, &list, &problem),
        OK);
    assert_int_equal(list.total, 1);
    assert_true(str_eq(((struct destination_row *)list.rows)->id, second.id));
    assert_int_equal(store_destination_set_external_id(fixture.tx, fixture.workspace_id,
                                                       second.id, STR("ext 2"), &problem),
                     OK);
    assert_int_equal(
        store_destination_list(fixture.tx, fixture.workspace_id, &page, &list, &problem), OK);
    assert_int_equal(list.total, 2);
}

static void an_update_leaves_the_external_id_alone(void **state)
{
    (void)state;
    struct destination_row row = new_destination("a"), found;
    row.external_id = STR("ext");
    assert_int_equal(store_destination_create(fixture.tx, &row, &problem), OK);
    row.external_id = STR("other");
    assert_int_equal(store_destination_update(fixture.tx, &row, &problem), OK);
    assert_text(row.external_id, "ext");
    assert_int_equal(
        store_destination_get(fixture.tx, fixture.workspace_id, row.id, &found, &problem), OK);
    assert_text(found.external_id, "ext");
}

// --- Connections

static struct connection_row new_connection(const struct source_row *source,
                                            const struct destination_row *destination)
{
    return (struct connection_row){
        .workspace_id = fixture.workspace_id,
        .source_id = source->id,
        .destination_id = destination->id,
        .is_enabled = true,
        .from_record = 10,
        .from_event = 2,
    };
}

static void a_connection_needs_both_ends_in_its_workspace(void **state)
{
    (void)state;
    struct source_row source = add_source("web");
    struct destination_row destination = add_destination("hook");
    struct connection_row row = new_connection(&source, &destination);
    row.source_id = STR("nope");
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), ERR_NOT_FOUND);
    assert_string_equal(problem.field, "sourceId");
    row = new_connection(&source, &destination);
    row.destination_id = source.id;
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), ERR_NOT_FOUND);
    assert_string_equal(problem.field, "destinationId");
    row = new_connection(&source, &destination);
    row.workspace_id = STR("another");
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), ERR_NOT_FOUND);
    row = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), OK);
}

static void what_is_connected_cannot_be_deleted(void **state)
{
    (void)state;
    struct source_row source = add_source("web");
    struct destination_row destination = add_destination("hook");
    struct connection_row row = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), OK);
    assert_int_equal(store_source_delete(fixture.tx, fixture.workspace_id, source.id, &problem),
                     ERR_CONFLICT);
    assert_non_null(strstr(problem.text, "\"hook\""));
    assert_int_equal(
        store_destination_delete(fixture.tx, fixture.workspace_id, destination.id, &problem),
        ERR_CONFLICT);
    assert_non_null(strstr(problem.text, "\"web\""));
    assert_int_equal(
        store_connection_delete(fixture.tx, fixture.workspace_id, row.id, &problem), OK);
    assert_int_equal(store_source_delete(fixture.tx, fixture.workspace_id, source.id, &problem),
                     OK);
    assert_int_equal(
        store_destination_delete(fixture.tx, fixture.workspace_id, destination.id, &problem),
        OK);
    assert_int_equal(
        store_destination_delete(fixture.tx, fixture.workspace_id, destination.id, &problem),
        ERR_NOT_FOUND);
}

static void a_deleted_pair_comes_back_under_its_old_id(void **state)
{
    (void)state;
    struct source_row source = add_source("web");
    struct destination_row destination = add_destination("hook");
    struct connection_row old = new_connection(&source, &destination), found;
    assert_int_equal(store_connection_create(fixture.tx, &old, &problem), OK);
    assert_int_equal(
        store_connection_delete(fixture.tx, fixture.workspace_id, old.id, &problem), OK);
    assert_int_equal(
        store_connection_get(fixture.tx, fixture.workspace_id, old.id, &found, &problem),
        ERR_NOT_FOUND);
    assert_int_equal(
        store_connection_delete(fixture.tx, fixture.workspace_id, old.id, &problem),
        ERR_NOT_FOUND);

    struct connection_row again = new_connection(&source, &destination);
    again.from_record = 99;
    again.external_id = STR("ext");
    assert_int_equal(store_connection_create(fixture.tx, &again, &problem), OK);
    assert_true(str_eq(again.id, old.id));
    assert_int_equal(
        store_connection_get(fixture.tx, fixture.workspace_id, old.id, &found, &problem), OK);
    assert_int_equal(found.from_record, 99);
    assert_text(found.external_id, "ext");
}

static void a_live_pair_is_returned_or_refused(void **state)
{
    (void)state;
    struct source_row source = add_source("web");
    struct destination_row destination = add_destination("hook");
    struct connection_row old = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &old, &problem), OK);
    struct connection_row again = new_connection(&source, &destination);
    again.from_record = 99;
    assert_int_equal(store_connection_create(fixture.tx, &again, &problem), OK);
    assert_true(str_eq(again.id, old.id));
    assert_int_equal(again.from_record, 10); // nothing waiting is lost
    again.external_id = STR("ext");
    assert_int_equal(store_connection_create(fixture.tx, &again, &problem), ERR_CONFLICT);
    assert_int_equal(store_connection_set_external_id(fixture.tx, fixture.workspace_id, old.id,
                                                      STR("ext"), &problem),
                     OK);
}

static void enabling_starts_at_the_new_position(void **state)
{
    (void)state;
    struct source_row source = add_source("web");
    struct destination_row destination = add_destination("hook");
    struct connection_row row = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), OK);
    row.from_record = 20;
    assert_int_equal(store_connection_update(fixture.tx, &row, &problem), OK);
    assert_int_equal(row.from_record, 10); // was enabled all the time
    row.is_enabled = false;
    assert_int_equal(store_connection_update(fixture.tx, &row, &problem), OK);
    row.is_enabled = true;
    row.from_record = 30;
    row.from_event = 0;
    assert_int_equal(store_connection_update(fixture.tx, &row, &problem), OK);
    assert_int_equal(row.from_record, 30);
    assert_int_equal(row.from_event, 0);
}

static void the_ends_of_a_connection_cannot_change(void **state)
{
    (void)state;
    struct source_row source = add_source("web"), other = add_source("app");
    struct destination_row destination = add_destination("hook");
    struct connection_row row = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), OK);
    row.source_id = other.id;
    assert_int_equal(store_connection_update(fixture.tx, &row, &problem), ERR_INVALID);
    assert_string_equal(problem.field, "sourceId");
    row.source_id = STR_NONE;
    assert_int_equal(store_connection_update(fixture.tx, &row, &problem), OK);
    assert_true(str_eq(row.source_id, source.id));
}

static void connections_are_listed_without_the_deleted_ones(void **state)
{
    (void)state;
    struct connection_row row;
    struct store_list list;
    struct store_page all = { 0 };
    struct destination_row destination = add_destination("hook");
    for (int i = 0; i < 3; i++) {
        struct source_row source = add_source(arena_printf(fixture.arena, "%d", i).data);
        row = new_connection(&source, &destination);
        assert_int_equal(store_connection_create(fixture.tx, &row, &problem), OK);
    }
    assert_int_equal(
        store_connection_delete(fixture.tx, fixture.workspace_id, row.id, &problem), OK);
    assert_int_equal(
        store_connection_list(fixture.tx, fixture.workspace_id, &all, &list, &problem), OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.total, 2);
}

// --- What changed

struct seen {
    size_t changed;
    size_t gone;
    char last[64]; // the id of the last one
};

static void see_changed(void *ctx, const void *row)
{
    struct seen *seen = ctx;
    seen->changed++;
    assert_true(str_copy(((const struct connection_row *)row)->id, seen->last, 64));
}

static void see_gone(void *ctx, str id)
{
    struct seen *seen = ctx;
    seen->gone++;
    assert_true(str_copy(id, seen->last, 64));
}

static struct seen connections_changed_after(int64_t revision)
{
    struct seen seen = { 0 };
    const struct store_visitor visitor = { see_changed, see_gone, &seen };
    assert_int_equal(store_connection_each_changed(fixture.tx, revision, &visitor, &problem),
                     OK);
    return seen;
}

static void commit_and_go_on(void)
{
    assert_int_equal(store_commit(fixture.tx, &problem), OK);
    store_end(fixture.tx);
    fixture.tx = store_fixture_begin(&fixture, STORE_WRITE);
}

static void each_kind_of_change_is_told_by_its_revision(void **state)
{
    (void)state;
    struct destination_row destination = add_destination("hook");
    struct source_row source = add_source("web");
    struct connection_row row = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &row, &problem), OK);
    struct source_row other = add_source("app");
    struct connection_row still = new_connection(&other, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &still, &problem), OK);
    int64_t made = store_revision(fixture.tx);
    assert_int_equal(connections_changed_after(made - 1).changed, 2);
    commit_and_go_on();

    assert_int_equal(store_connection_update(fixture.tx, &row, &problem), OK);
    struct seen seen = connections_changed_after(made);
    assert_int_equal(seen.changed, 1);
    assert_true(str_eq(str_of(seen.last), row.id));
    commit_and_go_on();
    assert_int_equal(store_connection_set_external_id(fixture.tx, fixture.workspace_id, row.id,
                                                      STR("e"), &problem),
                     OK);
    assert_int_equal(connections_changed_after(made + 1).changed, 1);
    commit_and_go_on();
    assert_int_equal(
        store_connection_delete(fixture.tx, fixture.workspace_id, row.id, &problem), OK);
    seen = connections_changed_after(made + 2);
    assert_int_equal(seen.changed, 0);
    assert_int_equal(seen.gone, 1);
    assert_true(str_eq(str_of(seen.last), row.id));
    commit_and_go_on();
    struct connection_row again = new_connection(&source, &destination);
    assert_int_equal(store_connection_create(fixture.tx, &again, &problem), OK);
    assert_int_equal(connections_changed_after(made + 3).changed, 1);
    assert_int_equal(connections_changed_after(made + 4).changed, 0);
    assert_int_equal(connections_changed_after(-1).changed, 2);
    assert_int_equal(connections_changed_after(-1).gone, 0);
}

static void only_other_tables_count_the_revision_of_tables_up(void **state)
{
    (void)state;
    add_source("web");
    commit_and_go_on();
    struct store_tx *reading = NULL;
    assert_int_equal(store_begin(fixture.store, STORE_READ, fixture.arena, &reading, &problem),
                     OK);
    assert_true(store_config_revision(reading) > store_tables_revision(reading));
    assert_true(store_tables_revision(reading) > 0); // the fixture's users
    store_end(reading);
}

int main(void)
{
#define TEST(name) STORE_TX_TEST(name, &fixture)
    const struct CMUnitTest tests[] = {
        TEST(a_source_reads_back_as_it_was_written),
        TEST(a_source_of_another_workspace_is_not_found),
        TEST(a_source_name_is_unique_until_its_source_is_deleted),
        TEST(updating_a_source_keeps_its_write_key_and_birth),
        TEST(sources_of_one_moment_are_listed_as_they_were_made),
        TEST(a_destination_counts_its_revision_up),
        TEST(an_external_id_is_unique_in_the_workspace),
        TEST(an_update_leaves_the_external_id_alone),
        TEST(a_connection_needs_both_ends_in_its_workspace),
        TEST(what_is_connected_cannot_be_deleted),
        TEST(a_deleted_pair_comes_back_under_its_old_id),
        TEST(a_live_pair_is_returned_or_refused),
        TEST(enabling_starts_at_the_new_position),
        TEST(the_ends_of_a_connection_cannot_change),
        TEST(connections_are_listed_without_the_deleted_ones),
        TEST(each_kind_of_change_is_told_by_its_revision),
        TEST(only_other_tables_count_the_revision_of_tables_up),
    };
    return cmocka_run_group_tests_name("store config", tests, NULL, NULL);
}
