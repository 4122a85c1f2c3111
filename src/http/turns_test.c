// SPDX-License-Identifier: Apache-2.0
// Large requests and who comes between them.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "http/serving.h"
#include "http/world.h"

enum { LARGE = 300 << 10, MANY = 4 << 20 };

#define LARGE_HEAD "POST /large HTTP/1.1\r\n" HOST "Content-Length: 307200\r\n\r\n"
#define LARGE_UNKNOWN                                                                          \
    "POST /nowhere HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\nContent-Length: "             \
    "40000\r\n\r\n"
#define MANY_HEAD     "POST /large HTTP/1.1\r\n" HOST "Content-Length: 4194304\r\n\r\n"
#define SMALL_REQUEST "POST /small HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"

// Two connections with a large request each, and one with a small one.
struct scene {
    struct rig rig;
    struct arena *arena;
    int large[2];
    int small;
    bool is_second_leaving;
    char *bytes;
    ssize_t sent;
    struct buf order; // as they were handled
};

static void leave_at_once(int fd)
{
    struct linger reset = { .l_onoff = 1 };
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
    assert_int_equal(close(fd), 0);
}

// Until the server's end of the connection between requests has something to read.
static void await_arrival(const struct scene *scene)
{
    LIST_EACH (&scene->rig.server->conns, node) {
        const struct conn *conn = CONTAINER_OF(node, struct conn, node);
        if (conn->state != CONN_IDLE)
            continue;
        struct pollfd ready = { .events = POLLIN };
        assert_int_equal(uv_fileno(&conn->handle.any, &ready.fd), 0);
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    }
}

// While the first one is handled, a small request comes, or the second one's peer goes.
static void on_large(struct http_request *request, void *ctx)
{
    struct scene *scene = ctx;
    bool is_first = scene->order.len == 0;
    buf_add_str(&scene->order, STR("large "));
    if (is_first && scene->is_second_leaving)
        leave_at_once(scene->large[1]);
    if (is_first && !scene->is_second_leaving && scene->small) {
        peer_send(scene->small, STR(SMALL_REQUEST));
        await_arrival(scene);
    }
    http_answer(request, 200, TEXT, STR("large"));
    buf_add_str(&scene->order, STR("left "));
}

static void on_small(struct http_request *request, void *ctx)
{
    buf_add_str(&((struct scene *)ctx)->order, STR("small "));
    http_answer(request, 200, TEXT, STR("small"));
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, TEXT, STR(""));
}

static const struct http_route routes[] = {
    { "POST", "/large", MANY, NULL, on_large, NULL },
    { "POST", "/small", 0, NULL, on_small, NULL },
    { 0 },
};
static const char *const prefixes[] = { "/", NULL };

static bool is_set;

// All are connected, and each large request is there but for its last byte.
static void look(struct rig *rig)
{
    size_t count = 0;
    LIST_EACH (&rig->server->messages, node)
        count += CONTAINER_OF(node, struct message, node)->body.len == LARGE - 1;
    is_set = count == 2 && rig->server->conn_count == 3;
}

// On the server's thread: nothing is read before both are complete.
static void complete_both(struct rig *rig)
{
    struct scene *scene = CONTAINER_OF(rig, struct scene, rig);
    for (size_t i = 0; i < ARRAY_LEN(scene->large); i++)
        peer_send(scene->large[i], STR("b"));
}

static void rig_begin(struct scene *scene)
{
    struct http_family family = {
        .routes = routes, .prefixes = prefixes, .fail = on_fail, .ctx = scene
    };
    rig_start(&scene->rig, &family, 1, &http_server_limits_default);
}

static void scene_start(struct scene *scene, bool is_second_leaving)
{
    *scene = (struct scene){
        .arena = arena_new(1 << 20),
        .is_second_leaving = is_second_leaving,
    };
    rig_begin(scene);
    char *bytes = arena_alloc(scene->arena, LARGE);
    memset(bytes, 'b', LARGE);
    for (size_t i = 0; i < ARRAY_LEN(scene->large); i++) {
        scene->large[i] = rig_connect(&scene->rig);
        peer_send(scene->large[i], STR(LARGE_HEAD));
        peer_send(scene->large[i], str_make(bytes, LARGE - 1));
    }
    scene->small = rig_connect(&scene->rig);
    for (int i = 0; i < PATIENCE_MS / 2 && !is_set; i++) {
        usleep(2000); // what is waited for comes through a socket
        rig_call(&scene->rig, look);
    }
    assert_true(is_set);
    rig_call(&scene->rig, complete_both);
}

static void scene_stop(struct scene *scene, const char *order)
{
    rig_stop(&scene->rig);
    assert_true(str_eq(buf_str(&scene->order), str_of(order)));
    close(scene->large[0]);
    if (scene->small)
        close(scene->small);
    buf_done(&scene->order);
    arena_free(scene->arena);
    is_set = false;
}

static void assert_answered(struct scene *scene, int fd, const char *text)
{
    str answer = peer_answer(fd, scene->arena, false);
    assert_true(str_eq(answer_body(answer), str_of(text)));
}

static void what_comes_meanwhile_goes_before_the_next_large_one(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, false);
    assert_answered(&scene, scene.large[0], "large");
    assert_answered(&scene, scene.small, "small");
    assert_answered(&scene, scene.large[1], "large");
    close(scene.large[1]);
    scene_stop(&scene, "large left small large left ");
}

