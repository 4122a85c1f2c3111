// SPDX-License-Identifier: Apache-2.0
// Names, with a name server of our own on the same loop: what is asked, remembered and refused.
#include "http/testing.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/fetch.h"

enum { TYPE_A = 1, RCODE_NO_SUCH_NAME = 3 };

struct zone_row {
    const char *name; // in DNS's form: each label behind its length
    const char *addresses[3];
    bool is_silent;
};

static const struct zone_row zone[] = {
    { "\5inner\4test", { "10.0.0.7" }, false },
    { "\5mixed\4test", { "10.0.0.7", "127.0.0.1" }, false },
    { "\6silent\4test", { 0 }, true },
};

struct world {
    struct loop *loop;
    struct loop_watch *watch;
    int fd;
    char servers[32];
    uint16_t last_ids[8]; // of the latest queries
    size_t queries;       // without those that c-ares sent again because we were slow
    struct egress *egress;
    struct http_client *client;
    struct arena *arena;
    enum http_outcome outcome;
    str detail;
    str body;
    size_t left;
};

static const struct zone_row *zone_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(zone); i++)
        if (strcasecmp(zone[i].name, name) == 0)
            return &zone[i];
    return NULL;
}

static void record_add(struct buf *answer, const char *address)
{
    struct in_addr ipv4;
    static const unsigned char head[] = { 0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 30, 0, 4 };
    assert_int_equal(inet_pton(AF_INET, address, &ipv4), 1);
    buf_add(answer, head, sizeof(head)); // name as in the question, 30 s
    buf_add(answer, &ipv4, sizeof(ipv4));
}

// RFC 1035, 4.1: the header's counts, the question, the records.
static void query_answer(struct world *world, const unsigned char *query, size_t len,
                         const struct sockaddr_in *from)
{
    size_t name_len = strlen((const char *)query + 12);
    size_t question_len = name_len + 5;
    assert_true(12 + question_len <= len);
    bool is_a = query[12 + name_len + 2] == TYPE_A;
    const struct zone_row *row = zone_find((const char *)query + 12);
    if (row && row->is_silent)
        return;
    struct buf answer = { 0 };
    buf_add(&answer, query, 2);
    unsigned char count = 0;
    while (row && is_a && count < 3 && row->addresses[count])
        count++;
    const unsigned char head[] = {
        0x81, 0x80 | (row ? 0 : RCODE_NO_SUCH_NAME), 0, 1, 0, count, 0, 0, 0, 0
    };
    buf_add(&answer, head, sizeof(head));
    buf_add(&answer, query + 12, question_len);
    for (size_t i = 0; i < count; i++)
        record_add(&answer, row->addresses[i]);
    (void)sendto(world->fd, answer.data, answer.len, 0, (const struct sockaddr *)from,
                 sizeof(*from));
    buf_done(&answer);
}

static bool is_repeated(const struct world *world, uint16_t id)
{
    for (size_t i = 0; i < MIN(world->queries, ARRAY_LEN(world->last_ids)); i++)
        if (world->last_ids[i] == id)
            return true;
    return false;
}

static void on_query(void *ctx, int fd, unsigned ready)
{
    (void)ready;
    struct world *world = ctx;
    unsigned char query[512] = { 0 };
    struct sockaddr_in from;
    socklen_t from_len = sizeof(from);
    ssize_t len = recvfrom(fd, query, sizeof(query) - 1, MSG_DONTWAIT, (struct sockaddr *)&from,
                           &from_len);
    if (len < 12)
        return;
    uint16_t id = (uint16_t)(query[0] << 8 | query[1]);
    if (!is_repeated(world, id))
        world->last_ids[world->queries++ % ARRAY_LEN(world->last_ids)] = id;
    query_answer(world, query, (size_t)len, &from);
}

static void open_world(struct world *world, str allow)
{
    *world = (struct world){ .loop = loop_new(), .arena = arena_new(1 << 20) };
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    world->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(world->fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(world->fd, (struct sockaddr *)&address, &len), 0);
    world->watch = loop_watch(world->loop, world->fd, LOOP_READABLE, on_query, world);
    (void)snprintf(world->servers, sizeof(world->servers), "127.0.0.1:%u",
                   (unsigned)ntohs(address.sin_port));
    assert_int_equal(egress_new(allow, &world->egress, NULL), OK);
    world->client = http_client_new(world->loop, world->egress, &http_client_limits_default);
    assert_true(resolver_servers_set(world->client->resolver, world->servers));
}

static void close_world(struct world *world)
{
    http_client_close(world->client);
    loop_unwatch(world->watch);
    loop_free(world->loop);
    close(world->fd);
    egress_free(world->egress);
    arena_free(world->arena);
}

static void on_done(void *ctx, const struct http_client_response *response)
{
    struct world *world = ctx;
    world->outcome = response->outcome;
    world->detail = arena_dup(world->arena, response->detail);
    world->body = arena_dup(world->arena, response->body);
    if (--world->left == 0)
        loop_stop(world->loop);
}

static void get(struct world *world, str url, int64_t timeout_ms)
{
    struct http_client_request request = { .method = STR("GET"),
                                           .url = url,
                                           .timeout_ms = timeout_ms };
    world->left = 1;
    (void)http_client_send(world->client, &request, on_done, world);
    loop_run(world->loop);
}

