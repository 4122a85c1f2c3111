// SPDX-License-Identifier: Apache-2.0
// The server over real loopback connections: requests, answers, streams.
#include "http/world.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/listen.h"
#include "http/serving.h"

static struct world world;

static int set_up(void **state)
{
    (void)state;
    struct http_server_limits limits = http_server_limits_default;
    limits.trusted_proxies = STR("127.0.0.0/8, 10.0.0.0/8");
    limits.header_timeout_ms = limits.write_timeout_ms = 10 * PATIENCE_MS;
    world_start(&world, &limits);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_stop(&world);
    return 0;
}

static str ask(int fd, str bytes)
{
    peer_send(fd, bytes);
    return peer_answer(fd, world.arena, str_starts(bytes, STR("HEAD")));
}

static str ask_once(str bytes)
{
    int fd = rig_connect(&world.rig);
    str answer = ask(fd, bytes);
    close(fd);
    return answer;
}

static str header_of(str answer, const char *name)
{
    str start = arena_printf(world.arena, "\r\n%s: ", name);
    str rest = str_sub(answer, str_find_str(answer, start) + start.len, SIZE_MAX);
    return str_sub(rest, 0, str_find(rest, '\r'));
}

static void a_request_is_answered_and_the_connection_kept(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    str last_id = STR_NONE;
    for (int i = 0; i < 3; i++) {
        str answer = ask(fd, STR("GET /echo?a=b HTTP/1.1\r\n" HOST "\r\n"));
        assert_int_equal(answer_status(answer), 200);
        assert_true(str_eq(answer_body(answer), STR("GET /echo?a=b")));
        str id = header_of(answer, "X-Request-Id");
        assert_int_equal(id.len, 27);
        assert_true(str_cmp(last_id, id) < 0); // differ, and sort by time
        last_id = id;
        assert_int_equal(header_of(answer, "Date").len, 29);
        assert_true(str_ends(header_of(answer, "Date"), STR(" GMT")));
        assert_false(answer_has(answer, "Connection:"));
    }
    close(fd);
}

static void a_body_is_read_whole(void **state)
{
    (void)state;
    struct buf bytes = { 0 };
    size_t len = 1 << 20;
    buf_addf(&bytes, "POST /echo/much HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", len);
    size_t head_len = bytes.len;
    for (size_t i = 0; i < len; i++)
        buf_add_char(&bytes, (char)('a' + i % 23));
    str answer = ask_once(buf_str(&bytes));
    assert_int_equal(answer_status(answer), 200);
    assert_true(str_eq(answer_body(answer), str_sub(buf_str(&bytes), head_len, SIZE_MAX)));
    buf_done(&bytes);
}

static void a_chunked_body_is_put_together(void **state)
{
    (void)state;
    str answer =
        ask_once(STR("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
                     "1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n"));
    assert_true(str_eq(answer_body(answer), STR("a0123456789")));
}

