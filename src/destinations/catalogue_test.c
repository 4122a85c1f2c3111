// SPDX-License-Identifier: Apache-2.0
// The catalogue: what holds for every definition, and how configs are checked by them.
#include "base/test.h"

#include "base/mem.h"
#include "destinations/destination.h"

static int setup(void **state)
{
    *state = arena_new(16 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static enum err check_value(const struct destination *definition, yyjson_val *config,
                            struct arena *arena, struct problem *ret_problem)
{
    const struct destination_check check = { true, STR("config"), arena };
    const void *settings;
    return destination_settings_decode(definition, config, &check, &settings, ret_problem);
}

static yyjson_val *parse(struct arena *arena, const char *text)
{
    yyjson_doc *doc;
    assert_int_equal(json_read(str_of(text), 0, arena, &doc, NULL), OK);
    return yyjson_doc_get_root(doc);
}

static void refused(struct arena *arena, const char *type, const char *text, const char *field,
                    const char *what)
{
    struct problem problem = { 0 };
    enum err err =
        check_value(destination_find(str_of(type)), parse(arena, text), arena, &problem);
    assert_int_equal(err, ERR_INVALID);
    assert_string_equal(problem.field, field);
    assert_non_null(strstr(problem.text, what));
}

static void taken(struct arena *arena, const char *type, const char *text)
{
    struct problem problem = { 0 };
    enum err err =
        check_value(destination_find(str_of(type)), parse(arena, text), arena, &problem);
    if (err)
        print_message("# %s %s %s\n", type, problem.field, problem.text);
    assert_int_equal(err, OK);
}

// --- Every definition

static void every_row_is_found_by_its_type_and_they_are_sorted_by_title(void **state)
{
    (void)state;
    const struct destination *const *rows = destination_all();
    size_t count = 0;
    for (; rows[count]; count++) {
        assert_ptr_equal(destination_find(str_of(rows[count]->type)), rows[count]);
        if (count > 0)
            assert_true(strcasecmp(rows[count - 1]->title, rows[count]->title) <= 0);
        assert_true(rows[count]->has_cloud || rows[count]->device);
    }
    assert_int_equal(count, 239);
    assert_null(destination_find(STR("webhook")));
    assert_null(destination_find(STR("")));
}

static void every_slot_of_a_delivery_is_a_setting(void **state)
{
    (void)state;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        const struct destination_delivery *delivery = (*row)->delivery;
        for (size_t i = 0; delivery && delivery->slots[i].name; i++)
            assert_non_null(fields_find((*row)->fields, str_of(delivery->slots[i].name)));
    }
}

// A value that the field takes.
static yyjson_mut_val *good(yyjson_mut_doc *doc, const struct field *field)
{
    switch (field->type) {
    case FIELD_URL:
        return yyjson_mut_str(doc, "https://example.com/");
    case FIELD_CHOICE:
        return yyjson_mut_str(doc, field->fallback ? field->fallback : field->choices[0]);
    case FIELD_BOOL:
        return yyjson_mut_bool(doc, field->fallback && strcmp(field->fallback, "true") == 0);
    case FIELD_INT:
        return yyjson_mut_sint(doc, field->min);
    case FIELD_JSON:
        return yyjson_mut_obj(doc);
    case FIELD_PAIRS:
    case FIELD_LIST:
        return yyjson_mut_arr(doc);
    case FIELD_STR:
    case FIELD_SECRET:
    case FIELD_ANY:
    case FIELD_END:
        break;
    }
    return yyjson_mut_str(doc, field->fallback ? field->fallback : field->pattern ? "1" : "x");
}

// Everything that the definition requires, and nothing else.
static yyjson_mut_val *least(yyjson_mut_doc *doc, const struct destination *definition)
{
    yyjson_mut_val *config = yyjson_mut_obj(doc);
    const struct field *field = fields_first(definition->fields);
    for (; field; field = fields_next(field))
        if (field->is_required)
            yyjson_mut_obj_add_val(doc, config, field->name, good(doc, field));
    return config;
}

// How a definition answers to a config in which one member is another, or missing (NULL).
static enum err with(const struct destination *definition, const char *name,
                     yyjson_mut_val *(*make)(yyjson_mut_doc *doc, const struct field *field),
                     struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
    yyjson_alc alc = json_alc(arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *config = least(doc, definition);
    if (name)
        (void)yyjson_mut_obj_remove_key(config, name);
    if (make)
        yyjson_mut_obj_add_val(doc, config, name,
                               make(doc, fields_find(definition->fields, str_of(name))));
    yyjson_doc *copy = yyjson_mut_val_imut_copy(config, &alc);
    return check_value(definition, yyjson_doc_get_root(copy), arena, ret_problem);
}

static void named(const struct field *field, const struct problem *problem)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "config.%s", field->name);
    assert_string_equal(problem->field, path);
}

