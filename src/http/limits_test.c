// SPDX-License-Identifier: Apache-2.0
// What ends: slow clients, too many of them, draining, closing.
#include "http/world.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/serving.h"

// A limit that a test waits for. Each test shortens that one only: whatever else the server
// might wait for would end the connection under a test that is stopped at the wrong moment.
enum { SHORT_MS = 150, DRIP_US = 20000 };

// Sends head, then a byte each 20 ms; true when the server ended it.
static bool drip_is_cut(int fd, str head)
{
    char byte = 'a';
    peer_send(fd, head);
    for (int i = 0; i < PATIENCE_S * 1000000 / DRIP_US; i++) {
        if (send(fd, &byte, 1, MSG_NOSIGNAL) < 0 ||
            recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) >= 0)
            return true;
        usleep(DRIP_US);
    }
    return false;
}

static void a_dripping_header_is_cut_off(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.header_timeout_ms = SHORT_MS;
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    assert_true(drip_is_cut(fd, STR("GET /echo HTTP/1.1\r\n" HOST "X-Long-Header: ")));
    assert_int_equal(answer_status(peer_rest(fd, world.arena)), 408);
    close(fd);
    world_stop(&world);
}

static void a_dripping_body_is_cut_off(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.body_timeout_ms = SHORT_MS;
    world_start(&world, &limits);
    static const char *const heads[] = {
        "POST /echo/much HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n",
        "POST /echo/much HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nfffff\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        int fd = rig_connect(&world.rig);
        assert_true(drip_is_cut(fd, str_of(heads[i])));
        assert_int_equal(answer_status(peer_rest(fd, world.arena)), 408);
        close(fd);
    }
    world_stop(&world);
}

