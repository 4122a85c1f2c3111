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
static const char *const columns[] = { "eventName", NULL };
static const char *const places[] = { "web", "ios", NULL };
static const struct field further[] = {
    { .name = "mode", .type = FIELD_CHOICE, .is_variant = true, .choices = methods },
    { .name = "events", .type = FIELD_LIST, .max_len = 2, .columns = columns },
    { .name = "whatever", .type = FIELD_ANY },
    { .name = "port", .type = FIELD_STR, .pattern = "^[0-9]+$" },
    { .name = "token",
      .type = FIELD_STR,
      .is_secret = true,
      .is_required = true,
      .when = "method=PUT" },
    { 0 },
};
static const struct field table[] = {
    { .name = "name",
      .type = FIELD_STR,
      .is_required = true,
      .max_len = 8,
      .title = "Name",
      .doc = "What it is called",
      .placeholder = "mine" },
    { .name = "password", .type = FIELD_SECRET },
    { .name = "url", .type = FIELD_URL },
    { .name = "on", .type = FIELD_BOOL, .fallback = "true" },
    { .name = "count", .type = FIELD_INT, .min = 1, .max = 10, .fallback = "3" },
    { .name = "method", .type = FIELD_CHOICE, .choices = methods, .fallback = "POST" },
    { .name = "extra", .type = FIELD_JSON },
    { .name = "headers", .type = FIELD_PAIRS, .is_secret = true, .max_len = 3 },
    { .more = further },
};

#define SLOT(name, member)                                                                     \
    {                                                                                          \
        name, offsetof(struct settings, member)                                                \
    }
static const struct field_slot slots[] = {
    SLOT("name", name),   SLOT("password", password), SLOT("url", url),
    SLOT("on", is_on),    SLOT("count", count),       SLOT("method", method),
    SLOT("extra", extra), SLOT("headers", headers),   { 0 },
};

static enum err decode(struct arena *arena, yyjson_val *object, struct settings *ret_settings,
                       struct problem *ret_problem)
{
    const struct fields_rules rules = { .slots = slots,
                                        .unknown = UNKNOWN_REFUSE,
                                        .variants = places,
                                        .prefix = STR("config"),
                                        .arena = arena };
    return fields_decode(table, object, &rules, ret_settings, ret_problem);
}

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
    yyjson_val *object = parse(
        *state,
        "{\"name\":\"n\",\"password\":\"p\",\"url\":\"https://h/x\",\"on\":false,"
        "\"count\":10,\"method\":\"PUT\",\"token\":\"t\",\"extra\":{\"a\":1},\"headers\":["
        "{\"from\":\"A\",\"to\":\"1\"},{\"from\":\"\",\"to\":\"\"},"
        "{\"from\":\"B\",\"to\":\"\"}]}");
    assert_int_equal(decode(*state, object, &settings, NULL), OK);
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
    assert_int_equal(decode(*state, object, &settings, NULL), OK);
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
        { "{\"name\":\"n\",\"mode\":\"GET\"}", "config.mode", "must be one of POST, PUT" },
        { "{\"name\":\"n\",\"mode\":{\"web\":1}}", "config.mode.web",
          "must be one of POST, PUT" },
        { "{\"name\":\"n\",\"mode\":{\"tv\":\"PUT\"}}", "config.mode.tv",
          "is no type of source" },
        { "{\"name\":\"n\",\"events\":{}}", "config.events", "must be a list" },
        { "{\"name\":\"n\",\"events\":[{},{},{}]}", "config.events",
          "must have at most 2 entries" },
        { "{\"name\":\"n\",\"port\":\"http\"}", "config.port",
          "does not have the expected form" },
        { "{\"name\":\"n\",\"port\":\"8\\u00000\"}", "config.port",
          "does not have the expected form" },
        { "{\"name\":\"n\",\"method\":\"PUT\"}", "config.token", "is required" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct settings settings;
        struct problem problem = { 0 };
        assert_int_equal(decode(*state, parse(*state, rows[i][0]), &settings, &problem),
                         ERR_INVALID);
        assert_string_equal(problem.field, rows[i][1]);
        assert_string_equal(problem.text, rows[i][2]);
    }
}

static void unknown_keys_can_be_ignored(void **state)
{
    struct settings settings;
    yyjson_val *object = parse(*state, "{\"name\":\"n\",\"nam\":1}");
    const struct fields_rules rules = { .unknown = UNKNOWN_IGNORE, .arena = *state };
    assert_int_equal(fields_decode(table, object, &rules, &settings, NULL), OK);
}

