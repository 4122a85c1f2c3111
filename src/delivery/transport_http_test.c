// SPDX-License-Identifier: Apache-2.0
// What a destination's HTTP transport holds: a client while it sends, nothing while it does
// not.
#include "base/test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "delivery/transport.h"

enum { LOOK_EVERY_MS = 1, HANGS_MS = 200 };

struct stage {
    struct loop *loop;
    struct egress *egress;
    struct arena *arena;
    void *transport;
    size_t fds;        // with no client
    struct timer look; // until there are so few again
    int64_t patience_end_ms;
    int listener; // takes connections and never answers
    str url;
    size_t answers;
    enum http_outcome outcome;
};

static size_t count_fds(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    (void)closedir(dir);
    return count;
}

static void listen_without_answering(struct stage *stage)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    stage->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(stage->listener, (const struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(stage->listener, 8), 0);
    assert_int_equal(getsockname(stage->listener, (struct sockaddr *)&address, &len), 0);
    stage->url = arena_printf(stage->arena, "http://127.0.0.1:%u/", ntohs(address.sin_port));
}

static int make_stage(void **state)
{
    static struct stage stage;
    struct delivery_settings settings = delivery_settings_default;
    settings.client_idle_ms = LOOK_EVERY_MS;
    stage = (struct stage){ .loop = loop_new(), .arena = arena_new(16 << 20) };
    assert_int_equal(egress_new(STR("127.0.0.1"), &stage.egress, NULL), OK);
    // What libraries keep from their first use on is not the transport's.
    http_client_close(http_client_new(stage.loop, stage.egress, &http_client_limits_default));
    listen_without_answering(&stage);
    stage.fds = count_fds();
    stage.transport = transport_http.open(stage.loop, stage.egress, &settings);
    assert_int_equal(count_fds(), stage.fds);
    *state = &stage;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *stage = *state;
    transport_http.close(stage->transport);
    (void)close(stage->listener);
    loop_free(stage->loop);
    egress_free(stage->egress);
    arena_free(stage->arena);
    return 0;
}

static void on_answer(void *ctx, const struct transport_answer *answer)
{
    struct stage *stage = ctx;
    stage->answers++;
    stage->outcome = answer->outcome;
    loop_stop(stage->loop);
}

static void *send_to(struct stage *stage, str url)
{
    const struct destination_request request = { .method = STR("POST"), .url = url };
    struct destination_request *kept = ARENA_NEW(stage->arena, struct destination_request);
    *kept = request;
    return transport_http.send(stage->transport, kept, HANGS_MS, stage->arena, on_answer,
                               stage);
}

static void on_look(struct timer *timer)
{
    struct stage *stage = CONTAINER_OF(timer, struct stage, look);
    bool is_over = clock_mono_ms(clock_system()) > stage->patience_end_ms;
    if (is_over || count_fds() == stage->fds)
        loop_stop(stage->loop);
    else
        timer_start(timer, LOOK_EVERY_MS);
}

static void wait_until_it_holds_nothing(struct stage *stage)
{
    stage->patience_end_ms = clock_mono_ms(clock_system()) + PATIENCE_MS;
    timer_init(&stage->look, stage->loop, on_look);
    timer_start(&stage->look, 0);
    loop_run(stage->loop);
    assert_int_equal(count_fds(), stage->fds);
}

static void a_client_is_given_up_when_nothing_is_sent_and_made_again(void **state)
{
    struct stage *stage = *state;
    for (size_t i = 1; i <= 3; i++) {
        (void)send_to(stage, STR("http://192.0.2.1/")); // no egress rule allows it
        assert_true(count_fds() > stage->fds);
        loop_run(stage->loop);
        assert_int_equal(stage->answers, i);
        assert_int_equal(stage->outcome, HTTP_EGRESS_REFUSED);
        wait_until_it_holds_nothing(stage);
    }
}

// It is much longer under way than a client is kept for nothing.
static void a_request_on_its_way_keeps_its_client(void **state)
{
    struct stage *stage = *state;
    (void)send_to(stage, stage->url);
    loop_run(stage->loop);
    assert_int_equal(stage->answers, 1);
    assert_int_equal(stage->outcome, HTTP_TIMED_OUT);
    wait_until_it_holds_nothing(stage);
}

static void the_last_of_several_gives_it_up_also_by_being_cancelled(void **state)
{
    struct stage *stage = *state;
    void *first = send_to(stage, stage->url), *second = send_to(stage, stage->url);
    transport_http.cancel(first);
    assert_true(count_fds() > stage->fds);
    transport_http.cancel(second);
    wait_until_it_holds_nothing(stage);
    assert_int_equal(stage->answers, 0);
}

static void closing_it_gives_up_a_client_that_is_still_kept(void **state)
{
    struct stage *stage = *state;
    (void)send_to(stage, STR("http://192.0.2.1/"));
    loop_run(stage->loop);
    // strike_stage closes it; loop_free asserts that no timer or watch is left
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        TEST(a_client_is_given_up_when_nothing_is_sent_and_made_again),
        TEST(a_request_on_its_way_keeps_its_client),
        TEST(the_last_of_several_gives_it_up_also_by_being_cancelled),
        TEST(closing_it_gives_up_a_client_that_is_still_kept),
    };
    return cmocka_run_group_tests_name("transport_http", tests, NULL, NULL);
}