static void who_leaves_while_waiting_is_not_handled(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, true);
    assert_answered(&scene, scene.large[0], "large");
    peer_send(scene.small, STR(SMALL_REQUEST));
    assert_answered(&scene, scene.small, "small");
    scene_stop(&scene, "large left small ");
}

// Looks once in each turn of the loop at how much of a body has come since the turn before.
struct portions {
    struct loop_post post;
    struct rig *rig;
    size_t before;
    size_t largest;
    bool is_over;
};

static void look_at_portion(struct loop_post *post)
{
    struct portions *portions = CONTAINER_OF(post, struct portions, post);
    const struct list *messages = &portions->rig->server->messages;
    size_t bytes = 0;
    if (!list_is_empty(messages))
        bytes = CONTAINER_OF(messages->head.next, struct message, node)->body.len;
    portions->largest = MAX(portions->largest, bytes - MIN(portions->before, bytes));
    portions->before = bytes;
    if (!portions->is_over)
        loop_post(portions->rig->loop, post);
}

static struct portions portions;

static void portions_end(struct rig *rig)
{
    (void)rig;
    portions.is_over = true;
}

static void fill_socket(struct rig *rig)
{
    struct scene *scene = CONTAINER_OF(rig, struct scene, rig);
    scene->sent = send(scene->large[0], scene->bytes, MANY, MSG_DONTWAIT);
}

static void a_quick_senders_megabytes_are_read_in_portions(void **state)
{
    (void)state;
    struct scene scene = { .arena = arena_new(MANY + (1 << 20)) };
    rig_begin(&scene);
    scene.bytes = arena_alloc(scene.arena, MANY);
    memset(scene.bytes, 'b', MANY);
    scene.large[0] = rig_connect(&scene.rig);
    peer_send(scene.large[0], STR(MANY_HEAD));
    portions = (struct portions){ .post.run = look_at_portion, .rig = &scene.rig };
    loop_post(scene.rig.loop, &portions.post);
    rig_call(&scene.rig, fill_socket);
    assert_true(scene.sent > 0);
    peer_send(scene.large[0], str_make(scene.bytes + scene.sent, MANY - (size_t)scene.sent));
    assert_answered(&scene, scene.large[0], "large");
    rig_call(&scene.rig, portions_end);
    rig_stop(&scene.rig);
    assert_in_range(portions.largest, 1, FULL_READS_MAX * READ_BYTES);
    close(scene.large[0]);
    buf_done(&scene.order);
    arena_free(scene.arena);
}

// Sends the head with a body of so many bytes, the last of them in one piece with what follows.
static void send_pipelined(struct scene *scene, const char *head, size_t bytes,
                           const char *next)
{
    char *body = arena_alloc(scene->arena, bytes);
    memset(body, 'b', bytes);
    scene->large[0] = rig_connect(&scene->rig);
    peer_send(scene->large[0], str_of(head));
    peer_send(scene->large[0], str_make(body, bytes - 1));
    peer_send(scene->large[0], arena_printf(scene->arena, "b%s", next));
}

static void what_is_pipelined_is_handled_behind_the_large_one(void **state)
{
    (void)state;
    struct scene scene = { .arena = arena_new(1 << 20) };
    rig_begin(&scene);
    send_pipelined(&scene, LARGE_HEAD, LARGE, SMALL_REQUEST);
    assert_answered(&scene, scene.large[0], "large");
    assert_answered(&scene, scene.large[0], "small");
    scene_stop(&scene, "large left small ");
}

static void a_refused_large_one_leaves_what_is_pipelined(void **state)
{
    (void)state;
    struct scene scene = { .arena = arena_new(1 << 20) };
    rig_begin(&scene);
    send_pipelined(&scene, LARGE_UNKNOWN, 40000, "PO");
    assert_int_equal(answer_status(peer_answer(scene.large[0], scene.arena, false)), 404);
    peer_send(scene.large[0], str_sub(STR(SMALL_REQUEST), 2, SIZE_MAX));
    assert_answered(&scene, scene.large[0], "small");
    scene_stop(&scene, "small ");
}

static bool is_large(size_t bytes, bool is_encoded)
{
    struct http_header header = { STR("content-encoding"), STR("gzip") };
    struct message message = {
        .request.headers = &header,
        .request.header_count = is_encoded,
        .body.len = bytes,
    };
    return turns_is_large(&message);
}

static void what_is_packed_is_large_sooner(void **state)
{
    (void)state;
    assert_false(is_large(256 << 10, false));
    assert_true(is_large((256 << 10) + 1, false));
    assert_false(is_large(32 << 10, true));
    assert_true(is_large((32 << 10) + 1, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_meanwhile_goes_before_the_next_large_one),
        cmocka_unit_test(who_leaves_while_waiting_is_not_handled),
        cmocka_unit_test(what_is_pipelined_is_handled_behind_the_large_one),
        cmocka_unit_test(a_refused_large_one_leaves_what_is_pipelined),
        cmocka_unit_test(a_quick_senders_megabytes_are_read_in_portions),
        cmocka_unit_test(what_is_packed_is_large_sooner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
