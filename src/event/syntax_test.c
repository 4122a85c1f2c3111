// SPDX-License-Identifier: Apache-2.0
// What counts as JSON (RFC 8259) in a body, and what does not: each text stands as the value of
// a member of an event, the last ones as the whole body.
#include "base/test.h"

#include "codec/json.h"
#include "event/event.h"

#define BODY(value)  STR("{\"userId\":\"u\",\"properties\":" value "}")
#define WHOLE(value) STR(value)

static enum err decode(str body)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    AUTO(arena_free) struct arena *arena = arena_new(16 << 20);
    struct event_batch batch;
    return event_decode(body, EVENT_SHAPE_SINGLE, EVENT_TRACK, &key, arena, &batch, NULL);
}

static void accepted(const str *bodies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (decode(bodies[i]) != OK)
            fail_msg("refused: %.*s", (int)bodies[i].len, bodies[i].data);
    }
}

static void refused(const str *bodies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (decode(bodies[i]) == OK)
            fail_msg("accepted: %.*s", (int)bodies[i].len, bodies[i].data);
    }
}
#define ACCEPTED(...)                                                                          \
    accepted((const str[]){ __VA_ARGS__ }, ARRAY_LEN(((const str[]){ __VA_ARGS__ })))
#define REFUSED(...)                                                                           \
    refused((const str[]){ __VA_ARGS__ }, ARRAY_LEN(((const str[]){ __VA_ARGS__ })))

static void numbers(void **state)
{
    (void)state;
    ACCEPTED(BODY("0"), BODY("-0"), BODY("-1"), BODY("10"), BODY("0.0"), BODY("1.50"),
             BODY("1e2"), BODY("1E+2"), BODY("1e-2"), BODY("-0.1e01"), BODY("0e0"),
             BODY("18446744073709551615"), BODY("123456789012345678901234567890"),
             BODY("1e400"), BODY("-1E+400"), BODY("1e99999999999999999999"), BODY("1e-400"),
             BODY("0.00000000000000000000000000000000000000000000000001"));
    REFUSED(BODY("01"), BODY("-01"), BODY("00"), BODY("+1"), BODY("-"), BODY("1."), BODY(".1"),
            BODY("-.1"), BODY("1.e1"), BODY("1e"), BODY("1e+"), BODY("1e1.5"), BODY("0x1F"),
            BODY("1_000"), BODY("1,5"), BODY("NaN"), BODY("nan"), BODY("Infinity"),
            BODY("-Infinity"), BODY("- 1"), BODY("1 2"), BODY("--1"), BODY("1e1e1"),
            BODY("\xEF\xBC\x91"));
}

static void strings(void **state)
{
    (void)state;
    ACCEPTED(BODY("\"\""), BODY("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), BODY("\"\\u0041\\u00e9\""),
             BODY("\"\\uD83D\\uDE00\""), BODY("\"\\u0000\""), BODY("\"\x7F\""),
             BODY("\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\""), BODY("\"\xEF\xBF\xBF\""),
             BODY("\"\xE2\x80\xA8\""), BODY("\"/* no comment */\""), BODY("\"\\u0022\""));
    REFUSED(BODY("\""), BODY("\"a"), BODY("a\""), BODY("'a'"), BODY("`a`"), BODY("\"\\a\""),
            BODY("\"\\x41\""), BODY("\"\\U0041\""), BODY("\"\\u\""), BODY("\"\\u00\""),
            BODY("\"\\u00G0\""), BODY("\"\\u 041\""), BODY("\"\\\""), BODY("\"a\nb\""),
            BODY("\"a\tb\""), BODY("\"\x01\""), BODY("\"\x1F\""), BODY("\"a\"\"b\""),
            BODY("\"\\'\""),
            BODY("\xE2\x80\x9C"
                 "a"
                 "\xE2\x80\x9D"));
}

static void lists(void **state)
{
    (void)state;
    ACCEPTED(BODY("[]"), BODY("[ ]"), BODY("[[]]"), BODY("[1,\"a\",null,true,false,{}]"),
             BODY("[\n1\t,\r2 ]"), BODY("[[[[[[[[]]]]]]]]"));
    REFUSED(BODY("["), BODY("]"), BODY("[1,]"), BODY("[,1]"), BODY("[,]"), BODY("[1,,2]"),
            BODY("[1 2]"), BODY("[1:2]"), BODY("[1;2]"), BODY("[1}"), BODY("[1]]"),
            BODY("[...]"), BODY("(1)"), BODY("[\"a\" \"b\"]"), BODY("[1\f]"), BODY("[1\v]"),
            BODY("[\xC2\xA0]"), BODY("[\xE2\x81\xA0]"));
}

