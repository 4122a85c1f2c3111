// SPDX-License-Identifier: Apache-2.0
// Unit tests of url.c.
#include "base/test.h"

#include "codec/url.h"

static int setup(void **state)
{
    *state = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

#define assert_str(actual, expected) assert_true(str_eq((actual), STR(expected)))

static void escapes_are_decoded_and_odd_ones_kept(void **state)
{
    struct arena *arena = *state;
    assert_str(url_decode(STR("a%20b%2Fc"), URL_PLUS_KEPT, arena), "a b/c");
    assert_str(url_decode(STR("a+b%2b"), URL_PLUS_KEPT, arena), "a+b+");
    assert_str(url_decode(STR("a+b%2b"), URL_PLUS_IS_SPACE, arena), "a b+");
    assert_str(url_decode(STR("100%"), URL_PLUS_KEPT, arena), "100%");
    assert_str(url_decode(STR("%4"), URL_PLUS_KEPT, arena), "%4");
    assert_str(url_decode(STR("%zz%41"), URL_PLUS_KEPT, arena), "%zzA");
    assert_str(url_decode(STR("%00"), URL_PLUS_KEPT, arena), "\0");
    assert_str(url_decode(STR(""), URL_PLUS_KEPT, arena), "");
}

static void what_is_encoded_is_decoded(void **state)
{
    char all[256];
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    AUTO(buf_done) struct buf out = { 0 };
    url_encode(str_make(all, sizeof(all)), &out);
    assert_int_equal(out.len, 66 + 3 * (256 - 66));
    str back = url_decode(buf_str(&out), URL_PLUS_IS_SPACE, *state);
    assert_true(str_eq(back, str_make(all, sizeof(all))));
    buf_clear(&out);
    url_encode(STR("a b/~\xc3\xa4"), &out);
    assert_str(buf_str(&out), "a%20b%2F~%C3%A4");
}

static void query_parameters_are_walked_in_order(void **state)
{
    str query = STR("&a=1&b=x+y%3D&&flag&=v&c=1=2"), name, value;
    static const char *const expected[][2] = {
        { "a", "1" }, { "b", "x y=" }, { "flag", "" }, { "", "v" }, { "c", "1=2" }
    };
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_true(url_query_next(&query, *state, &name, &value));
        assert_true(str_eq(name, str_of(expected[i][0])));
        assert_true(str_eq(value, str_of(expected[i][1])));
    }
    assert_false(url_query_next(&query, *state, &name, &value));
    query = STR_NONE;
    assert_false(url_query_next(&query, *state, &name, &value));
    query = STR("");
    assert_false(url_query_next(&query, *state, &name, &value));
}

static void a_url_is_taken_apart(void **state)
{
    (void)state;
    struct url url;
    assert_int_equal(
        url_parse(STR("https://me:pw@Example.org:8443/a/b?x=1?&y#frag?"), &url, NULL), OK);
    assert_str(url.scheme, "https");
    assert_true(url.is_https);
    assert_str(url.user_info, "me:pw");
    assert_str(url.host, "Example.org");
    assert_int_equal(url.port, 8443);
    assert_str(url.path, "/a/b");
    assert_str(url.query, "x=1?&y");
    assert_str(url.fragment, "frag?");
    assert_int_equal(url_parse(STR("http://127.0.0.1"), &url, NULL), OK);
    assert_int_equal(url.port, 80);
    assert_str(url.path, "");
    assert_null(url.query.data);
    assert_null(url.user_info.data);
    assert_int_equal(url_parse(STR("http://[2001:db8::1]:81?q"), &url, NULL), OK);
    assert_str(url.host, "2001:db8::1");
    assert_true(url.is_ipv6);
    assert_int_equal(url.port, 81);
    assert_str(url.query, "q");
}

static void a_bad_url_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "", "must begin with http:// or https://" },
        { "example.org/x", "must begin with http:// or https://" },
        { "ftp://example.org", "must begin with http:// or https://" },
        { "file:///etc/passwd", "must begin with http:// or https://" },
        { "javascript:alert(1)", "must begin with http:// or https://" },
        { "http:example.org", "must begin with http:// or https://" },
        { "http://", "must have a host: a name or an address" },
        { "http:///x", "must have a host: a name or an address" },
        { "http://user@/x", "must have a host: a name or an address" },
        { "http://exa%6dple.org", "must have a host: a name or an address" },
        { "http://[::1", "must have a host: a name or an address" },
        { "http://[]", "must have a host: a name or an address" },
        { "http://[::g]", "must have a host: a name or an address" },
        { "http://[127.0.0.1]", "must have a host: a name or an address" },
        { "http://::1/", "must have a host: a name or an address" },
        { "http://[::1]x", "must have a port between 1 and 65535, or none" },
        { "http://h:", "must have a port between 1 and 65535, or none" },
        { "http://h:0", "must have a port between 1 and 65535, or none" },
        { "http://h:65536", "must have a port between 1 and 65535, or none" },
        { "http://h:8o", "must have a port between 1 and 65535, or none" },
        { "http://h/a b", "must not contain white space, control characters or \\" },
        { "http://h\\@evil", "must not contain white space, control characters or \\" },
        { "http://h/\r\nX: y", "must not contain white space, control characters or \\" },
        { " http://h", "must not contain white space, control characters or \\" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct url url = { .port = 7 };
        struct problem problem;
        assert_int_equal(url_parse(str_of(rows[i][0]), &url, &problem), ERR_INVALID);
        assert_string_equal(problem.text, rows[i][1]);
        assert_int_equal(url.port, 7);
    }
}

static void the_last_at_sign_ends_the_user(void **state)
{
    (void)state;
    struct url url;
    assert_int_equal(url_parse(STR("http://a@b@example.org/"), &url, NULL), OK);
    assert_str(url.host, "example.org");
    assert_str(url.user_info, "a@b");
    assert_int_equal(url_parse(STR("http://example.org/@evil"), &url, NULL), OK);
    assert_str(url.host, "example.org");
    assert_int_equal(url_parse(STR("http://example.org#@evil"), &url, NULL), OK);
    assert_str(url.host, "example.org");
}

static void origins_of_one_place_are_equal(void **state)
{
    static const char *const rows[][2] = {
        { "HTTPS://Example.ORG:443/x", "https://example.org" },
        { "https://example.org", "https://example.org" },
        { "http://example.org:443", "http://example.org:443" },
        { "https://u:p@example.org:8443?x", "https://example.org:8443" },
        { "http://[2001:DB8::1]:80/", "http://[2001:db8::1]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct url url;
        assert_int_equal(url_parse(str_of(rows[i][0]), &url, NULL), OK);
        assert_true(str_eq(url_origin(&url, *state), str_of(rows[i][1])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(escapes_are_decoded_and_odd_ones_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_encoded_is_decoded, setup, teardown),
        cmocka_unit_test_setup_teardown(query_parameters_are_walked_in_order, setup, teardown),
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(a_bad_url_is_refused_with_a_reason),
        cmocka_unit_test(the_last_at_sign_ends_the_user),
        cmocka_unit_test_setup_teardown(origins_of_one_place_are_equal, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
