// SPDX-License-Identifier: Apache-2.0
// Bytes from a client to the HTTP server, in pieces whose size the first byte says. Nothing may
// crash or leak, and each connection must come to its end.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "http/serving.h"
#include "check.h"

static void echo(struct http_request *request, void *ctx)
{
    (void)ctx;
    str value = STR("");
    (void)http_request_query(request, STR("q"), &value);
    (void)http_request_client_address(request);
    http_answer(request, 200, STR("text/plain"), request->body);
}

static void on_close(struct http_stream *stream, void *ctx)
{
    (void)stream;
    (void)ctx;
}

static void stream(struct http_request *request, void *ctx)
{
    static const struct http_stream_ops ops = { .on_close = on_close };
    struct http_stream *answer = http_answer_stream(request, 200, STR_NONE, &ops, ctx);
    (void)http_stream_write(answer, STR("part"));
    http_stream_end(answer);
}

static void refuse(struct http_request *request, void *ctx)
{
    (void)ctx;
    if (request->query.len > 0)
        http_answer(request, 401, STR_NONE, STR_NONE);
}

static void on_fail(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR_NONE, STR_NONE);
}

static const struct http_route routes[] = {
    { "GET", "/", 0, NULL, echo, NULL },
    { "POST", "/", 256, refuse, echo, NULL },
    { "PUT", "/{a}/{b}", 0, NULL, echo, NULL },
    { "GET", "/s/*", 0, refuse, stream, NULL },
    { 0 },
};
static const char *const prefixes[] = { "/", NULL };

// Made once: what one connection leaves behind must not harm the next.
struct target {
    struct loop *loop;
    struct http_server *server;
    struct sockaddr_un address;
    socklen_t address_len;
};

static void target_open(struct target *target)
{
    const struct http_family family = {
        .routes = routes, .prefixes = prefixes, .fail = on_fail, .answers_head = true
    };
    struct http_server_limits limits = http_server_limits_default;
    limits.header_bytes = 1024;
    limits.header_count = 8;
    limits.body_budget_bytes = 300;
    limits.trusted_proxies = STR("10.0.0.0/8");
    target->loop = loop_new();
    target->address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    target->address_len = sizeof(sa_family_t); // the kernel picks an abstract name
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int failed = bind(fd, (struct sockaddr *)&target->address, target->address_len);
    assert(!failed);
    failed = listen(fd, 8);
    assert(!failed);
    target->address_len = sizeof(target->address);
    failed = getsockname(fd, (struct sockaddr *)&target->address, &target->address_len);
    assert(!failed);
    (void)failed;
    target->server = http_server_new(target->loop, fd, http_router_new(&family, 1, 0), &limits);
}

static void turn(struct target *target)
{
    (void)uv_run(loop_uv(target->loop), UV_RUN_NOWAIT);
}

static void sink(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
        ;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct target target;
    if (!target.loop)
        target_open(&target);
    if (size == 0)
        return 0;
    size_t step = data[0] ? data[0] : size;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = connect(fd, (struct sockaddr *)&target.address, target.address_len);
    assert(!failed);
    (void)failed;
    for (size_t at = 1; at < size; at += step) {
        (void)send(fd, data + at, MIN(step, size - at), MSG_NOSIGNAL | MSG_DONTWAIT);
        turn(&target);
        sink(fd);
    }
    (void)shutdown(fd, SHUT_WR);
    for (int turns = 0; turns < 10 || target.server->conn_count > 0; turns++) {
        turn(&target);
        sink(fd);
        assert(turns < 10000);
    }
    (void)close(fd);
    assert(budget_is_free(&target.server->budget));
    assert(list_is_empty(&target.server->messages));
    return 0;
}
