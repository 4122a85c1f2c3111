// SPDX-License-Identifier: Apache-2.0
// The catalogue, its settings, and the source definitions.
#include "base/test.h"
#include "destinations/destination.h"

static enum err decode(const char *text, enum fields_unknown unknown, struct arena *arena,
                       const void **ret_settings, struct problem *ret_problem)
{
    yyjson_doc *doc;
    enum err err = json_read(str_of(text), 0, arena, &doc, ret_problem);
    assert_int_equal(err, OK);
    return destination_settings_decode(destination_find(STR("WEBHOOK")),
                                       yyjson_doc_get_root(doc), unknown, STR("config"), arena,
                                       ret_settings, ret_problem);
}

static void refused(const char *text, const char *field, const char *what)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const void *settings;
    struct problem problem = { 0 };
    enum err err = decode(text, UNKNOWN_REFUSE, arena, &settings, &problem);
    assert_int_equal(err, ERR_INVALID);
    assert_string_equal(problem.field, field);
    assert_non_null(strstr(problem.text, what));
}

static void every_row_is_found_by_its_type_and_they_are_sorted_by_title(void **state)
{
    (void)state;
    const struct destination *const *rows = destination_all();
    for (size_t i = 0; rows[i]; i++) {
        assert_ptr_equal(destination_find(str_of(rows[i]->type)), rows[i]);
        if (i > 0)
            assert_true(strcmp(rows[i - 1]->title, rows[i]->title) < 0);
        assert_true(rows[i]->transport == TRANSPORT_NONE || rows[i]->build);
    }
    assert_null(destination_find(STR("webhook")));
    assert_null(destination_find(STR("")));
}

static void settings_of_a_webhook_need_its_url(void **state)
{
    (void)state;
    refused("{}", "config.webhookUrl", "required");
    refused("{\"webhookUrl\":\"ftp://x/\"}", "config.webhookUrl", "");
    refused("{\"webhookUrl\":\"https://user:pw@x.test/\"}", "config.webhookUrl", "header");
    refused("{\"webhookUrl\":\"https://x.test/\",\"webhookMethod\":\"HEAD\"}",
            "config.webhookMethod", "POST");
}

static void headers_that_no_request_can_carry_are_refused_by_name(void **state)
{
    (void)state;
#define WITH_HEADER(from, to)                                                                  \
    "{\"webhookUrl\":\"https://x.test/\",\"headers\":[{\"from\":\"" from "\",\"to\":\"" to     \
    "\"}]}"
    refused(WITH_HEADER("bad name", "v"), "config.headers.0.from", "not a header name");
    refused(WITH_HEADER("X-Key", "a\\r\\nInjected: b"), "config.headers.0.from", "X-Key");
    refused(WITH_HEADER("Content-Length", "3"), "config.headers.0.from", "connection");
    refused(WITH_HEADER("HOST", "elsewhere.test"), "config.headers.0.from", "connection");
}

static void keys_that_every_client_sends_are_tolerated_and_others_are_refused(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const void *settings = NULL;
    struct problem problem = { 0 };
    enum err err = decode(
        "{\"webhookUrl\":\"https://x.test/\",\"connectionMode\":{\"web\":\"cloud\"},"
        "\"consentManagement\":{\"web\":[{\"provider\":\"oneTrust\"}]},\"useNativeSDK\":true,"
        "\"oneTrustCookieCategories\":[],\"ketchConsentPurposes\":[],"
        "\"eventFilteringOption\":\"disable\",\"whitelistedEvents\":[],"
        "\"blacklistedEvents\":[]}",
        UNKNOWN_REFUSE, arena, &settings, &problem);
    assert_int_equal(err, OK);
    assert_non_null(settings);
    refused("{\"webhookUrl\":\"https://x.test/\",\"webhookUri\":\"x\"}", "config.webhookUri",
            "known");
    err = decode("{\"webhookUrl\":\"https://x.test/\",\"webhookUri\":\"x\"}", UNKNOWN_IGNORE,
                 arena, &settings, &problem);
    assert_int_equal(err, OK);
}

static void sources_are_found_by_both_spellings_and_no_spelling_is_twice(void **state)
{
    (void)state;
    size_t count;
    const struct source_definition *rows = source_definitions(&count);
    assert_true(count > 40);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(source_definition_find(str_of(rows[i].type)), &rows[i]);
        assert_true(!rows[i].stream_type ||
                    source_definition_find(str_of(rows[i].stream_type)));
        if (i > 0)
            assert_true(strcasecmp(rows[i - 1].title, rows[i].title) < 0 ||
                        rows[i].title[0] == '.');
    }
    assert_string_equal(source_definition_find(STR("javascript"))->type, "Javascript");
    assert_string_equal(source_definition_find(STR("swift"))->type, "ios_swift");
    assert_null(source_definition_find(STR("JAVASCRIPT")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found_by_its_type_and_they_are_sorted_by_title),
        cmocka_unit_test(settings_of_a_webhook_need_its_url),
        cmocka_unit_test(headers_that_no_request_can_carry_are_refused_by_name),
        cmocka_unit_test(keys_that_every_client_sends_are_tolerated_and_others_are_refused),
        cmocka_unit_test(sources_are_found_by_both_spellings_and_no_spelling_is_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
