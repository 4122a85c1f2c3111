// SPDX-License-Identifier: Apache-2.0
// The server over TLS, through sockets: what plain HTTP does must come out the same.
#include "http/tls_testing.h"
#include "http/world.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/serving.h"
#include "metrics/metrics.h"

struct tls_world {
    struct world world;
    struct tls_files files;
    struct http_tls *tls;
    SSL_CTX *context;
    int fd; // of the connection that was made last
};

static void tls_world_start(struct tls_world *tls_world,
                            const struct http_server_limits *limits)
{
    struct problem problem;
    struct http_server_limits patient = *limits;
    if (limits->header_timeout_ms == http_server_limits_default.header_timeout_ms)
        patient.header_timeout_ms = 10 * PATIENCE_MS; // no test waits for it
    tls_files_make(&tls_world->files, -60, 3600);
    assert_int_equal(
        http_tls_open(&tls_world->files.settings, clock_system(), &tls_world->tls, &problem),
        OK);
    tls_world->context = tls_client_context(0);
    world_start(&tls_world->world, &patient);
    rig_listen_tls(&tls_world->world.rig, tls_world->tls);
}

static void tls_world_stop(struct tls_world *tls_world)
{
    world_stop(&tls_world->world);
    SSL_CTX_free(tls_world->context);
    http_tls_close(tls_world->tls);
    tls_files_remove(&tls_world->files);
}

static SSL *client_open(struct tls_world *tls_world)
{
    tls_world->fd = rig_connect(&tls_world->world.rig);
    return tls_client_connect(tls_world->context, tls_world->fd, NULL);
}

static void client_close(struct tls_world *tls_world, SSL *client)
{
    SSL_free(client);
    close(tls_world->fd);
}

// Sends text on a connection of its own; all that comes back.
static str exchange(struct tls_world *tls_world, str text)
{
    SSL *client = client_open(tls_world);
    tls_client_send(client, text);
    str answer = tls_client_rest(client, tls_world->world.arena);
    client_close(tls_world, client);
    return answer;
}

#define GET_CLOSE(path) STR("GET " path " HTTP/1.1\r\n" HOST CLOSE "\r\n")

static int64_t handshakes(enum handshake_end end)
{
    return metric_value(METRIC_TLS_HANDSHAKES, end);
}

static bool no_conn_is_left(struct world *world)
{
    return world->rig.server->conn_count == 0;
}

static void requests_follow_each_other_on_one_connection(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    str answer =
        exchange(&tls, STR("GET /echo?1 HTTP/1.1\r\n" HOST "\r\n"
                           "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
                           "GET /echo?2 HTTP/1.1\r\n" HOST CLOSE "\r\n"));
    assert_int_equal(answer_status(answer), 200);
    assert_true(answer_has(answer, "GET /echo?1"));
    assert_true(answer_has(answer, "\r\n\r\nabc"));
    assert_true(str_ends(answer, STR("GET /echo?2"))); // and a bye behind it
    tls_world_stop(&tls);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    static const char text[] = "POST /echo HTTP/1.1\r\n" HOST CLOSE
                               "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    SSL *client = client_open(&tls);
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        tls_client_send(client, str_make(text + i, 1));
    assert_true(str_ends(tls_client_rest(client, tls.world.arena), STR("\r\n\r\nabc")));
    client_close(&tls, client);
    tls_world_stop(&tls);
}

static const char *const big_requests[] = { "GET /big HTTP/1.1\r\n" HOST CLOSE "\r\n",
                                            "GET /big/copied HTTP/1.1\r\n" HOST CLOSE "\r\n" };

static bool a_big_was_answered(struct world *world)
{
    return world->bigs > 0;
}

// Longer than the socket takes, read by somebody who takes his time to begin.
static void a_long_answer_arrives_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(big_requests); i++) {
        struct tls_world tls;
        tls_world_start(&tls, &http_server_limits_default);
        SSL *client = client_open(&tls);
        tls_client_send(client, str_of(big_requests[i]));
        world_wait(&tls.world, a_big_was_answered);
        str body = answer_body(tls_client_rest(client, tls.world.arena));
        assert_int_equal(body.len, BIG_BYTES);
        assert_true(is_pattern(body));
        client_close(&tls, client);
        tls_world_stop(&tls);
    }
}

static struct conn *first_conn(struct world *world)
{
    return CONTAINER_OF(world->rig.server->conns.head.next, struct conn, node);
}

