// SPDX-License-Identifier: Apache-2.0
// Unit tests of enrich.c.
#include "base/test.h"

#include "codec/json.h"
#include "event/event.h"

static const uint8_t random_bytes[16] = { 9, 8, 7 };

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

static struct event_origin origin_of(enum event_type type, uint32_t index)
{
    return (struct event_origin){
        .received_wall_ms = 1767323045678, // 2026-01-02T03:04:05.678Z
        .client_address = STR("203.0.113.7"),
        .random = random_bytes,
        .index = index,
        .endpoint_type = type,
    };
}

static yyjson_mut_val *enrich_at(struct arena *arena, const char *text, enum event_type type,
                                 uint32_t index)
{
    struct event_origin origin = origin_of(type, index);
    yyjson_mut_doc *doc = NULL;
    assert_int_equal(event_enrich(str_of(text), &origin, arena, &doc, NULL), OK);
    return yyjson_mut_doc_get_root(doc);
}

static yyjson_mut_val *enrich(struct arena *arena, const char *text)
{
    return enrich_at(arena, text, EVENT_TYPE_UNKNOWN, 0);
}

static str get(yyjson_mut_val *event, const char *key)
{
    return json_mut_str(yyjson_mut_obj_get(event, key));
}

static str written_by(struct arena *arena, const char *text)
{
    yyjson_alc alc = json_alc(arena);
    str written;
    written.data = yyjson_mut_val_write_opts(enrich(arena, text), 0, &alc, &written.len, NULL);
    return written;
}

#define assert_field(event, key, expected)                                                     \
    assert_true(str_eq(get((event), (key)), STR(expected)))

static void what_is_missing_is_filled_in(void **state)
{
    yyjson_mut_val *event = enrich_at(
        *state, "{\"userId\":\"identified_user_id\",\"anonymousId\":\"anonymousId_1\"}",
        EVENT_TRACK, 0);
    assert_field(event, "type", "track");
    assert_field(event, "rudderId", "e4cab80e-2f0e-4fa2-87e0-3a4af182634c");
    assert_field(event, "request_ip", "203.0.113.7");
    assert_field(event, "receivedAt", "2026-01-02T03:04:05.678Z");
    assert_field(event, "originalTimestamp", "2026-01-02T03:04:05.678Z");
    assert_field(event, "sentAt", "2026-01-02T03:04:05.678Z");
    assert_field(event, "timestamp", "2026-01-02T03:04:05.678Z");
    str id = get(event, "messageId");
    assert_int_equal(id.len, 36);
    assert_int_equal(id.data[14], '4');
    assert_int_equal(yyjson_mut_obj_size(event), 10);
}

static void what_the_client_may_say_is_kept(void **state)
{
    yyjson_mut_val *event =
        enrich(*state, "{\"userId\":7,\"type\":\"Custom\",\"messageId\":\" m-1 \","
                       "\"request_ip\":\"192.0.2.1\",\"rudderId\":\"mine\","
                       "\"receivedAt\":\"2020-01-01T00:00:00Z\",\"properties\":{\"n\":3.0}}");
    assert_field(event, "type", "Custom");
    assert_field(event, "messageId", "m-1");
    assert_field(event, "request_ip", "192.0.2.1");
    assert_field(event, "receivedAt", "2026-01-02T03:04:05.678Z");
    assert_int_equal(get(event, "rudderId").len, 36);
}

static void every_digit_of_a_number_is_kept(void **state)
{
    static const char *const numbers[] = {
        "0",
        "-0",
        "7",
        "3.0",
        "1.10",
        "-0.00",
        "1E+2",
        "9007199254740993",
        "18446744073709551616",
        "-9223372036854775809",
        "0.1000000000000000055511151231257827",
        "1e400",
        "-1e-400",
    };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        str event = arena_printf(*state, "{\"userId\":%s,\"properties\":{\"n\":[%s,1]}}",
                                 numbers[i], numbers[i]);
        str written = written_by(*state, arena_cstr(*state, event));
        assert_true(str_starts(written, str_sub(event, 0, event.len - 1)));
    }
}

static void the_type_is_the_endpoints(void **state)
{
    assert_field(enrich_at(*state, "{\"userId\":\"u\",\"type\":\"page\"}", EVENT_IDENTIFY, 0),
                 "type", "identify");
    assert_null(get(enrich(*state, "{\"userId\":\"u\"}"), "type").data);
}

static void the_same_record_gives_the_same_ids(void **state)
{
    static const char *const without[] = { "{\"userId\":\"u\"}",
                                           "{\"userId\":\"u\",\"messageId\":\" \"}",
                                           "{\"userId\":\"u\",\"messageId\":\"\\u200b\"}",
                                           "{\"userId\":\"u\",\"messageId\":12}",
                                           "{\"userId\":\"u\",\"messageId\":null}" };
    str first = get(enrich_at(*state, without[0], EVENT_TRACK, 3), "messageId");
    for (size_t i = 0; i < ARRAY_LEN(without); i++)
        assert_true(
            str_eq(get(enrich_at(*state, without[i], EVENT_TRACK, 3), "messageId"), first));
    assert_false(
        str_eq(get(enrich_at(*state, without[0], EVENT_TRACK, 4), "messageId"), first));
}

