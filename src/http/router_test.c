// SPDX-License-Identifier: Apache-2.0
// Which route a path leads to.
#include "base/test.h"

#include "http/route.h"

static void handle(struct http_request *request, void *ctx)
{
    (void)request;
    (void)ctx;
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)request;
    (void)status;
    (void)ctx;
}

#define ROUTE(method, pattern)                                                                 \
    {                                                                                          \
        method, pattern, 0, NULL, handle, pattern                                              \
    }

static const struct http_route site_routes[] = {
    ROUTE("GET", "/"),
    ROUTE("GET", "/assets/*"),
    ROUTE("GET", "/health"),
    { 0 },
};
static const struct http_route api_routes[] = {
    ROUTE("GET", "/v2/sources"),
    ROUTE("POST", "/v2/sources"),
    ROUTE("GET", "/v2/sources/{id}"),
    ROUTE("PUT", "/v2/sources/{id}"),
    ROUTE("GET", "/v2/sources/mine"),
    ROUTE("POST", "/v2/sources/{id}/events/{event}"),
    ROUTE("GET", "/v2/sources/mine/keys"),
    ROUTE("GET", "/v2/*"),
    ROUTE("GET", "/{a}/{b}/{c}/{d}"),
    ROUTE("GET", "/transformations"),
    ROUTE("DELETE", "/transformations/{id}"),
    ROUTE("GET", "/v2/with/slash/"),
    { 0 },
};
static const char *const site_prefixes[] = { "/", NULL };
static const char *const api_prefixes[] = { "/v2/", "/transformations", "/p/q/r/s", NULL };

static const struct http_family families[] = {
    { .routes = site_routes,
      .prefixes = site_prefixes,
      .fail = on_fail,
      .preflight = handle,
      .answers_head = true },
    { .routes = api_routes, .prefixes = api_prefixes, .fail = on_fail },
};

struct row {
    const char *method;
    const char *path;
    const char *pattern; // NULL: none
    int status;
    const char *detail; // the parameters with "|" between them, or Allow
};

static const struct row rows[] = {
    { "GET", "/", "/", 0, "" },
    { "HEAD", "/", "/", 0, "" },
    { "HEAD", "/health", "/health", 0, "" },
    { "GET", "/health/", NULL, 404, "" },
    { "GET", "//", NULL, 404, "" },
    { "GET", "/healthy", NULL, 404, "" },
    { "GET", "/assets", NULL, 404, "" },
    { "GET", "/assets/", "/assets/*", 0, "" },
    { "GET", "/assets/a/b/c", "/assets/*", 0, "" },
    { "POST", "/assets/a", NULL, 405, "GET, HEAD" },
    { "POST", "/", NULL, 405, "GET, HEAD" },
    { "OPTIONS", "/", NULL, 405, "GET, HEAD" },
    { "GET", "/v2/sources", "/v2/sources", 0, "" },
    { "GET", "/v2/sources/abc", "/v2/sources/{id}", 0, "abc" },
    { "GET", "/v2/sources/a%20b", "/v2/sources/{id}", 0, "a%20b" },
    { "GET", "/v2/sources/mine", "/v2/sources/mine", 0, "" },
    { "PUT", "/v2/sources/mine", "/v2/sources/{id}", 0, "mine" }, // the other shape has it
    { "GET", "/v2/sources/mine/keys", "/v2/sources/mine/keys", 0, "" },
    { "POST", "/v2/sources/mine/events/e1", "/v2/sources/{id}/events/{event}", 0, "mine|e1" },
    { "GET", "/v2/sources/", "/v2/*", 0, "" }, // {id} is never empty
    { "POST", "/v2/sources/", NULL, 405, "GET" },
    { "GET", "/v2/other", "/v2/*", 0, "" },
    { "PATCH", "/v2/sources", NULL, 405, "POST, GET" },
    { "HEAD", "/v2/sources", NULL, 405, "POST, GET" }, // this family does not offer it
    { "GET", "/v2/with/slash/", "/v2/with/slash/", 0, "" },
    { "GET", "/v2", NULL, 404, "" }, // the site's
    { "GET", "/transformations", "/transformations", 0, "" },
    { "DELETE", "/transformations/t1", "/transformations/{id}", 0, "t1" },
    { "GET", "/transformationsx", NULL, 404, "" },
    { "GET", "/p/q/r/s", "/{a}/{b}/{c}/{d}", 0, "p|q|r|s" },
    { "GET", "*", NULL, 404, "" },
    { "get", "/health", NULL, 405, "GET, HEAD" },
    { "BREW", "/health", NULL, 405, "GET, HEAD" },
    { "BREW", "/v2/sources/abc", NULL, 405, "PUT, GET" },
    { "BREW", "/healthy", NULL, 405, "" },
};

