// SPDX-License-Identifier: Apache-2.0
// The audit log over the API: pages, filters, who may read it, and what is in it.
#include "api/testing.h"

struct fixture {
    struct world world;
    str cookie;
    str csrf;
};

static struct told sign_in(struct fixture *fixture, const char *email, const char *password)
{
    struct world *world = &fixture->world;
    str body =
        arena_printf(world->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
    return world_ask(world, &(struct ask){ "POST", "/v2/session", body.data });
}

static void keep_session(struct fixture *fixture, const struct told *told)
{
    assert_told(told, 200);
    str cookie = told_header(told, "Set-Cookie");
    fixture->cookie = str_sub(cookie, 0, str_find(cookie, ';'));
    fixture->csrf = told_str(told, "csrfToken");
}

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ 0 };
    world_open_set_up(&fixture.world);
    struct told told = sign_in(&fixture, WORLD_EMAIL, WORLD_PASSWORD);
    keep_session(&fixture, &told);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    world_close(&fixture->world);
    return 0;
}

static struct told by_token(struct fixture *fixture, const char *method, const char *path,
                            const char *body)
{
    struct world *world = &fixture->world;
    return world_ask(world, &(struct ask){ method, path, body, .token = world->token });
}

static struct told by_session(struct fixture *fixture, const char *path)
{
    return world_ask(&fixture->world, &(struct ask){ "GET", path, .cookie = fixture->cookie });
}

static struct told logs(struct fixture *fixture, const char *query)
{
    const char *path = arena_printf(fixture->world.arena, "/v2/audit-logs?%s", query).data;
    struct told told = by_session(fixture, path);
    assert_told(&told, 200);
    return told;
}

static size_t rows_of(const struct told *told)
{
    return yyjson_arr_size(told_at(told, "data"));
}

static str make_source(struct fixture *fixture, const char *name)
{
    str body =
        arena_printf(fixture->world.arena, "{\"name\":\"%s\",\"type\":\"Javascript\"}", name);
    struct told told = by_token(fixture, "POST", "/v2/sources", body.data);
    assert_told(&told, 200);
    clock_fake_advance_ms(&fixture->world.clock, 1000);
    return told_str(&told, "source.id");
}

static void an_entry_has_the_documented_members(void **state)
{
    struct fixture *fixture = *state;
    str id = make_source(fixture, "web");
    struct told told = logs(fixture, "per_page=1");
    assert_true(str_eq(told_str(&told, "data.0.targetId"), id));
    assert_str(told_str(&told, "data.0.targetType"), "source");
    assert_str(told_str(&told, "data.0.targetName"), "web");
    assert_str(told_str(&told, "data.0.action"), "created");
    assert_str(told_str(&told, "data.0.actorType"), "personal_access_token");
    assert_str(told_str(&told, "data.0.actorName"), WORLD_EMAIL);
    assert_str(told_str(&told, "data.0.ip"), "203.0.113.7");
    assert_str(told_str(&told, "data.0.createdAt"), "2026-01-02T03:04:05.678Z");
    assert_true(str_eq(told_str(&told, "data.0.workspaceId"), fixture->world.workspace_id));
    assert_int_equal(told_str(&told, "data.0.organizationId").len, 27);
    assert_int_equal(told_str(&told, "data.0.hash").len, 64);
    // organisation and token made, signed in, source made
    assert_int_equal(yyjson_get_int(told_at(&told, "data.0.seq")), 4);
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 4);
}

static void pages_follow_each_other_newest_first(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 5; i++)
        make_source(fixture, arena_printf(fixture->world.arena, "s%d", i).data);
    struct told told = logs(fixture, "target_type=source&per_page=2");
    assert_str(told_str(&told, "data.0.targetName"), "s4");
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 5);
    str next = told_str(&told, "paging.next");
    assert_true(str_starts(next, STR("/v2/audit-logs?after_cursor=")));
    told = by_session(fixture, arena_cstr(fixture->world.arena, next));
    assert_str(told_str(&told, "data.0.targetName"), "s2");
    assert_int_equal(rows_of(&told), 2);
    make_source(fixture, "later"); // does not move the pages
    next = told_str(&told, "paging.next");
    told = by_session(fixture, arena_cstr(fixture->world.arena, next));
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.targetName"), "s0");
    assert_null(yyjson_obj_get(told_at(&told, "paging"), "next"));
}

