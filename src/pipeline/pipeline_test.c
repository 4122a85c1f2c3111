// SPDX-License-Identifier: Apache-2.0
// The steps: what is selected, filtered, refused and built.
#include "base/test.h"

#include "codec/json.h"
#include "pipeline/pipeline.h"

static enum build_verdict build_echo(const void *settings, struct destination_event *event,
                                     struct arena *arena,
                                     struct destination_request *ret_request,
                                     struct problem *ret_problem)
{
    (void)settings;
    yyjson_mut_val *root = yyjson_mut_doc_get_root(event->doc);
    str name = json_mut_str(yyjson_mut_obj_get(root, "event"));
    if (str_eq(name, STR("refuse me"))) {
        (void)problem_set(ret_problem, ERR_INVALID, STR(""), "refused by name");
        return BUILD_REJECTED;
    }
    if (str_eq(name, STR("not for you"))) {
        (void)problem_set(ret_problem, ERR_INVALID, STR(""), "filtered by name");
        return BUILD_FILTERED;
    }
    *ret_request =
        (struct destination_request){ .method = STR("POST"), .body = arena_dup(arena, name) };
    yyjson_mut_obj_add_str(event->doc, root, "changed", "by build");
    return BUILD_OK;
}

static const struct destination_delivery echo_delivery = {
    .transport = TRANSPORT_HTTP,
    .build = build_echo,
};
static const struct destination echo = {
    .type = "ECHO",
    .title = "Echo Sink",
    .delivery = &echo_delivery,
};

static const uint8_t random_bytes[16] = { 1, 2, 3 };

static struct pipeline_event run_with(const struct destination *definition, const char *json,
                                      struct arena *arena)
{
    struct ws_destination destination = { .definition = definition };
    struct pipeline_event event = {
        .event_json = str_of(json),
        .origin = { .received_wall_ms = 1700000000000, .random = random_bytes },
    };
    pipeline_run(&destination, &event, arena);
    return event;
}

static void gives(const char *json, enum pipeline_verdict verdict)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct pipeline_event event = run_with(&echo, json, arena);
    if (event.verdict != verdict)
        print_message("# %s: %s\n", json, event.detail);
    assert_int_equal(event.verdict, verdict);
    assert_int_equal(event.detail[0] == '\0', verdict == PIPELINE_SEND);
}

static void an_event_without_integrations_goes_everywhere(void **state)
{
    (void)state;
    gives("{\"type\":\"track\",\"userId\":\"u\"}", PIPELINE_SEND);
    gives("{\"type\":\"track\",\"userId\":\"u\",\"integrations\":{}}", PIPELINE_SEND);
    gives("{\"type\":\"track\",\"userId\":\"u\",\"integrations\":{\"All\":true}}",
          PIPELINE_SEND);
}

#define CHOOSING(integrations)                                                                 \
    "{\"type\":\"track\",\"userId\":\"u\",\"integrations\":" integrations "}"

static void the_destinations_own_key_wins_over_all(void **state)
{
    (void)state;
    gives(CHOOSING("{\"All\":false}"), PIPELINE_FILTERED);
    gives(CHOOSING("{\"All\":false,\"Echo Sink\":true}"), PIPELINE_SEND);
    gives(CHOOSING("{\"All\":false,\"Echo Sink\":{}}"), PIPELINE_SEND);
    gives(CHOOSING("{\"All\":true,\"Echo Sink\":false}"), PIPELINE_FILTERED);
    gives(CHOOSING("{\"Echo Sink\":false}"), PIPELINE_FILTERED);
    gives(CHOOSING("{\"All\":false,\"ECHO\":true}"), PIPELINE_FILTERED);
}

static void a_choice_of_another_type_falls_back_to_all(void **state)
{
    (void)state;
    gives(CHOOSING("{\"All\":true,\"Echo Sink\":\"no\"}"), PIPELINE_SEND);
    gives(CHOOSING("{\"All\":false,\"Echo Sink\":1}"), PIPELINE_FILTERED);
    gives(CHOOSING("{\"Echo Sink\":null}"), PIPELINE_SEND);
}