static void times_follow_the_clients_own_difference(void **state)
{
    static const struct {
        const char *event, *original, *sent, *timestamp;
    } rows[] = {
        // A client whose clock is a year late, and who waited ten seconds.
        { "{\"userId\":1,\"originalTimestamp\":\"2025-01-02T03:00:00.000Z\","
          "\"sentAt\":\"2025-01-02T03:00:10.000Z\"}",
          "2025-01-02T03:00:00.000Z", "2025-01-02T03:00:10.000Z", "2026-01-02T03:03:55.678Z" },
        // The client's own timestamp and zones are kept.
        { "{\"userId\":1,\"originalTimestamp\":\"2026-01-02T08:30:00+05:30\","
          "\"sentAt\":\"2026-01-02T03:00:01Z\",\"timestamp\":\"2025-12-31T19:00:00.12-08:00\"}",
          "2026-01-02T08:30:00.000+05:30", "2026-01-02T03:00:01.000Z",
          "2025-12-31T19:00:00.120-08:00" },
        { "{\"userId\":1,\"originalTimestamp\":\"2026-01-02T08:30:00+05:30\","
          "\"sentAt\":\"2026-01-02T03:00:01Z\"}",
          "2026-01-02T08:30:00.000+05:30", "2026-01-02T03:00:01.000Z",
          "2026-01-02T03:04:04.678Z" },
        // What is no time counts as absent.
        { "{\"userId\":1,\"originalTimestamp\":\"yesterday\",\"sentAt\":17,"
          "\"timestamp\":\"2026-02-30\"}",
          "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z" },
        { "{\"userId\":1,\"originalTimestamp\":\"1767323000\"}", "2026-01-02T03:03:20.000Z",
          "2026-01-02T03:04:05.678Z", "2026-01-02T03:03:20.000Z" },
        { "{\"userId\":1,\"timestamp\":\"2026-01-01\"}", "2026-01-02T03:04:05.678Z",
          "2026-01-02T03:04:05.678Z", "2026-01-01T00:00:00.000Z" },
        // Absurd differences end at the calendar's ends.
        { "{\"userId\":1,\"originalTimestamp\":\"0001-01-01T00:00:00Z\","
          "\"sentAt\":\"9999-12-31T23:59:59Z\"}",
          "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z", "0001-01-01T00:00:00.000Z" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        yyjson_mut_val *event = enrich(*state, rows[i].event);
        assert_true(str_eq(get(event, "originalTimestamp"), str_of(rows[i].original)));
        assert_true(str_eq(get(event, "sentAt"), str_of(rows[i].sent)));
        assert_true(str_eq(get(event, "timestamp"), str_of(rows[i].timestamp)));
    }
}

static size_t count_key(yyjson_mut_val *object, const char *name)
{
    size_t count = 0, i, max;
    yyjson_mut_val *key, *value;
    yyjson_mut_obj_foreach(object, i, max, key, value)
    {
        count += yyjson_mut_equals_str(key, name);
    }
    return count;
}

static void of_equal_keys_the_last_counts(void **state)
{
    yyjson_mut_val *event = enrich(
        *state, "{\"userId\":\"first\",\"event\":\"a\",\"userId\":\"identified_user_id\","
                "\"anonymousId\":\"x\",\"event\":{\"deep\":[1]},\"messageId\":\"m1\","
                "\"anonymousId\":\"anonymousId_1\",\"messageId\":\"m2\"}");
    assert_field(event, "userId", "identified_user_id");
    assert_field(event, "rudderId", "e4cab80e-2f0e-4fa2-87e0-3a4af182634c");
    assert_field(event, "messageId", "m2");
    assert_int_equal(count_key(event, "userId"), 1);
    assert_int_equal(count_key(event, "event"), 1);
    assert_int_equal(count_key(event, "messageId"), 1);
    assert_true(yyjson_mut_is_obj(yyjson_mut_obj_get(event, "event")));
}

static void what_is_no_event_is_refused(void **state)
{
    struct event_origin origin = origin_of(EVENT_TRACK, 0);
    static const char *const rows[] = { "", "[]", "{", "1", "{}x" };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        yyjson_mut_doc *doc = NULL;
        struct problem problem;
        assert_int_equal(event_enrich(str_of(rows[i]), &origin, *state, &doc, &problem),
                         ERR_INVALID);
        assert_null(doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_missing_is_filled_in, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_client_may_say_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(every_digit_of_a_number_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(the_type_is_the_endpoints, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_record_gives_the_same_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(times_follow_the_clients_own_difference, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(of_equal_keys_the_last_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_event_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