// A connection that has been answered once, and the next answer is waited for. The server may
// have taken it for idle before its first request came: then another one.
static int connect_used(struct world *world)
{
    for (int i = 0; i < 100; i++) {
        int fd = rig_connect(&world->rig);
        peer_send(fd, STR("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
        if (answer_status(peer_answer(fd, world->arena, false)) == 200)
            return fd;
        close(fd);
    }
    fail_msg("never answered");
    return -1;
}

static void an_idle_connection_ends_without_a_word(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.idle_timeout_ms = SHORT_MS;
    world_start(&world, &limits);
    int fresh = rig_connect(&world.rig);
    int used = connect_used(&world);
    assert_int_equal(peer_rest(fresh, world.arena).len, 0);
    assert_int_equal(peer_rest(used, world.arena).len, 0);
    close(fresh);
    close(used);
    world_stop(&world);
}

static bool request_is_held(struct world *world)
{
    return world->held != NULL;
}

static bool no_conn_is_left(struct world *world)
{
    return world->rig.server->conn_count == 0;
}

static bool one_conn_is_there(struct world *world)
{
    return world->rig.server->conn_count == 1;
}

static bool was_answered(struct world *world)
{
    return world->bigs == 1;
}

static void whoever_does_not_read_is_cut_off(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.write_timeout_ms = SHORT_MS;
    limits.write_slowest_bytes_s = 0;
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    int small = 4096; // so that the answer does not fit between us
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
    peer_send(fd, STR("GET /big HTTP/1.1\r\n" HOST "\r\n"));
    world_wait(&world, was_answered);
    world_wait(&world, no_conn_is_left);
    close(fd);
    world_stop(&world);
}

static void stream_fill(struct rig *rig)
{
    struct world *world = CONTAINER_OF(rig, struct world, rig);
    char block[16384] = "";
    while (http_stream_write(world->stream, str_make(block, sizeof(block))))
        ;
}

static bool stream_is_open(struct world *world)
{
    return world->stream != NULL;
}

static bool stream_is_over(struct world *world)
{
    return world->streams_closed == 1;
}

static void a_streams_reader_that_does_not_read_is_cut_off(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.write_timeout_ms = SHORT_MS;
    limits.write_slowest_bytes_s = 0;
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /stream HTTP/1.1\r\n" HOST "\r\n"));
    world_wait(&world, stream_is_open);
    usleep(2 * SHORT_MS * 1000); // nothing waits to be sent: no deadline
    world_wait(&world, stream_is_open);
    rig_call(&world.rig, stream_fill);
    world_wait(&world, no_conn_is_left);
    world_wait(&world, stream_is_over); // told in a turn of its own
    close(fd);
    world_stop(&world);
}

static void time_to_handle_is_not_limited(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.header_timeout_ms = limits.body_timeout_ms = limits.write_timeout_ms = SHORT_MS;
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    world_wait(&world, request_is_held);
    usleep(2 * SHORT_MS * 1000); // beyond every deadline above
    world_release(&world);
    assert_int_equal(answer_status(peer_answer(fd, world.arena, false)), 200);
    close(fd);
    world_stop(&world);
}

static void a_connection_too_many_is_closed(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = http_server_limits_default;
    limits.connections = 2;
    world_start(&world, &limits);
    int fds[3];
    for (size_t i = 0; i < 3; i++) {
        fds[i] = rig_connect(&world.rig);
        if (i < 2) {
            peer_send(fds[i], STR("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
            assert_int_equal(answer_status(peer_answer(fds[i], world.arena, false)), 200);
        }
    }
    assert_int_equal(peer_rest(fds[2], world.arena).len, 0);
    close(fds[0]);
    world_wait(&world, one_conn_is_there);
    int again = rig_connect(&world.rig);
    peer_send(again, STR("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(answer_status(peer_answer(again, world.arena, false)), 200);
    close(fds[1]);
    close(fds[2]);
    close(again);
    world_stop(&world);
}

static void on_drained(void *ctx)
{
    ((struct world *)ctx)->is_drained = true;
}

static void drain(struct rig *rig)
{
    struct world *world = CONTAINER_OF(rig, struct world, rig);
    http_server_drain(rig->server, on_drained, world);
    assert(!world->is_drained); // only from a later turn
}

static bool has_drained(struct world *world)
{
    return world->is_drained;
}

static bool three_conns_are_there(struct world *world)
{
    return world->rig.server->conn_count == 3;
}

static void draining_answers_what_is_under_way(void **state)
{
    (void)state;
    struct world world;
    world_start(&world, &http_server_limits_default);
    int idle = rig_connect(&world.rig);
    int held = rig_connect(&world.rig);
    int half = rig_connect(&world.rig);
    peer_send(held, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    world_wait(&world, request_is_held);
    peer_send(half, STR("POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
                        "Content-Length: 2\r\n\r\n"));
    assert_int_equal(answer_status(peer_answer(half, world.arena, false)), 100);
    world_wait(&world, three_conns_are_there);
    rig_call(&world.rig, drain);
    assert_int_equal(peer_rest(idle, world.arena).len, 0);
    peer_send(half, STR("ok"));
    str answer = peer_rest(half, world.arena);
    assert_true(str_eq(answer_body(answer), STR("ok")));
    assert_true(answer_has(answer, "\r\nConnection: close\r\n"));
    assert_false(world.is_drained); // written before the next rig_call at the earliest
    world_release(&world);
    answer = peer_rest(held, world.arena);
    assert_true(answer_has(answer, "\r\nConnection: close\r\n"));
    world_wait(&world, has_drained);
    close(idle);
    close(held);
    close(half);
    world_stop(&world);
}

static void draining_waits_for_requests_without_a_peer(void **state)
{
    (void)state;
    struct world world;
    world_start(&world, &http_server_limits_default);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    world_wait(&world, request_is_held);
    struct linger now = { .l_onoff = 1, .l_linger = 0 };
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd);
    world_wait(&world, no_conn_is_left);
    rig_call(&world.rig, drain);
    assert_int_equal(world_conns(&world), 0);
    assert_false(world.is_drained);
    world_release(&world);
    world_wait(&world, has_drained);
    world_stop(&world);
}

static void draining_an_idle_server_ends_at_once(void **state)
{
    (void)state;
    struct world world;
    world_start(&world, &http_server_limits_default);
    rig_call(&world.rig, drain);
    world_wait(&world, has_drained);
    world_stop(&world);
}

static bool all_four_are_under_way(struct world *world)
{
    return world->rig.server->conn_count == 5 && world->held && world->stream;
}

static void closing_ends_everything_at_once(void **state)
{
    (void)state;
    struct world world;
    world_start(&world, &http_server_limits_default);
    static const char *const starts[] = {
        "",
        "GET /hold HTTP/1.1\r\n" HOST "\r\n",
        "GET /stream HTTP/1.1\r\n" HOST "\r\n",
        "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nhal",
        "GET /big HTTP/1.1\r\n" HOST "\r\n",
    };
    int fds[ARRAY_LEN(starts)];
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        fds[i] = rig_connect(&world.rig);
        peer_send(fds[i], str_of(starts[i]));
    }
    world_wait(&world, all_four_are_under_way);
    rig_stop(&world.rig); // closes the server
    assert_int_equal(world.streams_closed, 1);
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        close(fds[i]);
    arena_free(world.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dripping_header_is_cut_off),
        cmocka_unit_test(a_dripping_body_is_cut_off),
        cmocka_unit_test(an_idle_connection_ends_without_a_word),
        cmocka_unit_test(whoever_does_not_read_is_cut_off),
        cmocka_unit_test(a_streams_reader_that_does_not_read_is_cut_off),
        cmocka_unit_test(time_to_handle_is_not_limited),
        cmocka_unit_test(a_connection_too_many_is_closed),
        cmocka_unit_test(draining_answers_what_is_under_way),
        cmocka_unit_test(draining_waits_for_requests_without_a_peer),
        cmocka_unit_test(draining_an_idle_server_ends_at_once),
        cmocka_unit_test(closing_ends_everything_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