static size_t sealed_bytes(const struct conn *conn)
{
    return conn_queued_bytes(conn) - conn->plain_bytes;
}

// Sealed is no more than the piece that met a full socket.
static bool the_rest_waits_unsealed(struct world *world)
{
    enum { A_PIECE_BYTES = 2 * RECORD_BYTES + 1024 };
    if (world->bigs == 0)
        return false;
    const struct conn *conn = first_conn(world);
    return conn->plain_bytes > 0 && sealed_bytes(conn) <= A_PIECE_BYTES;
}

// Who does not read must not make the server keep megabytes that it has sealed for him.
static void an_answer_is_sealed_as_the_socket_takes_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(big_requests); i++) {
        struct tls_world tls;
        tls_world_start(&tls, &http_server_limits_default);
        SSL *client = client_open(&tls);
        int small = 4096; // so that the answer does not fit between us
        assert_int_equal(setsockopt(tls.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
        tls_client_send(client, str_of(big_requests[i]));
        world_wait(&tls.world, the_rest_waits_unsealed);
        client_close(&tls, client);
        world_wait(&tls.world, no_conn_is_left);
        tls_world_stop(&tls);
    }
}

static bool stream_is_open(struct world *world)
{
    return world->stream != NULL;
}

static bool stream_has_drained(struct world *world)
{
    return world->drains > 0;
}

static void stream_fill(struct rig *rig)
{
    struct world *world = CONTAINER_OF(rig, struct world, rig);
    char bytes[500];
    do {
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = pattern_byte(world->bytes_written++);
        world->is_full = !http_stream_write(world->stream, str_make(bytes, sizeof(bytes)));
    } while (!world->is_full);
    world->drains = 0;
}

static void stream_end(struct rig *rig)
{
    http_stream_end(CONTAINER_OF(rig, struct world, rig)->stream);
}

static void a_slow_reader_of_a_stream_misses_nothing(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    SSL *client = client_open(&tls);
    tls_client_send(client, STR("GET /stream HTTP/1.0\r\n\r\n"));
    world_wait(&tls.world, stream_is_open);
    rig_call(&tls.world.rig, stream_fill);
    rig_call(&tls.world.rig, stream_fill); // it may be written to nevertheless
    rig_call(&tls.world.rig, stream_end);  // and its end is behind what waits
    str body = answer_body(tls_client_rest(client, tls.world.arena));
    assert_true(str_starts(body, STR("hello")));
    assert_int_equal(body.len - 5, tls.world.bytes_written);
    assert_true(is_pattern(str_sub(body, 5, SIZE_MAX)));
    client_close(&tls, client);
    tls_world_stop(&tls);
}

static void a_streams_owner_is_told_when_all_was_taken(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    SSL *client = client_open(&tls);
    tls_client_send(client, STR("GET /stream HTTP/1.0\r\n\r\n"));
    world_wait(&tls.world, stream_is_open);
    rig_call(&tls.world.rig, stream_fill);
    char bytes[RECORD_BYTES];
    for (size_t left = tls.world.bytes_written, got; left > 0; left -= MIN(got, left))
        assert_true(SSL_read_ex(client, bytes, sizeof(bytes), &got));
    // What is left, as long as the head, fits into the socket.
    world_wait(&tls.world, stream_has_drained);
    client_close(&tls, client);
    tls_world_stop(&tls);
}

static void a_long_body_arrives_whole(void **state)
{
    (void)state;
    enum { LEN = 1 << 20 };
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    struct buf text = { 0 };
    buf_addf(&text, "POST /echo/much HTTP/1.1\r\n" HOST CLOSE "Content-Length: %d\r\n\r\n",
             LEN);
    memset(buf_reserve(&text, LEN), 'b', LEN);
    text.len += LEN;
    str answer = exchange(&tls, buf_str(&text));
    assert_int_equal(answer_status(answer), 200);
    assert_int_equal(answer_body(answer).len, LEN);
    buf_done(&text);
    tls_world_stop(&tls);
}

static void a_stream_ends_with_a_bye(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    str answer = exchange(&tls, GET_CLOSE("/parts"));
    assert_true(answer_has(answer, "3\r\none\r\n"));
    assert_true(str_ends(answer, STR("0\r\n\r\n")));
    // Without chunks only the bye tells the end from a cut.
    answer = exchange(&tls, STR("GET /parts HTTP/1.0\r\n\r\n"));
    assert_true(str_ends(answer, STR("one and twenty more bytes")));
    tls_world_stop(&tls);
}

static void whoever_says_bye_still_gets_his_answer(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    SSL *client = client_open(&tls);
    tls_client_send(client, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(SSL_shutdown(client), 0);
    world_release(&tls.world);
    assert_true(answer_has(tls_client_rest(client, tls.world.arena), "held"));
    client_close(&tls, client);
    tls_world_stop(&tls);
}

static void idle_connections_end_with_a_bye(void **state)
{
    (void)state;
    struct tls_world tls;
    struct http_server_limits limits = http_server_limits_default;
    limits.idle_timeout_ms = 100;
    tls_world_start(&tls, &limits);
    SSL *client = client_open(&tls);
    assert_int_equal(tls_client_rest(client, tls.world.arena).len, 0);
    client_close(&tls, client);
    tls_world_stop(&tls);
}

static void plain_http_is_told_so(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\n" HOST "\r\n",
        "POST / HTTP/1.1\r\n" HOST "\r\n",
        "OPTIONS / HTTP/1.1\r\n" HOST "\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "G",
    };
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    int64_t before = handshakes(HANDSHAKE_PLAIN_HTTP);
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        str answer = rig_exchange(&tls.world.rig, tls.world.arena, str_of(requests[i]));
        assert_int_equal(answer_status(answer), 400);
        assert_true(answer_has(answer, "\r\nConnection: close\r\n"));
        assert_true(str_ends(answer, STR("use https://\n")));
    }
    assert_int_equal(handshakes(HANDSHAKE_PLAIN_HTTP) - before, ARRAY_LEN(requests));
    tls_world_stop(&tls);
}

