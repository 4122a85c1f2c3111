// SPDX-License-Identifier: Apache-2.0
// Embedded files and CORS, as a browser meets them.
#include "http/static.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/cors.h"
#include "http/testing.h"

static const struct http_static_file static_files[] = {
    { .path = "/index.html",
      .content_type = "text/html; charset=utf-8",
      .data = "<html>",
      .len = 6,
      .etag = "i1" },
    { .path = "/assets/app.js",
      .content_type = "text/javascript",
      .data = "plain text of it",
      .len = 16,
      .gzip_data = "ZIPPED",
      .gzip_len = 6,
      .etag = "a1",
      .is_immutable = true },
};
static const struct http_header static_headers[] = {
    { { "X-Frame-Options", 15 }, { "DENY", 4 } },
};
static const struct http_static site = {
    .files = static_files,
    .count = ARRAY_LEN(static_files),
    .fallback_path = "/index.html",
    .headers = static_headers,
    .header_count = 1,
};

static void track(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_cors_allow(request);
    http_answer(request, 200, STR("text/plain"), STR("ok"));
}

static void preflight(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_cors_preflight(request);
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR_NONE, STR_NONE);
}

static struct rig rig;
static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    static const struct http_route routes[] = { { "POST", "/v1/track", 100, NULL, track, NULL },
                                                { 0 } };
    static const char *const prefixes[] = { "/v1/", NULL };
    const struct http_family families[] = {
        http_static_family(&site),
        { .routes = routes, .prefixes = prefixes, .fail = on_fail, .preflight = preflight },
    };
    arena = arena_new(1 << 20);
    rig_start(&rig, families, ARRAY_LEN(families), &http_server_limits_default);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(&rig);
    arena_free(arena);
    return 0;
}

// "GET /path" and more header lines.
static str ask_of(struct rig *server, const char *line, const char *headers)
{
    str request = arena_printf(arena, "%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s\r\n",
                               line, headers);
    return rig_exchange(server, arena, request);
}

static str ask(const char *line, const char *headers)
{
    return ask_of(&rig, line, headers);
}

