// SPDX-License-Identifier: Apache-2.0
// Sources, connections and tokens, from request to answer, over a real store.
#include "api/testing.h"

#include "store/audit.h"

// --- Who may

static void without_a_token_every_answer_is_the_same(void **state)
{
    struct world *world = *state;
    struct told none = world_ask(world, &(struct ask){ "GET", "/v2/sources" });
    struct told garbled =
        world_ask(world, &(struct ask){ "GET", "/v2/sources", .token = STR("ptl_pat_x") });
    struct told basic = world_ask(
        world, &(struct ask){ "GET", "/v2/sources", .authorization = STR("Basic eHg=") });
    assert_told(&none, 401);
    assert_told(&garbled, 401);
    assert_told(&basic, 401);
    assert_true(str_eq(none.body, garbled.body) && str_eq(none.body, basic.body));
    assert_str(told_str(&none, "error"), "Unauthorized");
    assert_str(told_str(&none, "code"), "UNAUTHORIZED");
    assert_str(told_header(&none, "WWW-Authenticate"), "Bearer realm=\"pintle\"");
    assert_str(told_header(&garbled, "WWW-Authenticate"),
               "Bearer realm=\"pintle\", error=\"invalid_token\"");
}

static void a_token_tells_what_it_is_and_ends_itself(void **state)
{
    struct world *world = *state;
    struct told told = world_get(world, "/v2/token");
    assert_told(&told, 200);
    assert_str(told_str(&told, "owner.email"), WORLD_EMAIL);
    assert_str(told_str(&told, "scope"), "read-write");
    assert_str(told_str(&told, "effectiveScope"), "read-write");
    assert_str(told_str(&told, "workspaceName"), "Main");
    told = world_send(world, "DELETE", "/v2/token", NULL);
    assert_told(&told, 204);
    told = world_get(world, "/v2/token");
    assert_told(&told, 401);
}

static void a_read_only_token_looks_but_does_not_touch(void **state)
{
    struct world *world = *state;
    str id = world_source(world, "web");
    struct told told =
        world_ask_locally(world, "POST", "/local/personal-access-tokens",
                          "{\"email\":\"" WORLD_EMAIL "\",\"workspace\":\"Main\","
                          "\"name\":\"look\",\"scope\":\"read-only\"}");
    assert_told(&told, 201);
    world->token = told_str(&told, "token");
    told = world_get(world, world_path(world, "/v2/sources/", id, ""));
    assert_told(&told, 200);
    told =
        world_send(world, "PUT", world_path(world, "/v2/sources/", id, ""), "{\"name\":\"x\"}");
    assert_told(&told, 403);
    assert_str(told_str(&told, "details.required"), "sources.edit");
    assert_str(told_str(&told, "code"), "FORBIDDEN");
    told = world_send(world, "PUT", "/v2/sources/nowhere", "{\"name\":\"x\"}");
    assert_told(&told, 404);
    told = world_send(world, "POST", "/v2/sources", "{");
    assert_told(&told, 403);
    told = world_send(world, "DELETE", "/v2/token", NULL);
    assert_told(&told, 204);
}

static void tokens_cannot_make_tokens(void **state)
{
    struct world *world = *state;
    struct told told = world_send(world, "POST", "/v2/personal-access-tokens", "{}");
    assert_told(&told, 403);
    told = world_get(world, "/v2/personal-access-tokens");
    assert_told(&told, 403);
}

// --- Sources

static void a_source_is_given_back_as_it_was_sent(void **state)
{
    struct world *world = *state;
    struct told made = world_send(world, "POST", "/v2/sources",
                                  "{\"name\":\"web\",\"type\":\"Javascript\",\"enabled\":true,"
                                  "\"config\":{\"b\": 1.0, \"a\":[ ]}}");
    assert_told(&made, 200);
    struct told got =
        world_get(world, world_path(world, "/v2/sources/", told_str(&made, "source.id"), ""));
    assert_told(&got, 200);
    assert_true(str_eq(made.body, got.body));
    assert_true(str_find_str(got.body, STR("\"config\":{\"b\": 1.0, \"a\":[ ]}")) <
                got.body.len);
    assert_int_equal(told_str(&got, "source.writeKey").len, 27);
    assert_str(told_str(&got, "source.createdAt"), "2026-01-02T03:04:05.678Z");
}

