// SPDX-License-Identifier: Apache-2.0
// Unit tests of fields.c and fields_write.c, with a table that has every type.
#include "base/test.h"

#include "codec/fields.h"

struct settings {
    str name;
    struct secret password;
    str url;
    bool is_on;
    int64_t count;
    str method;
    yyjson_val *extra;
    struct field_pairs headers;
};

static const char *const methods[] = { "POST", "PUT", NULL };
static const struct field table[] = {
    { .name = "name",
      .type = FIELD_STR,
      .is_required = true,
      .max_len = 8,
      .offset = offsetof(struct settings, name),
      .title = "Name",
      .doc = "What it is called",
      .placeholder = "mine" },
    { .name = "password", .type = FIELD_SECRET, .offset = offsetof(struct settings, password) },
    { .name = "url", .type = FIELD_URL, .offset = offsetof(struct settings, url) },
    { .name = "on",
      .type = FIELD_BOOL,
      .fallback = "true",
      .offset = offsetof(struct settings, is_on) },
    { .name = "count",
      .type = FIELD_INT,
      .min = 1,
      .max = 10,
      .fallback = "3",
      .offset = offsetof(struct settings, count) },
    { .name = "method",
      .type = FIELD_CHOICE,
      .choices = methods,
      .fallback = "POST",
      .offset = offsetof(struct settings, method) },
    { .name = "extra", .type = FIELD_JSON, .offset = offsetof(struct settings, extra) },
    { .name = "headers",
      .type = FIELD_PAIRS,
      .is_secret = true,
      .max_len = 3,
      .offset = offsetof(struct settings, headers) },
    { 0 },
};

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

static yyjson_val *parse(struct arena *arena, const char *text)
{
    yyjson_doc *doc = NULL;
    assert_int_equal(json_read(str_of(text), 0, arena, &doc, NULL), OK);
    return yyjson_doc_get_root(doc);
}

static void every_type_is_decoded(void **state)
{
    struct settings settings;
    memset(&settings, 0x55, sizeof(settings));
    yyjson_val *object =
        parse(*state, "{\"name\":\"n\",\"password\":\"p\",\"url\":\"https://h/x\",\"on\":false,"
                      "\"count\":10,\"method\":\"PUT\",\"extra\":{\"a\":1},\"headers\":["
                      "{\"from\":\"A\",\"to\":\"1\"},{\"from\":\"\",\"to\":\"\"},"
                      "{\"from\":\"B\",\"to\":\"\"}]}");
    assert_int_equal(
        fields_decode(table, object, UNKNOWN_REFUSE, STR(""), *state, &settings, NULL), OK);
    assert_true(str_eq(settings.name, STR("n")));
    assert_true(str_eq(secret_reveal(settings.password), STR("p")));
    assert_true(str_eq(settings.url, STR("https://h/x")));
    assert_false(settings.is_on);
    assert_int_equal(settings.count, 10);
    assert_true(str_eq(settings.method, STR("PUT")));
    assert_int_equal(yyjson_get_int(yyjson_obj_get(settings.extra, "a")), 1);
    assert_int_equal(settings.headers.count, 2);
    assert_true(str_eq(settings.headers.items[1].from, STR("B")));
}

static void what_is_absent_gets_its_default(void **state)
{
    struct settings settings;
    memset(&settings, 0x55, sizeof(settings));
    yyjson_val *object = parse(*state, "{\"name\":\"n\",\"url\":\"\",\"method\":null}");
    assert_int_equal(
        fields_decode(table, object, UNKNOWN_REFUSE, STR(""), *state, &settings, NULL), OK);
    assert_true(settings.is_on);
    assert_int_equal(settings.count, 3);
    assert_true(str_eq(settings.method, STR("POST")));
    assert_int_equal(settings.url.len, 0);
    assert_null(settings.password.hidden.data);
    assert_null(settings.extra);
    assert_int_equal(settings.headers.count, 0);
}

