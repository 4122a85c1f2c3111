// SPDX-License-Identifier: Apache-2.0
// The budget of bodies and large headers: who waits, who goes on, who is ended.
#include "http/world.h"

#include <sys/socket.h>
#include <unistd.h>

#include "http/serving.h"

enum { SHORT_MS = 150, RETRY_US = 20000 };

static bool request_is_held(struct world *world)
{
    return world->held != NULL;
}

#define BODY_600 "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 600\r\n\r\n"
#define CHUNKED  "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

static str filler(void)
{
    static char bytes[600];
    memset(bytes, 'b', sizeof(bytes));
    return str_make(bytes, sizeof(bytes));
}

// A budget of so many bytes; nobody is hurried and nobody waits in vain.
static struct http_server_limits limits_of_budget(size_t bytes)
{
    struct http_server_limits limits = http_server_limits_default;
    limits.body_budget_bytes = bytes;
    limits.body_slowest_bytes_s = 0;
    limits.body_wait_ms = PATIENCE_MS;
    return limits;
}

static bool one_waits(struct world *world)
{
    return !list_is_empty(&world->rig.server->budget.shares[SHARE_BIG].waiting);
}

static bool two_wait(struct world *world)
{
    const struct list *waiting = &world->rig.server->budget.shares[SHARE_BIG].waiting;
    return waiting->head.next != waiting->head.prev;
}

static bool nobody_waits(struct world *world)
{
    return !one_waits(world);
}

static bool all_is_given_back(struct world *world)
{
    return budget_is_free(&world->rig.server->budget);
}

static bool budget_is_taken(struct world *world)
{
    return !all_is_given_back(world);
}

#define BODY_60000 "POST /echo/much HTTP/1.1\r\n" HOST "Content-Length: 60000\r\n\r\n"

// It waits for ever otherwise: the first one keeps what it waits for.
static void a_waiting_body_that_comes_meanwhile_needs_room(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(100000);
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    peer_send(first, STR(BODY_60000));
    world_wait(&world, budget_is_taken);
    int second = rig_connect(&world.rig);
    peer_send(second, STR(BODY_60000));
    world_wait(&world, one_waits);
    for (int i = 0; i < 40; i++)
        peer_send(second, filler());
    assert_int_equal(answer_status(peer_answer(second, world.arena, false)), 503);
    world_wait(&world, nobody_waits);
    close(first);
    close(second);
    world_wait(&world, all_is_given_back);
    world_stop(&world);
}

static void a_whole_body_is_taken_where_nothing_more_fits(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(100000);
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    peer_send(first, STR(BODY_60000));
    world_wait(&world, budget_is_taken);
    int second = rig_connect(&world.rig);
    struct buf bytes = { 0 };
    buf_add_str(&bytes,
                STR("POST /echo/much HTTP/1.1\r\n" HOST "Content-Length: 18000\r\n\r\n"));
    for (int i = 0; i < 30; i++)
        buf_add_str(&bytes, filler());
    peer_send(second, buf_str(&bytes));
    buf_done(&bytes);
    assert_int_equal(answer_status(peer_answer(second, world.arena, false)), 200);
    close(first);
    close(second);
    world_wait(&world, all_is_given_back);
    world_stop(&world);
}

static void a_body_waits_for_its_share(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1000);
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    peer_send(first, STR(BODY_600));
    peer_send(first, filler());
    world_wait(&world, request_is_held); // with its body; the others stand in line
    int second = rig_connect(&world.rig);
    int third = rig_connect(&world.rig);
    peer_send(second, STR(CHUNKED "258\r\n"));
    world_wait(&world, one_waits);
    peer_send(third, STR(BODY_600));
    world_release(&world);
    assert_true(str_eq(answer_body(peer_answer(first, world.arena, false)), STR("held")));
    peer_send(second, filler());
    peer_send(second, STR("\r\n0\r\n\r\n"));
    assert_true(str_eq(answer_body(peer_answer(second, world.arena, false)), filler()));
    peer_send(third, filler());
    world_release(&world);
    assert_true(str_eq(answer_body(peer_answer(third, world.arena, false)), STR("held")));
    world_wait(&world, all_is_given_back);
    close(first);
    close(second);
    close(third);
    world_stop(&world);
}

