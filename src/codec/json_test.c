// SPDX-License-Identifier: Apache-2.0
// Unit tests of json.c, json_names.c and json_write.c.
#include "base/test.h"

#include "codec/json.h"
#include "codec/json_names.h"

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

static void texts_are_read_with_their_bytes(void **state)
{
    yyjson_doc *doc = NULL;
    assert_int_equal(
        json_read(STR(" {\"a\":\"x\\u0000\\u00e4\",\"n\":1} "), 0, *state, &doc, NULL), OK);
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_true(str_eq(json_get_str(root, "a"), STR("x\0\xc3\xa4")));
    assert_null(json_get_str(root, "n").data);
    assert_null(json_get_str(root, "none").data);
    assert_null(json_get_str(NULL, "a").data);
}

static void an_error_tells_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } rows[] = {
        { "", "line 1, column 1: " },        { "{\n  \"a\": tru\n}", "line 2, column " },
        { "{\"a\":1,}", "line 1, column " }, { "[1] x", "line 1, column " },
        { "// c\n1", "line 1, column " },    { "[NaN]", "line 1, column " },
        { "\"\xff\"", "line 1, column " },   { "{\"a\":\"\\ud800\"}", "line 1, column " },
        { "[1", "line 1, column " },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        yyjson_doc *doc = NULL;
        struct problem problem = { 0 };
        assert_int_equal(json_read(str_of(rows[i].text), 0, *state, &doc, &problem),
                         ERR_INVALID);
        assert_memory_equal(problem.text, rows[i].place, strlen(rows[i].place));
        assert_true(problem.offset >= 0 && (size_t)problem.offset <= strlen(rows[i].text));
        assert_null(doc);
    }
}

static str nested(struct arena *arena, size_t depth)
{
    char *text = arena_alloc(arena, 2 * depth);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return str_make(text, 2 * depth);
}

static void nesting_is_limited_exactly(void **state)
{
    yyjson_doc *doc = NULL;
    struct problem problem;
    assert_int_equal(json_read(nested(*state, 512), 0, *state, &doc, &problem), OK);
    assert_int_equal(json_read(nested(*state, 513), 0, *state, &doc, &problem), ERR_INVALID);
    assert_string_equal(problem.text, "nested deeper than 512 levels");
    assert_int_equal(json_read(nested(*state, 100000), 0, *state, &doc, &problem), ERR_INVALID);
    str wide = STR("[[1],[1],[[1]],{\"a\":[1],\"b\":{}},[],[],[],[]]");
    assert_int_equal(json_read(wide, 3, *state, &doc, &problem), OK);
    assert_int_equal(json_read(wide, 2, *state, &doc, &problem), ERR_INVALID);
    // What is passed over at once lies before, between and behind what is deep.
    str mixed = STR("[[1],[[1,2,3],[[1],[[]],2]],[1,2,3,4,5,6,7,8]]");
    assert_int_equal(json_read(mixed, 5, *state, &doc, &problem), OK);
    assert_int_equal(json_read(mixed, 4, *state, &doc, &problem), ERR_INVALID);
    assert_int_equal(json_read(STR("1"), 1, *state, &doc, &problem), OK);
}

static void a_text_beyond_the_arena_is_too_big(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *small = arena_new(4096);
    AUTO(buf_done) struct buf text = { 0 };
    buf_add_char(&text, '[');
    for (size_t i = 0; i < 1000; i++)
        buf_add_str(&text, STR("1,"));
    buf_add_str(&text, STR("1]"));
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(buf_str(&text), 0, small, &doc, NULL), ERR_TOO_BIG);
}