static void the_bad_field_is_named(void **state)
{
    static const char *const rows[][3] = {
        { "[]", "config", "must be an object" },
        { "{}", "config.name", "is required" },
        { "{\"name\":null}", "config.name", "is required" },
        { "{\"name\":\"\"}", "config.name", "must not be empty" },
        { "{\"name\":7}", "config.name", "must be a string" },
        { "{\"name\":\"123456789\"}", "config.name", "must have at most 8 bytes" },
        { "{\"name\":\"n\",\"nam\":1}", "config.nam", "is not known" },
        { "{\"name\":\"n\",\"password\":{}}", "config.password", "must be a string" },
        { "{\"name\":\"n\",\"url\":\"h/x\"}", "config.url",
          "must begin with http:// or https://" },
        { "{\"name\":\"n\",\"on\":\"true\"}", "config.on", "must be true or false" },
        { "{\"name\":\"n\",\"count\":0}", "config.count", "must be between 1 and 10" },
        { "{\"name\":\"n\",\"count\":1.5}", "config.count", "must be a whole number" },
        { "{\"name\":\"n\",\"count\":18446744073709551615}", "config.count",
          "must be a whole number" },
        { "{\"name\":\"n\",\"method\":\"GET\"}", "config.method", "must be one of POST, PUT" },
        { "{\"name\":\"n\",\"method\":1}", "config.method", "must be one of POST, PUT" },
        { "{\"name\":\"n\",\"extra\":[]}", "config.extra", "must be an object" },
        { "{\"name\":\"n\",\"headers\":{}}", "config.headers",
          "must be a list of objects with from and to" },
        { "{\"name\":\"n\",\"headers\":[1]}", "config.headers.0",
          "must be an object with from and to" },
        { "{\"name\":\"n\",\"headers\":[{\"from\":\"a\",\"to\":\"b\"},{\"from\":\"a\"}]}",
          "config.headers.1.to", "must be a string of at most 1024 bytes" },
        { "{\"name\":\"n\",\"headers\":[{\"to\":\"a\"}]}", "config.headers.0.from",
          "must be a string of at most 1024 bytes" },
        { "{\"name\":\"n\",\"headers\":[{\"from\":\"\",\"to\":\"\",\"x\":1}]}",
          "config.headers.0", "must have only the keys from and to" },
        { "{\"name\":\"n\",\"headers\":[{},{},{},{}]}", "config.headers",
          "has too many entries" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct settings settings;
        struct problem problem = { 0 };
        assert_int_equal(fields_decode(table, parse(*state, rows[i][0]), UNKNOWN_REFUSE,
                                       STR("config"), *state, &settings, &problem),
                         ERR_INVALID);
        assert_string_equal(problem.field, rows[i][1]);
        assert_string_equal(problem.text, rows[i][2]);
    }
}

static void unknown_keys_can_be_ignored(void **state)
{
    struct settings settings;
    yyjson_val *object = parse(*state, "{\"name\":\"n\",\"nam\":1}");
    assert_int_equal(
        fields_decode(table, object, UNKNOWN_IGNORE, STR(""), *state, &settings, NULL), OK);
}

static void without_a_prefix_the_path_is_the_name(void **state)
{
    struct settings settings;
    struct problem problem;
    assert_int_equal(fields_decode(table, parse(*state, "{}"), UNKNOWN_REFUSE, STR(""), *state,
                                   &settings, &problem),
                     ERR_INVALID);
    assert_string_equal(problem.field, "name");
}

static void the_table_describes_itself(void **state)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    fields_describe(table, &json);
    yyjson_val *list = parse(*state, arena_cstr(*state, buf_str(&out)));
    assert_int_equal(yyjson_arr_size(list), 8);
    yyjson_val *name = yyjson_arr_get(list, 0), *method = yyjson_arr_get(list, 5);
    assert_true(str_eq(json_get_str(name, "type"), STR("string")));
    assert_true(str_eq(json_get_str(name, "placeholder"), STR("mine")));
    assert_true(yyjson_get_bool(yyjson_obj_get(name, "required")));
    assert_int_equal(yyjson_get_int(yyjson_obj_get(name, "maxLength")), 8);
    assert_true(yyjson_get_bool(yyjson_obj_get(yyjson_arr_get(list, 1), "secret")));
    assert_true(yyjson_is_true(yyjson_obj_get(yyjson_arr_get(list, 3), "default")));
    assert_int_equal(yyjson_get_int(yyjson_obj_get(yyjson_arr_get(list, 4), "default")), 3);
    assert_true(str_eq(json_get_str(method, "default"), STR("POST")));
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(method, "choices")), 2);
    assert_true(yyjson_get_bool(yyjson_obj_get(yyjson_arr_get(list, 7), "secret")));
}

static void secrets_are_left_out(void **state)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    yyjson_val *object =
        parse(*state, "{\"name\":\"n\",\"password\":\"p\",\"headers\":[{\"from\":\"A\",\"to\":"
                      "\"1\"}],\"extra\":{\"password\":1}}");
    fields_write_masked(table, object, &json);
    assert_true(str_eq(buf_str(&out), STR("{\"name\":\"n\",\"headers\":[{\"from\":\"A\"}],"
                                          "\"extra\":{\"password\":1}}")));
}

static void an_update_keeps_the_secrets_it_leaves_out(void **state)
{
    yyjson_val *stored =
        parse(*state, "{\"name\":\"n\",\"password\":\"p\",\"headers\":[{\"from\":\"A\",\"to\":"
                      "\"1\"},{\"from\":\"B\",\"to\":\"2\"},{\"from\":\"A\",\"to\":\"3\"}]}");
    yyjson_val *update =
        parse(*state, "{\"name\":\"m\",\"headers\":[{\"from\":\"A\"},{\"from\":\"B\",\"to\":"
                      "\"9\"},{\"from\":\"A\"},{\"from\":\"C\"}]}");
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_value_val(&json, fields_keep_secrets(table, update, stored, *state));
    assert_true(
        str_eq(buf_str(&out),
               STR("{\"name\":\"m\",\"headers\":[{\"from\":\"A\",\"to\":\"1\"},{\"from\":\"B\","
                   "\"to\":\"9\"},{\"from\":\"A\",\"to\":\"3\"},{\"from\":\"C\"}],"
                   "\"password\":\"p\"}")));
    yyjson_val *given = parse(*state, "{\"name\":\"m\",\"password\":\"new\"}");
    assert_true(
        str_eq(json_get_str(fields_keep_secrets(table, given, stored, *state), "password"),
               STR("new")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_type_is_decoded, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_absent_gets_its_default, setup, teardown),
        cmocka_unit_test_setup_teardown(the_bad_field_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_keys_can_be_ignored, setup, teardown),
        cmocka_unit_test_setup_teardown(without_a_prefix_the_path_is_the_name, setup, teardown),
        cmocka_unit_test_setup_teardown(the_table_describes_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(secrets_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(an_update_keeps_the_secrets_it_leaves_out, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