static void head_is_answered_without_a_body(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    str answer = ask(fd, STR("HEAD /echo HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(answer_status(answer), 200);
    assert_true(str_eq(header_of(answer, "Content-Length"), STR("11")));
    answer = ask(fd, STR("HEAD /parts HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(answer_status(answer), 200);
    answer = ask(fd, STR("HEAD /none HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(answer_status(answer), 404);
    // Nothing of the bodies is in the way of the next answer.
    answer = ask(fd, STR("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(str_eq(answer_body(answer), STR("GET /echo?")));
    close(fd);
}

static void the_family_answers_for_what_it_does_not_have(void **state)
{
    (void)state;
    str answer = ask_once(STR("GET /none HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(answer_status(answer), 404);
    assert_true(str_eq(answer_body(answer), STR("family says 404")));
    answer = ask_once(STR("PUT /items/5 HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(answer_status(answer), 405);
    assert_true(str_eq(header_of(answer, "Allow"), STR("DELETE, GET, HEAD")));
    assert_true(str_eq(answer_body(answer), STR("family says 405")));
    answer = ask_once(STR("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n\r\n"));
    assert_int_equal(answer_status(answer), 413);
    assert_true(str_eq(answer_body(answer), STR("family says 413")));
    assert_true(str_eq(header_of(answer, "Connection"), STR("close")));
}

static void preflights_go_to_the_family(void **state)
{
    (void)state;
    str answer = ask_once(STR("OPTIONS /anything HTTP/1.1\r\n" HOST
                              "Access-Control-Request-Method: POST\r\n\r\n"));
    assert_int_equal(answer_status(answer), 204);
    assert_false(answer_has(answer, "Content-Length"));
    assert_int_equal(answer_status(ask_once(STR("OPTIONS /echo HTTP/1.1\r\n" HOST "\r\n"))),
                     405);
}

static void params_and_query_are_decoded(void **state)
{
    (void)state;
    str answer =
        ask_once(STR("GET /items/a%2Fb%20c?p=1&q=x+y%26z&q=2 HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(str_eq(answer_body(answer), STR("a/b c|x y&z|row")));
    assert_true(str_eq(header_of(answer, "X-Item"), STR("yes")));
    answer = ask_once(STR("GET /items/%zz HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(str_eq(answer_body(answer), STR("%zz|(none)|row")));
}

static void refuses_set(struct rig *rig)
{
    (void)rig;
    world.begin_refuses = true;
}

static void refuses_clear(struct rig *rig)
{
    (void)rig;
    world.begin_refuses = false;
}

static void begin_may_refuse_before_the_body_is_read(void **state)
{
    (void)state;
    rig_call(&world.rig, refuses_set);
    int fd = rig_connect(&world.rig);
    str answer = ask(fd, STR("POST /early HTTP/1.1\r\n" HOST "Content-Length: 900\r\n\r\n"));
    assert_int_equal(answer_status(answer), 401);
    assert_true(str_eq(header_of(answer, "Connection"), STR("close")));
    peer_send(fd, STR("some of the body, for nobody"));
    assert_int_equal(peer_rest(fd, world.arena).len, 0); // an end, not a reset
    close(fd);
    fd = rig_connect(&world.rig);
    for (int i = 0; i < 2; i++) { // there is no body: the connection stays
        answer = ask(fd, STR("GET /early HTTP/1.1\r\n" HOST "\r\n"));
        assert_int_equal(answer_status(answer), 401);
        assert_false(answer_has(answer, "Connection:"));
    }
    rig_call(&world.rig, refuses_clear);
    answer = ask(fd, STR("POST /early HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nok"));
    assert_true(str_eq(answer_body(answer), STR("ok")));
    close(fd);
}

static void whoever_asks_first_is_told_to_continue(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    str answer = ask(fd, STR("POST /echo HTTP/1.1\r\n" HOST
                             "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    assert_true(str_eq(answer, STR("HTTP/1.1 100 Continue\r\n\r\n")));
    assert_true(str_eq(answer_body(ask(fd, STR("ok"))), STR("ok")));
    answer = ask(fd, STR("POST /echo HTTP/1.1\r\n" HOST
                         "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n"));
    assert_int_equal(answer_status(answer), 413);
    close(fd);
}

static void http_1_0_is_answered_and_closed(void **state)
{
    (void)state;
    str answer = rig_exchange(&world.rig, world.arena, STR("GET /echo HTTP/1.0\r\n\r\n"));
    assert_true(str_eq(answer_body(answer), STR("GET /echo?")));
    assert_true(str_eq(header_of(answer, "Connection"), STR("close")));
    int fd = rig_connect(&world.rig);
    for (int i = 0; i < 2; i++) {
        answer = ask(fd, STR("GET /echo HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
        assert_true(str_eq(header_of(answer, "Connection"), STR("keep-alive")));
    }
    close(fd);
}

static void big_answers_arrive_whole(void **state)
{
    (void)state;
    static const str requests[] = {
        { .data = "GET /big HTTP/1.1\r\n" HOST "\r\n", .len = 33 },
        { .data = "GET /big/copied HTTP/1.1\r\n" HOST "\r\n", .len = 40 },
    };
    int fd = rig_connect(&world.rig);
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        peer_send(fd, requests[i]);
        peer_send(fd, STR("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
        str body = answer_body(peer_answer(fd, world.arena, false));
        assert_int_equal(body.len, BIG_BYTES);
        assert_true(is_pattern(body));
        assert_true(
            str_eq(answer_body(peer_answer(fd, world.arena, false)), STR("GET /echo?")));
    }
    close(fd);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    struct buf bytes = { 0 };
    buf_add_str(&bytes, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    for (int i = 0; i < 2000; i++)
        buf_addf(&bytes, "GET /items/%d HTTP/1.1\r\n" HOST "\r\n", i);
    peer_send(fd, buf_str(&bytes));
    buf_done(&bytes);
    world_release(&world);
    assert_true(str_eq(answer_body(peer_answer(fd, world.arena, false)), STR("held")));
    for (int i = 0; i < 2000; i++) {
        str body = answer_body(peer_answer(fd, world.arena, false));
        assert_true(str_starts(body, arena_printf(world.arena, "%d|", i)));
    }
    close(fd);
}

static bool ahead_is_bounded(struct world *of)
{
    LIST_EACH (&of->rig.server->conns, node) {
        struct conn *conn = CONTAINER_OF(node, struct conn, node);
        if (conn->state == CONN_HANDLING && !conn->is_reading)
            return conn->ahead.len >= AHEAD_BYTES_MAX &&
                   conn->ahead.len <= AHEAD_BYTES_MAX + READ_BYTES;
    }
    return false;
}

static void what_is_read_ahead_has_a_limit(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    struct buf bytes = { 0 };
    for (int i = 0; i < 8000; i++)
        buf_add_str(&bytes, STR("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    peer_send(fd, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    (void)send(fd, bytes.data, bytes.len, MSG_DONTWAIT);
    buf_done(&bytes);
    world_wait(&world, ahead_is_bounded);
    world_release(&world);
    assert_true(str_eq(answer_body(peer_answer(fd, world.arena, false)), STR("held")));
    close(fd);
}

static void half_a_connection_still_gets_its_answer(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"
                      "GET /big HTTP/1.1\r\n" HOST "\r\n"
                      "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    shutdown(fd, SHUT_WR);
    world_release(&world);
    assert_true(str_eq(answer_body(peer_answer(fd, world.arena, false)), STR("held")));
    assert_int_equal(answer_body(peer_answer(fd, world.arena, false)).len, BIG_BYTES);
    assert_true(str_eq(answer_body(peer_rest(fd, world.arena)), STR("GET /echo?")));
    close(fd);
}

static bool no_conn_is_left(struct world *of)
{
    return of->rig.server->conn_count == 0;
}

static bool request_is_held(struct world *of)
{
    return of->held != NULL;
}

// Its end comes as a reset, not as an end of file.
static void reset(int fd)
{
    struct linger now = { .l_onoff = 1, .l_linger = 0 };
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd);
}

static void a_request_outlives_its_peer(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("POST /hold HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody"));
    world_wait(&world, request_is_held);
    reset(fd);
    world_wait(&world, no_conn_is_left);
    assert_true(str_eq(world.held->body, STR("body"))); // nobody else looks at it now
    assert_true(str_eq(world.held->path, STR("/hold")));
    assert_true(str_eq(world.held->peer_address, STR("127.0.0.1")));
    world_release(&world);
}

static void a_stream_is_sent_in_chunks(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    for (int i = 0; i < 2; i++) {
        str head = ask(fd, STR("GET /parts HTTP/1.1\r\n" HOST "\r\n"));
        assert_true(str_eq(header_of(head, "Transfer-Encoding"), STR("chunked")));
        assert_false(answer_has(head, "Content-Length"));
        static const char chunks[] = "3\r\none\r\n16\r\n and twenty more bytes\r\n0\r\n\r\n";
        char got[sizeof(chunks)] = "";
        assert_int_equal(recv(fd, got, sizeof(chunks) - 1, MSG_WAITALL), sizeof(chunks) - 1);
        assert_string_equal(got, chunks);
    }
    close(fd);
    str answer = rig_exchange(&world.rig, world.arena, STR("GET /parts HTTP/1.0\r\n\r\n"));
    assert_true(str_eq(answer_body(answer), STR("one and twenty more bytes")));
    assert_false(answer_has(answer, "Transfer-Encoding"));
}

static bool stream_is_open(struct world *of)
{
    return of->stream != NULL;
}

static bool stream_is_gone(struct world *of)
{
    return of->stream == NULL;
}

static void a_stream_ends_with_its_peer(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        int fd = rig_connect(&world.rig);
        str head = ask(fd, STR("GET /stream HTTP/1.1\r\n" HOST "\r\n"));
        assert_int_equal(answer_status(head), 200);
        world_wait(&world, stream_is_open);
        if (i == 0)
            close(fd);
        else
            reset(fd);
        world_wait(&world, stream_is_gone);
    }
}

static void stream_fill(struct rig *rig)
{
    (void)rig;
    char block[16384];
    memset(block, 'y', sizeof(block));
    while (!world.is_full && world.bytes_written < 64 << 20) {
        world.is_full = !http_stream_write(world.stream, str_make(block, sizeof(block)));
        world.bytes_written += sizeof(block);
    }
    world.drains = 0;
}

static bool stream_has_drained(struct world *of)
{
    return of->drains == 1;
}

static void stream_end(struct rig *rig)
{
    (void)rig;
    http_stream_end(world.stream);
}

static void a_slow_reader_holds_the_stream_on(void **state)
{
    (void)state;
    int fd = rig_connect(&world.rig);
    (void)ask(fd, STR("GET /stream HTTP/1.0\r\n\r\n"));
    world_wait(&world, stream_is_open);
    rig_call(&world.rig, stream_fill);
    assert_true(world.is_full);
    size_t left = world.bytes_written + 5; // "hello"
    char sink[65536];
    while (left > 0) {
        ssize_t got = recv(fd, sink, MIN(sizeof(sink), left), 0);
        assert_true(got > 0);
        left -= (size_t)got;
    }
    world_wait(&world, stream_has_drained);
    rig_call(&world.rig, stream_end);
    assert_int_equal(peer_rest(fd, world.arena).len, 0);
    world_wait(&world, stream_is_gone);
    close(fd);
}

static str address_for(const char *forwarded)
{
    str request =
        arena_printf(world.arena, "GET /address HTTP/1.1\r\n" HOST "%s\r\n", forwarded);
    return answer_body(ask_once(request));
}

static void the_clients_address_is_behind_trusted_proxies(void **state)
{
    (void)state;
    assert_true(str_eq(address_for(""), STR("127.0.0.1")));
    assert_true(str_eq(address_for("X-Forwarded-For: 203.0.113.9\r\n"), STR("203.0.113.9")));
    // What the client itself put in front does not count.
    assert_true(str_eq(address_for("X-Forwarded-For: 1.1.1.1, 203.0.113.9, 10.0.0.1\r\n"),
                       STR("203.0.113.9")));
    assert_true(
        str_eq(address_for("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2001:db8::5\r\n"),
               STR("2001:db8::5")));
    assert_true(
        str_eq(address_for("X-Forwarded-For: 10.0.0.2, 10.0.0.1\r\n"), STR("10.0.0.2")));
    assert_true(
        str_eq(address_for("X-Forwarded-For: 1.1.1.1, junk, 10.0.0.1\r\n"), STR("10.0.0.1")));
    assert_true(str_eq(address_for("X-Forwarded-For: ,\r\n"), STR("127.0.0.1")));
}

static void a_forwarded_address_may_have_a_port(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "203.0.113.9:1", "203.0.113.9" },
        { "203.0.113.9:65535, 10.0.0.1:443", "203.0.113.9" },
        { "[2001:db8::5]:443", "2001:db8::5" },
        { "[2001:db8::5]", "2001:db8::5" },
        { "[::ffff:192.0.2.1]:443", "::ffff:192.0.2.1" },
        { "2001:db8::5", "2001:db8::5" },
        { "2001:db8::5:443", "2001:db8::5:443" }, // nobody can tell
        // No addresses, so that of the proxy counts.
        { "203.0.113.9:", "127.0.0.1" },
        { "203.0.113.9:x", "127.0.0.1" },
        { "203.0.113.9:1:2", "127.0.0.1" },
        { "203.0.113.9:655350", "127.0.0.1" },
        { "[203.0.113.9]:443", "127.0.0.1" },
        { "[2001:db8::5", "127.0.0.1" },
        { "[2001:db8::5]443", "127.0.0.1" },
        { "[]:443", "127.0.0.1" },
        { "[", "127.0.0.1" },
        { ":443", "127.0.0.1" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str header = arena_printf(world.arena, "X-Forwarded-For: %s\r\n", rows[i][0]);
        str address = address_for(arena_cstr(world.arena, header));
        if (!str_eq(address, str_of(rows[i][1])))
            fail_msg("%s: %.*s", rows[i][0], (int)address.len, address.data);
    }
}

static void the_first_forwarded_address_counts_when_all_are_believed(void **state)
{
    (void)state;
    struct world open;
    struct http_server_limits limits = http_server_limits_default;
    limits.forwarded_for_is_open = true;
    world_start(&open, &limits);
    str answer = rig_exchange(&open.rig, open.arena,
                              STR("GET /address HTTP/1.1\r\n" HOST CLOSE
                                  "X-Forwarded-For:  unknown , 1.1.1.1\r\n\r\n"));
    assert_true(str_eq(answer_body(answer), STR("unknown")));
    answer =
        rig_exchange(&open.rig, open.arena, STR("GET /address HTTP/1.1\r\n" HOST CLOSE "\r\n"));
    assert_true(str_eq(answer_body(answer), STR("127.0.0.1")));
    world_stop(&open);
}

static void peer_uid_answer(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 200, TEXT,
                arena_printf(request->arena, "%lld [%" PRIstr "]", (long long)request->peer_uid,
                             STR_ARG(request->peer_address)));
}

static void fail_plainly(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR_NONE, STR_NONE);
}

static void a_unix_socket_tells_who_is_there(void **state)
{
    (void)state;
    static const struct http_route routes[] = {
        { "GET", "/", 0, NULL, peer_uid_answer, NULL },
        { 0 },
    };
    static const char *const prefixes[] = { "/", NULL };
    const struct http_family family = { .routes = routes,
                                        .prefixes = prefixes,
                                        .fail = fail_plainly };
    char dir[] = "/tmp/http_test_XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/sock", dir);
    struct rig rig = { 0 };
    int listen_fd;
    for (int i = 0; i < 2; i++) { // the second one replaces what the first has left
        assert_int_equal(http_listen_unix(str_of(address.sun_path), &listen_fd, NULL), OK);
        if (i == 0)
            close(listen_fd);
    }
    rig_start_on(&rig, listen_fd, &family, 1, &http_server_limits_default);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    str answer = ask(fd, STR("GET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(
        str_eq(answer_body(answer), arena_printf(world.arena, "%lld []", (long long)getuid())));
    close(fd);
    rig_stop(&rig);
    unlink(address.sun_path);
    rmdir(dir);
    answer = ask_once(STR("GET /peer HTTP/1.1\r\n" HOST "\r\n"));
    assert_true(str_eq(answer_body(answer), STR("-1 [127.0.0.1]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered_and_the_connection_kept),
        cmocka_unit_test(a_body_is_read_whole),
        cmocka_unit_test(a_chunked_body_is_put_together),
        cmocka_unit_test(head_is_answered_without_a_body),
        cmocka_unit_test(the_family_answers_for_what_it_does_not_have),
        cmocka_unit_test(preflights_go_to_the_family),
        cmocka_unit_test(params_and_query_are_decoded),
        cmocka_unit_test(begin_may_refuse_before_the_body_is_read),
        cmocka_unit_test(whoever_asks_first_is_told_to_continue),
        cmocka_unit_test(http_1_0_is_answered_and_closed),
        cmocka_unit_test(big_answers_arrive_whole),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(what_is_read_ahead_has_a_limit),
        cmocka_unit_test(half_a_connection_still_gets_its_answer),
        cmocka_unit_test(a_request_outlives_its_peer),
        cmocka_unit_test(a_stream_is_sent_in_chunks),
        cmocka_unit_test(a_stream_ends_with_its_peer),
        cmocka_unit_test(a_slow_reader_holds_the_stream_on),
        cmocka_unit_test(the_clients_address_is_behind_trusted_proxies),
        cmocka_unit_test(a_forwarded_address_may_have_a_port),
        cmocka_unit_test(the_first_forwarded_address_counts_when_all_are_believed),
        cmocka_unit_test(a_unix_socket_tells_who_is_there),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