static void garbage_is_refused_with_an_alert(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    int64_t before = handshakes(HANDSHAKE_REFUSED);
    str answer = rig_exchange(&tls.world.rig, tls.world.arena,
                              str_make("\x16\x03\x01\x00\x04\x01\x20\x00\x00", 9));
    assert_int_equal(answer.len, 7);
    assert_memory_equal(answer.data, "\x15\x03", 2);
    (void)rig_exchange(&tls.world.rig, tls.world.arena, STR("garbage in small letters"));
    world_wait(&tls.world, no_conn_is_left);
    assert_int_equal(handshakes(HANDSHAKE_REFUSED) - before, 2);
    tls_world_stop(&tls);
}

// The start of a hello, which is never ended.
static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";

static void a_client_may_leave_amid_the_handshake(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    int64_t before = handshakes(HANDSHAKE_ABORTED);
    for (size_t len = 0; len < sizeof(hello) - 1; len++) {
        int fd = rig_connect(&tls.world.rig);
        peer_send(fd, str_make(hello, len));
        close(fd);
    }
    assert_int_equal(answer_status(exchange(&tls, GET_CLOSE("/echo"))), 200);
    world_wait(&tls.world, no_conn_is_left);
    assert_int_equal(handshakes(HANDSHAKE_ABORTED) - before, sizeof(hello) - 1);
    tls_world_stop(&tls);
}

static void a_slow_handshake_is_ended(void **state)
{
    (void)state;
    struct tls_world tls;
    struct http_server_limits limits = http_server_limits_default;
    limits.header_timeout_ms = 100; // and the idle one is as long as ever
    tls_world_start(&tls, &limits);
    int64_t before = handshakes(HANDSHAKE_TIMEOUT);
    int silent = rig_connect(&tls.world.rig);
    int begun = rig_connect(&tls.world.rig);
    peer_send(begun, str_make(hello, sizeof(hello) - 1));
    assert_int_equal(peer_rest(silent, tls.world.arena).len, 0);
    assert_int_equal(peer_rest(begun, tls.world.arena).len, 0);
    close(silent);
    close(begun);
    assert_int_equal(handshakes(HANDSHAKE_TIMEOUT) - before, 2);
    tls_world_stop(&tls);
}

static void handshakes_are_counted(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    int64_t full = handshakes(HANDSHAKE_FULL), resumed = handshakes(HANDSHAKE_RESUMED);
    SSL *client = client_open(&tls);
    tls_client_send(client, GET_CLOSE("/echo"));
    (void)tls_client_rest(client, tls.world.arena);
    SSL_SESSION *session = SSL_get1_session(client);
    (void)SSL_shutdown(client);
    client_close(&tls, client);
    tls.fd = rig_connect(&tls.world.rig);
    client = tls_client_connect(tls.context, tls.fd, session);
    SSL_SESSION_free(session);
    assert_true(SSL_session_reused(client));
    tls_client_send(client, GET_CLOSE("/echo"));
    (void)tls_client_rest(client, tls.world.arena);
    client_close(&tls, client);
    assert_int_equal(handshakes(HANDSHAKE_FULL) - full, 1);
    assert_int_equal(handshakes(HANDSHAKE_RESUMED) - resumed, 1);
    tls_world_stop(&tls);
}

