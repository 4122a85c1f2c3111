// SPDX-License-Identifier: Apache-2.0
// The events of a load: whole, and each of them another.
#include "load/body.h"

#include "base/test.h"
#include "codec/gzip.h"
#include "codec/json.h"

static struct load_plan plan_of(uint64_t bytes, uint64_t users)
{
    return (struct load_plan){ .event_bytes = bytes, .users = users };
}

static str member(yyjson_val *event, const char *name)
{
    return json_get_str(event, name);
}

static void a_single_event_has_its_number_and_its_length(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    struct load_plan plan = plan_of(900, 1);
    struct body_maker maker;
    yyjson_doc *doc;
    body_maker_init(&maker, &plan, "0123456789abcdef");
    assert_false(body_make(&maker, 4711, 1, &body));
    body_maker_done(&maker);
    assert_int_equal(body.len, 900);
    assert_int_equal(json_read(buf_str(&body), 0, arena, &doc, NULL), OK);
    yyjson_val *event = yyjson_doc_get_root(doc);
    assert_true(str_eq(member(event, "messageId"), STR("0123456789abcdef-000000004711")));
    assert_true(str_eq(member(event, "userId"), STR("load-user-0000000000")));
}

static void a_batch_counts_on_and_users_differ(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    struct load_plan plan = plan_of(0, 1000000000);
    struct body_maker maker;
    yyjson_doc *doc;
    body_maker_init(&maker, &plan, "0123456789abcdef");
    assert_false(body_make(&maker, 99999999, 3, &body));
    body_maker_done(&maker);
    assert_int_equal(json_read(buf_str(&body), 0, arena, &doc, NULL), OK);
    yyjson_val *list = yyjson_obj_get(yyjson_doc_get_root(doc), "batch");
    assert_int_equal(yyjson_arr_size(list), 3);
    yyjson_val *first = yyjson_arr_get(list, 0), *last = yyjson_arr_get(list, 2);
    assert_true(str_eq(member(first, "messageId"), STR("0123456789abcdef-000099999999")));
    assert_true(str_eq(member(last, "messageId"), STR("0123456789abcdef-000100000001")));
    assert_false(str_eq(member(first, "userId"), member(last, "userId")));
}

static void shares_of_all_are_all(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    struct load_plan plan = plan_of(500, 1000000000);
    plan.gzip_percent = plan.hot_percent = 100;
    struct body_maker maker;
    str text;
    body_maker_init(&maker, &plan, "0123456789abcdef");
    assert_true(body_make(&maker, 0, 2, &body));
    body_maker_done(&maker);
    assert_int_equal(gzip_decode(buf_str(&body), 1 << 16, arena, &text), OK);
    str hot = STR("\"userId\":\"load-user-0000000000\"");
    size_t at = str_find_str(text, hot);
    assert_true(at < text.len);
    text = str_sub(text, at + hot.len, text.len);
    assert_true(str_find_str(text, hot) < text.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_event_has_its_number_and_its_length),
        cmocka_unit_test(a_batch_counts_on_and_users_differ),
        cmocka_unit_test(shares_of_all_are_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