static void without_a_prefix_the_path_is_the_name(void **state)
{
    struct settings settings;
    struct problem problem;
    const struct fields_rules rules = { .arena = *state };
    assert_int_equal(fields_decode(table, parse(*state, "{}"), &rules, &settings, &problem),
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
    assert_int_equal(yyjson_arr_size(list), 13);
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
    assert_true(yyjson_get_bool(yyjson_obj_get(yyjson_arr_get(list, 8), "variant")));
    assert_int_equal(yyjson_arr_size(yyjson_obj_get(yyjson_arr_get(list, 9), "columns")), 1);
    assert_true(str_eq(json_get_str(yyjson_arr_get(list, 12), "type"), STR("secret")));
}

static void values_that_differ_by_place_are_taken_as_one_or_as_many(void **state)
{
    struct settings settings;
    yyjson_val *one = parse(*state, "{\"name\":\"n\",\"mode\":\"PUT\",\"whatever\":[1]}");
    yyjson_val *many = parse(*state, "{\"name\":\"n\",\"mode\":{\"web\":\"PUT\",\"ios\":null},"
                                     "\"events\":[{\"eventName\":\"a\"},\"b\"]}");
    assert_int_equal(decode(*state, one, &settings, NULL), OK);
    assert_int_equal(decode(*state, many, &settings, NULL), OK);
}

static void a_dynamic_text_is_taken_for_any_value(void **state)
{
    struct settings settings;
    yyjson_val *object =
        parse(*state,
              "{\"name\":\"{{a||b}}\",\"url\":\"{{ event.url || https://x }}\",\"on\":\"{{a||b"
              "}}\",\"count\":\"{{a||1}}\",\"method\":\"{{a||PUT}}\",\"port\":\"{{a||1}}\"}");
    assert_int_equal(decode(*state, object, &settings, NULL), OK);
    assert_true(str_eq(settings.name, STR("{{a||b}}")));
    assert_int_equal(settings.count, 0);
    assert_true(fields_is_dynamic(object));
    assert_true(fields_is_dynamic(parse(*state, "{\"a\":[{\"b\":\" {{x || y}} \"}]}")));
    assert_false(fields_is_dynamic(parse(*state, "{\"a\":\"{{x}}\",\"b\":[\"x || y\"]}")));
}

static void secrets_are_left_out(void **state)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    yyjson_val *object =
        parse(*state, "{\"name\":\"n\",\"password\":\"p\",\"headers\":[{\"from\":\"A\",\"to\":"
                      "\"1\"}],\"extra\":{\"password\":1},\"token\":\"t\",\"strange\":2}");
    fields_write_masked(table, object, HIDE_SECRETS_AND_UNKNOWN, &json);
    assert_true(str_eq(buf_str(&out), STR("{\"name\":\"n\",\"headers\":[{\"from\":\"A\"}],"
                                          "\"extra\":{\"password\":1}}")));
    out.len = 0;
    json_init(&json, &out);
    fields_write_masked(table, object, HIDE_SECRETS, &json);
    assert_true(str_eq(buf_str(&out), STR("{\"name\":\"n\",\"headers\":[{\"from\":\"A\"}],"
                                          "\"extra\":{\"password\":1},\"strange\":2}")));
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
    json_value_val(&json, fields_keep_hidden(table, update, stored, HIDE_SECRETS, *state));
    assert_true(
        str_eq(buf_str(&out),
               STR("{\"name\":\"m\",\"headers\":[{\"from\":\"A\",\"to\":\"1\"},{\"from\":\"B\","
                   "\"to\":\"9\"},{\"from\":\"A\",\"to\":\"3\"},{\"from\":\"C\"}],"
                   "\"password\":\"p\"}")));
    yyjson_val *given = parse(*state, "{\"name\":\"m\",\"password\":\"new\"}");
    assert_true(
        str_eq(json_get_str(fields_keep_hidden(table, given, stored, HIDE_SECRETS, *state),
                            "password"),
               STR("new")));
}

static void an_update_of_somebody_who_does_not_see_unknown_keys_keeps_them(void **state)
{
    yyjson_val *stored = parse(*state, "{\"name\":\"n\",\"url\":\"\",\"strange\":1}");
    yyjson_val *update = parse(*state, "{\"name\":\"m\"}");
    yyjson_val *kept =
        fields_keep_hidden(table, update, stored, HIDE_SECRETS_AND_UNKNOWN, *state);
    assert_int_equal(yyjson_obj_size(kept), 2);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(kept, "strange")), 1);
    kept = fields_keep_hidden(table, update, stored, HIDE_SECRETS, *state);
    assert_int_equal(yyjson_obj_size(kept), 1);
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
        cmocka_unit_test_setup_teardown(values_that_differ_by_place_are_taken_as_one_or_as_many,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_dynamic_text_is_taken_for_any_value, setup, teardown),
        cmocka_unit_test_setup_teardown(secrets_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(
            an_update_of_somebody_who_does_not_see_unknown_keys_keeps_them, setup, teardown),
        cmocka_unit_test_setup_teardown(an_update_keeps_the_secrets_it_leaves_out, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