static void a_file_is_answered_with_its_type_and_tag(void **state)
{
    (void)state;
    str answer = ask("GET /index.html", "");
    assert_int_equal(answer_status(answer), 200);
    assert_true(str_eq(answer_body(answer), STR("<html>")));
    assert_true(answer_has(answer, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
    assert_true(answer_has(answer, "\r\nETag: \"i1\"\r\n"));
    assert_true(answer_has(answer, "\r\nCache-Control: no-cache\r\n"));
    assert_true(answer_has(answer, "\r\nX-Frame-Options: DENY\r\n"));
    answer = ask("GET /assets/app.js?v=1", "");
    assert_true(
        answer_has(answer, "\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
    assert_true(answer_has(answer, "\r\nVary: Accept-Encoding\r\n"));
}

static void gzip_goes_to_whoever_accepts_it(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        bool is_gzip;
    } rows[] = {
        { "", false },
        { "Accept-Encoding: gzip\r\n", true },
        { "Accept-Encoding: br, GZIP;q=0.5\r\n", true },
        { "Accept-Encoding: gzip;q=0\r\n", false },
        { "Accept-Encoding: gzip; q=0.000, br\r\n", false },
        { "Accept-Encoding: gzipped\r\n", false },
        { "Accept-Encoding: identity\r\n", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str answer = ask("GET /assets/app.js", rows[i].accept);
        assert_int_equal(answer_has(answer, "\r\nContent-Encoding: gzip\r\n"), rows[i].is_gzip);
        assert_true(str_eq(answer_body(answer),
                           rows[i].is_gzip ? STR("ZIPPED") : STR("plain text of it")));
    }
    str answer = ask("GET /index.html", "Accept-Encoding: gzip\r\n");
    assert_false(answer_has(answer, "Content-Encoding"));
}

static void a_known_tag_is_answered_with_304(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *known;
        int status;
    } rows[] = {
        { "GET /index.html", "If-None-Match: \"i1\"\r\n", 304 },
        { "GET /index.html", "If-None-Match: W/\"i1\"\r\n", 304 },
        { "GET /index.html", "If-None-Match: \"x\", \"i1\"\r\n", 304 },
        { "GET /index.html", "If-None-Match: *\r\n", 304 },
        { "GET /index.html", "If-None-Match: \"i2\"\r\n", 200 },
        { "GET /index.html", "If-None-Match: i1\r\n", 200 },
        { "HEAD /assets/app.js", "If-None-Match: W/\"a1\"\r\n", 304 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str answer = ask(rows[i].line, rows[i].known);
        assert_int_equal(answer_status(answer), rows[i].status);
        if (rows[i].status == 304) {
            assert_int_equal(answer_body(answer).len, 0);
            assert_true(answer_has(answer, "\r\nETag: "));
        }
    }
}

static void pages_of_the_app_get_the_start_page(void **state)
{
    (void)state;
    assert_true(str_eq(answer_body(ask("GET /", "")), STR("<html>")));
    str answer = ask("GET /sources/5", "Accept: text/html,application/xml;q=0.9\r\n");
    assert_true(str_eq(answer_body(answer), STR("<html>")));
    assert_int_equal(answer_status(ask("GET /sources/5", "Accept: */*\r\n")), 404);
    assert_int_equal(answer_status(ask("GET /assets/gone.js", "")), 404);
    assert_int_equal(answer_status(ask("GET /../index.html", "")), 404);
    answer = ask("POST /index.html", "");
    assert_int_equal(answer_status(answer), 405);
    assert_true(answer_has(answer, "\r\nAllow: GET, HEAD\r\n"));
    assert_true(answer_has(answer, "\r\nX-Frame-Options: DENY\r\n"));
    assert_int_equal(answer_body(answer).len, 0);
    answer = ask("POST /sources/5", "");
    assert_int_equal(answer_status(answer), 404);
    assert_true(str_eq(answer_body(answer), STR("404 page not found\n")));
    answer = ask("HEAD /", "");
    assert_true(answer_has(answer, "\r\nContent-Length: 6\r\n"));
    assert_int_equal(answer_body(answer).len, 0);
}

static void a_method_that_http_does_not_have_is_refused_on_each_path(void **state)
{
    (void)state;
    static const char *const lines[] = { "BREW /", "BREW /nowhere", "BREW /index.html",
                                         "get /sources/5", "PRI *" };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        str answer = ask(lines[i], "");
        assert_int_equal(answer_status(answer), 405);
        assert_true(answer_has(answer, "\r\nAllow: "));
        assert_int_equal(answer_body(answer).len, 0);
    }
}

// More than a socket's buffers hold.
static char huge[64 << 20];
static const struct http_static_file huge_files[] = {
    { .path = "/huge", .content_type = "x/y", .data = huge, .len = sizeof(huge), .etag = "h" },
};
static const struct http_static huge_site = { .files = huge_files, .count = 1 };

static void change_the_file(struct rig *server)
{
    (void)server;
    huge[sizeof(huge) - 1] = '!';
}

// Who asks and does not read must not make the server keep a copy for him.
static void a_file_is_not_copied_for_whoever_reads_slowly(void **state)
{
    (void)state;
    struct rig server;
    struct http_server_limits limits = http_server_limits_default;
    const struct http_family family = http_static_family(&huge_site);
    limits.write_timeout_ms = PATIENCE_MS;
    rig_start(&server, &family, 1, &limits);
    int fd = rig_connect(&server);
    peer_send(fd, STR("GET /huge HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    char bytes[64 << 10];
    ssize_t len = recv(fd, bytes, 1, 0); // it has been answered, in a turn of the loop
    assert_int_equal(len, 1);
    rig_call(&server, change_the_file); // in a later turn
    char last = bytes[0];
    while ((len = recv(fd, bytes, sizeof(bytes), 0)) > 0)
        last = bytes[len - 1];
    assert_int_equal(len, 0);
    assert_int_equal(last, '!');
    close(fd);
    rig_stop(&server);
}

static void answer_health(struct http_request *request, void *ctx)
{
    http_answer(request, 200, STR("application/json"), *(const str *)ctx);
}

static void programs_may_get_something_else_than_the_page(void **state)
{
    (void)state;
    str health = STR("{}");
    struct http_static both = site;
    both.answer_program = answer_health;
    both.program_ctx = &health;
    struct http_family family = http_static_family(&both);
    struct rig own;
    static const struct {
        const char *line, *headers, *body;
        bool varies; // where Accept decides, caches are told
    } rows[] = {
        { "GET /", "", "{}", true },
        { "GET /", "Accept: */*\r\n", "{}", true },
        { "GET /?probe", "Accept: application/json\r\n", "{}", true },
        { "GET /", "Accept: text/html,*/*;q=0.8\r\n", "<html>", true },
        { "GET /index.html", "", "<html>", false },
    };
    rig_start(&own, &family, 1, &http_server_limits_default);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str answer = ask_of(&own, rows[i].line, rows[i].headers);
        assert_true(str_eq(answer_body(answer), str_of(rows[i].body)));
        assert_int_equal(answer_has(answer, "\r\nVary: Accept\r\n"), rows[i].varies);
    }
    rig_stop(&own);
}

static void a_preflight_is_granted(void **state)
{
    (void)state;
    str answer = ask("OPTIONS /v1/track",
                     "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n"
                     "Access-Control-Request-Headers: anonymousid,authorization\r\n");
    assert_int_equal(answer_status(answer), 204);
    assert_true(
        answer_has(answer, "\r\nAccess-Control-Allow-Origin: https://shop.example\r\n"));
    assert_true(answer_has(answer, "\r\nAccess-Control-Allow-Credentials: true\r\n"));
    assert_true(answer_has(answer, "\r\nAccess-Control-Allow-Methods: POST\r\n"));
    assert_true(
        answer_has(answer, "\r\nAccess-Control-Allow-Headers: anonymousid,authorization\r\n"));
    assert_true(answer_has(answer, "\r\nAccess-Control-Max-Age: 900\r\n"));
    assert_true(answer_has(answer, "\r\nVary: Origin, Access-Control-Request-Method, "
                                   "Access-Control-Request-Headers\r\n"));
}

static void a_preflight_for_another_method_grants_nothing(void **state)
{
    (void)state;
    str answer = ask("OPTIONS /v1/track",
                     "Origin: https://a.b\r\nAccess-Control-Request-Method: DELETE\r\n");
    assert_int_equal(answer_status(answer), 204);
    assert_false(answer_has(answer, "Access-Control-Allow"));
    assert_true(answer_has(answer, "\r\nVary: Origin"));
    answer = ask("OPTIONS /v1/track", "Access-Control-Request-Method: POST\r\n");
    assert_false(answer_has(answer, "Access-Control-Allow"));
}

static void an_answer_names_the_origin_that_asked(void **state)
{
    (void)state;
    str answer = ask("POST /v1/track", "Origin: https://a.b\r\n");
    assert_true(answer_has(answer, "\r\nAccess-Control-Allow-Origin: https://a.b\r\n"));
    assert_true(answer_has(answer, "\r\nAccess-Control-Allow-Credentials: true\r\n"));
    assert_true(answer_has(answer, "\r\nVary: Origin\r\n"));
    answer = ask("POST /v1/track", "");
    assert_true(answer_has(answer, "\r\nVary: Origin\r\n"));
    assert_false(answer_has(answer, "Access-Control"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_answered_with_its_type_and_tag),
        cmocka_unit_test(gzip_goes_to_whoever_accepts_it),
        cmocka_unit_test(a_known_tag_is_answered_with_304),
        cmocka_unit_test(pages_of_the_app_get_the_start_page),
        cmocka_unit_test(a_method_that_http_does_not_have_is_refused_on_each_path),
        cmocka_unit_test(a_file_is_not_copied_for_whoever_reads_slowly),
        cmocka_unit_test(programs_may_get_something_else_than_the_page),
        cmocka_unit_test(a_preflight_is_granted),
        cmocka_unit_test(a_preflight_for_another_method_grants_nothing),
        cmocka_unit_test(an_answer_names_the_origin_that_asked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