static void a_body_that_has_come_already_does_not_wait(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1000);
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    peer_send(first, STR(BODY_600));
    peer_send(first, filler());
    world_wait(&world, request_is_held);
    int second = rig_connect(&world.rig);
    peer_send(second, STR(CHUNKED "258\r\n"));
    world_wait(&world, one_waits);
    peer_send(second, filler());
    peer_send(second, STR("\r\n0\r\n\r\n"));
    assert_true(str_eq(answer_body(peer_answer(second, world.arena, false)), filler()));
    world_release(&world);
    world_wait(&world, all_is_given_back);
    close(first);
    close(second);
    world_stop(&world);
}

static void a_body_that_waits_too_long_is_refused(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1000);
    limits.body_wait_ms = SHORT_MS;
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    peer_send(first, STR(BODY_600));
    peer_send(first, filler());
    world_wait(&world, request_is_held);
    static const char *const others[] = { BODY_600, CHUNKED "258\r\n" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        int second = rig_connect(&world.rig);
        peer_send(second, str_of(others[i]));
        str answer = peer_rest(second, world.arena);
        assert_int_equal(answer_status(answer), 503);
        assert_true(answer_has(answer, "\r\nRetry-After: 1\r\n"));
        assert_true(str_eq(answer_body(answer), STR("family says 503")));
        close(second);
    }
    // Whoever needs nothing of it is served.
    str answer =
        rig_exchange(&world.rig, world.arena, STR("GET /echo HTTP/1.1\r\n" HOST CLOSE "\r\n"));
    assert_int_equal(answer_status(answer), 200);
    world_release(&world);
    world_wait(&world, all_is_given_back);
    close(first);
    world_stop(&world);
}

static void a_body_beyond_the_whole_budget_goes_alone(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(100);
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR(BODY_600));
    peer_send(fd, filler());
    world_release(&world);
    assert_int_equal(answer_status(peer_answer(fd, world.arena, false)), 200);
    close(fd);
    world_stop(&world);
}

static void so_does_one_that_becomes_it_chunk_by_chunk(void **state)
{
    (void)state;
    enum { CHUNK_BYTES = 200000, CHUNKS = 3 }; // more than is read ahead of a budget
    struct world world;
    struct http_server_limits limits = limits_of_budget(100000);
    world_start(&world, &limits);
    struct buf chunk = { 0 };
    buf_addf(&chunk, "%x\r\n%0*d\r\n", CHUNK_BYTES, CHUNK_BYTES, 1);
    int fd = rig_connect(&world.rig);
    peer_send(fd,
              STR("POST /echo/much HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"));
    peer_send(fd, buf_str(&chunk));
    world_wait(&world, budget_is_taken);
    int waiting = rig_connect(&world.rig); // which it must not wait for
    peer_send(waiting, STR("POST /echo/much HTTP/1.1\r\n" HOST "Content-Length: 4000\r\n\r\n"));
    world_wait(&world, one_waits);
    for (int i = 1; i < CHUNKS; i++)
        peer_send(fd, buf_str(&chunk));
    peer_send(fd, STR("0\r\n\r\n"));
    str answer = peer_answer(fd, world.arena, false);
    assert_int_equal(answer_body(answer).len, CHUNKS * CHUNK_BYTES);
    buf_done(&chunk);
    close(fd);
    close(waiting);
    world_stop(&world);
}

static void a_body_that_hardly_comes_makes_room_for_who_waits(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1000);
    limits.body_slowest_bytes_s = http_server_limits_default.body_slowest_bytes_s;
    world_start(&world, &limits);
    int slow = rig_connect(&world.rig);
    peer_send(slow, STR(CHUNKED "258\r\nx")); // its share is taken, its bytes do not come
    world_wait(&world, budget_is_taken);
    int waiting = rig_connect(&world.rig);
    peer_send(waiting, STR(CHUNKED "258\r\n"));
    world_wait(&world, one_waits);
    assert_int_equal(answer_status(peer_rest(slow, world.arena)), 408);
    peer_send(waiting, filler());
    peer_send(waiting, STR("\r\n0\r\n\r\n"));
    assert_true(str_eq(answer_body(peer_answer(waiting, world.arena, false)), filler()));
    world_wait(&world, all_is_given_back);
    close(slow);
    close(waiting);
    world_stop(&world);
}