static void integrations_that_cannot_be_read_select_nothing(void **state)
{
    (void)state;
    gives(CHOOSING("true"), PIPELINE_FILTERED);
    gives(CHOOSING("[]"), PIPELINE_FILTERED);
    gives(CHOOSING("{\"All\":\"yes\",\"Echo Sink\":true}"), PIPELINE_FILTERED);
}

static void a_type_that_is_missing_or_no_text_cannot_be_built(void **state)
{
    (void)state;
    gives("{\"userId\":\"u\"}", PIPELINE_FAILED);
    gives("{\"userId\":\"u\",\"type\":\"  \"}", PIPELINE_FAILED);
    gives("{\"userId\":\"u\",\"type\":7}", PIPELINE_FAILED);
}

static void a_destination_that_names_its_types_gets_no_others(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct destination choosy = echo;
    choosy.events = 1u << EVENT_TRACK;
    struct pipeline_event event = run_with(&choosy, "{\"type\":\" Track \"}", arena);
    assert_int_equal(event.verdict, PIPELINE_SEND);
    event = run_with(&choosy, "{\"type\":\"page\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_FILTERED);
    assert_string_equal(event.detail, "Message type not supported");
    event = run_with(&echo, "{\"type\":\"unheard of\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_SEND);
}

static void the_verdict_of_build_comes_with_its_reason(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct pipeline_event event =
        run_with(&echo, "{\"type\":\"track\",\"event\":\"refuse me\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_FAILED);
    assert_string_equal(event.detail, "refused by name");
    event = run_with(&echo, "{\"type\":\"track\",\"event\":\"not for you\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_FILTERED);
    assert_string_equal(event.detail, "filtered by name");
}

static void the_enriched_event_is_as_it_was_before_build_changed_it(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct pipeline_event event =
        run_with(&echo, "{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_SEND);
    assert_true(str_eq(event.request.body, STR("x")));
    assert_true(str_find_str(event.enriched_json, STR("messageId")) < event.enriched_json.len);
    assert_true(str_find_str(event.enriched_json, STR("changed")) == event.enriched_json.len);
    struct pipeline_event again =
        run_with(&echo, "{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u\"}", arena);
    assert_true(str_eq(event.enriched_json, again.enriched_json));
}

static enum build_verdict build_huge(const void *settings, struct destination_event *event,
                                     struct arena *arena,
                                     struct destination_request *ret_request,
                                     struct problem *ret_problem)
{
    (void)settings, (void)event, (void)ret_problem;
    *ret_request = (struct destination_request){
        .body = str_make(arena_zalloc(arena, 1, 2 << 20), 2 << 20),
    };
    return BUILD_OK;
}

static void an_event_that_is_too_big_for_its_arena_fails_with_a_reason(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *small = arena_new(64);
    struct pipeline_event event = run_with(&echo, "{\"type\":\"track\"}", small);
    assert_int_equal(event.verdict, PIPELINE_FAILED);
    assert_int_not_equal(event.detail[0], '\0');
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct destination_delivery huge_delivery = { .build = build_huge };
    const struct destination huge = { .type = "X", .title = "X", .delivery = &huge_delivery };
    event = run_with(&huge, "{\"type\":\"track\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_FAILED);
    assert_non_null(strstr(event.detail, "grows"));
}

static const struct destination_header echo_headers[] = {
    { STR("x-key"), STR("hunter2"), true },
    { STR("x-empty"), STR(""), false },
};

static void fill_request(struct destination_request *request, struct arena *arena)
{
    request->url = arena_dup(arena, STR("https://x.test/"));
    request->header_count = ARRAY_LEN(echo_headers);
    request->headers = ARENA_ARRAY(arena, struct destination_header, ARRAY_LEN(echo_headers));
    memcpy(request->headers, echo_headers, sizeof(echo_headers));
    request->headers[0].value = arena_dup(arena, echo_headers[0].value);
}

static void what_is_kept_of_an_event_outlives_what_building_it_took(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *kept = arena_new(1 << 20);
    struct arena *scratch = arena_new(1 << 20);
    struct pipeline_event event =
        run_with(&echo, "{\"type\":\"track\",\"event\":\"x\",\"list\":[0,0,0,0]}", scratch);
    fill_request(&event.request, scratch);
    pipeline_keep(&event, kept);
    arena_free(scratch);
    assert_int_equal(event.verdict, PIPELINE_SEND);
    assert_true(str_find_str(event.enriched_json, STR("[0,0,0,0]")) < event.enriched_json.len);
    assert_true(str_eq(event.request.method, STR("POST")));
    assert_true(str_eq(event.request.url, STR("https://x.test/")));
    assert_true(str_eq(event.request.body, STR("x")));
    assert_int_equal(event.request.header_count, 2);
    assert_true(event.request.headers[0].is_configured);
    assert_true(str_eq(event.request.headers[0].name, STR("x-key")));
    assert_true(str_eq(event.request.headers[0].value, STR("hunter2")));
    assert_false(event.request.headers[1].is_configured);
    assert_int_equal(event.request.headers[1].value.len, 0);
}

static void what_an_event_does_not_have_is_not_kept(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *kept = arena_new(1 << 20);
    AUTO(arena_free) struct arena *scratch = arena_new(1 << 20);
    struct pipeline_event event = run_with(&echo, "not JSON", scratch);
    pipeline_keep(&event, kept);
    assert_int_equal(event.verdict, PIPELINE_FAILED);
    assert_null(event.enriched_json.data);
    assert_null(event.request.body.data);
    assert_int_equal(arena_used_bytes(kept), 0);
}

static void a_destination_without_transport_passes_without_being_built(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    const struct destination unbuilt = { .type = "X", .title = "X" };
    struct pipeline_event event = run_with(&unbuilt, "{\"type\":\"track\"}", arena);
    assert_int_equal(event.verdict, PIPELINE_SEND);
}

static void what_the_device_sends_is_not_sent_again(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct ws_destination destination = { .definition = &echo, .by_device = 1u << KIND_WEB };
    struct pipeline_event event = {
        .event_json = STR("{\"type\":\"track\"}"),
        .origin = { .received_wall_ms = 1700000000000, .random = random_bytes },
    };
    pipeline_run(&destination, &event, arena);
    assert_int_equal(event.verdict, PIPELINE_FILTERED);
    assert_non_null(strstr(event.detail, "device"));
    event.source_kind = KIND_CLOUD;
    pipeline_run(&destination, &event, arena);
    assert_int_equal(event.verdict, PIPELINE_SEND);
}

static void an_unusable_destination_says_why_it_gets_nothing(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    struct ws_destination destination = { .definition = &echo,
                                          .unusable = "config.url is required" };
    struct pipeline_event event = {
        .event_json = STR("{\"type\":\"track\"}"),
        .origin = { .received_wall_ms = 1700000000000, .random = random_bytes },
    };
    pipeline_run(&destination, &event, arena);
    assert_int_equal(event.verdict, PIPELINE_FAILED);
    assert_non_null(strstr(event.detail, "config.url is required"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_without_integrations_goes_everywhere),
        cmocka_unit_test(the_destinations_own_key_wins_over_all),
        cmocka_unit_test(a_choice_of_another_type_falls_back_to_all),
        cmocka_unit_test(integrations_that_cannot_be_read_select_nothing),
        cmocka_unit_test(a_type_that_is_missing_or_no_text_cannot_be_built),
        cmocka_unit_test(a_destination_that_names_its_types_gets_no_others),
        cmocka_unit_test(the_verdict_of_build_comes_with_its_reason),
        cmocka_unit_test(the_enriched_event_is_as_it_was_before_build_changed_it),
        cmocka_unit_test(an_event_that_is_too_big_for_its_arena_fails_with_a_reason),
        cmocka_unit_test(what_is_kept_of_an_event_outlives_what_building_it_took),
        cmocka_unit_test(what_an_event_does_not_have_is_not_kept),
        cmocka_unit_test(a_destination_without_transport_passes_without_being_built),
        cmocka_unit_test(what_the_device_sends_is_not_sent_again),
        cmocka_unit_test(an_unusable_destination_says_why_it_gets_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
