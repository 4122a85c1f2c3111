// SPDX-License-Identifier: Apache-2.0
// Unit tests of webhook_details.c.
#include "base/test.h"

#include "gateway/webhook.h"

static const struct event_hash_key hash_key = { .bytes = { 1, 2, 3 } };

static int setup(void **state)
{
    *state = arena_new(1 << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static struct http_request request_of(const char *query, const struct http_header *headers,
                                      size_t count, struct arena *arena)
{
    return (struct http_request){
        .method = STR("POST"),
        .path = STR("/v1/webhook"),
        .query = str_of(query),
        .headers = headers,
        .header_count = count,
        .arena = arena,
    };
}

static void assert_details(struct http_request *request, const char *expected)
{
    str details = webhook_details(request, &hash_key);
    assert_string_equal(arena_cstr(request->arena, details), expected);
}

static void a_request_is_told_as_members_behind_others(void **state)
{
    static const struct http_header headers[] = {
        { STR("x-hook-ID"), STR("seven") },
        { STR("HOST"), STR("h") },
        { STR("X-Hook-Id"), STR("\"8\"") },
    };
    struct http_request request =
        request_of("a=1&b&a=x%20y", headers, ARRAY_LEN(headers), *state);
    assert_details(&request,
                   ",\"method\":\"POST\",\"url\":\"/v1/webhook?a=1&b&a=x%20y\","
                   "\"proto\":\"HTTP/1.1\","
                   "\"headers\":{\"X-Hook-Id\":[\"seven\",\"\\\"8\\\"\"],\"Host\":[\"h\"]},"
                   "\"query_parameters\":{\"a\":[\"1\",\"x y\"],\"b\":[\"\"]}");
}

static void an_old_request_without_anything_is_told_too(void **state)
{
    struct http_request request = request_of("", NULL, 0, *state);
    request.is_http_1_0 = true;
    assert_details(&request, ",\"method\":\"POST\",\"url\":\"/v1/webhook\","
                             "\"proto\":\"HTTP/1.0\",\"headers\":{},\"query_parameters\":{}");
}

static void what_is_secret_is_left_out(void **state)
{
    static const struct http_header headers[] = {
        { STR("AUTHORIZATION"), STR("hidden") },
        { STR("cookie"), STR("hidden") },
        { STR("X-Gitlab-Token"), STR("hidden") },
        { STR("X-Write-Key"), STR("hidden") },
        { STR("X-Api_Key"), STR("hidden") },
        { STR("X-Original-URI"), STR("/v1/webhook?writeKey=hidden&page=2") },
        { STR("X-Event-Key"), STR("push") },
    };
    struct http_request request =
        request_of("writeKey=hidden&page=2", headers, ARRAY_LEN(headers), *state);
    assert_details(&request, ",\"method\":\"POST\",\"url\":\"/v1/webhook?page=2\","
                             "\"proto\":\"HTTP/1.1\",\"headers\":{\"X-Event-Key\":[\"push\"]},"
                             "\"query_parameters\":{\"page\":[\"2\"]}");
    request.header_count = 0;
    request.query = STR("api%5Fkey=hidden&page=2&PassWord=hidden&sig=hidden"
                        "&write_key=hidden&design=3");
    assert_details(&request, ",\"method\":\"POST\",\"url\":\"/v1/webhook?page=2&design=3\","
                             "\"proto\":\"HTTP/1.1\",\"headers\":{},"
                             "\"query_parameters\":{\"page\":[\"2\"],\"design\":[\"3\"]}");
}

// A proxy may encode the query anew, sort it, or put it into another address.
static void a_header_that_repeats_a_secret_otherwise_encoded_is_left_out(void **state)
{
    static const struct http_header headers[] = {
        { STR("X-Original-URI"), STR("/v1/webhook?page=2&writeKey=h%69dden%20sense") },
        { STR("X-Forwarded-Uri"), STR("/v1/webhook?writeKey=hidden%20sense&page=2") },
        { STR("X-Next"), STR("/in?to=%2Fv1%2Fwebhook%3FwriteKey%3Dhidden%2520sense") },
        { STR("X-Parameters"), STR("{\"writeKey\":[\"hidden sense\"]}") },
        { STR("X-Query"), STR("page=2&pass=7") },
        { STR("X-Page"), STR("?page=2") },
        { STR("X-Number"), STR("7") },
    };
    struct http_request request =
        request_of("writeKey=hidden+sense&pass=7&page=2", headers, ARRAY_LEN(headers), *state);
    assert_details(&request, ",\"method\":\"POST\",\"url\":\"/v1/webhook?page=2\","
                             "\"proto\":\"HTTP/1.1\",\"headers\":{\"X-Page\":[\"?page=2\"],"
                             "\"X-Number\":[\"7\"]},\"query_parameters\":{\"page\":[\"2\"]}");
}

// Each of them would be looked for in each header.
static void no_header_is_told_beside_more_secrets_than_anybody_has(void **state)
{
    static const struct http_header headers[] = { { STR("X-Page"), STR("2") } };
    AUTO(buf_done) struct buf query = { 0 };
    for (int i = 0; i < 16; i++)
        buf_add_str(&query, STR("key=hidden&"));
    struct http_request request =
        request_of(arena_dup(*state, buf_str(&query)).data, headers, 1, *state);
    buf_add_str(&query, STR("page=2&key=hidden"));
    assert_details(&request,
                   ",\"method\":\"POST\",\"url\":\"/v1/webhook\",\"proto\":\"HTTP/1.1\","
                   "\"headers\":{\"X-Page\":[\"2\"]},\"query_parameters\":{}");
    request.query = buf_str(&query);
    assert_details(&request, ",\"method\":\"POST\",\"url\":\"/v1/webhook?page=2\","
                             "\"proto\":\"HTTP/1.1\",\"headers\":{},"
                             "\"query_parameters\":{\"page\":[\"2\"]}");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_told_as_members_behind_others),
        TEST(an_old_request_without_anything_is_told_too),
        TEST(what_is_secret_is_left_out),
        TEST(a_header_that_repeats_a_secret_otherwise_encoded_is_left_out),
        TEST(no_header_is_told_beside_more_secrets_than_anybody_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