static void browsers_are_told_to_stay_only_where_it_is_secure(void **state)
{
    (void)state;
    struct tls_world tls;
    struct http_server_limits limits = http_server_limits_default;
    limits.hsts_max_age_s = 3600;
    tls_world_start(&tls, &limits);
    assert_true(answer_has(exchange(&tls, GET_CLOSE("/echo")),
                           "\r\nStrict-Transport-Security: max-age=3600\r\n"));
    str plain = rig_exchange(&tls.world.rig, tls.world.arena, GET_CLOSE("/echo"));
    assert_int_equal(answer_status(plain), 400);
    assert_false(answer_has(plain, "Strict-Transport-Security"));
    tls_world_stop(&tls);
}

static void a_proxy_speaks_ahead_of_the_handshake(void **state)
{
    (void)state;
    struct tls_world tls;
    struct http_server_limits limits = http_server_limits_default;
    limits.trusted_proxies = STR("127.0.0.0/8");
    limits.has_proxy_header = true;
    tls_world_start(&tls, &limits);
    tls.fd = rig_connect(&tls.world.rig);
    peer_send(tls.fd, STR("PROXY TCP4 198.51.100.1 192.0.2.1 56324 443\r\n"));
    SSL *client = tls_client_connect(tls.context, tls.fd, NULL);
    tls_client_send(client, GET_CLOSE("/address"));
    assert_true(
        str_ends(tls_client_rest(client, tls.world.arena), STR("\r\n\r\n198.51.100.1")));
    client_close(&tls, client);
    tls_world_stop(&tls);
}

static void on_drained(void *ctx)
{
    ((struct world *)ctx)->is_drained = true;
}

static void drain(struct rig *rig)
{
    http_server_drain(rig->server, on_drained, CONTAINER_OF(rig, struct world, rig));
}

static bool has_drained(struct world *world)
{
    return world->is_drained;
}

static bool holds_and_has_two(struct world *world)
{
    return world->held && world->rig.server->conn_count == 2;
}

static void draining_answers_what_has_begun(void **state)
{
    (void)state;
    struct tls_world tls;
    tls_world_start(&tls, &http_server_limits_default);
    SSL *client = client_open(&tls);
    tls_client_send(client, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    int begun = rig_connect(&tls.world.rig);
    peer_send(begun, str_make(hello, sizeof(hello) - 1));
    world_wait(&tls.world, holds_and_has_two);
    rig_call(&tls.world.rig, drain);
    assert_int_equal(peer_rest(begun, tls.world.arena).len, 0);
    world_release(&tls.world);
    str answer = tls_client_rest(client, tls.world.arena);
    assert_true(answer_has(answer, "\r\nConnection: close\r\n"));
    assert_true(str_ends(answer, STR("held")));
    close(begun);
    client_close(&tls, client);
    world_wait(&tls.world, has_drained);
    tls_world_stop(&tls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_follow_each_other_on_one_connection),
        cmocka_unit_test(a_request_may_come_byte_by_byte),
        cmocka_unit_test(a_long_answer_arrives_whole),
        cmocka_unit_test(an_answer_is_sealed_as_the_socket_takes_it),
        cmocka_unit_test(a_slow_reader_of_a_stream_misses_nothing),
        cmocka_unit_test(a_streams_owner_is_told_when_all_was_taken),
        cmocka_unit_test(a_long_body_arrives_whole),
        cmocka_unit_test(a_stream_ends_with_a_bye),
        cmocka_unit_test(whoever_says_bye_still_gets_his_answer),
        cmocka_unit_test(idle_connections_end_with_a_bye),
        cmocka_unit_test(plain_http_is_told_so),
        cmocka_unit_test(garbage_is_refused_with_an_alert),
        cmocka_unit_test(a_client_may_leave_amid_the_handshake),
        cmocka_unit_test(a_slow_handshake_is_ended),
        cmocka_unit_test(handshakes_are_counted),
        cmocka_unit_test(browsers_are_told_to_stay_only_where_it_is_secure),
        cmocka_unit_test(a_proxy_speaks_ahead_of_the_handshake),
        cmocka_unit_test(draining_answers_what_has_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