static void a_small_body_does_not_wait_for_big_ones(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1000);
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    int second = rig_connect(&world.rig);
    peer_send(first, STR(CHUNKED "258\r\n"));
    world_wait(&world, budget_is_taken);
    peer_send(second, STR(CHUNKED "258\r\n"));
    world_wait(&world, one_waits);
    int small = rig_connect(&world.rig);
    peer_send(small, STR(CHUNKED "f\r\n0123456789abcde\r\n0\r\n\r\n"));
    str answer = peer_answer(small, world.arena, false);
    assert_true(str_eq(answer_body(answer), STR("0123456789abcde")));
    world_wait(&world, one_waits); // still
    close(first);
    close(second);
    close(small);
    world_stop(&world);
}

// --- Headers

enum { HEAD_BYTES = 6000 };

// A request line and so many bytes of its header, without an end.
static str half_head(const struct world *world, const char *line)
{
    return arena_printf(world->arena, "%s HTTP/1.1\r\n" HOST "X-Long: %0*d", line, HEAD_BYTES,
                        1);
}

static size_t heads_bytes(const struct world *world)
{
    return world->rig.server->budget.shares[SHARE_HEADS].used_bytes;
}

static bool a_head_is_counted(struct world *world)
{
    return heads_bytes(world) >= HEAD_BYTES;
}

// Complete, and its body awaited.
static bool a_head_is_kept(struct world *world)
{
    return heads_bytes(world) == 0 &&
           world->rig.server->budget.shares[SHARE_BIG].used_bytes >= HEAD_BYTES;
}

static bool a_head_is_kept_with_its_body(struct world *world)
{
    return world->held && a_head_is_kept(world) &&
           world->rig.server->budget.shares[SHARE_BIG].used_bytes >= HEAD_BYTES + 600;
}

static void a_half_head_beyond_the_budget_is_told_to_come_again(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(100000); // 6250 for such headers
    limits.header_timeout_ms = 10 * PATIENCE_MS;
    world_start(&world, &limits);
    int first = rig_connect(&world.rig);
    peer_send(first, half_head(&world, "GET /echo"));
    world_wait(&world, a_head_is_counted);
    str answer = rig_exchange(&world.rig, world.arena, half_head(&world, "GET /echo"));
    assert_int_equal(answer_status(answer), 503);
    assert_true(answer_has(answer, "\r\nRetry-After: 1\r\n"));
    assert_true(answer_has(answer, "\r\nConnection: close\r\n"));
    // Whoever has less is served, and so is who came first.
    answer =
        rig_exchange(&world.rig, world.arena, STR("GET /echo HTTP/1.1\r\n" HOST CLOSE "\r\n"));
    assert_int_equal(answer_status(answer), 200);
    peer_send(first, STR("\r\n\r\n"));
    assert_int_equal(answer_status(peer_answer(first, world.arena, false)), 200);
    world_wait(&world, all_is_given_back);
    close(first);
    world_stop(&world);
}

static void a_half_head_that_hardly_comes_makes_room_for_others(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(100000);
    limits.body_slowest_bytes_s = http_server_limits_default.body_slowest_bytes_s;
    limits.header_timeout_ms = 10 * PATIENCE_MS;
    world_start(&world, &limits);
    int slow = rig_connect(&world.rig);
    peer_send(slow, half_head(&world, "GET /echo"));
    world_wait(&world, a_head_is_counted);
    char byte;
    for (int i = 0; i < PATIENCE_S * 1000000 / RETRY_US; i++) {
        int other = rig_connect(&world.rig); // refused, while the first is not slow
        peer_send(other, half_head(&world, "GET /echo"));
        usleep(RETRY_US);
        close(other);
        if (recv(slow, &byte, 1, MSG_DONTWAIT | MSG_PEEK) >= 0)
            break;
    }
    assert_int_equal(answer_status(peer_rest(slow, world.arena)), 408);
    close(slow);
    world_wait(&world, all_is_given_back);
    world_stop(&world);
}