static void an_update_takes_what_was_read_and_keeps_what_is_left_out(void **state)
{
    struct world *world = *state;
    str id = world_source(world, "web");
    const char *path = world_path(world, "/v2/sources/", id, "");
    struct told before = world_get(world, path);
    clock_fake_advance_ms(&world->clock, 1000);
    struct told told = world_send(
        world, "PUT", path,
        "{\"id\":\"x\",\"writeKey\":\"x\",\"createdAt\":1,\"updatedAt\":null,"
        "\"workspaceId\":\"x\",\"transformation\":{\"id\":\"x\"},\"enabled\":false}");
    assert_told(&told, 200);
    assert_str(told_str(&told, "source.name"), "web");
    assert_false(yyjson_get_bool(told_at(&told, "source.enabled")));
    assert_true(str_eq(told_str(&told, "source.id"), id));
    assert_true(
        str_eq(told_str(&told, "source.writeKey"), told_str(&before, "source.writeKey")));
    assert_str(told_str(&told, "source.updatedAt"), "2026-01-02T03:04:06.678Z");
    told = world_send(world, "PUT", path, "{\"type\":\"HTTP\"}");
    assert_told(&told, 400);
    assert_str(told_str(&told, "details.type"), "cannot be changed");
}

static void bad_sources_are_refused_by_name(void **state)
{
    struct world *world = *state;
    struct told told =
        world_send(world, "POST", "/v2/sources", "{\"name\":\"a\",\"type\":\"?\"}");
    assert_told(&told, 400);
    assert_str(told_str(&told, "details.type"), "is no type of source");
    assert_str(told_str(&told, "error"), "request validation failed");
    assert_str(told_str(&told, "message"), "type: is no type of source");
    told = world_send(world, "POST", "/v2/sources", "{\"name\":");
    assert_told(&told, 400);
    assert_non_null(told_at(&told, "details.body"));
    (void)world_source(world, "web");
    told =
        world_send(world, "POST", "/v2/sources", "{\"name\":\"web\",\"type\":\"Javascript\"}");
    assert_told(&told, 409);
    assert_str(told_str(&told, "error"),
               "A source with this name already exists in the workspace");
    assert_non_null(told_at(&told, "details.name"));
}

static void lists_come_in_pages(void **state)
{
    struct world *world = *state;
    static const char *const names[] = { "a", "b", "c" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        clock_fake_advance_ms(&world->clock, 1);
        (void)world_source(world, names[i]);
    }
    struct told told = world_get(world, "/v2/sources?pageSize=2");
    assert_told(&told, 200);
    assert_int_equal(yyjson_arr_size(told_at(&told, "sources")), 2);
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 3);
    assert_str(told_str(&told, "paging.next"), "/v2/sources?page=2&pageSize=2");
    told = world_get(world, "/v2/v2/sources?page=2&pageSize=2&unknown=1");
    assert_told(&told, 200);
    assert_str(told_str(&told, "sources.0.name"), "c");
    assert_null(yyjson_obj_get(told_at(&told, "paging"), "next"));
}

static void a_connected_source_is_not_deleted(void **state)
{
    struct world *world = *state;
    str source = world_source(world, "web"), destination = world_destination(world, "hook");
    str connection = world_connection(world, source, destination);
    const char *path = world_path(world, "/v2/sources/", source, "");
    struct told told = world_send(world, "DELETE", path, NULL);
    assert_told(&told, 409);
    told = world_send(world, "DELETE", world_path(world, "/v2/connections/", connection, ""),
                      NULL);
    assert_told(&told, 204);
    told = world_send(world, "DELETE", path, NULL);
    assert_told(&told, 204);
    told = world_get(world, path);
    assert_told(&told, 404);
    assert_str(told_str(&told, "code"), "NOT_FOUND");
}