static const char *params_print(const struct route_match *match, char *text, size_t size)
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < HTTP_PARAMS_MAX && match->params[i].len > 0; i++)
        len += (size_t)snprintf(text + len, size - len, "%s%" PRIstr, i ? "|" : "",
                                STR_ARG(match->params[i]));
    return text;
}

static void each_path_finds_its_route(void **state)
{
    (void)state;
    struct http_router *router = http_router_new(families, ARRAY_LEN(families), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        struct route_match match;
        char text[128];
        router_find(router, str_of(row->method), str_of(row->path), false, &match);
        const char *detail =
            match.status == 405 ? match.allow : params_print(&match, text, sizeof(text));
        const char *pattern = match.route ? match.route->row : NULL;
        bool is_right = match.status == row->status && strcmp(detail, row->detail) == 0 &&
                        str_eq(str_of(pattern), str_of(row->pattern));
        if (!is_right)
            fail_msg("%s %s: %s %d %s", row->method, row->path, pattern, match.status, detail);
    }
    http_router_free(router);
}

static void the_longest_prefix_decides_the_family(void **state)
{
    (void)state;
    struct http_router *router = http_router_new(families, ARRAY_LEN(families), 0);
    static const struct {
        const char *path;
        bool is_api;
    } paths[] = {
        { "/", false },
        { "/v2", false },
        { "/v2/", true },
        { "/v2/x", true },
        { "/v20", false },
        { "/transformations", true },
        { "/transformations/x", true },
        { "/transformationsx", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct route_match match;
        router_find(router, STR("GET"), str_of(paths[i].path), false, &match);
        assert_int_equal(match.family->routes == api_routes, paths[i].is_api);
    }
    http_router_free(router);
}

static void a_preflight_goes_to_the_family_that_wants_it(void **state)
{
    (void)state;
    struct http_router *router = http_router_new(families, ARRAY_LEN(families), 0);
    struct route_match match;
    router_find(router, STR("OPTIONS"), STR("/nowhere"), true, &match);
    assert_true(match.is_preflight);
    router_find(router, STR("OPTIONS"), STR("/nowhere"), false, &match);
    assert_false(match.is_preflight);
    router_find(router, STR("GET"), STR("/health"), true, &match);
    assert_false(match.is_preflight);
    router_find(router, STR("OPTIONS"), STR("/v2/sources"), true, &match);
    assert_false(match.is_preflight);
    assert_int_equal(match.status, 405);
    http_router_free(router);
}

static void long_paths_do_no_harm(void **state)
{
    (void)state;
    struct http_router *router = http_router_new(families, ARRAY_LEN(families), 0);
    static char path[60000];
    memset(path, '/', sizeof(path));
    struct route_match match;
    router_find(router, STR("GET"), str_make(path, sizeof(path)), false, &match);
    assert_int_equal(match.status, 404);
    memcpy(path, "/v2/", 4);
    router_find(router, STR("GET"), str_make(path, sizeof(path)), false, &match);
    assert_string_equal(match.route->row, "/v2/*");
    http_router_free(router);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_finds_its_route),
        cmocka_unit_test(the_longest_prefix_decides_the_family),
        cmocka_unit_test(a_preflight_goes_to_the_family_that_wants_it),
        cmocka_unit_test(long_paths_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
