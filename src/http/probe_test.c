// SPDX-License-Identifier: Apache-2.0
// What comes from bad and from merely unusual clients, as a table: bytes in, status out.
#include "http/testing.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"

static void answer_ok(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 200, STR("text/plain"), request->body);
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR("text/plain"), STR("family"));
}

static const struct http_route routes[] = {
    { "GET", "/", 0, NULL, answer_ok, NULL },
    { "POST", "/", 100, NULL, answer_ok, NULL },
    { "POST", "/ignored", 0, NULL, answer_ok, NULL },
    { 0 },
};
static const char *const prefixes[] = { "/", NULL };
static const struct http_family family = {
    .routes = routes,
    .prefixes = prefixes,
    .fail = on_fail,
};

struct probe {
    const char *what;
    str bytes;
    int statuses[3]; // of each answer in turn, 0 ends
    bool stays_open; // else the server closes after the last one
};

#define PROBE(what, bytes, ...)                                                                \
    {                                                                                          \
        what, { bytes, sizeof(bytes) - 1 }, { __VA_ARGS__ }, false                             \
    }
#define PROBE_OPEN(what, bytes, ...)                                                           \
    {                                                                                          \
        what, { bytes, sizeof(bytes) - 1 }, { __VA_ARGS__ }, true                              \
    }
#define FORTY "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJ"
#define GET   "GET / HTTP/1.1\r\n"
#define POST  "POST / HTTP/1.1\r\n"
#define HOST  "Host: h\r\n"
#define TE    "Transfer-Encoding: chunked\r\n"