// --- Connections

static void a_pair_comes_back_under_its_old_id(void **state)
{
    struct world *world = *state;
    str source = world_source(world, "web"), destination = world_destination(world, "hook");
    str id = world_connection(world, source, destination);
    const char *path = world_path(world, "/v2/connections/", id, "");
    struct told told = world_send(world, "DELETE", path, NULL);
    assert_told(&told, 204);
    told = world_get(world, path);
    assert_told(&told, 404);
    assert_true(str_eq(world_connection(world, source, destination), id));
    told = world_send(world, "PUT", path, "{\"enabled\":false}");
    assert_told(&told, 200);
    assert_false(yyjson_get_bool(told_at(&told, "connection.enabled")));
    told = world_send(world, "PUT", path, "{\"sourceId\":\"other\"}");
    assert_told(&told, 400);
    assert_non_null(told_at(&told, "details.sourceId"));
    told = world_send(world, "PUT", path, "{\"externalId\":\"e\"}");
    assert_told(&told, 400);
}

static struct told connect_as(struct world *world, str source, str destination,
                              const char *external_id)
{
    str body = arena_printf(world->arena,
                            "{\"sourceId\":\"%" PRIstr "\",\"destinationId\":\"%" PRIstr
                            "\",\"externalId\":\"%s\"}",
                            STR_ARG(source), STR_ARG(destination), external_id);
    return world_send(world, "POST", "/v2/connections", body.data);
}

static void external_ids_of_connections_collide_with_the_known_words(void **state)
{
    struct world *world = *state;
    str source = world_source(world, "web"), hook = world_destination(world, "hook");
    str other = world_destination(world, "other");
    str id = world_connection(world, source, hook);
    struct told told = connect_as(world, source, hook, "e1");
    assert_told(&told, 409);
    assert_str(told_str(&told, "error"),
               "Connection already exists for this source and destination pair. "
               "Use PUT /v2/connections/:id/external-id to set its externalId");
    const char *path = world_path(world, "/v2/connections/", id, "/external-id");
    told = world_send(world, "PUT", path, "{\"externalId\":\"e1\"}");
    assert_told(&told, 200);
    told = world_send(world, "PUT", path, "{\"externalId\":\"e2\"}");
    assert_told(&told, 409);
    assert_str(told_str(&told, "error"),
               "externalId is already set for this connection and cannot be changed");
    told = connect_as(world, source, other, "e1");
    assert_told(&told, 409);
    assert_str(told_str(&told, "error"),
               "A connection with this externalId already exists in the workspace");
    told = connect_as(world, STR("nowhere"), other, "e3");
    assert_told(&told, 404);
    assert_non_null(told_at(&told, "details.sourceId"));
}

// --- The rest

static void the_workspace_and_the_definitions_are_shown(void **state)
{
    struct world *world = *state;
    struct told told = world_get(world, "/v2/workspace");
    assert_told(&told, 200);
    assert_str(told_str(&told, "workspace.name"), "Main");
    assert_str(told_str(&told, "workspace.dataPlaneURL"), "http://127.0.0.1:8080");
    told = world_get(world, "/getUser");
    assert_told(&told, 200);
    assert_str(told_str(&told, "role"), "Admin");
    told = world_get(world, "/v2/source-definitions");
    assert_told(&told, 200);
    assert_non_null(told_at(&told, "sourceDefinitions.0.title"));
    told = world_get(world, "/v2/destination-definitions");
    assert_told(&told, 200);
    assert_non_null(told_at(&told, "destinationDefinitions.0.modes"));
    told = world_get(world, "/v2/destination-definitions/WEBHOOK");
    assert_told(&told, 200);
    assert_str(told_str(&told, "destinationDefinition.fields.0.name"), "webhookUrl");
    told = world_get(world, "/v2/destination-definitions/webhook");
    assert_told(&told, 404);
}

