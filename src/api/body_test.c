// SPDX-License-Identifier: Apache-2.0
// Reading what comes in: bodies, headers, queries.
#include "api/testing.h"

#include "api/auth.h"
#include "api/body.h"
#include "api/member.h"
#include "api/reply.h"

enum { NAME, SIZE, COLOUR, IS_ON, CONFIG, POLICY, IDS, OLD, GONE, COUNT };
static const char *const colours[] = { "red", "green", NULL };
static const struct body_field members[] = {
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = 5 },
    [SIZE] = { .name = "size", .kind = BODY_INT, .min_len = 1, .max_len = 9 },
    [COLOUR] = { .name = "colour", .kind = BODY_CHOICE, .choices = colours },
    [IS_ON] = { .name = "on", .kind = BODY_BOOL },
    [CONFIG] = { .name = "config", .kind = BODY_CONFIG, .max_len = 64 },
    [POLICY] = { .name = "policy", .kind = BODY_OBJECT, .max_len = 64 },
    [IDS] = { .name = "ids", .kind = BODY_IDS, .max_len = 2 },
    [OLD] = { .name = "id", .kind = BODY_IGNORED },
    [GONE] = { .name = "gone", .max_len = 9, .fixed = "is elsewhere" },
};

struct fixture {
    struct arena *arena;
    struct call call;
    struct body_value values[COUNT];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ .arena = arena_new(1 << 20) };
    call_init(&fixture.call, NULL, fixture.arena);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    call_done(&fixture->call);
    arena_free(fixture->arena);
    return 0;
}

static enum err read(struct fixture *fixture, const char *body)
{
    call_init(&fixture->call, NULL, fixture->arena);
    fixture->call.body = arena_dup(fixture->arena, str_of(body));
    return body_read(&fixture->call, members, COUNT, fixture->values);
}

static void assert_refused(struct fixture *fixture, const char *body, const char *field,
                           const char *text)
{
    assert_int_equal(read(fixture, body), ERR_INVALID);
    assert_int_equal(fixture->call.detail_count, 1);
    assert_str(fixture->call.details[0].field, field);
    assert_str(fixture->call.details[0].text, text);
}

static void members_are_read_by_their_kinds(void **state)
{
    struct fixture *fixture = *state;
    const struct body_value *values = fixture->values;
    assert_int_equal(read(fixture, "{\"name\":\"caf\\u00e9s\",\"size\":9,\"colour\":\"green\","
                                   "\"on\":true,\"config\": {\"a\" : 1.50}, \"id\":[1]}"),
                     OK);
    assert_str(values[NAME].text, "cafés");
    assert_int_equal(values[SIZE].number, 9);
    assert_str(values[COLOUR].text, "green");
    assert_true(values[IS_ON].flag);
    assert_str(values[CONFIG].text, "{\"a\" : 1.50}"); // byte for byte
    assert_false(values[GONE].is_set);
}

static void arrays_hold_a_bounded_number_of_ids(void **state)
{
    struct fixture *fixture = *state;
    const struct body_value *ids = &fixture->values[IDS];
    assert_int_equal(read(fixture, "{\"name\":\"a\",\"ids\":[\"x\",\"yz\"]}"), OK);
    assert_int_equal(ids->number, 2);
    assert_str(ids->ids[0], "x");
    assert_str(ids->ids[1], "yz");
    assert_int_equal(read(fixture, "{\"name\":\"a\",\"ids\":[]}"), OK);
    assert_true(ids->is_set && ids->number == 0);
    assert_refused(fixture, "{\"name\":\"a\",\"ids\":[\"1\",\"2\",\"3\"]}", "ids",
                   "must be an array of at most 2 ids");
    assert_refused(fixture, "{\"name\":\"a\",\"ids\":\"x\"}", "ids",
                   "must be an array of at most 2 ids");
    assert_refused(fixture, "{\"name\":\"a\",\"ids\":[\"x\",7]}", "ids[1]", "must be an id");
    assert_refused(fixture, "{\"name\":\"a\",\"ids\":[\"\"]}", "ids[0]", "must be an id");
}

static void absent_members_are_known_to_be_absent(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read(fixture, "{\"name\":\"a\"}"), OK);
    assert_false(fixture->values[IS_ON].is_set);
    assert_int_equal(read(fixture, "{\"name\":\"a\",\"on\":false}"), OK);
    assert_true(fixture->values[IS_ON].is_set);
}

static void a_null_config_counts_as_an_empty_one(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read(fixture, "{\"name\":\"a\",\"config\":null}"), OK);
    assert_str(fixture->values[CONFIG].text, "{}");
    assert_refused(fixture, "{\"name\":\"a\",\"policy\":null}", "policy", "must be an object");
}

