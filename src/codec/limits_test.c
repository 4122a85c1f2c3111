// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

#include "codec/limits.h"

enum { TOKEN, ADDRESS };

struct fixture {
    struct clock_fake clock;
    struct rng_fake rng;
    struct limits *limits;
};

static const struct limit_rule ten_per_s = { .count = 10, .period_ms = 1000, .burst = 3 };

static int set_up(void **state)
{
    static struct fixture fixture;
    clock_fake_init(&fixture.clock, 0);
    rng_fake_init(&fixture.rng, 1);
    fixture.limits = limits_new(&fixture.clock.clock, &fixture.rng.rng);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    limits_free(fixture->limits);
    return 0;
}

static struct limit_state take(struct fixture *fixture, const char *name)
{
    return limits_take(fixture->limits,
                       &(struct limit_ask){ &ten_per_s, TOKEN, str_of(name), 1 });
}

static void empty(struct fixture *fixture, const char *name)
{
    for (int64_t i = 0; i < ten_per_s.burst; i++)
        assert_true(take(fixture, name).is_allowed);
}

static void a_burst_is_taken_and_then_no_more(void **state)
{
    struct fixture *fixture = *state;
    for (int64_t left = ten_per_s.burst - 1; left >= 0; left--) {
        struct limit_state told = take(fixture, "a");
        assert_true(told.is_allowed);
        assert_int_equal(told.remaining, left);
        assert_int_equal(told.reset_ms, 100 * (ten_per_s.burst - left));
    }
    struct limit_state told = take(fixture, "a");
    assert_false(told.is_allowed);
    assert_int_equal(told.remaining, 0);
    assert_int_equal(told.wait_ms, 100);
}

static void waiting_as_long_as_told_is_enough_and_less_is_not(void **state)
{
    struct fixture *fixture = *state;
    empty(fixture, "a");
    for (int i = 0; i < 20; i++) {
        struct limit_state told = take(fixture, "a");
        assert_false(told.is_allowed);
        clock_fake_advance_ms(&fixture->clock, told.wait_ms - 1);
        assert_false(take(fixture, "a").is_allowed);
        clock_fake_advance_ms(&fixture->clock, 1);
        assert_true(take(fixture, "a").is_allowed);
    }
}

static void a_cost_is_taken_whole_or_not_at_all(void **state)
{
    struct fixture *fixture = *state;
    static const struct limit_rule rule = { .count = 100, .period_ms = 60000, .burst = 100 };
    struct limit_ask ask = { &rule, TOKEN, STR("a"), 60 };
    assert_int_equal(limits_take(fixture->limits, &ask).remaining, 40);
    struct limit_state told = limits_take(fixture->limits, &ask);
    assert_false(told.is_allowed);
    assert_int_equal(told.remaining, 40);
    assert_int_equal(told.wait_ms, 20 * 600);
    ask.cost = 1000; // more than ever fits: when the bucket is full
    assert_false(limits_take(fixture->limits, &ask).is_allowed);
    clock_fake_advance_ms(&fixture->clock, 60 * 600);
    assert_true(limits_take(fixture->limits, &ask).is_allowed);
}

static void refused_requests_cost_nothing(void **state)
{
    struct fixture *fixture = *state;
    empty(fixture, "a");
    for (int i = 0; i < 1000; i++)
        assert_int_equal(take(fixture, "a").wait_ms, 100);
}

static void the_bucket_is_full_again_after_the_reset_and_never_fuller(void **state)
{
    struct fixture *fixture = *state;
    empty(fixture, "a");
    clock_fake_advance_ms(&fixture->clock, take(fixture, "a").reset_ms);
    empty(fixture, "a");
    assert_false(take(fixture, "a").is_allowed);
    clock_fake_advance_ms(&fixture->clock, (int64_t)365 * 24 * 3600 * 1000);
    empty(fixture, "a");
    assert_false(take(fixture, "a").is_allowed);
}

static void over_an_hour_the_rate_is_kept_exactly(void **state)
{
    struct fixture *fixture = *state;
    int64_t taken = 0;
    for (int64_t ms = 0; ms < 3600000; ms += 7) {
        taken += take(fixture, "a").is_allowed;
        clock_fake_advance_ms(&fixture->clock, 7);
    }
    assert_in_range(taken, 36000, 36000 + ten_per_s.burst);
}

static void names_and_kinds_do_not_share(void **state)
{
    struct fixture *fixture = *state;
    empty(fixture, "a");
    assert_true(take(fixture, "b").is_allowed);
    assert_true(
        limits_take(fixture->limits, &(struct limit_ask){ &ten_per_s, ADDRESS, STR("a"), 1 })
            .is_allowed);
    assert_false(take(fixture, "a").is_allowed);
}

