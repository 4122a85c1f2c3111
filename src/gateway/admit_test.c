// SPDX-License-Identifier: Apache-2.0
// Unit tests of admit.c.
#include "base/test.h"

#include "base/map.h"
#include "codec/gzip.h"
#include "gateway/admit.h"

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

static void assert_refusal(struct refusal refusal, int status, const char *text)
{
    assert_int_equal(refusal.status, status);
    if (status)
        assert_string_equal(refusal.text, text);
}

static void the_basic_user_is_the_write_key(void **state)
{
    static const struct {
        const char *header, *user; // NULL: refused
    } rows[] = {
        { "Basic S0VZOg==", "KEY" },     // KEY:
        { "bASIC S0VZOnB3", "KEY" },     // KEY:pw
        { "Basic S0VZOmE6Yg==", "KEY" }, // KEY:a:b
        { "Basic OnB3", NULL },          // :pw
        { "Basic Og==", NULL },          // :
        { "Basic S0VZ", NULL },          // KEY
        { "Basic", NULL },
        { "Basic ", NULL },
        { "BasicS0VZOg==", NULL },
        { "Basic  S0VZOg==", NULL },
        { "Basic S0VZOg==!", NULL },
        { "Bearer S0VZOg==", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str user = STR_NONE;
        bool is_read = admit_basic_user(str_of(rows[i].header), *state, &user);
        assert_int_equal(is_read, rows[i].user != NULL);
        assert_true(str_eq(user, str_of(rows[i].user)));
    }
}

static void a_source_must_be_known_and_enabled(void **state)
{
    (void)state;
    struct ws_source sources[] = {
        { .id = STR("on"), .write_key = STR("KEY1"), .is_enabled = true },
        { .id = STR("off"), .write_key = STR("KEY2") },
    };
    AUTO(map_free) struct map *by_key = map_new();
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        (void)map_put(by_key, sources[i].write_key, &sources[i]);
    const struct map *shards[SNAPSHOT_KEY_SHARDS];
    for (size_t i = 0; i < ARRAY_LEN(shards); i++)
        shards[i] = by_key;
    struct snapshot snapshot = { .sources_by_write_key = shards };
    const struct ws_source *source = NULL;
    assert_refusal(admit_source(&snapshot, STR("KEY1"), &source), 0, NULL);
    assert_ptr_equal(source, &sources[0]);
    assert_refusal(admit_source(&snapshot, STR("KEY2"), &source), 404, "source is disabled");
    assert_refusal(admit_source(&snapshot, STR("key1"), &source), 401, "invalid write key");
    assert_refusal(admit_source(&snapshot, STR(""), &source), 401, "invalid write key");
}

static void only_exactly_gzip_is_unpacked(void **state)
{
    AUTO(buf_done) struct buf packed = { 0 };
    gzip_encode(STR("{\"userId\":\"u\"}"), 6, &packed);
    str body = buf_str(&packed), text = STR_NONE;
    assert_refusal(admit_body(STR("gzip"), body, 100, *state, &text), 0, NULL);
    assert_true(str_eq(text, STR("{\"userId\":\"u\"}")));
    static const char *const others[] = { "", "GZIP", "gzip, gzip", "deflate", "identity" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_refusal(admit_body(str_of(others[i]), body, 100, *state, &text), 0, NULL);
        assert_ptr_equal(text.data, body.data);
    }
    assert_refusal(admit_body(STR("gzip"), body, 13, *state, &text), 413,
                   "request size exceeds max limit");
    assert_refusal(
        admit_body(STR("gzip"), STR("{\"userId\":\"plain text\"}"), 100, *state, &text), 500,
        "failed to read body from request");
    assert_refusal(admit_body(STR("gzip"), STR(""), 100, *state, &text), 500,
                   "failed to read body from request");
}

static void events_are_refused_with_the_texts_that_sdks_know(void **state)
{
    static const struct event_hash_key key = { 0 };
    static const struct endpoint track = { .shape = EVENT_SHAPE_SINGLE, .type = EVENT_TRACK };
    static const struct endpoint batch = { .shape = EVENT_SHAPE_BATCH };
    static const struct {
        const struct endpoint *endpoint;
        const char *text;
        int status;
        const char *refusal;
    } rows[] = {
        { &track, "{\"userId\":\"u\"}", 0, NULL },
        { &track, "{", 400, "invalid json" },
        { &track, "[]", 400, "event is not a valid rudder event" },
        { &track, "{}", 400, "request neither has anonymousId nor userId" },
        { &batch, "{}", 400, "empty batch payload" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event_batch events;
        assert_refusal(
            admit_events(str_of(rows[i].text), rows[i].endpoint, &key, *state, &events),
            rows[i].status, rows[i].refusal);
    }
}

static void the_size_is_judged_last_and_not_for_audiences(void **state)
{
    (void)state;
    struct event_batch batch = { .wrapped_bytes = 4096000 };
    assert_refusal(admit_size(&batch, 4096000), 0, NULL);
    batch.wrapped_bytes++;
    assert_refusal(admit_size(&batch, 4096000), 413, "request size exceeds max limit");
    batch.is_size_exempt = true;
    assert_refusal(admit_size(&batch, 4096000), 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_basic_user_is_the_write_key, setup, teardown),
        cmocka_unit_test(a_source_must_be_known_and_enabled),
        cmocka_unit_test_setup_teardown(only_exactly_gzip_is_unpacked, setup, teardown),
        cmocka_unit_test_setup_teardown(events_are_refused_with_the_texts_that_sdks_know, setup,
                                        teardown),
        cmocka_unit_test(the_size_is_judged_last_and_not_for_audiences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