static void a_large_head_counts_with_its_body(void **state)
{
    (void)state;
    static const char *const bodies[] = { "\r\nContent-Length: 600\r\n\r\n",
                                          "\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n" };
    static const char *const ends[] = { "", "\r\n0\r\n\r\n" };
    struct world world;
    struct http_server_limits limits = limits_of_budget(100000);
    world_start(&world, &limits);
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        int fd = rig_connect(&world.rig);
        peer_send(fd, half_head(&world, "POST /hold"));
        peer_send(fd, str_of(bodies[i]));
        peer_send(fd, filler());
        peer_send(fd, str_of(ends[i]));
        world_wait(&world, a_head_is_kept_with_its_body);
        world_release(&world);
        assert_int_equal(answer_status(peer_answer(fd, world.arena, false)), 200);
        world_wait(&world, all_is_given_back);
        close(fd);
    }
    world_stop(&world);
}

static void a_large_head_waits_as_a_body_does(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(10000); // 6250 for what is big
    limits.header_timeout_ms = 10 * PATIENCE_MS;
    world_start(&world, &limits);
    static const char chunked[] = "\r\nTransfer-Encoding: chunked\r\n\r\n";
    int first = rig_connect(&world.rig);
    peer_send(first, half_head(&world, "POST /echo"));
    peer_send(first, str_of(chunked));
    world_wait(&world, a_head_is_kept);
    int second = rig_connect(&world.rig);
    peer_send(second, half_head(&world, "POST /echo"));
    peer_send(second, str_of(chunked));
    world_wait(&world, one_waits);
    peer_send(first, STR("1\r\na\r\n0\r\n\r\n"));
    assert_true(str_eq(answer_body(peer_answer(first, world.arena, false)), STR("a")));
    peer_send(second, STR("1\r\nb\r\n0\r\n\r\n"));
    assert_true(str_eq(answer_body(peer_answer(second, world.arena, false)), STR("b")));
    world_wait(&world, all_is_given_back);
    close(first);
    close(second);
    world_stop(&world);
}

static bool too_much_is_dropped(struct world *world)
{
    struct http_server *server = world->rig.server;
    if (list_is_empty(&server->conns))
        return false;
    struct conn *conn = CONTAINER_OF(server->conns.head.next, struct conn, node);
    return conn->has_unread && conn->ahead_counted_bytes == 0;
}

static bool a_part_is_ahead(struct world *world)
{
    return world->rig.server->budget.ahead_used_bytes >= 12000;
}

// Twenty requests of 600 bytes and more, each of which would be answered.
static str many_requests(struct world *world)
{
    str request = arena_printf(world->arena, "GET /echo HTTP/1.1\r\n" HOST "X: %.600s\r\n\r\n",
                               filler().data);
    struct buf bytes = { 0 };
    for (int i = 0; i < 20; i++)
        buf_add_str(&bytes, request);
    str all = arena_dup(world->arena, buf_str(&bytes));
    buf_done(&bytes);
    return all;
}

static void what_comes_too_early_is_counted(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1 << 20);
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    peer_send(fd, many_requests(&world));
    world_wait(&world, a_part_is_ahead);
    world_release(&world);
    for (int i = 0; i < 21; i++)
        assert_int_equal(answer_status(peer_answer(fd, world.arena, false)), 200);
    world_wait(&world, all_is_given_back);
    close(fd);
    world_stop(&world);
}

static void what_comes_too_early_for_the_budget_is_not_answered(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(32 << 10); // 4096 for what is ahead
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /hold HTTP/1.1\r\n" HOST "\r\n"));
    peer_send(fd, many_requests(&world));
    world_wait(&world, too_much_is_dropped);
    world_wait(&world, all_is_given_back);
    world_release(&world);
    str answer = peer_answer(fd, world.arena, false);
    assert_true(str_eq(answer_body(answer), STR("held")));
    assert_true(answer_has(answer, "\r\nConnection: close\r\n"));
    assert_int_equal(peer_rest(fd, world.arena).len, 0);
    close(fd);
    world_stop(&world);
}

static bool an_answer_is_not_taken(struct world *world)
{
    struct http_server *server = world->rig.server;
    if (list_is_empty(&server->conns))
        return false;
    struct conn *conn = CONTAINER_OF(server->conns.head.next, struct conn, node);
    return conn->state == CONN_WRITING;
}