static void what_a_definition_requires_is_enough_for_it(void **state)
{
    (void)state;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        struct problem problem = { 0 };
        if (with(*row, NULL, NULL, &problem))
            fail_msg("%s: %s %s", (*row)->type, problem.field, problem.text);
    }
}

static void each_required_setting_that_is_missing_is_named(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        const struct field *field = fields_first((*row)->fields);
        for (; field; field = fields_next(field)) {
            struct problem problem = { 0 };
            // Those that others ask for are tested with the others.
            if (!field->is_required || field->when)
                continue;
            assert_int_equal(with(*row, field->name, NULL, &problem), ERR_INVALID);
            named(field, &problem);
            assert_string_equal(problem.text, "is required");
            count++;
        }
    }
    assert_true(count > 250);
}

static yyjson_mut_val *wrong_type(yyjson_mut_doc *doc, const struct field *field)
{
    bool is_text = field->type == FIELD_STR || field->type == FIELD_SECRET ||
                   field->type == FIELD_URL || field->type == FIELD_CHOICE;
    return is_text ? yyjson_mut_arr(doc) : yyjson_mut_str(doc, "neither this nor that");
}

static yyjson_mut_val *too_long(yyjson_mut_doc *doc, const struct field *field)
{
    size_t len = field->max_len ? field->max_len : 1024;
    if (field->type == FIELD_LIST || field->type == FIELD_PAIRS) {
        yyjson_mut_val *list = yyjson_mut_arr(doc);
        for (size_t i = 0; i <= (field->max_len ? field->max_len : 100); i++)
            yyjson_mut_arr_add_str(doc, list, "x");
        return list;
    }
    char *text = mem_zalloc(1, len + 2);
    memset(text, 'x', len + 1);
    if (field->type == FIELD_URL)
        memcpy(text, "http://", 7);
    yyjson_mut_val *value = yyjson_mut_strncpy(doc, text, len + 1);
    mem_free(text);
    return value;
}

static void each_setting_of_a_wrong_type_is_named(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        const struct field *field = fields_first((*row)->fields);
        for (; field; field = fields_next(field)) {
            struct problem problem = { 0 };
            if (field->type == FIELD_ANY)
                continue;
            if (with(*row, field->name, wrong_type, &problem) != ERR_INVALID)
                fail_msg("%s takes a wrong %s", (*row)->type, field->name);
            named(field, &problem);
            count++;
        }
    }
    assert_true(count > 1500);
}

static void each_setting_that_is_too_long_is_named(void **state)
{
    (void)state;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        const struct field *field = fields_first((*row)->fields);
        for (; field; field = fields_next(field)) {
            struct problem problem = { 0 };
            if (field->type == FIELD_ANY || field->type == FIELD_JSON)
                continue; // only the whole config is bounded
            if (with(*row, field->name, too_long, &problem) != ERR_INVALID)
                fail_msg("%s takes too long a %s", (*row)->type, field->name);
            named(field, &problem);
        }
    }
}

static yyjson_mut_val *some_text(yyjson_mut_doc *doc, const struct field *field)
{
    assert_null(field);
    return yyjson_mut_str(doc, "x");
}

static void an_unknown_key_is_refused_where_delivery_reads_the_settings(void **state)
{
    (void)state;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        struct problem problem = { 0 };
        enum err err = with(*row, "notASetting", some_text, &problem);
        assert_int_equal(err, (*row)->is_closed ? ERR_INVALID : OK);
        if (err)
            assert_string_equal(problem.field, "config.notASetting");
        assert_true((*row)->is_closed || !(*row)->delivery);
    }
}

