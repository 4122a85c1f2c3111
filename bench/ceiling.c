// SPDX-License-Identifier: Apache-2.0
// The do-nothing ceiling of the gateway benchmark: the same server loops read the body and
// answer a constant. What a real gateway loses against this is its own work: validation and
// durability.
#include <inttypes.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/listen.h"
#include "http/router.h"
#include "http/server.h"
#include "loop/loop.h"

enum { THREADS_MAX = 16 };

static void answer_ok(struct http_request *request, void *ctx)
{
    (void)ctx;
    http_answer(request, 200, STR("text/plain; charset=utf-8"), STR("ok"));
}

static void answer_failure(struct http_request *request, int status, void *ctx)
{
    (void)ctx;
    http_answer(request, status, STR("text/plain; charset=utf-8"), STR("no\n"));
}

static const struct http_route routes[] = {
    { .method = "POST", .pattern = "/v1/*", .body_limit_bytes = 4096000, .handle = answer_ok },
    { 0 },
};

static void *serve(void *arg)
{
    int fd = *(int *)arg;
    const char *const prefixes[] = { "/", NULL };
    const struct http_family family = { .routes = routes,
                                        .prefixes = prefixes,
                                        .fail = answer_failure };
    struct http_router *router = http_router_new(&family, 1, 0);
    struct loop *loop = loop_new();
    (void)http_server_new(loop, fd, router, &http_server_limits_default);
    loop_run(loop); // until the process is ended
    return NULL;
}

int main(int argc, char **argv)
{
    int fds[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    char bound[64];
    uint64_t count;
    struct problem problem;
    if (argc != 3 || !str_to_u64(str_of(argv[2]), &count) || count < 1 || count > THREADS_MAX) {
        (void)fprintf(stderr, "usage: ceiling ADDRESS:PORT THREADS\n");
        return 2;
    }
    if (http_listen(str_of(argv[1]), count, fds, bound, &problem) != OK) {
        (void)fprintf(stderr, "ceiling: %s: %s\n", problem.field, problem.text);
        return 1;
    }
    (void)printf("listening on http://%s\n", bound);
    (void)fflush(stdout);
    for (size_t i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, serve, &fds[i]);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
