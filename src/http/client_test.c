// SPDX-License-Identifier: Apache-2.0
// The client against our own server, and against addresses it must not reach.
#include "http/client.h"

#include "http/testing.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/serving.h"

// What the server answers with: the request as it arrived.
static void mirror(struct http_request *request, void *ctx)
{
    (void)ctx;
    struct buf text = { 0 };
    buf_addf(&text, "%" PRIstr " %" PRIstr "\n", STR_ARG(request->method),
             STR_ARG(request->target));
    for (size_t i = 0; i < request->header_count; i++)
        buf_addf(&text, "%" PRIstr "=%" PRIstr "\n", STR_ARG(request->headers[i].name),
                 STR_ARG(request->headers[i].value));
    buf_addf(&text, "\n%" PRIstr, STR_ARG(request->body));
    http_answer_header(request, STR("X-Mirror"), STR("yes"));
    http_answer_take(request, 201, STR("text/plain"), &text);
}

static void redirect(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer_header(request, STR("Location"), STR("/mirror"));
    http_answer(request, 302, STR_NONE, STR_NONE);
}

static void big(struct http_request *request, void *ctx)
{
    (void)ctx;
    struct buf body = { 0 };
    memset(buf_reserve(&body, 1 << 20), 'x', 1 << 20);
    body.len = 1 << 20;
    http_answer_take(request, 200, STR("text/plain"), &body);
}

static void never(struct http_request *request, void *ctx)
{
    (void)request;
    (void)ctx;
}

static void on_close(struct http_stream *stream, void *ctx)
{
    (void)stream;
    (void)ctx;
}

static void half(struct http_request *request, void *ctx)
{
    (void)ctx;
    static const struct http_stream_ops ops = { .on_close = on_close };
    struct http_stream *stream = http_answer_stream(request, 200, STR_NONE, &ops, NULL);
    (void)http_stream_write(stream, STR("half of it"));
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR_NONE, STR_NONE);
}

static const struct http_route routes[] = {
    { "GET", "/mirror", 0, NULL, mirror, NULL },
    { "HEAD", "/mirror", 0, NULL, mirror, NULL },
    { "POST", "/mirror", 1 << 20, NULL, mirror, NULL },
    { "PUT", "/mirror", 1 << 20, NULL, mirror, NULL },
    { "DELETE", "/mirror", 1 << 20, NULL, mirror, NULL },
    { "GET", "/redirect", 0, NULL, redirect, NULL },
    { "GET", "/big", 0, NULL, big, NULL },
    { "GET", "/never", 0, NULL, never, NULL },
    { "GET", "/half", 0, NULL, half, NULL },
    { 0 },
};
static const char *const prefixes[] = { "/", NULL };
static const struct http_family family = {
    .routes = routes,
    .prefixes = prefixes,
    .fail = on_fail,
};

static struct rig rig;

struct sender {
    struct loop *loop;
    struct egress *egress;
    struct http_client *client;
    struct arena *arena;
    struct http_client_response response; // texts copied
    size_t left;
    bool closes_inside;
};

static void open_sender(struct sender *sender, str allow,
                        const struct http_client_limits *limits)
{
    *sender = (struct sender){ .loop = loop_new(), .arena = arena_new(1 << 24) };
    assert_int_equal(egress_new(allow, &sender->egress, NULL), OK);
    sender->client = http_client_new(sender->loop, sender->egress, limits);
}

static void close_sender(struct sender *sender)
{
    http_client_close(sender->client);
    loop_free(sender->loop);
    egress_free(sender->egress);
    arena_free(sender->arena);
}

static void on_done(void *ctx, const struct http_client_response *response)
{
    struct sender *sender = ctx;
    sender->response = *response;
    struct http_header *headers =
        ARENA_ARRAY(sender->arena, struct http_header, response->header_count + 1);
    for (size_t i = 0; i < response->header_count; i++) {
        headers[i].name = arena_dup(sender->arena, response->headers[i].name);
        headers[i].value = arena_dup(sender->arena, response->headers[i].value);
    }
    sender->response.headers = headers;
    sender->response.body = arena_dup(sender->arena, response->body);
    sender->response.detail = arena_dup(sender->arena, response->detail);
    if (sender->closes_inside) {
        http_client_close(sender->client);
        sender->client = NULL;
    }
    if (--sender->left == 0)
        loop_stop(sender->loop);
}

static void send_one(struct sender *sender, const struct http_client_request *request)
{
    sender->left = 1;
    (void)http_client_send(sender->client, request, on_done, sender);
    assert_int_equal(sender->left, 1); // never from inside of send
    loop_run(sender->loop);
}

static str url_to(struct sender *sender, const char *host, const char *path)
{
    return arena_printf(sender->arena, "http://%s:%u%s", host, (unsigned)rig.port, path);
}