static void commas_and_escapes_come_by_themselves(void **state)
{
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(STR("{\"k\":[1.5,null]}"), 0, *state, &doc, NULL), OK);
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_open_object(&json);
    json_put_str(&json, "a\"", STR("x\n\x01\\\"\xc3\xa4"));
    json_put_int(&json, "i", INT64_MIN);
    json_put_bool(&json, "b", true);
    json_put_time(&json, "t", 1767323045678);
    json_put_raw(&json, "r", STR("{}"));
    json_put_str(&json, "none", STR_NONE);
    json_key(&json, STR("list"));
    json_open_array(&json);
    json_value_val(&json, yyjson_doc_get_root(doc));
    json_open_array(&json);
    json_close_array(&json);
    json_value_bool(&json, false);
    json_open_object(&json);
    json_close_object(&json);
    json_close_array(&json);
    json_close_object(&json);
    assert_true(
        str_eq(buf_str(&out),
               STR("{\"a\\\"\":\"x\\n\\u0001\\\\\\\"\xc3\xa4\",\"i\":-9223372036854775808,"
                   "\"b\":true,\"t\":\"2026-01-02T03:04:05.678Z\",\"r\":{},\"none\":null,"
                   "\"list\":[{\"k\":[1.5,null]},[],false,{}]}")));
    assert_int_equal(json_read(buf_str(&out), 0, *state, &doc, NULL), OK);
}

static void any_bytes_become_valid_json(void **state)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    char all[256];
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    json_init(&json, &out);
    json_value_str(&json, str_make(all, sizeof(all)));
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(buf_str(&out), 0, *state, &doc, NULL), OK);
    str back = json_str(yyjson_doc_get_root(doc));
    assert_int_equal(back.len, 128 + 3 * 128);
    assert_memory_equal(back.data, all, 128);
    assert_memory_equal(back.data + 128, "\xef\xbf\xbd", 3);
}

static void mutable_values_are_written(void **state)
{
    yyjson_alc alc = json_alc(*state);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    assert_true(yyjson_mut_obj_add_str(doc, object, "a", "b"));
    assert_true(str_eq(json_mut_str(yyjson_mut_obj_get(object, "a")), STR("b")));
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_value_mut(&json, object);
    assert_true(str_eq(buf_str(&out), STR("{\"a\":\"b\"}")));
}

static const uint8_t names_key[16] = { 1, 2, 3 };

static void members_are_found_and_replaced_in_their_places(void **state)
{
    yyjson_alc alc = json_alc(*state);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *root = yyjson_mut_obj(doc), *below = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    AUTO(json_names_done) struct json_names names;
    json_names_init(&names, doc, names_key);
    assert_null(json_names_get(&names, root, STR("a")));
    json_names_put(&names, root, STR("a"), yyjson_mut_int(doc, 1));
    json_names_put(&names, root, STR(""), yyjson_mut_int(doc, 2));
    json_names_put(&names, root, STR("o"), below);
    json_names_put(&names, below, STR("a"), yyjson_mut_int(doc, 3));
    json_names_put(&names, root, STR("a"), yyjson_mut_int(doc, 4));
    json_names_put(&names, root, STR("o"), yyjson_mut_obj(doc));
    json_names_append(&names, root, STR("l"), STR("x"));
    json_names_append(&names, root, STR("l"), STR("y"));
    assert_null(json_names_get(&names, json_names_get(&names, root, STR("o")), STR("a")));
    assert_true(str_eq(json_doc_text(doc, *state),
                       STR("{\"a\":4,\"\":2,\"o\":{},\"l\":[\"x\",\"y\"]}")));
}

// A test that ends at all: with a walk along the members for each it would take minutes.
static void many_members_cost_no_walk_along_them(void **state)
{
    enum { MEMBERS = 300000 };
    yyjson_alc alc = json_alc(*state);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    AUTO(json_names_done) struct json_names names;
    json_names_init(&names, doc, names_key);
    for (int i = 0; i < 2 * MEMBERS; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "%d", i % MEMBERS);
        json_names_put(&names, root, str_of(name), yyjson_mut_int(doc, i));
    }
    assert_int_equal(yyjson_mut_obj_size(root), MEMBERS);
    assert_int_equal(yyjson_mut_get_int(json_names_get(&names, root, STR("7"))), MEMBERS + 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_are_read_with_their_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_tells_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(nesting_is_limited_exactly, setup, teardown),
        cmocka_unit_test_setup_teardown(a_text_beyond_the_arena_is_too_big, setup, teardown),
        cmocka_unit_test_setup_teardown(commas_and_escapes_come_by_themselves, setup, teardown),
        cmocka_unit_test_setup_teardown(any_bytes_become_valid_json, setup, teardown),
        cmocka_unit_test_setup_teardown(mutable_values_are_written, setup, teardown),
        cmocka_unit_test_setup_teardown(members_are_found_and_replaced_in_their_places, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(many_members_cost_no_walk_along_them, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
