// SPDX-License-Identifier: Apache-2.0
// Unit tests of forward.c: how messages are read and put together.
#include "base/test.h"

#include "codec/json.h"
#include "gateway/forward.h"

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

#define NEEDED                                                                                 \
    "\"requestType\":\"batch\",\"routingKey\":\"ada\",\"workspaceID\":\"w\",\"sourceID\":"     \
    "\"s\","                                                                                   \
    "\"requestIP\":\"203.0.113.9\",\"receivedAt\":\"2026-01-02T03:04:05.678Z\""
#define PAYLOAD                                                                                \
    "\"type\":\"track\",\"messageId\":\"m\",\"rudderId\":\"r\",\"request_ip\":\"\","           \
    "\"receivedAt\":\"2026-01-01T00:00:00Z\""
#define MESSAGE(properties, payload)                                                           \
    "{\"properties\":{" properties "},\"payload\":{" payload "}}"
#define WHOLE MESSAGE(NEEDED, PAYLOAD)

struct groups {
    struct forward_group *all;
    size_t count;
};

static struct refusal read(const char *text, void **state, struct groups *ret_groups)
{
    *ret_groups = (struct groups){ 0 };
    return forward_read(str_of(text), *state, &ret_groups->all, &ret_groups->count);
}

static void a_message_becomes_a_body_and_its_origin(void **state)
{
    struct groups groups;
    struct refusal refusal =
        read("[" MESSAGE(NEEDED ",\"destinationID\":\"d\",\"sourceJobRunID\":\"j\","
                                "\"sourceTaskRunID\":\"t\",\"traceID\":\"00-a\",\"isBot\":true",
                         PAYLOAD ",\"n\":1.50,\"big\":18446744073709551617") "]",
             state, &groups);
    assert_int_equal(refusal.status, 0);
    assert_int_equal(groups.count, 1);
    const struct submission_origin *origin = &groups.all->origin;
    assert_true(str_eq(origin->source_id, STR("s")));
    assert_true(str_eq(origin->client_address, STR("203.0.113.9")));
    assert_true(str_eq(origin->anonymous_id_header, STR("ada")));
    assert_true(str_eq(origin->job_run_id, STR("j")));
    assert_true(str_eq(origin->task_run_id, STR("t")));
    assert_true(str_eq(origin->traceparent, STR("00-a")));
    assert_int_equal(origin->received_wall_ms, 1767323045678);
    assert_true(str_eq(groups.all->destination_id, STR("d")));
    assert_true(str_eq(groups.all->body, STR("{\"batch\":[{" PAYLOAD ",\"n\":1.50,\"big\":"
                                             "18446744073709551617}]}")));
}

static void messages_that_say_the_same_share_a_body(void **state)
{
    struct groups groups;
    struct refusal refusal =
        read("[" WHOLE "," WHOLE
             "," MESSAGE(NEEDED ",\"destinationID\":\"d\"", PAYLOAD) "," WHOLE "]",
             state, &groups);
    assert_int_equal(refusal.status, 0);
    assert_int_equal(groups.count, 3); // in their order: the last is not put with the first two
    assert_true(str_eq(groups.all[0].body, STR("{\"batch\":[{" PAYLOAD "},{" PAYLOAD "}]}")));
    assert_true(str_eq(groups.all[1].destination_id, STR("d")));
    assert_true(str_eq(groups.all[2].body, STR("{\"batch\":[{" PAYLOAD "}]}")));
}

static void characters_that_are_none_are_mended(void **state)
{
    static const char *const texts[] = { "\\ud83d", "\xff" };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct groups groups;
        str text =
            arena_printf(*state, "[" MESSAGE(NEEDED, PAYLOAD ",\"e\":\"%s\"") "]", texts[i]);
        assert_int_equal(read(text.data, state, &groups).status, 0);
        str end = STR(",\"e\":\"\xef\xbf\xbd\"}]}");
        str body = groups.all->body;
        assert_true(str_eq(str_sub(body, body.len - end.len, end.len), end));
    }
}

static void the_first_message_that_is_not_right_refuses_all(void **state)
{
#define JSON       "invalid json"
#define INCOMPLETE "missing required fields stream in message"
#define NO_EVENT   "event is not a valid rudder event"
#define BUT(more)  "[" WHOLE "," more "]"
    static const char *const rows[][2] = {
        { "", JSON },
        { "{}", JSON },
        { "[" WHOLE, JSON },
        { "[]", NO_EVENT },
        { BUT("7"), JSON },
        { BUT("{\"properties\":[],\"payload\":{}}"), JSON },
        { BUT(MESSAGE("\"sourceID\":7", PAYLOAD)), JSON },
        { BUT(MESSAGE(NEEDED ",\"traceID\":{}", PAYLOAD)), JSON },
        { BUT(MESSAGE("\"receivedAt\":\"today\"", PAYLOAD)), JSON },
        { BUT("{\"payload\":{" PAYLOAD "}}"), INCOMPLETE },
        { BUT(MESSAGE("\"receivedAt\":\"2026-01-02T03:04:05Z\"", PAYLOAD)), INCOMPLETE },
        { BUT(MESSAGE("\"receivedAt\":null", PAYLOAD)), INCOMPLETE },
        { BUT("{\"properties\":{" NEEDED "}}"), NO_EVENT },
        { BUT("{\"properties\":{" NEEDED "},\"payload\":[]}"), NO_EVENT },
        { BUT(MESSAGE(NEEDED, "\"type\":\"track\"")), NO_EVENT },
        { BUT(MESSAGE("\"sourceID\":7", "")) "," MESSAGE(NEEDED, ""), JSON },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct groups groups;
        struct refusal refusal = read(rows[i][0], state, &groups);
        assert_int_equal(refusal.status, 400);
        assert_string_equal(refusal.text, rows[i][1]);
    }
}

static void nesting_has_its_limit(void **state)
{
    AUTO(buf_done) struct buf text = { 0 };
    buf_add_str(&text, STR("[{\"properties\":{},\"payload\":"));
    for (size_t i = 0; i < 600; i++)
        buf_add_char(&text, '[');
    for (size_t i = 0; i < 600; i++)
        buf_add_char(&text, ']');
    buf_add_str(&text, STR("}]"));
    struct groups groups;
    struct refusal refusal = forward_read(buf_str(&text), *state, &groups.all, &groups.count);
    assert_string_equal(refusal.text, JSON);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_message_becomes_a_body_and_its_origin),
        TEST(messages_that_say_the_same_share_a_body),
        TEST(characters_that_are_none_are_mended),
        TEST(the_first_message_that_is_not_right_refuses_all),
        TEST(nesting_has_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