static void a_name_with_a_private_address_is_refused(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, STR(""));
    get(&world, STR("http://inner.test/"), PATIENCE_MS);
    assert_int_equal(world.outcome, HTTP_EGRESS_REFUSED);
    assert_true(str_eq(world.detail,
                       STR("refused: inner.test resolves to 10.0.0.7, which is not a public "
                           "address; allow it with egress_allow")));
    close_world(&world);
}

static void answer_host(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 200, STR_NONE, http_request_header(request, STR("Host")));
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR_NONE, STR_NONE);
}

static void only_the_allowed_addresses_of_a_name_are_tried(void **state)
{
    (void)state;
    static const struct http_route routes[] = { { "GET", "/", 0, NULL, answer_host, NULL },
                                                { 0 } };
    static const char *const prefixes[] = { "/", NULL };
    const struct http_family family = { .routes = routes,
                                        .prefixes = prefixes,
                                        .fail = on_fail };
    struct rig rig;
    struct world world;
    rig_start(&rig, &family, 1, &http_server_limits_default);
    open_world(&world, STR("127.0.0.0/8"));
    static const char *const names[] = { "mixed.test", "Mixed.TEST", "mixed.test." };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        get(&world, arena_printf(world.arena, "http://%s:%u/", names[i], (unsigned)rig.port),
            PATIENCE_MS);
        assert_int_equal(world.outcome, HTTP_ANSWERED);
        assert_true(str_eq_nocase(str_sub(world.body, 0, 10), STR("mixed.test")));
    }
    close_world(&world);
    rig_stop(&rig);
}

static void a_name_is_asked_once_for_all(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, STR(""));
    struct http_client_request request = { .method = STR("GET"),
                                           .url = STR("http://inner.test/"),
                                           .timeout_ms = PATIENCE_MS };
    world.left = 20;
    for (int i = 0; i < 20; i++)
        (void)http_client_send(world.client, &request, on_done, &world);
    loop_run(world.loop);
    assert_int_equal(world.queries, 2); // A and AAAA
    get(&world, STR("http://inner.test/"), PATIENCE_MS);
    assert_int_equal(world.queries, 2); // remembered
    assert_int_equal(world.outcome, HTTP_EGRESS_REFUSED);
    close_world(&world);
}

static void a_name_that_does_not_exist_is_told(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, STR(""));
    get(&world, STR("http://gone.test/"), PATIENCE_MS);
    assert_int_equal(world.outcome, HTTP_NAME_FAILED);
    assert_true(str_starts(world.detail, STR("cannot resolve gone.test: ")));
    size_t queries = world.queries;
    get(&world, STR("http://gone.test/"), PATIENCE_MS);
    assert_true(world.queries > queries); // a failure is not remembered
    close_world(&world);
}

static void a_silent_name_server_holds_up_nobody(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, STR(""));
    get(&world, STR("http://silent.test/"), 100);
    assert_int_equal(world.outcome, HTTP_TIMED_OUT);
    get(&world, STR("http://inner.test/"), PATIENCE_MS); // while that query is still open
    assert_int_equal(world.outcome, HTTP_EGRESS_REFUSED);
    struct http_client_request request = { .method = STR("GET"),
                                           .url = STR("http://silent.test/"),
                                           .timeout_ms = PATIENCE_MS };
    (void)http_client_send(world.client, &request, on_done, &world);
    close_world(&world); // with the query open
}

static void what_is_remembered_has_a_limit(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, STR(""));
    for (int i = 0; i < 3000; i++) {
        // c-ares answers these itself, without a query (RFC 7686).
        get(&world, arena_printf(world.arena, "http://n%d.onion/", i), PATIENCE_MS);
        assert_int_equal(world.outcome, HTTP_NAME_FAILED);
        arena_reset(world.arena);
    }
    assert_int_equal(world.queries, 0);
    assert_true(resolver_names_count(world.client->resolver) <= 1024);
    close_world(&world);
}

// As if curl had found an address by itself: the pin is missing.
static void the_opening_of_a_socket_is_checked_again(void **state)
{
    (void)state;
    struct world world;
    open_world(&world, STR(""));
    struct http_client_request request = { .method = STR("GET"),
                                           .url = STR("http://127.0.0.1:9/"),
                                           .timeout_ms = PATIENCE_MS };
    struct http_exchange *exchange = http_client_send(world.client, &request, on_done, &world);
    timer_stop(&exchange->timer); // the refusal that was known already
    exchange->outcome = HTTP_ANSWERED;
    exchange->error[0] = '\0';
    exchange->is_in_multi = true;
    assert_int_equal(curl_multi_add_handle(world.client->multi, exchange->easy), CURLM_OK);
    world.left = 1;
    loop_run(world.loop);
    assert_int_equal(world.outcome, HTTP_EGRESS_REFUSED);
    assert_true(str_starts(world.detail, STR("refused: 127.0.0.1 is not a public address")));
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_with_a_private_address_is_refused),
        cmocka_unit_test(only_the_allowed_addresses_of_a_name_are_tried),
        cmocka_unit_test(a_name_is_asked_once_for_all),
        cmocka_unit_test(a_name_that_does_not_exist_is_told),
        cmocka_unit_test(a_silent_name_server_holds_up_nobody),
        cmocka_unit_test(what_is_remembered_has_a_limit),
        cmocka_unit_test(the_opening_of_a_socket_is_checked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
