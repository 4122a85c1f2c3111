// SPDX-License-Identifier: Apache-2.0
// Live events stay valid JSON within their bound and show no configured secret.
#include "base/test.h"

#include "codec/json.h"
#include "delivery/report.h"
#include "os/fault.h"

struct stage {
    struct fault *disk;
    struct outcome *outcome;
    struct outcome_watch watch;
    struct arena *arena;
    str last;
};

static void on_event(struct outcome_watch *watch, str json)
{
    struct stage *stage = CONTAINER_OF(watch, struct stage, watch);
    stage->last = arena_dup(stage->arena, json);
}

static int make_stage(void **state)
{
    static struct stage stage;
    static const uint8_t id[16] = { 1 };
    struct problem problem;
    stage = (struct stage){
        .disk = fault_new(1, 256 << 20),
        .arena = arena_new(8 << 20),
        .watch = { .on_event = on_event },
    };
    const struct outcome_parts parts = {
        fault_fs(stage.disk), STR("outcome"), id, clock_system(), observer_log(), 0, 0,
    };
    assert_int_equal(outcome_open(&parts, &stage.outcome, &problem), OK);
    outcome_live_watch(stage.outcome, STR("dest"), &stage.watch);
    *state = &stage;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *stage = *state;
    outcome_live_unwatch(stage->outcome, &stage->watch);
    outcome_close(stage->outcome);
    fault_free(stage->disk);
    arena_free(stage->arena);
    return 0;
}

static struct destination_header headers[] = {
    { STR("content-type"), STR("application/json"), false },
    { STR("x-key"), STR("hunter2"), true },
};

static struct destination_request request_with(str body)
{
    return (struct destination_request){
        .method = STR("POST"),
        .url = STR("https://x.test/in"),
        .headers = headers,
        .header_count = ARRAY_LEN(headers),
        .body = body,
    };
}

static yyjson_val *live(struct stage *stage, const struct report *report)
{
    yyjson_doc *doc = NULL;
    report_live(stage->outcome, report);
    assert_true(stage->last.len > 0 && stage->last.len <= OUTCOME_LIVE_BYTES);
    assert_int_equal(json_read(stage->last, 0, stage->arena, &doc, NULL), OK);
    return yyjson_doc_get_root(doc);
}

static void is(yyjson_val *object, const char *key, const char *expected)
{
    assert_true(str_eq(json_get_str(object, key), str_of(expected)));
}

static void a_live_event_tells_who_what_and_how_it_went(void **state)
{
    struct stage *stage = *state;
    struct destination_request request = request_with(STR("{}"));
    yyjson_val *seen = live(
        stage, &(struct report){
                   .kind = "retried",
                   .position = { .record = 12, .event = 3 },
                   .source_id = STR("src"),
                   .destination_id = STR("dest"),
                   .at_wall_ms = 1700000000000,
                   .event = STR(
                       "{\"type\":\"track\",\"event\":\"Paid\",\"name\":\"n\",\"userId\":\"u\","
                       "\"anonymousId\":\"a\",\"messageId\":\"m\"}"),
                   .request = &request,
                   .status = 503,
                   .attempts = 2,
                   .elapsed_ms = 7,
                   .detail = STR("answered with status 503"),
                   .response = STR("busy"),
               });
    is(seen, "kind", "retried");
    is(seen, "position", "0-12-3");
    is(seen, "at", "2023-11-14T22:13:20.000Z");
    is(seen, "sourceId", "src");
    is(seen, "destinationId", "dest");
    is(seen, "type", "track");
    is(seen, "name", "Paid");
    is(seen, "userId", "u");
    is(seen, "anonymousId", "a");
    is(seen, "messageId", "m");
    is(seen, "detail", "answered with status 503");
    is(seen, "response", "busy");
    is(yyjson_obj_get(seen, "event"), "event", "Paid");
    is(seen, "request",
       "POST https://x.test/in\ncontent-type: application/json\nx-key: (configured)\n\n{}");
    assert_int_equal(yyjson_get_int(yyjson_obj_get(seen, "status")), 503);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(seen, "attempts")), 2);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(seen, "elapsedMs")), 7);
    assert_true(str_find_str(stage->last, STR("hunter2")) == stage->last.len);
}

static void long_texts_are_cut_and_those_that_escape_badly_left_out(void **state)
{
    struct stage *stage = *state;
    char *big = arena_alloc(stage->arena, 1 << 18);
    memset(big, 'x', 1 << 18);
    struct destination_request request = request_with(str_make(big, 1 << 18));
    struct report report = {
        .kind = "failed",
        .source_id = STR("src"),
        .destination_id = STR("dest"),
        .event = arena_printf(stage->arena, "{\"type\":\"track\",\"p\":\"%.20000s\"}", big),
        .request = &request,
        .detail = str_make(big, 1 << 18),
        .response = str_make(big, 1 << 18),
    };
    yyjson_val *seen = live(stage, &report);
    assert_int_equal(json_get_str(seen, "response").len, 2048);
    assert_int_equal(json_get_str(seen, "request").len, 2048);
    assert_int_equal(json_get_str(seen, "event").len, 2048);
    is(seen, "type", "track");
    memset(big, 1, 1 << 18); // six bytes each in JSON
    seen = live(stage, &report);
    is(seen, "type", "track");
    assert_null(yyjson_obj_get(seen, "response"));
}

static void bytes_that_are_no_text_do_not_spoil_it(void **state)
{
    struct stage *stage = *state;
    yyjson_val *seen = live(stage, &(struct report){
                                       .kind = "failed",
                                       .source_id = STR("src"),
                                       .destination_id = STR("dest"),
                                       .event = STR("{\"type\":\"track\"}"),
                                       .elapsed_ms = -1,
                                       .response = STR("\xff\xfe\x00 \xc3"),
                                   });
    assert_true(yyjson_is_str(yyjson_obj_get(seen, "response")));
    assert_null(yyjson_obj_get(seen, "elapsedMs"));
    assert_null(yyjson_obj_get(seen, "request"));
    seen = live(stage, &(struct report){ .kind = "failed",
                                         .source_id = STR("src"),
                                         .destination_id = STR("dest"),
                                         .event = STR("not json") });
    assert_null(yyjson_obj_get(seen, "event"));
}

#define STORY(test) cmocka_unit_test_setup_teardown(test, make_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_live_event_tells_who_what_and_how_it_went),
        STORY(long_texts_are_cut_and_those_that_escape_badly_left_out),
        STORY(bytes_that_are_no_text_do_not_spoil_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