static void a_device_is_told_no_secret_and_nothing_unknown(void **state)
{
    (void)state;
    for (const struct destination *const *row = destination_all(); *row; row++) {
        AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
        AUTO(buf_done) struct buf out = { 0 };
        struct json json;
        yyjson_alc alc = json_alc(arena);
        yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
        yyjson_mut_val *config = yyjson_mut_obj(doc);
        const struct field *field = fields_first((*row)->fields);
        for (; field; field = fields_next(field))
            yyjson_mut_obj_add_str(doc, config, field->name,
                                   field_is_secret(field) ? "HIDDEN" : "shown");
        yyjson_mut_obj_add_str(doc, config, "notASetting", "HIDDEN");
        yyjson_doc *copy = yyjson_mut_val_imut_copy(config, &alc);
        json_init(&json, &out);
        destination_write_device_config(*row, yyjson_doc_get_root(copy), KIND_WEB, &json);
        assert_int_equal(str_find_str(buf_str(&out), STR("HIDDEN")), out.len);
        assert_true(str_find_str(buf_str(&out), STR("shown")) < out.len);
    }
}

// --- Single rules

static void settings_of_a_webhook_need_its_url(void **state)
{
    refused(*state, "WEBHOOK", "{}", "config.webhookUrl", "required");
    refused(*state, "WEBHOOK", "{\"webhookUrl\":\"ftp://x/\"}", "config.webhookUrl", "");
    refused(*state, "WEBHOOK", "{\"webhookUrl\":\"https://user:pw@x.test/\"}",
            "config.webhookUrl", "header");
    refused(*state, "WEBHOOK",
            "{\"webhookUrl\":\"https://x.test/\",\"webhookMethod\":\"HEAD\"}",
            "config.webhookMethod", "POST");
}

static void headers_that_no_request_can_carry_are_refused_by_name(void **state)
{
#define WITH_HEADER(from, to)                                                                  \
    "{\"webhookUrl\":\"https://x.test/\",\"headers\":[{\"from\":\"" from "\",\"to\":\"" to     \
    "\"}]}"
    static const char place[] = "config.headers.0.from";
    refused(*state, "WEBHOOK", WITH_HEADER("bad name", "v"), place, "not a header name");
    refused(*state, "WEBHOOK", WITH_HEADER("X-Key", "a\\r\\nInjected: b"), place, "X-Key");
    refused(*state, "WEBHOOK", WITH_HEADER("Content-Length", "3"), place, "connection");
    refused(*state, "WEBHOOK", WITH_HEADER("HOST", "elsewhere.test"), place, "connection");
}

static void keys_that_every_client_sends_are_known_for_one_and_for_each_source(void **state)
{
    taken(*state, "WEBHOOK",
          "{\"webhookUrl\":\"https://x.test/\",\"connectionMode\":{\"web\":\"cloud\"},"
          "\"consentManagement\":{\"web\":[{\"provider\":\"oneTrust\"}]},\"useNativeSDK\":true,"
          "\"oneTrustCookieCategories\":[],\"ketchConsentPurposes\":{\"ios\":[]},"
          "\"eventFilteringOption\":\"disable\",\"whitelistedEvents\":[{\"eventName\":\"a\"}],"
          "\"blacklistedEvents\":[]}");
    refused(*state, "WEBHOOK", "{\"webhookUrl\":\"https://x.test/\",\"webhookUri\":\"x\"}",
            "config.webhookUri", "known");
}

static void a_mode_that_is_not_offered_is_refused(void **state)
{
    taken(*state, "GTM", "{\"containerID\":\"GTM-1\",\"connectionMode\":{\"web\":\"device\"}}");
    refused(*state, "GTM",
            "{\"containerID\":\"GTM-1\",\"connectionMode\":{\"ios\":\"device\"}}",
            "config.connectionMode.ios", "device");
    refused(*state, "GTM", "{\"containerID\":\"GTM-1\",\"connectionMode\":{\"web\":\"cloud\"}}",
            "config.connectionMode.web", "cloud");
    refused(*state, "GTM", "{\"containerID\":\"GTM-1\",\"connectionMode\":{\"tv\":\"cloud\"}}",
            "config.connectionMode.tv", "type of source");
}