static void every_change_is_in_the_audit_log(void **state)
{
    struct world *world = *state;
    str id = world_source(world, "web");
    const char *path = world_path(world, "/v2/sources/", id, "");
    clock_fake_advance_ms(&world->clock, 1);
    struct told told = world_send(world, "PUT", path, "{\"name\":\"site\"}");
    assert_told(&told, 200);
    clock_fake_advance_ms(&world->clock, 1);
    told = world_send(world, "DELETE", path, NULL);
    assert_told(&told, 204);
    told = world_send(world, "DELETE", path, NULL);
    assert_told(&told, 404); // nothing happened, nothing is written

    AUTO(store_end) struct store_tx *tx = NULL;
    struct problem problem;
    struct audit_row *rows;
    size_t count;
    struct told me = world_get(world, "/getUser");
    assert_int_equal(store_begin(world->store, STORE_READ, world->arena, &tx, &problem), OK);
    struct audit_filter filter = {
        .organization_id = told_str(&me, "organizationId"),
        .workspace_id = world->workspace_id,
    };
    assert_int_equal(store_audit_list(tx, &filter, 3, &rows, &count, &problem), OK);
    assert_int_equal(count, 3);
    assert_str(rows[0].action, "deleted");
    assert_str(rows[1].action, "updated");
    assert_str(rows[2].action, "created");
    assert_str(rows[0].target_name, "site");
    assert_true(str_eq(rows[0].target_id, id));
    assert_str(rows[0].actor_type, "personal_access_token");
    assert_str(rows[0].ip, "203.0.113.7");
}

static struct told ask_config(struct world *world, str write_key)
{
    const char *path = world_path(world, "/sourceConfig/?p=npm&v=3&writeKey=", write_key, "");
    return world_ask(world, &(struct ask){ "GET", path });
}

static void an_sdk_gets_its_source(void **state)
{
    struct world *world = *state;
    str id = world_source(world, "web");
    struct told told = world_get(world, world_path(world, "/v2/sources/", id, ""));
    str key = told_str(&told, "source.writeKey");
    told = ask_config(world, key);
    assert_told(&told, 200);
    assert_true(yyjson_get_bool(told_at(&told, "source.enabled")));
    assert_int_equal(yyjson_arr_size(told_at(&told, "source.destinations")), 0);
    assert_non_null(told_at(&told, "source.config.statsCollection.errors.enabled"));
    told = world_send(world, "PUT", world_path(world, "/v2/sources/", id, ""),
                      "{\"enabled\":false}");
    assert_told(&told, 200);
    told = ask_config(world, key);
    assert_told(&told, 200);
    assert_false(yyjson_get_bool(told_at(&told, "source.enabled")));
    told = ask_config(world, STR("unknown"));
    assert_told(&told, 400);
    assert_str(told_str(&told, "error"), "invalid write key");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_a_token_every_answer_is_the_same),
        TEST(a_token_tells_what_it_is_and_ends_itself),
        TEST(a_read_only_token_looks_but_does_not_touch),
        TEST(tokens_cannot_make_tokens),
        TEST(a_source_is_given_back_as_it_was_sent),
        TEST(an_update_takes_what_was_read_and_keeps_what_is_left_out),
        TEST(bad_sources_are_refused_by_name),
        TEST(lists_come_in_pages),
        TEST(a_connected_source_is_not_deleted),
        TEST(a_pair_comes_back_under_its_old_id),
        TEST(external_ids_of_connections_collide_with_the_known_words),
        TEST(the_workspace_and_the_definitions_are_shown),
        TEST(every_change_is_in_the_audit_log),
        TEST(an_sdk_gets_its_source),
    };
    return cmocka_run_group_tests_name("api resources", tests, NULL, NULL);
}