static bool nothing_more_is_read(struct world *world)
{
    struct http_server *server = world->rig.server;
    struct conn *conn = CONTAINER_OF(server->conns.head.next, struct conn, node);
    return !conn->is_reading;
}

static void whoever_takes_no_answer_is_not_read_from(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1 << 20);
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    peer_send(fd, STR("GET /big HTTP/1.1\r\n" HOST "\r\n"));
    world_wait(&world, an_answer_is_not_taken);
    world_wait(&world, nothing_more_is_read);
    peer_send(fd, many_requests(&world));
    assert_true(is_pattern(answer_body(peer_answer(fd, world.arena, false))));
    for (int i = 0; i < 20; i++)
        assert_int_equal(answer_status(peer_answer(fd, world.arena, false)), 200);
    close(fd);
    world_stop(&world);
}

static void an_answer_that_is_not_taken_is_the_last_when_too_much_follows(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(32 << 10);
    world_start(&world, &limits);
    int fd = rig_connect(&world.rig);
    struct buf bytes = { 0 }; // in one packet, so that all of it has been read
    buf_add_str(&bytes, STR("GET /big HTTP/1.1\r\n" HOST "\r\n"));
    buf_add_str(&bytes, many_requests(&world));
    peer_send(fd, buf_str(&bytes));
    buf_done(&bytes);
    world_wait(&world, too_much_is_dropped);
    world_wait(&world, all_is_given_back);
    assert_true(is_pattern(answer_body(peer_answer(fd, world.arena, false))));
    assert_int_equal(peer_rest(fd, world.arena).len, 0);
    close(fd);
    world_stop(&world);
}

// The first of those who wait goes away; the one behind it would have fitted all along.
static void who_leaves_the_line_lets_on_those_behind(void **state)
{
    (void)state;
    struct world world;
    struct http_server_limits limits = limits_of_budget(1000); // 625 for big ones
    world_start(&world, &limits);
    int holder = rig_connect(&world.rig);
    peer_send(holder, STR(BODY_600));
    peer_send(holder, filler());
    world_wait(&world, request_is_held);
    int leaving = rig_connect(&world.rig);
    peer_send(leaving, STR(BODY_600));
    world_wait(&world, one_waits);
    int behind = rig_connect(&world.rig);
    peer_send(behind, STR("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 20\r\n\r\n"));
    world_wait(&world, two_wait);
    close(leaving);
    world_wait(&world, nobody_waits);
    peer_send(behind, str_sub(filler(), 0, 20));
    assert_int_equal(answer_status(peer_answer(behind, world.arena, false)), 200);
    world_release(&world);
    close(holder);
    close(behind);
    world_stop(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_waits_for_its_share),
        cmocka_unit_test(a_whole_body_is_taken_where_nothing_more_fits),
        cmocka_unit_test(a_waiting_body_that_comes_meanwhile_needs_room),
        cmocka_unit_test(a_body_that_has_come_already_does_not_wait),
        cmocka_unit_test(a_body_that_waits_too_long_is_refused),
        cmocka_unit_test(a_body_beyond_the_whole_budget_goes_alone),
        cmocka_unit_test(so_does_one_that_becomes_it_chunk_by_chunk),
        cmocka_unit_test(a_body_that_hardly_comes_makes_room_for_who_waits),
        cmocka_unit_test(a_small_body_does_not_wait_for_big_ones),
        cmocka_unit_test(a_half_head_beyond_the_budget_is_told_to_come_again),
        cmocka_unit_test(a_half_head_that_hardly_comes_makes_room_for_others),
        cmocka_unit_test(a_large_head_counts_with_its_body),
        cmocka_unit_test(a_large_head_waits_as_a_body_does),
        cmocka_unit_test(what_comes_too_early_is_counted),
        cmocka_unit_test(what_comes_too_early_for_the_budget_is_not_answered),
        cmocka_unit_test(whoever_takes_no_answer_is_not_read_from),
        cmocka_unit_test(an_answer_that_is_not_taken_is_the_last_when_too_much_follows),
        cmocka_unit_test(who_leaves_the_line_lets_on_those_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
