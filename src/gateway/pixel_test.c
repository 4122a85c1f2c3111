// SPDX-License-Identifier: Apache-2.0
// Unit tests of pixel.c.
#include "base/test.h"

#include "base/buf.h"
#include "gateway/pixel.h"

#define BASE                                                                                   \
    "{\"channel\":\"web\",\"integrations\":{\"All\":true},"                                    \
    "\"originalTimestamp\":\"2026-01-02T03:04:05.678Z\","                                      \
    "\"sentAt\":\"2026-01-02T03:04:05.678Z\",\"type\":"

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

static void assert_event(struct arena *arena, enum event_type type, const char *query,
                         const char *expected)
{
    str json = STR_NONE;
    assert_true(pixel_event(&(struct pixel_call){ type, str_of(query), 1767323045678 },
                            &hash_key, arena, &json));
    assert_true(str_eq(json, str_of(expected)));
}

static void parameters_become_texts(void **state)
{
    assert_event(*state, EVENT_TRACK, "writeKey=K&userId=7&event=A+b&anonymousId=%22x%22",
                 BASE "\"track\",\"userId\":\"7\",\"event\":\"A b\",\"anonymousId\":\"x\"}");
    assert_event(*state, EVENT_TRACK, "", BASE "\"track\"}");
    assert_event(*state, EVENT_PAGE, "name=&event=",
                 BASE "\"page\",\"name\":\"Unknown Page\","
                      "\"event\":\"\"}");
    assert_event(*state, EVENT_PAGE, "type=identify&userId=a&userId=b",
                 BASE "\"page\",\"userId\":\"b\"}");
}

static void dotted_names_become_objects_and_lists(void **state)
{
    assert_event(*state, EVENT_PAGE, "context.page.path=/x&context.page.url=u",
                 BASE "\"page\",\"context\":{\"page\":{\"path\":\"/x\",\"url\":\"u\"}}}");
    assert_event(*state, EVENT_PAGE, "p.1.n=a&p.0=b&p.1.m=c",
                 BASE "\"page\",\"p\":[\"b\",{\"n\":\"a\",\"m\":\"c\"}]}");
    assert_event(*state, EVENT_PAGE, "p=1&p.x=2", BASE "\"page\",\"p\":{\"x\":\"2\"}}");
    assert_event(*state, EVENT_PAGE, "p.b=1&q=7&p=2&p.c=3&p.b=4&integrations.All=no",
                 "{\"channel\":\"web\",\"integrations\":{\"All\":\"no\"},"
                 "\"originalTimestamp\":\"2026-01-02T03:04:05.678Z\","
                 "\"sentAt\":\"2026-01-02T03:04:05.678Z\",\"type\":\"page\","
                 "\"p\":{\"c\":\"3\",\"b\":\"4\"},\"q\":\"7\"}");
}

static void paths_that_lead_nowhere_are_left_out(void **state)
{
    assert_event(*state, EVENT_PAGE, "a.0=x&a.b=y&a.b.c=z&a.999999=w",
                 BASE "\"page\",\"a\":[\"x\"]}");
    assert_event(*state, EVENT_PAGE, "=x&a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1",
                 BASE "\"page\",\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
                      "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}}}}}}}");
}

static void gaps_in_lists_are_few_however_many_are_asked_for(void **state)
{
    AUTO(buf_done) struct buf query = { 0 };
    for (int i = 0; i < 1000; i++)
        buf_addf(&query, "a%d.255=1&", i);
    str json = STR_NONE;
    assert_true(pixel_event(&(struct pixel_call){ EVENT_PAGE, buf_str(&query), 0 }, &hash_key,
                            *state, &json));
    size_t nulls = 0;
    for (str rest = json; str_find_str(rest, STR("null")) < rest.len; nulls++)
        rest = str_sub(rest, str_find_str(rest, STR("null")) + 4, SIZE_MAX);
    assert_int_equal(nulls, 4 * 255);
    assert_true(str_find_str(json, STR("\"a3\":[null,")) < json.len);
    assert_true(str_find_str(json, STR("\"a4\":[]")) < json.len);
}

static void a_track_call_with_an_empty_event_is_none(void **state)
{
    str json = STR_NONE;
    assert_false(pixel_event(&(struct pixel_call){ EVENT_TRACK, STR("userId=u&event="), 0 },
                             &hash_key, *state, &json));
    assert_true(pixel_event(&(struct pixel_call){ EVENT_TRACK, STR("userId=u"), 0 }, &hash_key,
                            *state, &json));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parameters_become_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(dotted_names_become_objects_and_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_that_lead_nowhere_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(gaps_in_lists_are_few_however_many_are_asked_for, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_track_call_with_an_empty_event_is_none, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
