// SPDX-License-Identifier: Apache-2.0
// Unit tests of yaml_text.c.
#include "base/test.h"

#include "codec/yaml_text.h"

static char answer[512];

static const char *read_text(const char *text)
{
    struct arena *arena = arena_new(1 << 20);
    struct buf json = { 0 };
    struct problem problem = { .field = "" };
    enum err err = yaml_read(str_of(text), arena, &json, NULL, &problem);
    (void)snprintf(answer, sizeof(answer), "%.*s", err ? 500 : (int)json.len,
                   err ? problem.text : json.data);
    buf_done(&json);
    arena_free(arena);
    return answer;
}

static void scalars_are_what_they_look_like(void **state)
{
    (void)state;
    assert_string_equal(read_text("[1, -2.5, 007, 1.2.3, true, ~, no, \"1\", x: y]"),
                        "[1,-2.5,\"007\",\"1.2.3\",true,null,\"no\",\"1\",{\"x\":\"y\"}]");
    assert_string_equal(read_text("a:\nb: ''\nc: |\n  two\n  lines\n"),
                        "{\"a\":null,\"b\":\"\",\"c\":\"two\\nlines\\n\"}");
}

static void json_is_yaml(void **state)
{
    (void)state;
    assert_string_equal(read_text("{\"a\": [1, {\"b\": \"\\u00e4\"}], \"c\": {}}"),
                        "{\"a\":[1,{\"b\":\"ä\"}],\"c\":{}}");
}

static void what_could_grow_is_refused(void **state)
{
    (void)state;
    const char *refusal = "anchors, aliases and tags are not taken";
    assert_non_null(strstr(read_text("a: &x [1]\nb: [*x, *x]\n"), refusal));
    assert_non_null(strstr(read_text("a: !!str 1\n"), refusal));
    assert_non_null(strstr(read_text("a: 1\n---\nb: 2\n"), "second document"));
    char deep[200];
    memset(deep, '[', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = 0;
    assert_non_null(strstr(read_text(deep), "nested too deep"));
}

static void errors_tell_the_line(void **state)
{
    (void)state;
    assert_string_equal(read_text("a: 1\nb:\n  c: 1\n  c: 2\n"),
                        "line 4, column 3: this key is there twice");
    assert_string_equal(read_text(""), "there is nothing in it");
    assert_non_null(strstr(read_text("a: [1\nb: 2\n"), "line 2"));
}

static void the_same_key_may_be_in_two_places(void **state)
{
    (void)state;
    assert_string_equal(read_text("a: {x: 1}\nb: [{x: 1}, {x: 2}]\n'a.x': 1"),
                        "{\"a\":{\"x\":1},\"b\":[{\"x\":1},{\"x\":2}],\"a.x\":1}");
}

static void each_value_has_its_line(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(map_free) struct map *lines = map_new();
    AUTO(buf_done) struct buf json = { 0 };
    str text = STR("a:\n  - b: 1\n    c:\n      d: 2\n");
    assert_int_equal(yaml_read(text, arena, &json, lines, NULL), OK);
    assert_int_equal((uintptr_t)map_get(lines, STR("a[0].b")), 2);
    assert_int_equal((uintptr_t)map_get(lines, STR("a[0].c.d")), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_what_they_look_like),
        cmocka_unit_test(json_is_yaml),
        cmocka_unit_test(what_could_grow_is_refused),
        cmocka_unit_test(errors_tell_the_line),
        cmocka_unit_test(the_same_key_may_be_in_two_places),
        cmocka_unit_test(each_value_has_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
