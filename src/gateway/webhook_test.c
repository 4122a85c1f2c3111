// SPDX-License-Identifier: Apache-2.0
// Unit tests of webhook.c.
#include "base/test.h"

#include "codec/json.h"
#include "gateway/webhook.h"

static const struct event_hash_key hash_key = { .bytes = { 1, 2, 3 } };

static int setup(void **state)
{
    *state = arena_new(8 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

#define FORM  "application/x-www-form-urlencoded; charset=utf-8"
#define PARTS "multipart/form-data; boundary=x"

static void bodies_become_json(void **state)
{
    static const char *const rows[][3] = {
        { "application/json", "{\"a\":1}", "{\"a\":1}" },
        { "", " ", "{}" },
        { FORM, "a=1&b=x+y&a=%22", "{\"a\":[\"1\",\"\\\"\"],\"b\":[\"x y\"]}" },
        { FORM, "", "{}" },
        { FORM, "k%e9=caf\xe9&u=caf%c3%a9",
          "{\"k\xc3\xa9\":[\"caf\xc3\xa9\"],\"u\":[\"caf\xc3\xa9\"]}" },
        { PARTS,
          "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n"
          "Content-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nfile\r\n--x--",
          "{\"a\":[\"1\"]}" },
        { PARTS, "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xfc\r\n--x--",
          "{\"a\":[\"\xc3\xbc\"]}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str json = STR_NONE;
        struct refusal refusal =
            webhook_body(str_of(rows[i][0]), str_of(rows[i][1]), &hash_key, *state, &json);
        assert_int_equal(refusal.status, 0);
        assert_true(str_eq(json, str_of(rows[i][2])));
    }
}

static void forms_that_cannot_be_read_are_refused(void **state)
{
    str json = STR_NONE;
    struct refusal refusal = webhook_body(STR(PARTS), STR("--x\r\n"), &hash_key, *state, &json);
    assert_int_equal(refusal.status, 400);
    assert_string_equal(refusal.text, "error during parsing multiform");
    AUTO(buf_done) struct buf fields = { 0 };
    for (size_t i = 0; i <= 1000; i++)
        buf_add_str(&fields, STR("a=1&"));
    refusal = webhook_body(STR(FORM), buf_str(&fields), &hash_key, *state, &json);
    assert_string_equal(refusal.text, "error during parsing form");
}

static void the_event_tracks_the_payload_of_a_new_visitor(void **state)
{
    struct rng_fake fake;
    rng_fake_init(&fake, 7);
    str event = webhook_event(STR("{\"a\":1}"), STR(""), &fake.rng, *state);
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(event, 0, *state, &doc, NULL), OK);
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_true(str_eq(json_get_str(root, "type"), STR("track")));
    assert_true(str_eq(json_get_str(root, "event"), STR("webhook_source_event")));
    assert_int_equal(json_get_str(root, "anonymousId").len, 36);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(yyjson_obj_get(root, "properties"), "a")),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bodies_become_json, setup, teardown),
        cmocka_unit_test_setup_teardown(forms_that_cannot_be_read_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(the_event_tracks_the_payload_of_a_new_visitor, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