static void each_bad_member_is_named(void **state)
{
    struct fixture *fixture = *state;
    assert_refused(fixture, "{}", "name", "is required");
    assert_refused(fixture, "", "name", "is required");
    assert_refused(fixture, "{\"name\":1}", "name", "must be a string");
    assert_refused(fixture, "{\"name\":\" \"}", "name", "must not be empty");
    assert_refused(fixture, "{\"name\":\"caféss\"}", "name", "must have at most 5 characters");
    assert_refused(fixture, "{\"name\":\"a\\nb\"}", "name", "must not have control characters");
    assert_refused(fixture, "{\"name\":\"a\",\"size\":10}", "size",
                   "must be a whole number from 1 to 9");
    assert_refused(fixture, "{\"name\":\"a\",\"size\":1.5}", "size",
                   "must be a whole number from 1 to 9");
    assert_refused(fixture, "{\"name\":\"a\",\"size\":18446744073709551615}", "size",
                   "must be a whole number from 1 to 9");
    assert_refused(fixture, "{\"name\":\"a\",\"colour\":\"blue\"}", "colour",
                   "must be one of red, green");
    assert_refused(fixture, "{\"name\":\"a\",\"on\":\"true\"}", "on", "must be true or false");
    assert_refused(fixture, "{\"name\":\"a\",\"config\":[]}", "config", "must be an object");
    assert_refused(fixture, "{\"name\":\"a\",\"what\":1}", "what", "is not known here");
    assert_refused(fixture, "{\"name\":\"a\",\"name\":\"b\"}", "name", "is there twice");
}

static void a_change_requires_nothing_and_leaves_what_is_fixed(void **state)
{
    struct fixture *fixture = *state;
    struct call *call = &fixture->call;
    assert_int_equal(read(fixture, "{\"name\":\"a\",\"gone\":\"b\"}"), OK);
    assert_str(fixture->values[GONE].text, "b");
    call->body = STR("{\"size\":3}");
    assert_int_equal(body_read_change(call, members, COUNT, fixture->values), OK);
    assert_false(fixture->values[NAME].is_set);
    assert_int_equal(fixture->values[SIZE].number, 3);
    call->body = STR("{\"gone\":1}");
    assert_int_equal(body_read_change(call, members, COUNT, fixture->values), ERR_INVALID);
    assert_int_equal(call->detail_count, 1);
    assert_str(call->details[0].field, "gone");
    assert_str(call->details[0].text, "is elsewhere");
}

static void several_bad_members_are_all_named(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read(fixture, "{\"size\":0,\"on\":1}"), ERR_INVALID);
    assert_int_equal(fixture->call.detail_count, 3);
}

static void many_bad_members_are_not_all_named(void **state)
{
    struct fixture *fixture = *state;
    struct buf body = { 0 };
    buf_addf(&body, "{\"name\":\"a\"");
    for (int i = 0; i < 1000; i++)
        buf_addf(&body, ",\"x%d\":1", i);
    buf_addf(&body, "}%c", 0);
    assert_int_equal(read(fixture, body.data), ERR_INVALID);
    assert_int_equal(fixture->call.detail_count, CALL_DETAILS_MAX);
    buf_done(&body);
}

static void text_that_is_no_json_tells_the_place(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read(fixture, "{\"name\":\n\"a\",}"), ERR_INVALID);
    assert_str(fixture->call.details[0].field, "body");
    assert_true(str_find_str(fixture->call.details[0].text, STR("line 2, column")) <
                fixture->call.details[0].text.len);
    assert_refused(fixture, "[]", "body", "must be a JSON object");
    assert_refused(fixture, "\"{}\"", "body", "must be a JSON object");
}

static void the_bytes_of_a_member_are_found(void **state)
{
    (void)state;
    str text = STR(" { \"a\\\"config\" : \"}{\\\\\" , \"b\":[1,{\"config\":2}] ,\n"
                   "\"config\" : { \"x\" : [ \"]\\\"}\" ] } ,\"n\":-1.5e3}");
    assert_str(member_text(text, STR("config")), "{ \"x\" : [ \"]\\\"}\" ] }");
    assert_str(member_text(text, STR("b")), "[1,{\"config\":2}]");
    assert_str(member_text(text, STR("n")), "-1.5e3");
    assert_null(member_text(text, STR("x")).data);
    assert_null(member_text(STR("{}"), STR("x")).data);
    assert_null(member_text(STR("{ }"), STR("")).data);
}

static void a_name_written_with_escapes_is_read_too(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read(fixture, "{\"name\":\"a\",\"\\u0063onfig\":{\"a\": 1}}"), OK);
    assert_str(fixture->values[CONFIG].text, "{\"a\":1}");
}

static void tokens_come_as_bearer_or_as_the_password_of_basic(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->arena;
    assert_str(auth_token(STR("Bearer abc"), arena), "abc");
    assert_str(auth_token(STR("bearer  abc "), arena), "abc");
    assert_str(auth_token(STR("Basic OmFiYw=="), arena), "abc");       // :abc
    assert_str(auth_token(STR("basic YUBiOmFiYzpk"), arena), "abc:d"); // a@b:abc:d
    assert_str(auth_token(STR("Basic YWJj"), arena), "");              // abc
    assert_null(auth_token(STR("Basic ?"), arena).data);
    assert_null(auth_token(STR("Bearerabc"), arena).data);
    assert_null(auth_token(STR("Digest abc"), arena).data);
    assert_null(auth_token(STR(""), arena).data);
}

