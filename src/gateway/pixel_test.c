// SPDX-License-Identifier: Apache-2.0
// Unit tests of pixel.c.
#include "base/test.h"

#include "gateway/pixel.h"

#define BASE                                                                                   \
    "{\"channel\":\"web\",\"integrations\":{\"All\":true},"                                    \
    "\"originalTimestamp\":\"2026-01-02T03:04:05.678Z\","                                      \
    "\"sentAt\":\"2026-01-02T03:04:05.678Z\",\"type\":"

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
    assert_true(pixel_event(type, str_of(query), 1767323045678, arena, &json));
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
}

static void paths_that_lead_nowhere_are_left_out(void **state)
{
    assert_event(*state, EVENT_PAGE, "a.0=x&a.b=y&a.b.c=z&a.999999=w",
                 BASE "\"page\",\"a\":[\"x\"]}");
    assert_event(*state, EVENT_PAGE, "=x&a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1",
                 BASE "\"page\",\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
                      "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}}}}}}}");
}

static void a_track_call_with_an_empty_event_is_none(void **state)
{
    str json = STR_NONE;
    assert_false(pixel_event(EVENT_TRACK, STR("userId=u&event="), 0, *state, &json));
    assert_true(pixel_event(EVENT_TRACK, STR("userId=u"), 0, *state, &json));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parameters_become_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(dotted_names_become_objects_and_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_that_lead_nowhere_are_left_out, setup, teardown),
        cmocka_unit_test_setup_teardown(a_track_call_with_an_empty_event_is_none, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
