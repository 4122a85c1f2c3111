// SPDX-License-Identifier: Apache-2.0
// First start, signing in, and what only people who are signed in may do.
#include "api/testing.h"

#include "access/access.h"

struct fixture {
    struct world world;
    str cookie;
    str csrf;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ 0 };
    world_open_set_up(&fixture.world);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    world_close(&fixture->world);
    return 0;
}

static struct told sign_in(struct world *world, const char *email, const char *password)
{
    str body =
        arena_printf(world->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
    return world_ask(world, &(struct ask){ "POST", "/v2/session", body.data });
}

static void signed_in(struct fixture *fixture)
{
    struct told told = sign_in(&fixture->world, WORLD_EMAIL, WORLD_PASSWORD);
    assert_told(&told, 200);
    str cookie = told_header(&told, "Set-Cookie");
    fixture->cookie = str_sub(cookie, 0, str_find(cookie, ';'));
    fixture->csrf = told_str(&told, "csrfToken");
}

static struct told send(struct fixture *fixture, const char *method, const char *path,
                        const char *body)
{
    return world_ask(
        &fixture->world,
        &(struct ask){ method, path, body, .cookie = fixture->cookie, .csrf = fixture->csrf });
}

static const char *joined(struct fixture *fixture, const char *before, str text,
                          const char *behind)
{
    return arena_printf(fixture->world.arena, "%s%" PRIstr "%s", before, STR_ARG(text), behind)
        .data;
}

// --- First start

static struct told set_up_with(struct world *world, const char *token, const char *email,
                               const char *password)
{
    str body = arena_printf(
        world->arena,
        "{\"setupToken\":\"%s\",\"organizationName\":\"Example\",\"workspaceName\":\"Main\","
        "\"email\":\"%s\",\"password\":\"%s\"}",
        token, email, password);
    return world_ask(world, &(struct ask){ "POST", "/v2/setup", body.data });
}

static bool setup_is_needed(struct world *world)
{
    struct told told = world_ask(world, &(struct ask){ "GET", "/v2/setup" });
    assert_told(&told, 200);
    return yyjson_get_bool(told_at(&told, "needed"));
}

static void the_setup_link_works_once(void **state)
{
    (void)state;
    struct world world;
    char token[API_SETUP_TOKEN_LEN + 1];
    world_open(&world);
    assert_true(setup_is_needed(&world));
    assert_true(api_setup_token(world.api, token));
    struct told told = set_up_with(&world, "guessed", WORLD_EMAIL, WORLD_PASSWORD);
    assert_told(&told, 401);
    told = set_up_with(&world, token, WORLD_EMAIL, "fourteen chars");
    assert_told(&told, 400);
    assert_str(told_str(&told, "details.password"), "must have at least 15 characters");
    told = set_up_with(&world, token, "no address", WORLD_PASSWORD);
    assert_told(&told, 400);
    assert_non_null(told_at(&told, "details.email"));
    told = set_up_with(&world, token, WORLD_EMAIL, WORLD_PASSWORD);
    assert_told(&told, 201);
    assert_str(told_str(&told, "user.role"), "Admin");
    assert_false(setup_is_needed(&world));
    assert_false(api_setup_token(world.api, token));
    told = set_up_with(&world, token, "eve@example.com", WORLD_PASSWORD);
    assert_told(&told, 409);
    told = sign_in(&world, WORLD_EMAIL, WORLD_PASSWORD);
    assert_told(&told, 200);
    world_close(&world);
}

static void a_page_of_another_site_can_neither_set_up_nor_sign_in(void **state)
{
    struct fixture *fixture = *state;
    struct ask ask = { "POST", "/v2/session",
                       "{\"email\":\"" WORLD_EMAIL "\",\"password\":\"" WORLD_PASSWORD "\"}",
                       .fetch_site = "cross-site" };
    struct told told = world_ask(&fixture->world, &ask);
    assert_told(&told, 403);
    ask.fetch_site = "same-origin";
    told = world_ask(&fixture->world, &ask);
    assert_told(&told, 200);
}

// --- Signing in

static void signing_in_gives_a_cookie_that_scripts_cannot_read(void **state)
{
    struct fixture *fixture = *state;
    struct told told = sign_in(&fixture->world, "ADA@example.com", WORLD_PASSWORD);
    assert_told(&told, 200);
    str cookie = told_header(&told, "Set-Cookie");
    assert_true(str_starts(cookie, STR("pintle_session=")));
    assert_true(str_find_str(cookie, STR("; HttpOnly; SameSite=Lax")) < cookie.len);
    assert_str(told_str(&told, "user.email"), WORLD_EMAIL);
    assert_str(told_str(&told, "organization.name"), "Example");
    assert_str(told_str(&told, "workspaces.0.name"), "Main");
}

static void a_wrong_password_and_an_unknown_address_sound_the_same(void **state)
{
    struct fixture *fixture = *state;
    struct told wrong = sign_in(&fixture->world, WORLD_EMAIL, "not the password");
    struct told unknown = sign_in(&fixture->world, "eve@example.com", "not the password");
    assert_told(&wrong, 401);
    assert_told(&unknown, 401);
    assert_true(str_eq(wrong.body, unknown.body));
}

static void guessing_has_to_wait(void **state)
{
    struct fixture *fixture = *state;
    struct told told;
    for (int i = 0; i < 5; i++) {
        told = sign_in(&fixture->world, WORLD_EMAIL, "not the password");
        assert_told(&told, 401);
    }
    told = sign_in(&fixture->world, WORLD_EMAIL, WORLD_PASSWORD);
    assert_told(&told, 429);
    assert_str(told_header(&told, "Retry-After"), "1");
    assert_str(told_str(&told, "code"), "TOO_MANY_REQUESTS");
    clock_fake_advance_ms(&fixture->world.clock, 1000);
    told = sign_in(&fixture->world, WORLD_EMAIL, WORLD_PASSWORD);
    assert_told(&told, 200);
}

static void a_session_shows_who_is_signed_in_until_he_signs_out(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    struct told told = send(fixture, "GET", "/v2/session", NULL);
    assert_told(&told, 200);
    assert_true(str_eq(told_str(&told, "csrfToken"), fixture->csrf));
    told = send(fixture, "DELETE", "/v2/session", NULL);
    assert_told(&told, 204);
    assert_true(str_starts(told_header(&told, "Set-Cookie"), STR("pintle_session=;")));
    told = send(fixture, "GET", "/v2/session", NULL);
    assert_told(&told, 401);
}

static void a_session_ends_when_nobody_uses_it(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    for (int day = 0; day < 20; day++) {
        clock_fake_advance_ms(&fixture->world.clock, 24 * 3600 * 1000);
        struct told told = send(fixture, "GET", "/v2/session", NULL);
        assert_told(&told, 200);
    }
    clock_fake_advance_ms(&fixture->world.clock, (int64_t)7 * 24 * 3600 * 1000 + 1);
    struct told told = send(fixture, "GET", "/v2/session", NULL);
    assert_told(&told, 401);
}

static void a_write_needs_the_csrf_token(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    str right = fixture->csrf;
    fixture->csrf = STR_NONE;
    struct told told = send(fixture, "POST", "/v2/personal-access-tokens/revoke-all", NULL);
    assert_told(&told, 403);
    assert_non_null(told_at(&told, "details.X-CSRF-Token"));
    fixture->csrf = STR("0123456789012345678901234567890123456789012");
    told = send(fixture, "POST", "/v2/personal-access-tokens/revoke-all", NULL);
    assert_told(&told, 403);
    fixture->csrf = right;
    told = send(fixture, "POST", "/v2/personal-access-tokens/revoke-all", NULL);
    assert_told(&told, 200);
}

static void a_session_names_its_workspace(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    struct ask ask = { "GET", "/v2/sources", .cookie = fixture->cookie };
    struct told told = world_ask(&fixture->world, &ask);
    assert_told(&told, 400);
    assert_non_null(told_at(&told, "details.X-Workspace-Id"));
    ask.workspace_id = STR("nowhere");
    told = world_ask(&fixture->world, &ask);
    assert_told(&told, 404);
    ask.workspace_id = fixture->world.workspace_id;
    told = world_ask(&fixture->world, &ask);
    assert_told(&told, 200);
    ask.path = "/v2/token";
    told = world_ask(&fixture->world, &ask);
    assert_told(&told, 403);
}

// --- Personal access tokens

static struct told make_token(struct fixture *fixture, const char *scope)
{
    return send(fixture, "POST", "/v2/personal-access-tokens",
                arena_printf(fixture->world.arena,
                             "{\"name\":\"ci\",\"workspaceId\":\"%" PRIstr
                             "\",\"scope\":\"%s\"}",
                             STR_ARG(fixture->world.workspace_id), scope)
                    .data);
}

static int status_with(struct fixture *fixture, str token)
{
    return world_ask(&fixture->world, &(struct ask){ "GET", "/v2/workspace", .token = token })
        .status;
}

static void a_token_is_shown_once_and_dies_when_it_is_deleted(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    struct told made = make_token(fixture, "read-only");
    assert_told(&made, 201);
    str token = told_str(&made, "token"), id = told_str(&made, "id");
    assert_true(token_is_well_formed(token));
    assert_str(told_str(&made, "effectiveScope"), "read-only");
    assert_str(told_str(&made, "prefix"), "ptl_pat_");
    assert_true(str_ends(token, told_str(&made, "lastFour")));
    assert_int_equal(status_with(fixture, token), 200);
    const char *path = joined(fixture, "/v2/personal-access-tokens/", id, "");
    struct told told = send(fixture, "GET", path, NULL);
    assert_told(&told, 200);
    assert_true(str_find_str(told.body, token) == told.body.len);
    told = send(fixture, "GET", "/v2/personal-access-tokens", NULL);
    assert_told(&told, 200);
    assert_int_equal(yyjson_get_int(told_at(&told, "paging.total")), 2);
    told = send(fixture, "DELETE", path, NULL);
    assert_told(&told, 204);
    assert_int_equal(status_with(fixture, token), 401);
    told = send(fixture, "DELETE", path, NULL);
    assert_told(&told, 404);
}

static void bad_tokens_are_not_made(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    struct told told = make_token(fixture, "admin");
    assert_told(&told, 400);
    assert_str(told_str(&told, "details.scope"), "must be one of read-only, read-write");
    told = send(fixture, "POST", "/v2/personal-access-tokens",
                "{\"name\":\"ci\",\"workspaceId\":\"nowhere\",\"scope\":\"read-only\"}");
    assert_told(&told, 404);
}

static void all_tokens_can_be_revoked_at_once(void **state)
{
    struct fixture *fixture = *state;
    signed_in(fixture);
    struct told made = make_token(fixture, "read-write");
    assert_told(&made, 201);
    struct told told =
        send(fixture, "POST", "/v2/personal-access-tokens/revoke-all",
             joined(fixture, "{\"workspaceId\":\"", fixture->world.workspace_id, "\"}"));
    assert_told(&told, 200);
    assert_int_equal(yyjson_get_int(told_at(&told, "revoked")), 2);
    assert_int_equal(status_with(fixture, told_str(&made, "token")), 401);
    assert_int_equal(status_with(fixture, fixture->world.token), 401);
    told = send(fixture, "POST", "/v2/personal-access-tokens/revoke-all", "");
    assert_told(&told, 200);
    assert_int_equal(yyjson_get_int(told_at(&told, "revoked")), 0);
}

// --- Local calls

static void the_local_operator_makes_tokens_for_people_who_exist(void **state)
{
    struct fixture *fixture = *state;
    struct told told = world_ask_locally(
        &fixture->world, "POST", "/local/personal-access-tokens",
        "{\"email\":\"eve@example.com\",\"workspace\":\"Main\",\"name\":\"x\","
        "\"scope\":\"read-only\"}");
    assert_told(&told, 404);
    told = world_ask_locally(&fixture->world, "POST", "/local/personal-access-tokens",
                             "{\"email\":\"" WORLD_EMAIL "\",\"workspace\":\"Other\","
                             "\"name\":\"x\",\"scope\":\"read-only\"}");
    assert_told(&told, 404);
    told = world_ask_locally(&fixture->world, "POST", "/local/personal-access-tokens",
                             joined(fixture,
                                    "{\"email\":\"" WORLD_EMAIL "\",\"name\":\"x\","
                                    "\"scope\":\"read-only\",\"workspace\":\"",
                                    fixture->world.workspace_id, "\"}"));
    assert_told(&told, 201);
}

static void the_local_operator_calls_nothing_else(void **state)
{
    struct fixture *fixture = *state;
    struct told told = world_ask_locally(&fixture->world, "GET", "/v2/sources", NULL);
    assert_told(&told, 404);
    told = world_ask_locally(&fixture->world, "POST", "/v2/setup", "{}");
    assert_told(&told, 409);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_setup_link_works_once),
        TEST(a_page_of_another_site_can_neither_set_up_nor_sign_in),
        TEST(signing_in_gives_a_cookie_that_scripts_cannot_read),
        TEST(a_wrong_password_and_an_unknown_address_sound_the_same),
        TEST(guessing_has_to_wait),
        TEST(a_session_shows_who_is_signed_in_until_he_signs_out),
        TEST(a_session_ends_when_nobody_uses_it),
        TEST(a_write_needs_the_csrf_token),
        TEST(a_session_names_its_workspace),
        TEST(a_token_is_shown_once_and_dies_when_it_is_deleted),
        TEST(bad_tokens_are_not_made),
        TEST(all_tokens_can_be_revoked_at_once),
        TEST(the_local_operator_makes_tokens_for_people_who_exist),
        TEST(the_local_operator_calls_nothing_else),
    };
    return cmocka_run_group_tests_name("api sessions", tests, NULL, NULL);
}