static void a_dynamic_value_is_taken_and_leaves_no_settings(void **state)
{
    const struct destination_check check = { true, STR("config"), *state };
    yyjson_val *config = parse(*state, "{\"webhookUrl\":\"{{ url || https://x.test/ }}\","
                                       "\"webhookMethod\":\"{{ method || POST }}\"}");
    const void *settings = "untouched";
    enum err err = destination_settings_decode(destination_find(STR("WEBHOOK")), config, &check,
                                               &settings, NULL);
    assert_int_equal(err, OK);
    assert_null(settings);
}

static enum connection_mode mode(struct arena *arena, const char *type, const char *config)
{
    return destination_mode(destination_find(str_of(type)), parse(arena, config), KIND_WEB);
}

static void the_mode_of_a_connection_is_that_of_the_kind_of_source(void **state)
{
    assert_int_equal(mode(*state, "GA4", "{}"), MODE_CLOUD);
    assert_int_equal(mode(*state, "GTM", "{}"), MODE_DEVICE);
    assert_int_equal(mode(*state, "GA4", "{\"connectionMode\":{\"web\":\"hybrid\"}}"),
                     MODE_HYBRID);
    assert_int_equal(mode(*state, "GA4", "{\"connectionMode\":{\"ios\":\"device\"}}"),
                     MODE_CLOUD);
    assert_int_equal(mode(*state, "GA4", "{\"connectionMode\":\"device\"}"), MODE_DEVICE);
    assert_int_equal(mode(*state, "GA4", "{\"useNativeSDK\":{\"web\":true}}"), MODE_DEVICE);
    assert_int_equal(
        mode(*state, "GA4",
             "{\"useNativeSDK\":{\"web\":true},\"connectionMode\":{\"web\":\"cloud\"}}"),
        MODE_CLOUD);
}

static void a_device_gets_the_values_of_its_kind(void **state)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    yyjson_val *config =
        parse(*state, "{\"useNativeSDK\":{\"web\":true,\"ios\":false},\"pixelId\":\"7\","
                      "\"connectionMode\":{\"ios\":\"cloud\"},\"accessToken\":\"t\"}");
    destination_write_device_config(destination_find(STR("FACEBOOK_PIXEL")), config, KIND_WEB,
                                    &json);
    assert_true(str_eq(buf_str(&out), STR("{\"useNativeSDK\":true,\"pixelId\":\"7\"}")));
}

static void sources_are_found_by_both_spellings(void **state)
{
    (void)state;
    const struct source_definition *const *rows = source_definition_all();
    size_t count = 0;
    for (; rows[count]; count++) {
        const struct source_definition *row = rows[count];
        assert_ptr_equal(source_definition_find(str_of(row->type)), row);
        assert_true(!row->stream_type || source_definition_find(str_of(row->stream_type)));
        if (count > 0)
            assert_true(strcasecmp(rows[count - 1]->title, row->title) <= 0);
    }
    assert_int_equal(count, 117);
    assert_string_equal(source_definition_find(STR("javascript"))->type, "Javascript");
    assert_string_equal(source_definition_find(STR("swift"))->type, "ios_swift");
    assert_int_equal(source_definition_find(STR("swift"))->kind, KIND_IOS_SWIFT);
    assert_null(source_definition_find(STR("JAVASCRIPT")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_its_type_and_they_are_sorted_by_title),
        cmocka_unit_test(every_slot_of_a_delivery_is_a_setting),
        cmocka_unit_test(what_a_definition_requires_is_enough_for_it),
        cmocka_unit_test(each_required_setting_that_is_missing_is_named),
        cmocka_unit_test(each_setting_of_a_wrong_type_is_named),
        cmocka_unit_test(each_setting_that_is_too_long_is_named),
        cmocka_unit_test(an_unknown_key_is_refused_where_delivery_reads_the_settings),
        cmocka_unit_test(a_device_is_told_no_secret_and_nothing_unknown),
        TEST(settings_of_a_webhook_need_its_url),
        TEST(headers_that_no_request_can_carry_are_refused_by_name),
        TEST(keys_that_every_client_sends_are_known_for_one_and_for_each_source),
        TEST(a_mode_that_is_not_offered_is_refused),
        TEST(a_dynamic_value_is_taken_and_leaves_no_settings),
        TEST(the_mode_of_a_connection_is_that_of_the_kind_of_source),
        TEST(a_device_gets_the_values_of_its_kind),
        cmocka_unit_test(sources_are_found_by_both_spellings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