static void write_keys_come_as_the_user_of_basic(void **state)
{
    struct fixture *fixture = *state;
    assert_str(auth_basic_user(STR("Basic YWJjOg=="), fixture->arena), "abc");
    assert_str(auth_basic_user(STR("Basic YWJj"), fixture->arena), "abc");
    assert_null(auth_basic_user(STR("Bearer abc"), fixture->arena).data);
}

static void the_session_is_found_among_other_cookies(void **state)
{
    (void)state;
    str name = STR("pintle_session");
    assert_str(auth_cookie(STR("a=b; pintle_session=x=y ;c=d"), name), "x=y");
    assert_null(auth_cookie(STR("xpintle_session=1; pintle_session2=2"), name).data);
    assert_null(auth_cookie(STR_NONE, name).data);
}

static enum err read_page(struct fixture *fixture, const char *query, struct page *ret_page)
{
    call_init(&fixture->call, NULL, fixture->arena);
    fixture->call.query = str_of(query);
    return page_read_filtered(&fixture->call, ret_page);
}

static void pages_are_read_from_the_query(void **state)
{
    struct fixture *fixture = *state;
    struct page page;
    assert_int_equal(read_page(fixture, "", &page), OK);
    assert_int_equal(page_of_store(&page).offset, 0);
    assert_int_equal(page_of_store(&page).limit, 50);
    assert_int_equal(read_page(fixture, "page=3&pageSize=20&what=ever", &page), OK);
    assert_int_equal(page_of_store(&page).offset, 40);
    assert_int_equal(page_of_store(&page).limit, 20);
    assert_int_equal(read_page(fixture, "page=0", &page), ERR_INVALID);
    assert_str(fixture->call.details[0].field, "page");
    assert_int_equal(read_page(fixture, "page=x", &page), ERR_INVALID);
    assert_int_equal(read_page(fixture, "page=9999999999999999999", &page), ERR_INVALID);
    assert_int_equal(read_page(fixture, "pageSize=201", &page), ERR_INVALID);
    assert_str(fixture->call.details[0].field, "pageSize");
    assert_int_equal(read_page(fixture, "hasExternalId=maybe", &page), ERR_INVALID);
    assert_str(fixture->call.details[0].field, "hasExternalId");
}

static str written_page(struct fixture *fixture, const char *query, size_t total)
{
    struct page page;
    assert_int_equal(read_page(fixture, query, &page), OK);
    struct json *json = reply_json(&fixture->call, 200);
    json_open_object(json);
    page_write(&fixture->call, STR("/v2/sources"), &page, total);
    json_close_object(json);
    str text = arena_dup(fixture->arena, buf_str(&fixture->call.out));
    call_done(&fixture->call);
    return text;
}

static void the_next_page_is_named_until_there_is_none(void **state)
{
    struct fixture *fixture = *state;
    assert_str(written_page(fixture, "", 51),
               "{\"paging\":{\"total\":51,\"next\":\"/v2/sources?page=2\"}}");
    assert_str(written_page(fixture, "page=2", 51), "{\"paging\":{\"total\":51}}");
    assert_str(written_page(fixture, "", 50), "{\"paging\":{\"total\":50}}");
    assert_str(written_page(fixture, "page=9", 50), "{\"paging\":{\"total\":50}}");
    assert_str(written_page(fixture, "page=2&pageSize=1&hasExternalId=true", 3),
               "{\"paging\":{\"total\":3,"
               "\"next\":\"/v2/sources?page=3&pageSize=1&hasExternalId=true\"}}");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(members_are_read_by_their_kinds),
        TEST(arrays_hold_a_bounded_number_of_ids),
        TEST(absent_members_are_known_to_be_absent),
        TEST(a_null_config_counts_as_an_empty_one),
        TEST(each_bad_member_is_named),
        TEST(a_change_requires_nothing_and_leaves_what_is_fixed),
        TEST(several_bad_members_are_all_named),
        TEST(many_bad_members_are_not_all_named),
        TEST(text_that_is_no_json_tells_the_place),
        TEST(the_bytes_of_a_member_are_found),
        TEST(a_name_written_with_escapes_is_read_too),
        TEST(tokens_come_as_bearer_or_as_the_password_of_basic),
        TEST(write_keys_come_as_the_user_of_basic),
        TEST(the_session_is_found_among_other_cookies),
        TEST(pages_are_read_from_the_query),
        TEST(the_next_page_is_named_until_there_is_none),
    };
    return cmocka_run_group_tests_name("api body", tests, NULL, NULL);
}