static void entries_are_filtered(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->world.arena;
    str first = make_source(fixture, "first");
    make_source(fixture, "second");
    const char *query = arena_printf(arena, "target_id=%" PRIstr, STR_ARG(first)).data;
    struct told told = logs(fixture, query);
    assert_int_equal(rows_of(&told), 1);
    told = logs(fixture, "target_type=source&created_after=2026-01-02T03:04:05.678Z");
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.targetName"), "second");
    told = logs(fixture, "action=signed_in");
    assert_int_equal(rows_of(&told), 1);
    query = arena_printf(arena, "actor_id=%" PRIstr, STR_ARG(told_str(&told, "data.0.actorId")))
                .data;
    told = logs(fixture, query);
    assert_int_equal(rows_of(&told), 1); // the token is another actor
    query =
        arena_printf(arena, "workspace_id=%" PRIstr, STR_ARG(fixture->world.workspace_id)).data;
    told = logs(fixture, query);
    assert_int_equal(rows_of(&told), 3); // token and sources, not the organisation
    told = logs(fixture, "workspace_id=nobody");
    assert_int_equal(rows_of(&told), 0);
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 0);
}

static void a_bad_question_is_refused_by_name(void **state)
{
    struct fixture *fixture = *state;
    static const char *const cases[][2] = {
        { "per_page=0", "details.per_page" },
        { "per_page=101", "details.per_page" },
        { "created_after=yesterday", "details.created_after" },
        { "after_cursor=nobody", "details.after_cursor" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *path =
            arena_printf(fixture->world.arena, "/v2/audit-logs?%s", cases[i][0]).data;
        struct told told = by_session(fixture, path);
        assert_told(&told, 400);
        assert_true(told_str(&told, cases[i][1]).len > 0);
    }
}

static void personal_tokens_do_not_open_it(void **state)
{
    struct fixture *fixture = *state;
    struct told told = by_token(fixture, "GET", "/v2/audit-logs", NULL);
    assert_in_set(told.status, ((const LargestIntegralType[]){ 401, 403 }), 2);
    told = world_ask(&fixture->world, &(struct ask){ "GET", "/v2/audit-logs" });
    assert_told(&told, 401);
}

// --- What is in it

static str read_only_token(struct fixture *fixture)
{
    struct told told = world_ask_locally(
        &fixture->world, "POST", "/local/personal-access-tokens",
        "{\"email\":\"" WORLD_EMAIL "\",\"workspace\":\"Main\",\"name\":\"reader\","
        "\"scope\":\"read-only\"}");
    assert_told(&told, 201);
    return told_str(&told, "token");
}

static void refuse_a_source(struct fixture *fixture, str token)
{
    struct told told =
        world_ask(&fixture->world,
                  &(struct ask){ "POST", "/v2/sources",
                                 "{\"name\":\"x\",\"type\":\"Javascript\"}", .token = token });
    assert_told(&told, 403);
    assert_str(told_str(&told, "details.required"), "sources.createDelete");
}

static void what_is_refused_is_in_the_log(void **state)
{
    struct fixture *fixture = *state;
    refuse_a_source(fixture, read_only_token(fixture));
    struct told told = logs(fixture, "action=refused");
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.targetType"), "operation");
    assert_str(told_str(&told, "data.0.targetId"), "create_source");
    assert_str(told_str(&told, "data.0.actorType"), "personal_access_token");
    assert_str(told_str(&told, "data.0.details.required"), "sources.createDelete");
}

static void refusals_cannot_flood_the_log_and_are_counted(void **state)
{
    struct fixture *fixture = *state;
    str token = read_only_token(fixture);
    for (int i = 0; i < 35; i++)
        refuse_a_source(fixture, token);
    struct told told = logs(fixture, "action=refused");
    assert_int_equal(rows_of(&told), 10);
    clock_fake_advance_ms(&fixture->world.clock, 10 * 60 * 1000);
    refuse_a_source(fixture, token);
    told = logs(fixture, "action=refused");
    assert_int_equal(rows_of(&told), 11);
    assert_int_equal(yyjson_get_int(told_at(&told, "data.0.details.unwrittenBefore")), 25);
}

static void a_failed_sign_in_is_in_the_log(void **state)
{
    struct fixture *fixture = *state;
    struct told told = sign_in(fixture, WORLD_EMAIL, "a wrong password");
    assert_told(&told, 401);
    told = logs(fixture, "action=sign_in_failed");
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.targetName"), WORLD_EMAIL);
    assert_int_equal(told_str(&told, "data.0.targetId").len, 27);
    assert_str(told_str(&told, "data.0.ip"), "203.0.113.7");
    assert_true(str_find_str(told.body, STR("a wrong password")) == told.body.len);
}

static void what_stood_in_the_address_field_is_not(void **state)
{
    struct fixture *fixture = *state;
    struct told told = sign_in(fixture, "my-password@example.com", "a wrong password");
    assert_told(&told, 401);
    told = logs(fixture, "action=sign_in_failed");
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.targetId"), "");
    assert_true(str_find_str(told.body, STR("my-password")) == told.body.len);
}

static void the_first_use_of_a_token_is_in_the_log(void **state)
{
    struct fixture *fixture = *state;
    struct problem problem = { 0 };
    for (int i = 0; i < 2; i++) {
        make_source(fixture, i ? "b" : "a");
        assert_int_equal(workspace_flush_last_used(fixture->world.workspace, &problem), OK);
    }
    struct told told = logs(fixture, "action=first_used");
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.targetType"), "personal_access_token");
    assert_str(told_str(&told, "data.0.targetName"), "test");
    assert_str(told_str(&told, "data.0.actorName"), WORLD_EMAIL);
    assert_str(told_str(&told, "data.0.ip"), "203.0.113.7");
    assert_true(str_eq(told_str(&told, "data.0.workspaceId"), fixture->world.workspace_id));
}

static void signing_out_is_in_the_log(void **state)
{
    struct fixture *fixture = *state;
    struct told told = sign_in(fixture, WORLD_EMAIL, WORLD_PASSWORD);
    struct fixture other = *fixture;
    keep_session(&other, &told);
    told =
        world_ask(&fixture->world, &(struct ask){ "DELETE", "/v2/session",
                                                  .cookie = other.cookie, .csrf = other.csrf });
    assert_told(&told, 204);
    told = logs(fixture, "action=signed_out");
    assert_int_equal(rows_of(&told), 1);
    assert_str(told_str(&told, "data.0.actorType"), "user");
}

static void a_change_names_its_fields_and_no_values(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->world.arena;
    struct told told = by_token(fixture, "POST", "/v2/destinations",
                                "{\"name\":\"hook\",\"type\":\"WEBHOOK\",\"config\":"
                                "{\"webhookUrl\":\"https://example.com/s3cret\","
                                "\"webhookMethod\":\"POST\"}}");
    assert_told(&told, 200);
    const char *path = arena_printf(arena, "/v2/destinations/%" PRIstr,
                                    STR_ARG(told_str(&told, "destination.id")))
                           .data;
    told = by_token(fixture, "PUT", path,
                    "{\"name\":\"bell\",\"config\":{\"webhookUrl\":\"https://example.com/n3w\","
                    "\"webhookMethod\":\"POST\"}}");
    assert_told(&told, 200);
    told = logs(fixture, "target_type=destination&per_page=1");
    assert_str(told_str(&told, "data.0.action"), "updated");
    assert_str(told_str(&told, "data.0.details.fields.0"), "name");
    assert_str(told_str(&told, "data.0.details.fields.1"), "config.webhookUrl");
    assert_int_equal(yyjson_arr_size(told_at(&told, "data.0.details.fields")), 2);
    assert_true(str_find_str(told.body, STR("n3w")) == told.body.len);
    assert_true(str_find_str(told.body, STR("s3cret")) == told.body.len);
}

static void connecting_is_told_at_the_destination(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->world.arena;
    str source = make_source(fixture, "web");
    struct told told = by_token(fixture, "POST", "/v2/destinations",
                                "{\"name\":\"hook\",\"type\":\"WEBHOOK\",\"config\":"
                                "{\"webhookUrl\":\"https://example.com/\"}}");
    assert_told(&told, 200);
    str destination = told_str(&told, "destination.id");
    str body =
        arena_printf(arena, "{\"sourceId\":\"%" PRIstr "\",\"destinationId\":\"%" PRIstr "\"}",
                     STR_ARG(source), STR_ARG(destination));
    told = by_token(fixture, "POST", "/v2/connections", body.data);
    assert_told(&told, 200);
    const char *path = arena_printf(arena, "/v2/connections/%" PRIstr,
                                    STR_ARG(told_str(&told, "connection.id")))
                           .data;
    told = by_token(fixture, "PUT", path, "{\"enabled\":false}");
    assert_told(&told, 200);
    told = by_token(fixture, "DELETE", path, NULL);
    assert_told(&told, 204);
    told = logs(fixture, arena_printf(arena, "target_id=%" PRIstr, STR_ARG(destination)).data);
    assert_str(told_str(&told, "data.0.action"), "disconnected_source");
    assert_str(told_str(&told, "data.1.action"), "updated_connection");
    assert_str(told_str(&told, "data.2.action"), "connected_source");
    assert_str(told_str(&told, "data.2.targetType"), "destination");
    assert_true(str_eq(told_str(&told, "data.2.details.sourceId"), source));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_entry_has_the_documented_members),
        TEST(pages_follow_each_other_newest_first),
        TEST(entries_are_filtered),
        TEST(a_bad_question_is_refused_by_name),
        TEST(personal_tokens_do_not_open_it),
        TEST(what_is_refused_is_in_the_log),
        TEST(refusals_cannot_flood_the_log_and_are_counted),
        TEST(a_failed_sign_in_is_in_the_log),
        TEST(what_stood_in_the_address_field_is_not),
        TEST(the_first_use_of_a_token_is_in_the_log),
        TEST(signing_out_is_in_the_log),
        TEST(a_change_names_its_fields_and_no_values),
        TEST(connecting_is_told_at_the_destination),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
