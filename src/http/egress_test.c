// SPDX-License-Identifier: Apache-2.0
// Which addresses may be reached.
#include "http/egress.h"

#include "base/test.h"

#include "http/resolver.h"

static bool allows(const struct egress *egress, const char *text)
{
    struct resolved resolved;
    assert_true(resolved_literal(str_of(text), &resolved));
    return egress_allows(egress, &resolved.addresses[0].any);
}

struct row {
    const char *address;
    bool is_public;
};

static const struct row rows[] = {
    { "8.8.8.8", true },
    { "1.1.1.1", true },
    { "9.255.255.255", true },
    { "11.0.0.0", true },
    { "100.63.255.255", true },
    { "100.128.0.0", true },
    { "172.15.255.255", true },
    { "172.32.0.0", true },
    { "192.167.255.255", true },
    { "223.255.255.255", true },
    { "0.0.0.0", false },
    { "0.1.2.3", false },
    { "10.0.0.7", false },
    { "100.64.0.1", false },
    { "127.0.0.1", false },
    { "127.255.255.255", false },
    { "169.254.169.254", false },
    { "172.16.0.1", false },
    { "172.31.255.255", false },
    { "192.0.0.8", false },
    { "192.0.2.1", false },
    { "192.168.1.1", false },
    { "198.18.0.1", false },
    { "198.19.255.255", false },
    { "198.51.100.1", false },
    { "203.0.113.1", false },
    { "224.0.0.1", false },
    { "239.255.255.255", false },
    { "240.0.0.1", false },
    { "255.255.255.255", false },
    { "2606:4700:4700::1111", true },
    { "2a00:1450::1", true },
    { "2001:4860:4860::8888", true },
    { "::", false },
    { "::1", false },
    { "::7f00:1", false },
    { "::ffff:127.0.0.1", false },
    { "::ffff:8.8.8.8", false },
    { "64:ff9b::7f00:1", false },
    { "64:ff9b:1::1", false },
    { "100::1", false },
    { "2001::1", false },
    { "2001:db8::1", false },
    { "2002:7f00:1::", false },
    { "3fff::1", false },
    { "4000::1", false },
    { "fc00::1", false },
    { "fd12::1", false },
    { "fe80::1", false },
    { "fec0::1", false },
    { "ff02::1", false },
};

static void only_public_addresses_are_allowed(void **state)
{
    (void)state;
    struct egress *egress = NULL;
    assert_int_equal(egress_new(STR(""), &egress, NULL), OK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (allows(egress, rows[i].address) != rows[i].is_public)
            fail_msg("%s", rows[i].address);
    }
    egress_free(egress);
}

static void what_is_named_is_allowed_and_nothing_beside_it(void **state)
{
    (void)state;
    struct egress *egress = NULL;
    struct problem problem;
    assert_int_equal(egress_new(STR(" 127.0.0.0/8,10.1.2.3, fd00:1::/32 ,192.168.4.0/23"),
                                &egress, &problem),
                     OK);
    assert_true(allows(egress, "127.0.0.1"));
    assert_true(allows(egress, "127.9.9.9"));
    assert_true(allows(egress, "::ffff:127.0.0.1"));
    assert_true(allows(egress, "10.1.2.3"));
    assert_true(allows(egress, "fd00:1::5"));
    assert_true(allows(egress, "192.168.5.255"));
    assert_true(allows(egress, "8.8.8.8"));
    assert_false(allows(egress, "10.1.2.4"));
    assert_false(allows(egress, "192.168.6.0"));
    assert_false(allows(egress, "192.168.3.255"));
    assert_false(allows(egress, "fd00:2::5"));
    assert_false(allows(egress, "::1"));
    egress_free(egress);
}

static void everything_can_be_allowed(void **state)
{
    (void)state;
    struct egress *egress = NULL;
    assert_int_equal(egress_new(STR("0.0.0.0/0, ::/0"), &egress, NULL), OK);
    assert_true(allows(egress, "10.0.0.1"));
    assert_true(allows(egress, "::1"));
    egress_free(egress);
}

static void a_bad_entry_is_named(void **state)
{
    (void)state;
    static const char *const bad[] = { "10.0.0.0/33", "10.0.0.0/",   "10.0.0.0/-1", "10.0.0",
                                       "10.0.0.1/8",  "::/129",      "localhost",   "[::1]",
                                       "fe80::1%lo",  "10.0.0.0/ 8", "1.2.3.4.5",   "010.0.0.1",
                                       "10.0.0.0/8/8" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct egress *egress = NULL;
        struct problem problem = { 0 };
        char list[64];
        (void)snprintf(list, sizeof(list), "127.0.0.0/8, %s", bad[i]);
        if (egress_new(str_of(list), &egress, &problem) != ERR_INVALID)
            fail_msg("%s was taken", bad[i]);
        assert_non_null(strstr(problem.text, bad[i]));
        assert_null(egress);
    }
}

static void other_families_are_never_allowed(void **state)
{
    (void)state;
    struct egress *egress = NULL;
    struct sockaddr local = { .sa_family = AF_UNIX };
    assert_int_equal(egress_new(STR("0.0.0.0/0, ::/0"), &egress, NULL), OK);
    assert_false(egress_allows(egress, &local));
    egress_free(egress);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_public_addresses_are_allowed),
        cmocka_unit_test(what_is_named_is_allowed_and_nothing_beside_it),
        cmocka_unit_test(everything_can_be_allowed),
        cmocka_unit_test(a_bad_entry_is_named),
        cmocka_unit_test(other_families_are_never_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
