// SPDX-License-Identifier: Apache-2.0
// The copy of the audit log in a file.
#include "api/testing.h"

#include "api/trail.h"
#include "base/log.h"
#include "store/audit.h"

static int set_up(void **state)
{
    static struct world world;
    world_open_set_up(&world); // two entries: the organisation and a token
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    world_close(*state);
    return 0;
}

static const char *path_of(struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->dir, name).data;
}

// Everything that a start finds to do, done.
static void copy_to(struct world *world, const char *name)
{
    struct pool *pool = pool_new(1, 1);
    struct trail *trail = NULL;
    struct trail_parts parts = {
        .store = world->store,
        .pool = pool,
        .clock = &world->clock.clock,
        .sink_parts = { .store = world->store },
        .sinks = arena_printf(world->arena, "file:%s", path_of(world, name)),
    };
    assert_int_equal(trail_new(&parts, &trail, NULL), OK);
    trail_start(trail);
    pool_free(pool);
    trail_free(trail);
}

static str content(struct world *world, const char *name)
{
    str data = STR_NONE;
    struct problem problem = { 0 };
    enum err err =
        fs_read_file(fs_real(), path_of(world, name), 1 << 20, world->arena, &data, &problem);
    return err ? STR_NONE : data;
}

static void put(struct world *world, const char *name, str data)
{
    struct problem problem = { 0 };
    assert_int_equal(fs_write_file(fs_real(), path_of(world, name), data, &problem), OK);
}

// Asserts that the file has these entries, one a line.
static void assert_lines(struct world *world, const char *name, int64_t first, int64_t last)
{
    str rest = content(world, name), line;
    struct problem problem;
    yyjson_doc *doc;
    assert_true(rest.len > 0 && rest.data[rest.len - 1] == '\n');
    rest.len--;
    for (int64_t seq = first; seq <= last; seq++) {
        assert_true(str_next(&rest, '\n', &line));
        assert_int_equal(json_read(line, 0, world->arena, &doc, &problem), OK);
        yyjson_val *entry = yyjson_doc_get_root(doc);
        assert_int_equal(yyjson_get_int(yyjson_obj_get(entry, "seq")), seq);
        assert_true(json_get_str(entry, "action").len > 0);
    }
    assert_null(rest.data);
}

static void add_entry(struct world *world, const char *name)
{
    str body = arena_printf(world->arena, "{\"name\":\"%s\",\"type\":\"Javascript\"}", name);
    struct told told = world_ask(
        world, &(struct ask){ "POST", "/v2/sources", body.data, .token = world->token });
    assert_told(&told, 200);
}

static void every_entry_is_copied_once_over_restarts(void **state)
{
    struct world *world = *state;
    copy_to(world, "audit.ndjson");
    assert_lines(world, "audit.ndjson", 1, 2);
    copy_to(world, "audit.ndjson");
    assert_lines(world, "audit.ndjson", 1, 2);
    add_entry(world, "a");
    add_entry(world, "b");
    copy_to(world, "audit.ndjson");
    assert_lines(world, "audit.ndjson", 1, 4);
}

static void the_copy_goes_on_in_a_new_file_when_the_old_was_moved_away(void **state)
{
    struct world *world = *state;
    copy_to(world, "audit.ndjson");
    assert_int_equal(rename(path_of(world, "audit.ndjson"), path_of(world, "old")), 0);
    add_entry(world, "a");
    copy_to(world, "audit.ndjson");
    assert_lines(world, "audit.ndjson", 3, 3);
    assert_lines(world, "old", 1, 2);
}

static void another_file_gets_everything(void **state)
{
    struct world *world = *state;
    copy_to(world, "audit.ndjson");
    copy_to(world, "other");
    assert_lines(world, "other", 1, 2);
}

static void a_torn_line_is_ended_first(void **state)
{
    struct world *world = *state;
    put(world, "audit.ndjson", STR("{\"id\":\"2C"));
    copy_to(world, "audit.ndjson");
    str data = content(world, "audit.ndjson");
    assert_true(str_starts(data, STR("{\"id\":\"2C\n{\"id\":\"")));
}

static void what_cannot_be_copied_is_copied_later(void **state)
{
    struct world *world = *state;
    log_set_level(LOG_ERROR);
    copy_to(world, "folder/audit.ndjson");
    assert_null(content(world, "folder/audit.ndjson").data);
    assert_int_equal(fs_real()->ops->make_dir(fs_real(), path_of(world, "folder")), 0);
    copy_to(world, "folder/audit.ndjson");
    assert_lines(world, "folder/audit.ndjson", 1, 2);
}

static void a_long_log_is_copied_in_parts(void **state)
{
    struct world *world = *state;
    struct told me =
        world_ask(world, &(struct ask){ "GET", "/getUser", .token = world->token });
    struct audit_row row = {
        .organization_id = told_str(&me, "organizationId"),
        .actor_type = STR("system"),
        .action = STR("created"),
        .target_type = STR("source"),
    };
    AUTO(store_end) struct store_tx *tx = NULL;
    assert_int_equal(store_begin(world->store, STORE_NOTE, world->arena, &tx, NULL), OK);
    for (int i = 0; i < 1100; i++)
        assert_int_equal(store_audit_add(tx, &row, NULL), OK);
    assert_int_equal(store_commit(tx, NULL), OK);
    copy_to(world, "audit.ndjson");
    assert_lines(world, "audit.ndjson", 1, 1102);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_entry_is_copied_once_over_restarts),
        TEST(the_copy_goes_on_in_a_new_file_when_the_old_was_moved_away),
        TEST(another_file_gets_everything),
        TEST(a_torn_line_is_ended_first),
        TEST(what_cannot_be_copied_is_copied_later),
        TEST(a_long_log_is_copied_in_parts),
    };
    return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
