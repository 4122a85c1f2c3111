// SPDX-License-Identifier: Apache-2.0
// Tests of policies.
#include "base/test.h"

#include "access/policy.h"

static void the_empty_policy_grants_nothing(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    struct policy policy;
    assert_int_equal(policy_read(STR("{}"), NULL, arena, &policy, NULL), OK);
    assert_true(policy_equals(&policy, &policy_none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_policy_grants_nothing),
    };
    return cmocka_run_group_tests_name("access policy", tests, NULL, NULL);
}
