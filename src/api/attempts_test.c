// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

#include "api/attempts.h"

struct fixture {
    struct clock_fake clock;
    struct rng_fake rng;
    struct attempts *attempts;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    clock_fake_init(&fixture.clock, 0);
    rng_fake_init(&fixture.rng, 1);
    fixture.attempts = attempts_new(&fixture.clock.clock, &fixture.rng.rng);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    attempts_free(fixture->attempts);
    return 0;
}

static int64_t try_email(struct fixture *fixture, const char *email)
{
    return attempts_try(fixture->attempts, &attempts_by_email, str_of(email));
}

static void use_up_free_tries(struct fixture *fixture, const char *email)
{
    for (unsigned i = 0; i < attempts_by_email.free; i++)
        assert_int_equal(try_email(fixture, email), 0);
}

static void some_tries_are_free_then_the_wait_doubles(void **state)
{
    struct fixture *fixture = *state;
    use_up_free_tries(fixture, "a@b");
    assert_int_equal(try_email(fixture, "a@b"), 1000);
    clock_fake_advance_ms(&fixture->clock, 400);
    assert_int_equal(try_email(fixture, "a@b"), 600);
    clock_fake_advance_ms(&fixture->clock, 600);
    assert_int_equal(try_email(fixture, "a@b"), 0);
    assert_int_equal(try_email(fixture, "a@b"), 2000);
    clock_fake_advance_ms(&fixture->clock, 2000);
    assert_int_equal(try_email(fixture, "a@b"), 0);
    assert_int_equal(try_email(fixture, "a@b"), 4000);
}

static void the_wait_has_a_ceiling(void **state)
{
    struct fixture *fixture = *state;
    use_up_free_tries(fixture, "a@b");
    for (int i = 0; i < 40; i++) {
        int64_t wait_ms = try_email(fixture, "a@b");
        assert_in_range(wait_ms, 1, attempts_by_email.max_wait_ms);
        clock_fake_advance_ms(&fixture->clock, wait_ms);
        assert_int_equal(try_email(fixture, "a@b"), 0);
    }
    assert_int_equal(try_email(fixture, "a@b"), attempts_by_email.max_wait_ms);
}

static void names_do_not_wait_for_each_other_but_case_does_not_matter(void **state)
{
    struct fixture *fixture = *state;
    use_up_free_tries(fixture, "a@b");
    assert_int_equal(try_email(fixture, "c@d"), 0);
    assert_int_equal(attempts_try(fixture->attempts, &attempts_by_address, STR("a@b")), 0);
    assert_true(try_email(fixture, "A@B") > 0);
}

static void a_right_password_clears_the_address_of_a_person(void **state)
{
    struct fixture *fixture = *state;
    use_up_free_tries(fixture, "a@b");
    attempts_forgive(fixture->attempts, &attempts_by_email, STR("a@b"));
    use_up_free_tries(fixture, "a@b");
    assert_true(try_email(fixture, "a@b") > 0);
}

static void a_right_password_takes_back_one_try_of_a_client_address(void **state)
{
    struct fixture *fixture = *state;
    const struct attempts_rule *rule = &attempts_by_address;
    str address = STR("203.0.113.7");
    for (unsigned i = 0; i < rule->free; i++)
        assert_int_equal(attempts_try(fixture->attempts, rule, address), 0);
    attempts_forgive(fixture->attempts, rule, address);
    assert_int_equal(attempts_try(fixture->attempts, rule, address), 0);
    assert_true(attempts_try(fixture->attempts, rule, address) > 0);
}

static void all_is_forgotten_after_a_while(void **state)
{
    struct fixture *fixture = *state;
    use_up_free_tries(fixture, "a@b");
    clock_fake_advance_ms(&fixture->clock, attempts_by_email.forgotten_ms);
    use_up_free_tries(fixture, "a@b");
}

static void a_flood_of_names_does_not_grow_the_table_without_end(void **state)
{
    struct fixture *fixture = *state;
    char name[32];
    use_up_free_tries(fixture, "first@b");
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(name, sizeof(name), "%d@b", i);
        assert_int_equal(try_email(fixture, name), 0);
    }
    assert_int_equal(try_email(fixture, "first@b"), 0); // the oldest made room
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(some_tries_are_free_then_the_wait_doubles),
        TEST(the_wait_has_a_ceiling),
        TEST(names_do_not_wait_for_each_other_but_case_does_not_matter),
        TEST(a_right_password_clears_the_address_of_a_person),
        TEST(a_right_password_takes_back_one_try_of_a_client_address),
        TEST(all_is_forgotten_after_a_while),
        TEST(a_flood_of_names_does_not_grow_the_table_without_end),
    };
    return cmocka_run_group_tests_name("attempts", tests, NULL, NULL);
}
