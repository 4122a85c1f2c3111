// SPDX-License-Identifier: Apache-2.0
// The API behind a real server on a loop and thread of its own.
#include "api/testing.h"

#include <pthread.h>
#include <unistd.h>

#include "http/listen.h"
#include "http/router.h"
#include "http/testing.h"

struct fixture {
    struct world world;
    struct loop *loop;
    struct http_router *router;
    struct http_server *server;
    struct rig rig; // its port only
    pthread_t thread;
    struct loop_post stop;
};

static void *run(void *arg)
{
    loop_run(((struct fixture *)arg)->loop);
    return NULL;
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct problem problem;
    int fd;
    uint64_t port;
    fixture = (struct fixture){ 0 };
    world_open_set_up(&fixture.world);
    fixture.loop = loop_new();
    struct http_family family = api_family(fixture.world.api, fixture.loop);
    fixture.router = http_router_new(&family, 1, 0);
    assert_int_equal(http_listen(STR("127.0.0.1:0"), 1, &fd, fixture.rig.address, &problem),
                     OK);
    str address = str_of(fixture.rig.address);
    assert_true(str_to_u64(str_sub(address, str_find(address, ':') + 1, SIZE_MAX), &port));
    fixture.rig.port = (uint16_t)port;
    fixture.server =
        http_server_new(fixture.loop, fd, fixture.router, &http_server_limits_default);
    assert_int_equal(pthread_create(&fixture.thread, NULL, run, &fixture), 0);
    *state = &fixture;
    return 0;
}

static void stop(struct loop_post *post)
{
    struct fixture *fixture = CONTAINER_OF(post, struct fixture, stop);
    http_server_close(fixture->server);
    api_family_close(fixture->world.api, fixture->loop);
    loop_stop(fixture->loop);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    fixture->stop.run = stop;
    loop_post(fixture->loop, &fixture->stop);
    pthread_join(fixture->thread, NULL);
    api_free(TAKE(fixture->world.api));
    loop_free(fixture->loop);
    http_router_free(fixture->router);
    world_close(&fixture->world);
    return 0;
}

static str request(struct fixture *fixture, const char *line, const char *headers,
                   const char *body)
{
    struct world *world = &fixture->world;
    return arena_printf(world->arena,
                        "%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %" PRIstr
                        "\r\n%sContent-Length: %zu\r\n\r\n%s",
                        line, STR_ARG(world->token), headers, strlen(body), body);
}

static str ask(struct fixture *fixture, const char *line, const char *headers, const char *body)
{
    int fd = rig_connect(&fixture->rig);
    peer_send(fd, request(fixture, line, headers, body));
    str answer = peer_answer(fd, fixture->world.arena, false);
    close(fd);
    return answer;
}

static void a_source_is_made_over_http(void **state)
{
    str answer = ask(*state, "POST /v2/sources", "Content-Type: application/json\r\n",
                     "{\"name\":\"web\",\"type\":\"Javascript\"}");
    assert_int_equal(answer_status(answer), 200);
    assert_true(answer_has(answer, "Content-Type: application/json"));
    assert_true(answer_has(answer, "Cache-Control: no-store"));
    assert_true(str_starts(answer_body(answer), STR("{\"source\":{\"id\":\"")));
    answer = ask(*state, "GET /v2/v2/sources?page=1", "", "");
    assert_int_equal(answer_status(answer), 200);
}

static void what_the_router_refuses_is_json_too(void **state)
{
    str answer = ask(*state, "GET /v2/nothing", "", "");
    assert_int_equal(answer_status(answer), 404);
    assert_true(str_starts(answer_body(answer), STR("{\"error\":\"Not Found\",")));
    answer = ask(*state, "DELETE /v2/personal-access-tokens", "", "");
    assert_int_equal(answer_status(answer), 405);
    assert_true(answer_has(answer, "Allow: "));
    answer = ask(*state, "POST /local/personal-access-tokens", "", "{}");
    assert_int_equal(answer_status(answer), 404);
}

static void too_long_a_body_is_refused_before_it_is_read(void **state)
{
    struct fixture *fixture = *state;
    int fd = rig_connect(&fixture->rig);
    peer_send(fd,
              STR("POST /v2/sources HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"));
    str answer = peer_answer(fd, fixture->world.arena, false);
    assert_int_equal(answer_status(answer), 413);
    assert_true(str_find_str(answer_body(answer), STR("PAYLOAD_TOO_LARGE")) <
                answer_body(answer).len);
    close(fd);
}

static void a_browser_may_ask_for_its_source_from_any_page(void **state)
{
    struct fixture *fixture = *state;
    int fd = rig_connect(&fixture->rig);
    peer_send(fd, STR("OPTIONS /sourceConfig/?writeKey=x HTTP/1.1\r\nHost: x\r\n"
                      "Origin: https://shop.example\r\n"
                      "Access-Control-Request-Method: GET\r\n"
                      "Access-Control-Request-Headers: authorization\r\n\r\n"));
    str answer = peer_answer(fd, fixture->world.arena, false);
    assert_int_equal(answer_status(answer), 204);
    assert_true(answer_has(answer, "Access-Control-Allow-Origin: https://shop.example"));
    peer_send(fd, STR("GET /sourceConfig?writeKey=x HTTP/1.1\r\nHost: x\r\n"
                      "Origin: https://shop.example\r\n\r\n"));
    answer = peer_answer(fd, fixture->world.arena, false);
    assert_int_equal(answer_status(answer), 400);
    assert_true(answer_has(answer, "Access-Control-Allow-Origin: https://shop.example"));
    peer_send(fd, STR("OPTIONS /v2/sources HTTP/1.1\r\nHost: x\r\n"
                      "Origin: https://shop.example\r\n"
                      "Access-Control-Request-Method: GET\r\n\r\n"));
    answer = peer_answer(fd, fixture->world.arena, false);
    assert_false(answer_has(answer, "Access-Control-Allow-Origin"));
    close(fd);
}