static void get(struct sender *sender, str url)
{
    send_one(sender, &(struct http_client_request){
                         .method = STR("GET"), .url = url, .timeout_ms = PATIENCE_MS });
}

static bool body_has(const struct sender *sender, const char *text)
{
    return str_find_str(sender->response.body, str_of(text)) < sender->response.body.len;
}

#define LOOPBACK STR("127.0.0.0/8")

static void a_request_is_sent_as_it_was_given(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    static const char *const methods[] = { "POST", "PUT", "DELETE" };
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        const struct http_header headers[] = {
            { STR("Content-Type"), STR("application/json") },
            { STR("X-Empty"), STR("") },
            { STR("Content-Length"), STR("999") },
        };
        send_one(&sender, &(struct http_client_request){
                              .method = str_of(methods[i]),
                              .url = url_to(&sender, "127.0.0.1", "/mirror/../mirror?a=b%20c"),
                              .headers = headers,
                              .header_count = ARRAY_LEN(headers),
                              .body = STR("{\"a\":1}"),
                              .timeout_ms = PATIENCE_MS });
        // Dot segments are the server's to understand: ours knows no such path.
        assert_int_equal(sender.response.status, 404);
        send_one(&sender, &(struct http_client_request){
                              .method = str_of(methods[i]),
                              .url = url_to(&sender, "127.0.0.1", "/mirror?a=b%20c"),
                              .headers = headers,
                              .header_count = ARRAY_LEN(headers),
                              .body = STR("{\"a\":1}"),
                              .timeout_ms = PATIENCE_MS });
        assert_int_equal(sender.response.outcome, HTTP_ANSWERED);
        assert_int_equal(sender.response.status, 201);
        assert_true(body_has(&sender, "/mirror?a=b%20c\n"));
        assert_true(str_starts(sender.response.body, str_of(methods[i])));
        assert_true(body_has(&sender, "Content-Type=application/json\n"));
        assert_true(body_has(&sender, "X-Empty=\n"));
        assert_true(body_has(&sender, "Content-Length=7\n"));
        assert_false(body_has(&sender, "Expect="));
        assert_false(body_has(&sender, "User-Agent="));
        assert_true(str_ends(sender.response.body, STR("\n\n{\"a\":1}")));
    }
    close_sender(&sender);
}

static void a_request_without_body_sends_none(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    get(&sender, url_to(&sender, "127.0.0.1", "/mirror"));
    assert_true(str_starts(sender.response.body, STR("GET /mirror\n")));
    assert_false(body_has(&sender, "Content-"));
    static const char *const methods[] = { "POST", "DELETE" };
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        send_one(&sender,
                 &(struct http_client_request){ .method = str_of(methods[i]),
                                                .url = url_to(&sender, "127.0.0.1", "/mirror"),
                                                .timeout_ms = PATIENCE_MS });
        assert_true(str_starts(sender.response.body, str_of(methods[i])));
        assert_int_equal(body_has(&sender, "Content-Length=0\n"), i == 0);
        assert_false(body_has(&sender, "Content-Type="));
    }
    send_one(&sender,
             &(struct http_client_request){ .method = STR("HEAD"),
                                            .url = url_to(&sender, "127.0.0.1", "/mirror"),
                                            .timeout_ms = PATIENCE_MS });
    assert_int_equal(sender.response.status, 201);
    assert_int_equal(sender.response.body.len, 0);
    close_sender(&sender);
}

static void the_answers_headers_are_given(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    get(&sender, url_to(&sender, "127.0.0.1", "/mirror"));
    bool is_there = false;
    for (size_t i = 0; i < sender.response.header_count; i++)
        is_there = is_there || (str_eq(sender.response.headers[i].name, STR("X-Mirror")) &&
                                str_eq(sender.response.headers[i].value, STR("yes")));
    assert_true(is_there);
    assert_true(sender.response.elapsed_ms >= 0 && sender.response.elapsed_ms <= PATIENCE_MS);
    close_sender(&sender);
}

static void redirects_are_not_followed(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    get(&sender, url_to(&sender, "127.0.0.1", "/redirect"));
    assert_int_equal(sender.response.outcome, HTTP_ANSWERED);
    assert_int_equal(sender.response.status, 302);
    close_sender(&sender);
}

static void a_long_answer_is_cut(void **state)
{
    (void)state;
    struct sender sender;
    struct http_client_limits limits = http_client_limits_default;
    limits.response_bytes = 1000;
    open_sender(&sender, LOOPBACK, &limits);
    get(&sender, url_to(&sender, "127.0.0.1", "/big"));
    assert_int_equal(sender.response.outcome, HTTP_ANSWERED);
    assert_int_equal(sender.response.body.len, 1000);
    assert_true(sender.response.is_truncated);
    close_sender(&sender);
}

