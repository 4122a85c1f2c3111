// SPDX-License-Identifier: Apache-2.0
// The rig for unit tests.
#include "http/testing.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "http/listen.h"

static void *run(void *arg)
{
    struct rig *rig = arg;
    loop_run(rig->loop);
    return NULL;
}

void rig_start_on(struct rig *rig, int listen_fd, const struct http_family *families,
                  size_t count, const struct http_server_limits *limits)
{
    pthread_mutex_init(&rig->lock, NULL);
    pthread_cond_init(&rig->changed, NULL);
    rig->loop = loop_new();
    rig->router = http_router_new(families, count, 0);
    rig->server = http_server_new(rig->loop, listen_fd, rig->router, limits);
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
}

static int listen_anywhere(struct rig *rig)
{
    int fd;
    struct problem problem;
    assert_int_equal(http_listen(STR("127.0.0.1:0"), 1, &fd, rig->address, &problem), OK);
    str address = str_of(rig->address);
    uint64_t port;
    assert_true(str_to_u64(str_sub(address, str_find(address, ':') + 1, SIZE_MAX), &port));
    rig->port = (uint16_t)port;
    return fd;
}

void rig_start(struct rig *rig, const struct http_family *families, size_t count,
               const struct http_server_limits *limits)
{
    *rig = (struct rig){ 0 };
    rig_start_on(rig, listen_anywhere(rig), families, count, limits);
}

void rig_stop(struct rig *rig)
{
    loop_stop(rig->loop);
    pthread_join(rig->thread, NULL);
    http_server_close(rig->server);
    loop_free(rig->loop);
    http_router_free(rig->router);
    pthread_mutex_destroy(&rig->lock);
    pthread_cond_destroy(&rig->changed);
}

static void on_call(struct loop_post *post)
{
    struct rig *rig = CONTAINER_OF(post, struct rig, post);
    rig->call(rig);
    pthread_mutex_lock(&rig->lock);
    rig->is_called = true;
    pthread_cond_signal(&rig->changed);
    pthread_mutex_unlock(&rig->lock);
}

void rig_call(struct rig *rig, void (*call)(struct rig *rig))
{
    rig->is_called = false;
    rig->call = call;
    rig->post.run = on_call;
    loop_post(rig->loop, &rig->post);
    pthread_mutex_lock(&rig->lock);
    while (!rig->is_called)
        pthread_cond_wait(&rig->changed, &rig->lock);
    pthread_mutex_unlock(&rig->lock);
}

static void add_tls(struct rig *rig)
{
    http_server_listen(rig->server, rig->tls_fd, rig->tls);
}

void rig_listen_tls(struct rig *rig, struct http_tls *tls)
{
    rig->tls = tls;
    rig->tls_fd = listen_anywhere(rig);
    rig_call(rig, add_tls);
}

int rig_connect(const struct rig *rig)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(rig->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

void peer_send(int fd, str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);
        if (sent < 0)
            return; // the server has hung up: what it answered says why
        bytes = str_sub(bytes, (size_t)sent, SIZE_MAX);
    }
}

static uint64_t length_of(str head)
{
    static const str name = { .data = "\r\nContent-Length: ", .len = 18 };
    size_t at = str_find_str(head, name);
    if (at == head.len)
        return 0;
    str rest = str_sub(head, at + name.len, SIZE_MAX);
    uint64_t length;
    assert_true(str_to_u64(str_sub(rest, 0, str_find(rest, '\r')), &length));
    return length;
}

str peer_answer(int fd, struct arena *arena, bool is_head)
{
    struct buf buf = { 0 };
    size_t wanted = SIZE_MAX;
    while (buf.len < wanted) {
        // Byte by byte up to the head's end, so that the next answer stays in the socket.
        size_t step = wanted == SIZE_MAX ? 1 : wanted - buf.len;
        ssize_t got = recv(fd, buf_reserve(&buf, step), step, 0);
        if (got <= 0)
            break;
        buf.len += (size_t)got;
        if (wanted == SIZE_MAX && str_ends(buf_str(&buf), STR("\r\n\r\n")))
            wanted = buf.len + (is_head ? 0 : length_of(buf_str(&buf)));
    }
    str answer = arena_dup(arena, buf_str(&buf));
    buf_done(&buf);
    return answer;
}

str peer_rest(int fd, struct arena *arena)
{
    struct buf buf = { 0 };
    ssize_t got;
    while ((got = recv(fd, buf_reserve(&buf, 4096), 4096, 0)) > 0)
        buf.len += (size_t)got;
    if (got < 0 && errno == EAGAIN)
        buf_add_str(&buf, STR("(open)"));
    str rest = arena_dup(arena, buf_str(&buf));
    buf_done(&buf);
    return rest;
}

str rig_exchange(const struct rig *rig, struct arena *arena, str bytes)
{
    int fd = rig_connect(rig);
    peer_send(fd, bytes);
    str answer = peer_rest(fd, arena);
    close(fd);
    return answer;
}

int answer_status(str answer)
{
    uint64_t status;
    if (!str_starts(answer, STR("HTTP/1.1 ")) || !str_to_u64(str_sub(answer, 9, 3), &status))
        return -1;
    return (int)status;
}

str answer_body(str answer)
{
    return str_sub(answer, str_find_str(answer, STR("\r\n\r\n")) + 4, SIZE_MAX);
}

bool answer_has(str answer, const char *text)
{
    return str_find_str(answer, str_of(text)) < answer.len;
}
