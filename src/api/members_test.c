// SPDX-License-Identifier: Apache-2.0
// Managing members by the clock: what asks for the password again, what runs out.
#include "api/testing.h"

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
    struct told told =
        world_ask(&fixture.world, &(struct ask){ "POST", "/v2/session",
                                                 "{\"email\":\"" WORLD_EMAIL
                                                 "\",\"password\":\"" WORLD_PASSWORD "\"}" });
    assert_told(&told, 200);
    str cookie = told_header(&told, "Set-Cookie");
    fixture.cookie = str_sub(cookie, 0, str_find(cookie, ';'));
    fixture.csrf = told_str(&told, "csrfToken");
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    world_close(&fixture->world);
    return 0;
}

static struct told send(struct fixture *fixture, const char *method, const char *path,
                        const char *body)
{
    return world_ask(
        &fixture->world,
        &(struct ask){ method, path, body, .cookie = fixture->cookie, .csrf = fixture->csrf });
}

static void advance_minutes(struct fixture *fixture, int64_t minutes)
{
    clock_fake_advance_ms(&fixture->world.clock, minutes * 60 * 1000);
}

static struct told invite(struct fixture *fixture)
{
    return send(fixture, "POST", "/v2/invitations", "{\"email\":\"grace@example.com\"}");
}

static struct told accept_link(struct fixture *fixture, str link)
{
    str token = str_sub(link, str_find(link, '=') + 1, link.len);
    str body = arena_printf(fixture->world.arena,
                            "{\"token\":\"%" PRIstr "\",\"password\":\"a long enough one\"}",
                            STR_ARG(token));
    return world_ask(&fixture->world,
                     &(struct ask){ "POST", "/v2/invitations/accept", body.data });
}

static void the_password_counts_for_ten_minutes(void **state)
{
    struct fixture *fixture = *state;
    advance_minutes(fixture, 10);
    struct told told = invite(fixture);
    assert_told(&told, 201);
    advance_minutes(fixture, 1);
    told = invite(fixture);
    assert_told(&told, 403);
    assert_str(told_str(&told, "code"), "REAUTHENTICATION_REQUIRED");
    told =
        send(fixture, "POST", "/v2/session/confirm", "{\"password\":\"" WORLD_PASSWORD "\"}");
    assert_told(&told, 204);
    told = invite(fixture);
    assert_told(&told, 201);
}

static void an_invitation_is_valid_for_three_days(void **state)
{
    struct fixture *fixture = *state;
    struct told first = invite(fixture);
    str link = told_str(&first, "link");
    advance_minutes(fixture, 3 * 24 * 60 - 1);
    struct told told = send(fixture, "GET", "/v2/invitations", NULL);
    assert_int_equal(yyjson_get_uint(told_at(&told, "paging.total")), 1);
    advance_minutes(fixture, 1);
    told = send(fixture, "GET", "/v2/invitations", NULL);
    assert_int_equal(yyjson_get_uint(told_at(&told, "paging.total")), 0);
    told = accept_link(fixture, link);
    assert_told(&told, 401);
}

static void a_link_of_a_password_reset_is_valid_for_half_an_hour(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t minutes = 29; minutes <= 30; minutes++) {
        struct told told = world_ask_locally(&fixture->world, "POST", "/local/password-resets",
                                             "{\"email\":\"" WORLD_EMAIL "\"}");
        assert_told(&told, 201);
        str link = told_str(&told, "link");
        str token = str_sub(link, str_find(link, '=') + 1, link.len);
        str body = arena_printf(
            fixture->world.arena,
            "{\"token\":\"%" PRIstr "\",\"password\":\"a long enough one\"}", STR_ARG(token));
        advance_minutes(fixture, minutes);
        told = world_ask(&fixture->world,
                         &(struct ask){ "POST", "/v2/password-resets/accept", body.data });
        assert_told(&told, minutes < 30 ? 204 : 401);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_password_counts_for_ten_minutes),
        TEST(an_invitation_is_valid_for_three_days),
        TEST(a_link_of_a_password_reset_is_valid_for_half_an_hour),
    };
    return cmocka_run_group_tests_name("api members", tests, NULL, NULL);
}