static void what_one_name_refuses_costs_the_others_nothing(void **state)
{
    struct fixture *fixture = *state;
    static const struct limit_rule wide = { .count = 10, .period_ms = 10000, .burst = 10 };
    static const struct limit_rule narrow = { .count = 4, .period_ms = 10000, .burst = 4 };
    const struct limit_ask both[] = { { &wide, TOKEN, STR("a"), 3 },
                                      { &narrow, ADDRESS, STR("a"), 3 } };
    const struct limit_ask turned[] = { both[1], both[0] };
    int64_t wait_ms = -1;
    assert_true(limits_take_all(fixture->limits, both, ARRAY_LEN(both), &wait_ms));
    assert_int_equal(wait_ms, -1);
    for (int i = 0; i < 100; i++) {
        assert_false(limits_take_all(fixture->limits, both, ARRAY_LEN(both), &wait_ms));
        assert_int_equal(wait_ms, 2 * 2500); // 3 + 3 of 4
        assert_false(limits_take_all(fixture->limits, turned, ARRAY_LEN(turned), &wait_ms));
    }
    struct limit_ask one = { &wide, TOKEN, STR("a"), 1 };
    assert_int_equal(limits_take(fixture->limits, &one).remaining, 10 - 3 - 1);
    one = (struct limit_ask){ &narrow, ADDRESS, STR("a"), 1 };
    assert_int_equal(limits_take(fixture->limits, &one).remaining, 4 - 3 - 1);
}

static void the_wait_for_several_names_is_the_longest(void **state)
{
    struct fixture *fixture = *state;
    static const struct limit_rule fast = { .count = 1, .period_ms = 1000, .burst = 1 };
    static const struct limit_rule slow = { .count = 1, .period_ms = 5000, .burst = 1 };
    const struct limit_ask asks[] = { { &slow, TOKEN, STR("a"), 1 },
                                      { &fast, ADDRESS, STR("a"), 1 } };
    int64_t wait_ms = 0;
    assert_true(limits_take_all(fixture->limits, asks, ARRAY_LEN(asks), &wait_ms));
    assert_false(limits_take_all(fixture->limits, asks, ARRAY_LEN(asks), &wait_ms));
    assert_int_equal(wait_ms, 5000);
    clock_fake_advance_ms(&fixture->clock, wait_ms - 1);
    assert_false(limits_take_all(fixture->limits, asks, ARRAY_LEN(asks), &wait_ms));
    assert_int_equal(wait_ms, 1);
    clock_fake_advance_ms(&fixture->clock, wait_ms);
    assert_true(limits_take_all(fixture->limits, asks, ARRAY_LEN(asks), &wait_ms));
    assert_true(limits_take_all(fixture->limits, asks, 0, &wait_ms));
}

static void a_flood_of_names_does_not_grow_the_table_without_end(void **state)
{
    struct fixture *fixture = *state;
    char name[32];
    empty(fixture, "first");
    for (int i = 0; i < 70000; i++) {
        (void)snprintf(name, sizeof(name), "%d", i);
        assert_true(take(fixture, name).is_allowed);
    }
    assert_true(take(fixture, "first").is_allowed); // the oldest made room
}

static void assert_same_site(const char *a, const char *b, bool is_same)
{
    char first[LIMIT_ADDRESS_MAX], second[LIMIT_ADDRESS_MAX];
    assert_int_equal(str_eq(limit_address(str_of(a), first), limit_address(str_of(b), second)),
                     is_same);
}

static void an_ipv6_site_is_one_client_and_ipv4_addresses_are_each_their_own(void **state)
{
    (void)state;
    assert_same_site("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true);
    assert_same_site("2001:db8:1:2::1", "2001:db8:1:3::1", false);
    assert_same_site("203.0.113.7", "203.0.113.8", false);
    assert_same_site("203.0.113.7", "203.0.113.7", true);
    assert_same_site("", "203.0.113.7", false);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_burst_is_taken_and_then_no_more),
        TEST(waiting_as_long_as_told_is_enough_and_less_is_not),
        TEST(a_cost_is_taken_whole_or_not_at_all),
        TEST(refused_requests_cost_nothing),
        TEST(the_bucket_is_full_again_after_the_reset_and_never_fuller),
        TEST(over_an_hour_the_rate_is_kept_exactly),
        TEST(names_and_kinds_do_not_share),
        TEST(what_one_name_refuses_costs_the_others_nothing),
        TEST(the_wait_for_several_names_is_the_longest),
        TEST(a_flood_of_names_does_not_grow_the_table_without_end),
        TEST(an_ipv6_site_is_one_client_and_ipv4_addresses_are_each_their_own),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