static bool text_has(str text, const char *part)
{
    return str_find_str(text, str_of(part)) < text.len;
}

// Reads until the text is there; as long as the rig's sockets have patience.
static str read_until(int fd, struct arena *arena, const char *part)
{
    struct buf text = { 0 };
    while (!text_has(buf_str(&text), part)) {
        ssize_t got = read(fd, buf_reserve(&text, 4096), 4096);
        assert_true(got > 0);
        text.len += (size_t)got;
    }
    str result = arena_dup(arena, buf_str(&text));
    buf_done(&text);
    return result;
}

static str make_source(struct fixture *fixture)
{
    struct told told =
        world_ask(&fixture->world, &(struct ask){ "POST", "/v2/sources",
                                                  "{\"name\":\"web\",\"type\":\"Javascript\"}",
                                                  .token = fixture->world.token });
    assert_told(&told, 200);
    return told_str(&told, "source.id");
}

static str make_destination(struct fixture *fixture)
{
    struct told told =
        world_ask(&fixture->world, &(struct ask){ "POST", "/v2/destinations",
                                                  "{\"name\":\"hook\",\"type\":\"WEBHOOK\"}",
                                                  .token = fixture->world.token });
    assert_told(&told, 200);
    return told_str(&told, "destination.id");
}

static void live_events_arrive_as_they_happen(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->world.arena;
    str id = make_source(fixture);
    str line = arena_printf(arena, "GET /v2/sources/%" PRIstr "/live-events", STR_ARG(id));
    outcome_live(fixture->world.outcome, id, STR("{\"n\":1}"));
    int fd = rig_connect(&fixture->rig);
    peer_send(fd, request(fixture, line.data, "", ""));
    str text = read_until(fd, arena, "data: {\"n\":1}\n\n");
    assert_true(text_has(text, "Content-Type: text/event-stream"));
    assert_true(text_has(text, "event: live\n"));
    outcome_live(fixture->world.outcome, id, STR("{\n\"n\":2\r\n}")); // one line all the same
    text = read_until(fd, arena, "data: { \"n\":2  }\n\n");
    assert_false(text_has(text, "{\"n\":1}"));
    close(fd);
    outcome_live(fixture->world.outcome, id, STR("{\"n\":3}")); // nobody listens: no harm
}

static void the_server_can_close_while_streams_are_open(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->world.arena;
    str id = make_source(fixture);
    str line = arena_printf(arena, "GET /v2/sources/%" PRIstr "/live-events", STR_ARG(id));
    int fds[3];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(&fixture->rig);
        peer_send(fds[i], request(fixture, line.data, "", ""));
        (void)read_until(fds[i], arena, "retry: ");
    }
    outcome_live(fixture->world.outcome, id, STR("{\"n\":1}"));
    // The end of the test closes the server; the peers go afterwards.
    (void)tear_down((void **)&fixture);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    (void)set_up(state);
}

static void a_stream_ends_when_its_token_is_revoked(void **state)
{
    struct fixture *fixture = *state;
    struct arena *arena = fixture->world.arena;
    str id = make_source(fixture);
    str line = arena_printf(arena, "GET /v2/sources/%" PRIstr "/live-events", STR_ARG(id));
    int fd = rig_connect(&fixture->rig);
    peer_send(fd, request(fixture, line.data, "", ""));
    (void)read_until(fd, arena, "retry: ");
    (void)make_destination(fixture); // some other change: it stays
    outcome_live(fixture->world.outcome, id, STR("{\"n\":1}"));
    (void)read_until(fd, arena, "data: {\"n\":1}\n\n");
    struct told told = world_ask(
        &fixture->world, &(struct ask){ "DELETE", "/v2/token", .token = fixture->world.token });
    assert_told(&told, 204);
    (void)read_until(fd, arena, "0\r\n\r\n");
    close(fd);
}

static void live_events_of_another_workspace_are_not_found(void **state)
{
    str answer = ask(*state, "GET /v2/sources/nowhere/live-events", "", "");
    assert_int_equal(answer_status(answer), 404);
}

static void many_at_once_are_all_answered(void **state)
{
    struct fixture *fixture = *state;
    int fds[40];
    str text = request(fixture, "GET /v2/sources", "", "");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(&fixture->rig);
        peer_send(fds[i], text);
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        str answer = peer_answer(fds[i], fixture->world.arena, false);
        assert_int_equal(answer_status(answer), 200);
        close(fds[i]);
    }
}

static void a_server_that_closes_does_not_wait_for_its_calls(void **state)
{
    struct fixture *fixture = *state;
    int fds[20];
    str text = request(fixture, "POST /v2/session", "",
                       "{\"email\":\"" WORLD_EMAIL "\",\"password\":\"not the password\"}");
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = rig_connect(&fixture->rig);
        peer_send(fds[i], text);
    }
    (void)tear_down((void **)&fixture);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
    (void)set_up(state);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_source_is_made_over_http),
        TEST(what_the_router_refuses_is_json_too),
        TEST(too_long_a_body_is_refused_before_it_is_read),
        TEST(a_browser_may_ask_for_its_source_from_any_page),
        TEST(live_events_arrive_as_they_happen),
        TEST(the_server_can_close_while_streams_are_open),
        TEST(a_stream_ends_when_its_token_is_revoked),
        TEST(live_events_of_another_workspace_are_not_found),
        TEST(many_at_once_are_all_answered),
        TEST(a_server_that_closes_does_not_wait_for_its_calls),
    };
    return cmocka_run_group_tests_name("api http", tests, NULL, NULL);
}