static void names_are_resolved_from_the_hosts_file(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    static const char *const names[] = { "localhost", "localhost", "LOCALHOST" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) { // from c-ares, then from memory
        get(&sender, url_to(&sender, names[i], "/mirror"));
        assert_int_equal(sender.response.outcome, HTTP_ANSWERED);
        assert_int_equal(sender.response.status, 201);
        assert_true(body_has(&sender, "Host=localhost") || i == 2);
    }
    close_sender(&sender);
}

static void addresses_that_are_not_public_are_refused(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, STR(""), &http_client_limits_default);
    static const char *const hosts[] = { "127.0.0.1", "localhost",       "[::1]",
                                         "10.0.0.7",  "169.254.169.254", "[::ffff:127.0.0.1]",
                                         "[fe80::1]", "0.0.0.0",         "[::]" };
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        get(&sender, url_to(&sender, hosts[i], "/mirror"));
        if (sender.response.outcome != HTTP_EGRESS_REFUSED)
            fail_msg("%s: %d %s", hosts[i], sender.response.outcome,
                     sender.response.detail.data);
    }
    get(&sender, url_to(&sender, "127.0.0.1", "/mirror"));
    assert_true(str_eq(sender.response.detail,
                       STR("refused: 127.0.0.1 is not a public address; allow it with "
                           "egress_allow")));
    get(&sender, url_to(&sender, "localhost", "/mirror"));
    assert_true(str_starts(sender.response.detail, STR("refused: localhost resolves to ")));
    close_sender(&sender);
}

static void odd_urls_are_refused(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    static const char *const urls[] = {
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "127.0.0.1",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://0x7f.1/",
        "http://127.0.0.256/",
        "http://a b/",
        "http://a/\r\nX: y",
        "http://[fe80::1%25lo]/",
        "http://x@y@127.0.0.1/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1\\@a.b/",
        "http://0x/",
        "gopher://127.0.0.1/",
    };
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        get(&sender, str_of(urls[i]));
        if (sender.response.outcome != HTTP_BAD_URL || sender.response.detail.len == 0)
            fail_msg("%s: %d %s", urls[i], sender.response.outcome,
                     sender.response.detail.data);
    }
    close_sender(&sender);
}

// curl refuses some eight million bytes, and one megabyte of head.
static void a_url_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    for (size_t len = HTTP_URL_MAX_BYTES + 1; len < 10000000; len *= 70) {
        AUTO(buf_done) struct buf url = { 0 };
        buf_add_str(&url, STR("http://127.0.0.1/"));
        memset(buf_reserve(&url, len - url.len), 'x', len - url.len);
        url.len = len;
        get(&sender, buf_str(&url));
        assert_int_equal(sender.response.outcome, HTTP_BAD_URL);
    }
    close_sender(&sender);
}

static void headers_cannot_carry_line_breaks(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    const struct http_header bad[] = {
        { STR("X"), STR("a\r\nY: b") }, { STR("X\r\nY"), STR("a") }, { STR(""), STR("a") },
        { STR("X Y"), STR("a") },       { STR("X:"), STR("a") },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        send_one(&sender,
                 &(struct http_client_request){ .method = STR("GET"),
                                                .url = url_to(&sender, "127.0.0.1", "/mirror"),
                                                .headers = &bad[i],
                                                .header_count = 1,
                                                .timeout_ms = PATIENCE_MS });
        assert_int_equal(sender.response.outcome, HTTP_BAD_URL);
    }
    send_one(&sender,
             &(struct http_client_request){ .method = STR("GET /x HTTP/1.1\r\nA:"),
                                            .url = url_to(&sender, "127.0.0.1", "/mirror"),
                                            .timeout_ms = PATIENCE_MS });
    assert_int_equal(sender.response.outcome, HTTP_BAD_URL);
    close_sender(&sender);
}

static void no_answer_in_time_is_told(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    static const char *const paths[] = { "/never", "/half" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        send_one(&sender,
                 &(struct http_client_request){ .method = STR("GET"),
                                                .url = url_to(&sender, "127.0.0.1", paths[i]),
                                                .timeout_ms = 100 });
        assert_int_equal(sender.response.outcome, HTTP_TIMED_OUT);
        assert_int_equal(sender.response.status, 0);
    }
    close_sender(&sender);
}

// Nobody listens there, and nobody else can take it before *ret_fd is closed.
static uint16_t closed_port(int *ret_fd)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *ret_fd = fd;
    return ntohs(address.sin_port);
}

