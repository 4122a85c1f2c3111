// SPDX-License-Identifier: Apache-2.0
// Limits of calls with tokens, as callers see them.
#include "api/testing.h"

#include "api/core.h"

static int set_up(void **state)
{
    static struct world world;
    world_open_set_up(&world);
    world.api->parts.token_requests_per_s = 2; // twenty at once
    world.api->parts.unknown_tokens_per_s = 1; // sixty at once
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    world_close(*state);
    return 0;
}

static struct told ask(struct world *world, str token, const char *address)
{
    return world_ask(world,
                     &(struct ask){ "GET", "/v2/token", .token = token, .address = address });
}

static void a_token_is_told_what_is_left_and_then_when_to_come_back(void **state)
{
    struct world *world = *state;
    struct told told = ask(world, world->token, NULL);
    assert_told(&told, 200);
    assert_str(told_header(&told, "RateLimit-Limit"), "20");
    assert_str(told_header(&told, "RateLimit-Remaining"), "19");
    assert_str(told_header(&told, "RateLimit-Reset"), "1");
    assert_str(told_header(&told, "RateLimit-Policy"), "20;w=10");
    for (int i = 0; i < 19; i++) {
        told = ask(world, world->token, NULL);
        assert_told(&told, 200);
    }
    told = ask(world, world->token, NULL);
    assert_told(&told, 429);
    assert_str(told_header(&told, "Retry-After"), "1");
    assert_str(told_header(&told, "RateLimit-Remaining"), "0");
    assert_str(told_str(&told, "code"), "TOO_MANY_REQUESTS");
    clock_fake_advance_ms(&world->clock, 1000);
    told = ask(world, world->token, NULL);
    assert_told(&told, 200);
}

static void unknown_tokens_are_counted_by_address_and_known_ones_still_work(void **state)
{
    struct world *world = *state;
    struct told told;
    for (int i = 0; i < 60; i++) {
        told = ask(world, STR("ptl_pat_guess"), "198.51.100.1");
        assert_told(&told, 401);
    }
    told = ask(world, STR("ptl_pat_guess"), "198.51.100.1");
    assert_told(&told, 429);
    assert_str(told_header(&told, "Retry-After"), "1");
    told = ask(world, STR("ptl_pat_guess"), "198.51.100.2");
    assert_told(&told, 401);
    told = ask(world, world->token, "198.51.100.1");
    assert_told(&told, 200);
}

static void zero_is_no_limit(void **state)
{
    struct world *world = *state;
    world->api->parts.token_requests_per_s = world->api->parts.unknown_tokens_per_s = 0;
    for (int i = 0; i < 200; i++) {
        struct told known = ask(world, world->token, NULL);
        struct told unknown = ask(world, STR("x"), NULL);
        assert_told(&known, 200);
        assert_told(&unknown, 401);
        assert_true(told_header(&known, "RateLimit-Limit").data == NULL);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_token_is_told_what_is_left_and_then_when_to_come_back),
        TEST(unknown_tokens_are_counted_by_address_and_known_ones_still_work),
        TEST(zero_is_no_limit),
    };
    return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