static const struct probe probes[] = {
    // Two readings of where the body ends
    PROBE("length and chunked", POST HOST "Content-Length: 3\r\n" TE "\r\nabc", 400),
    PROBE("chunked and length", POST HOST TE "Content-Length: 3\r\n\r\nabc", 400),
    PROBE("two lengths", POST HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    PROBE("one length twice", POST HOST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
          400),
    PROBE("list of lengths", POST HOST "Content-Length: 3, 3\r\n\r\nabc", 400),
    PROBE("space before colon", POST HOST "Content-Length : 3\r\n\r\nabc", 400),
    PROBE("tab before colon", POST HOST "Content-Length\t: 3\r\n\r\nabc", 400),
    PROBE("plus sign", POST HOST "Content-Length: +2\r\n\r\nab", 400),
    PROBE("minus sign", POST HOST "Content-Length: -2\r\n\r\nab", 400),
    PROBE("hexadecimal length", POST HOST "Content-Length: 0x2\r\n\r\nab", 400),
    PROBE("length with a space inside", POST HOST "Content-Length: 3 4\r\n\r\nabc", 400),
    PROBE("empty length", POST HOST "Content-Length: \r\n\r\n", 400),
    PROBE("length beyond 64 bits", POST HOST "Content-Length: 18446744073709551616\r\n\r\n",
          400),
    PROBE("length beyond 63 bits", POST HOST "Content-Length: 9223372036854775808\r\n\r\n",
          400),
    PROBE("chunked twice", POST HOST TE TE "\r\n0\r\n\r\n", 400),
    PROBE("identity, then chunked",
          POST HOST "Transfer-Encoding: identity\r\n" TE "\r\n0\r\n\r\n", 400),
    PROBE("gzip, chunked", POST HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    PROBE("gzip only", POST HOST "Transfer-Encoding: gzip\r\n\r\n", 501),
    PROBE("chunked with a vertical tab",
          POST HOST "Transfer-Encoding:\x0b"
                    "chunked\r\n\r\n0\r\n\r\n",
          400),
    PROBE("chunked in HTTP/1.0", "POST / HTTP/1.0\r\n" TE "\r\n0\r\n\r\n", 400),
    // Chunks
    PROBE("chunk extension", POST HOST TE "\r\n3;a=b\r\nabc\r\n0\r\n\r\n", 400),
    PROBE("space behind the chunk size", POST HOST TE "\r\n3 \r\nabc\r\n0\r\n\r\n", 400),
    PROBE("chunk size with prefix", POST HOST TE "\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
    PROBE("chunk size beyond 64 bits", POST HOST TE "\r\nfffffffffffffffff\r\n", 400),
    PROBE("chunk size of 64 bits", POST HOST TE "\r\nffffffffffffffff\r\n", 413),
    PROBE("chunk longer than said", POST HOST TE "\r\n3\r\nabcd\r\n0\r\n\r\n", 400),
    PROBE("bare LF behind a chunk size", POST HOST TE "\r\n3\nabc\r\n0\r\n\r\n", 400),
    PROBE("negative chunk size", POST HOST TE "\r\n-1\r\n\r\n", 400),
    PROBE_OPEN("chunks", POST HOST TE "\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", 200),
    PROBE_OPEN("chunks with a trailer",
               POST HOST TE "\r\n3\r\nabc\r\n0\r\nChecked: yes\r\n\r\n" GET HOST "\r\n", 200,
               200),
    // Lines
    PROBE("folded header", GET HOST "A: b\r\n c\r\n\r\n", 400),
    PROBE("fold before the first header", GET " " HOST "\r\n", 400),
    PROBE("bare LF", "GET / HTTP/1.1\nHost: h\n\n", 400),
    PROBE("bare LF behind a header", GET "Host: h\n\r\n", 400),
    PROBE("bare CR in a value", GET HOST "A: b\rc\r\n\r\n", 400),
    PROBE("NUL in a value", GET HOST "A: b\0c\r\n\r\n", 400),
    PROBE("NUL in a name", GET HOST "A\0: b\r\n\r\n", 400),
    PROBE("control character in a value", GET HOST "A: \x01\r\n\r\n", 400),
    PROBE("no name", GET HOST ": b\r\n\r\n", 400),
    PROBE("no colon", GET HOST "Header\r\n\r\n", 400),
    PROBE("colon only in the next line", GET HOST "A\r\n: b\r\n\r\n", 400),
    // Request line
    PROBE("no Host", GET "\r\n", 400),
    PROBE("two Hosts", GET HOST "Host: i\r\n\r\n", 400),
    PROBE("HTTP/2.0", "GET / HTTP/2.0\r\n" HOST "\r\n", 505),
    PROBE("HTTP/0.9", "GET /\r\n\r\n", 505),
    PROBE("HTTP/1.2", "GET / HTTP/1.2\r\n" HOST "\r\n", 400),
    PROBE("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    PROBE("TLS hello", "\x16\x03\x01\x02\x00\x01", 400),
    PROBE("byte above 127 in the path", "GET /\xff HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("control character in the path", "GET /\x01 HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("NUL in the path", "GET /\0 HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("fragment", "GET /#top HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("CONNECT", "CONNECT h:1 HTTP/1.1\r\n" HOST "\r\n", 501),
    PROBE_OPEN("absolute form", "GET http://h/?a HTTP/1.1\r\n" HOST "\r\n", 200),
    PROBE_OPEN("absolute form without path", "GET http://h HTTP/1.1\r\n" HOST "\r\n", 200),
    PROBE_OPEN("asterisk", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 404),
    PROBE_OPEN("line ends before a request", "\r\n\r\n" GET HOST "\r\n", 200),
    // Expectations, versions, connections
    PROBE("unknown expectation", POST HOST "Expect: 200-ok\r\nContent-Length: 2\r\n\r\nab",
          417),
    PROBE_OPEN("Upgrade is passed over",
               GET HOST "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n" GET HOST "\r\n", 200,
               200),
    PROBE("Connection: close", GET HOST "Connection: close\r\n\r\n", 200),
    PROBE("nothing behind Connection: close",
          GET HOST "Connection: close\r\n\r\n" GET HOST "\r\n", 200),
    PROBE("HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 200),
    PROBE_OPEN("HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200),
    PROBE_OPEN("pipelined",
               GET HOST "\r\n" POST HOST "Content-Length: 2\r\n\r\nab" GET HOST "\r\n", 200,
               200, 200),
    // Bodies
    PROBE("ten gigabytes announced", POST HOST "Content-Length: 10737418240\r\n\r\n", 413),
    PROBE("one byte too many announced", POST HOST "Content-Length: 101\r\n\r\n", 413),
    PROBE("a chunk too many", POST HOST TE "\r\n3\r\nabc\r\n62\r\n", 413),
    PROBE("body of a GET is read past", GET HOST "Content-Length: 99999\r\n\r\n", 413),
    PROBE_OPEN("short body of a GET is read past",
               GET HOST "Content-Length: 2\r\n\r\nab" GET HOST "\r\n", 200, 200),
    PROBE_OPEN("body for an unknown path is read past",
               "POST /no HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab" GET HOST "\r\n", 404,
               200),
    PROBE("long body for an unknown path",
          "POST /no HTTP/1.1\r\n" HOST "Content-Length: 99999\r\n\r\n", 404),
    PROBE("unknown path that asks first",
          "POST /no HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n",
          404),
    PROBE("not a method", "G@T / HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("no method", " / HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("a tab behind the method", "GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("a tab behind a method nobody has", "BREW\t/ HTTP/1.1\r\n" HOST "\r\n", 400),
    PROBE("a method longer than any", FORTY " / HTTP/1.1\r\n" HOST "\r\n", 501),
    PROBE("a method nobody has, in HTTP/2", "BREW / HTTP/2.0\r\n" HOST "\r\n", 505),
    PROBE_OPEN("small letters", "get / HTTP/1.1\r\n" HOST "\r\n", 405),
    PROBE_OPEN("a method nobody has", "BREW / HTTP/1.1\r\n" HOST "\r\n" GET HOST "\r\n", 405,
               200),
    PROBE_OPEN("a method of RTSP", "SETUP / HTTP/1.1\r\n" HOST "\r\n", 405),
    PROBE_OPEN("a method of WebDAV and a body",
               "PROPFIND / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab" GET HOST "\r\n",
               405, 200),
    PROBE_OPEN("the first letters of a method", "GE / HTTP/1.1\r\n" HOST "\r\n", 405),
    PROBE_OPEN("a method and more letters", "GETS / HTTP/1.1\r\n" HOST "\r\n", 405),
    PROBE_OPEN("other method", "PUT / HTTP/1.1\r\n" HOST "\r\n", 405),
    PROBE_OPEN("HEAD where the family does not offer it", "HEAD / HTTP/1.1\r\n" HOST "\r\n",
               405),
};

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    struct http_server_limits limits = http_server_limits_default;
    limits.header_timeout_ms = 10 * PATIENCE_MS;
    rig_start(&rig, &family, 1, &limits);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_stop(&rig);
    return 0;
}

// What may come on the same connection, and in the same packet, ahead of a probe: it must
// change nothing about it. Each gets one answer.
static const char *const befores[] = {
    "",
    GET HOST "\r\n",
    POST HOST TE "\r\n3\r\nabc\r\n0\r\nChecked: yes\r\n\r\n",
    POST HOST "Content-Length: 3\r\n\r\nabc",
};

static bool probe_passes(const struct probe *probe, const char *before, struct arena *arena)
{
    int fd = rig_connect(&rig);
    struct buf bytes = { 0 };
    buf_add_str(&bytes, str_of(before));
    buf_add_str(&bytes, probe->bytes);
    peer_send(fd, buf_str(&bytes));
    buf_done(&bytes);
    bool is_as_expected = true;
    str answer = STR("");
    if (*before)
        is_as_expected = answer_status(peer_answer(fd, arena, false)) == 200;
    for (size_t i = 0; i < ARRAY_LEN(probe->statuses) && probe->statuses[i]; i++) {
        bool is_head = str_starts(probe->bytes, STR("HEAD"));
        answer = peer_answer(fd, arena, is_head);
        is_as_expected = is_as_expected && answer_status(answer) == probe->statuses[i];
    }
    bool says_close = answer_has(answer, "\r\nConnection: close\r\n");
    is_as_expected = is_as_expected && says_close != probe->stays_open;
    if (is_as_expected && probe->stays_open) { // for one more, and nothing is in its way
        peer_send(fd, STR(GET HOST "Connection: close\r\n\r\n"));
        answer = peer_answer(fd, arena, false);
        is_as_expected = answer_status(answer) == 200;
    }
    // Either way the server closes in the end, without another byte.
    str rest = is_as_expected ? peer_rest(fd, arena) : STR("");
    close(fd);
    if (is_as_expected && rest.len == 0)
        return true;
    print_error("%s behind \"%s\": %" PRIstr "[rest: %" PRIstr "]\n", probe->what, before,
                STR_ARG(answer), STR_ARG(rest));
    return false;
}

static void every_probe_gets_its_answer(void **state)
{
    (void)state;
    int failures = 0;
    for (size_t i = 0; i < ARRAY_LEN(probes) * ARRAY_LEN(befores); i++) {
        AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
        failures += !probe_passes(&probes[i / ARRAY_LEN(befores)],
                                  befores[i % ARRAY_LEN(befores)], arena);
    }
    assert_int_equal(failures, 0);
}

// The same bytes must mean the same however they are cut into packets.
static void probes_arrive_byte_by_byte(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    static const str bytes = { "BREW / HTTP/1.1\r\n" HOST "\r\n" POST HOST TE
                               "\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nT: u\r\n\r\n" GET HOST
                               "Connection: close\r\n\r\n",
                               sizeof("BREW / HTTP/1.1\r\n" HOST "\r\n" POST HOST TE
                                      "\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nT: u\r\n\r\n" GET HOST
                                      "Connection: close\r\n\r\n") -
                                   1 };
    int fd = rig_connect(&rig);
    for (size_t i = 0; i < bytes.len; i++) {
        peer_send(fd, str_sub(bytes, i, 1));
        usleep(500); // a packet of its own
    }
    assert_int_equal(answer_status(peer_answer(fd, arena, false)), 405);
    str first = peer_answer(fd, arena, false);
    assert_int_equal(answer_status(first), 200);
    assert_true(str_eq(answer_body(first), STR("abcdefg")));
    assert_int_equal(answer_status(peer_rest(fd, arena)), 200);
    close(fd);
}

static void too_long_headers_are_refused(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 22);
    struct buf bytes = { 0 };
    buf_add_str(&bytes, STR(GET HOST "A: "));
    memset(buf_reserve(&bytes, 100000), 'x', 100000);
    bytes.len += 100000;
    buf_add_str(&bytes, STR("\r\n\r\n"));
    assert_int_equal(answer_status(rig_exchange(&rig, arena, buf_str(&bytes))), 431);
    buf_clear(&bytes);
    buf_add_str(&bytes, STR("GET /"));
    memset(buf_reserve(&bytes, 100000), 'x', 100000);
    bytes.len += 100000;
    assert_int_equal(answer_status(rig_exchange(&rig, arena, buf_str(&bytes))), 431);
    buf_clear(&bytes);
    buf_add_str(&bytes, STR(GET HOST));
    for (int i = 0; i < 1000; i++)
        buf_addf(&bytes, "A%d: b\r\n", i);
    buf_add_str(&bytes, STR("\r\n"));
    assert_int_equal(answer_status(rig_exchange(&rig, arena, buf_str(&bytes))), 431);
    buf_done(&bytes);
}

static void trailers_have_a_limit_too(void **state)
{
    (void)state;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 22);
    struct buf bytes = { 0 };
    buf_add_str(&bytes, STR(POST HOST TE "\r\n0\r\n"));
    for (int i = 0; i < 100000; i++)
        buf_add_str(&bytes, STR("A: b\r\n"));
    buf_add_str(&bytes, STR("\r\n"));
    assert_int_equal(answer_status(rig_exchange(&rig, arena, buf_str(&bytes))), 431);
    buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_probe_gets_its_answer),
        cmocka_unit_test(probes_arrive_byte_by_byte),
        cmocka_unit_test(too_long_headers_are_refused),
        cmocka_unit_test(trailers_have_a_limit_too),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