static void a_closed_port_is_told(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    int fd;
    unsigned port = closed_port(&fd);
    get(&sender, arena_printf(sender.arena, "http://127.0.0.1:%u/", port));
    assert_int_equal(sender.response.outcome, HTTP_CONNECT_FAILED);
    assert_true(str_starts(sender.response.detail, STR("127.0.0.1:")));
    close(fd);
    close_sender(&sender);
}

static void tls_to_a_plain_server_fails(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    get(&sender, arena_printf(sender.arena, "https://127.0.0.1:%u/", (unsigned)rig.port));
    assert_int_equal(sender.response.outcome, HTTP_CONNECT_FAILED);
    close_sender(&sender);
}

static void the_proxy_environment_is_not_used(void **state)
{
    (void)state;
    struct sender sender;
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:9", 1), 0);
    assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:9", 1), 0);
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    get(&sender, url_to(&sender, "127.0.0.1", "/mirror"));
    assert_int_equal(sender.response.status, 201);
    close_sender(&sender);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

static size_t conn_count;

static void conns_count(struct rig *of_rig)
{
    conn_count = of_rig->server->conn_count;
}

static void many_requests_share_few_connections(void **state)
{
    (void)state;
    struct sender sender;
    struct http_client_limits limits = http_client_limits_default;
    limits.connections_per_host = 3;
    open_sender(&sender, LOOPBACK, &limits);
    rig_call(&rig, conns_count);
    size_t before = conn_count;
    sender.left = 200;
    for (int i = 0; i < 200; i++) {
        struct http_client_request request = { .method = STR("POST"),
                                               .url = url_to(&sender, "localhost", "/mirror"),
                                               .body = STR("x"),
                                               .timeout_ms = PATIENCE_MS };
        (void)http_client_send(sender.client, &request, on_done, &sender);
    }
    loop_run(sender.loop);
    assert_int_equal(sender.left, 0);
    assert_int_equal(sender.response.status, 201);
    rig_call(&rig, conns_count); // curl keeps what it opened
    assert_in_range(conn_count - before, 1, 3);
    close_sender(&sender);
}

static void a_cancelled_exchange_says_nothing(void **state)
{
    (void)state;
    struct sender sender;
    open_sender(&sender, LOOPBACK, &http_client_limits_default);
    struct http_client_request request = { .method = STR("GET"), .timeout_ms = PATIENCE_MS };
    static const char *const paths[] = { "/never", "/half", "/mirror" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        request.url = url_to(&sender, i == 1 ? "localhost" : "127.0.0.1", paths[i]);
        http_exchange_cancel(http_client_send(sender.client, &request, on_done, &sender));
    }
    request.url = STR("nonsense");
    http_exchange_cancel(http_client_send(sender.client, &request, on_done, &sender));
    get(&sender, url_to(&sender, "127.0.0.1", "/mirror"));
    assert_int_equal(sender.response.status, 201);
    close_sender(&sender);
}

static void the_client_can_be_closed_at_any_time(void **state)
{
    (void)state;
    struct sender sender;
    for (int round = 0; round < 2; round++) {
        open_sender(&sender, LOOPBACK, &http_client_limits_default);
        struct http_client_request request = { .method = STR("GET"),
                                               .url = url_to(&sender, "127.0.0.1", "/never"),
                                               .timeout_ms = PATIENCE_MS };
        (void)http_client_send(sender.client, &request, on_done, &sender);
        sender.closes_inside = true; // round 0: from done, with another one under way
        if (round == 0)
            get(&sender, url_to(&sender, "127.0.0.1", "/mirror"));
        close_sender(&sender);
    }
}

static int set_up(void **state)
{
    (void)state;
    rig_start(&rig, &family, 1, &http_server_limits_default);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_sent_as_it_was_given),
        cmocka_unit_test(a_request_without_body_sends_none),
        cmocka_unit_test(the_answers_headers_are_given),
        cmocka_unit_test(redirects_are_not_followed),
        cmocka_unit_test(a_long_answer_is_cut),
        cmocka_unit_test(names_are_resolved_from_the_hosts_file),
        cmocka_unit_test(addresses_that_are_not_public_are_refused),
        cmocka_unit_test(odd_urls_are_refused),
        cmocka_unit_test(a_url_beyond_the_limit_is_refused),
        cmocka_unit_test(headers_cannot_carry_line_breaks),
        cmocka_unit_test(no_answer_in_time_is_told),
        cmocka_unit_test(a_closed_port_is_told),
        cmocka_unit_test(tls_to_a_plain_server_fails),
        cmocka_unit_test(the_proxy_environment_is_not_used),
        cmocka_unit_test(many_requests_share_few_connections),
        cmocka_unit_test(a_cancelled_exchange_says_nothing),
        cmocka_unit_test(the_client_can_be_closed_at_any_time),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