static void objects(void **state)
{
    (void)state;
    ACCEPTED(BODY("{}"), BODY("{\"\":0}"), BODY("{\"a\":1,\"a\":2}"),
             BODY("{\"a\":{\"a\":{}}}"), BODY("{ \"a\" :\n1 }"), BODY("{\"\\u0061\":1}"),
             BODY("{\"\xC3\xA9\":1}"));
    REFUSED(BODY("{"), BODY("{\"a\"}"), BODY("{\"a\":}"), BODY("{:1}"), BODY("{a:1}"),
            BODY("{'a':1}"), BODY("{1:1}"), BODY("{null:1}"), BODY("{\"a\":1,}"),
            BODY("{,\"a\":1}"), BODY("{\"a\":1 \"b\":2}"), BODY("{\"a\",1}"),
            BODY("{\"a\"::1}"), BODY("{\"a\":1:2}"), BODY("{\"a\"=1}"), BODY("{[]:1}"),
            BODY("{\"a\":1]"), BODY("{\"a\":1}}"), BODY("{\"a\" \"b\"}"), BODY("{\"a\":1;}"));
}

static void words_and_comments(void **state)
{
    (void)state;
    ACCEPTED(BODY("true"), BODY("false"), BODY("null"), BODY(" null\t"));
    REFUSED(BODY("True"), BODY("FALSE"), BODY("nul"), BODY("nulll"), BODY("undefined"),
            BODY("truefalse"), BODY(""), BODY("/* a */1"), BODY("1//a\n"), BODY("#a\n1"),
            BODY("1/**/"), BODY("*"), BODY("&a"), BODY("new Date()"));
}

static void whole_bodies(void **state)
{
    (void)state;
    ACCEPTED(WHOLE(" \t\r\n{\"userId\":\"u\"} \t\r\n"));
    REFUSED(WHOLE(""), WHOLE(" "), WHOLE("{\"userId\":\"u\"}{}"), WHOLE("{\"userId\":\"u\"},"),
            WHOLE("{\"userId\":\"u\"}\x00"), WHOLE("\x00{\"userId\":\"u\"}"),
            WHOLE("{\"userId\":\"u\"}\v"), WHOLE("{\"userId\":\"u\"} // a"),
            WHOLE("\xFF\xFE{\x00}\x00"), WHOLE("{\"userId\":\"u\"} 0"), WHOLE(";"),
            WHOLE("{\"userId\":\"u\""), WHOLE("\"userId\":\"u\"}"), WHOLE("<a/>"));
}

// Half surrogates and bytes that are not UTF-8 come from real clients: the event is taken, and
// what is stored is UTF-8 again.
static void damaged_texts_are_mended(void **state)
{
    (void)state;
    static const str bodies[] = {
        BODY("\"\\uD83D\""),      BODY("\"\\uDE00\\uD83D\""),   BODY("\"\\uD83D\\u0041\""),
        BODY("\"\xFF\""),         BODY("\"\xC3\x28\""),         BODY("\"\xC0\xAF\""),
        BODY("\"\xED\xA0\x80\""), BODY("\"\xF4\x90\x80\x80\""), BODY("{\"\xFE\":1}"),
    };
    static const struct event_hash_key key = { .bytes = { 1 } };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        AUTO(arena_free) struct arena *arena = arena_new(16 << 20);
        struct event_batch batch;
        yyjson_doc *doc = NULL;
        assert_int_equal(
            event_decode(bodies[i], EVENT_SHAPE_SINGLE, EVENT_TRACK, &key, arena, &batch, NULL),
            OK);
        assert_int_equal(json_read(batch.body, 0, arena, &doc, NULL), OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(strings),
        cmocka_unit_test(lists),
        cmocka_unit_test(objects),
        cmocka_unit_test(words_and_comments),
        cmocka_unit_test(whole_bodies),
        cmocka_unit_test(damaged_texts_are_mended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
