// SPDX-License-Identifier: Apache-2.0
// One HTTP thread.
#include "app/web.h"

#include <pthread.h>
#include <sys/resource.h>

#include "base/mem.h"
#include "commit.h"
#include "gateway/gateway.h"
#include "http/router.h"
#include "http/server.h"
#include "ui/ui.h"
#include "version.h"

enum { OTHER_DESCRIPTORS = 5000 };

struct web {
    struct web_parts parts;
    struct loop *loop;
    struct gateway *gateway;
    struct http_static dashboard;
    struct http_router *router;
    struct http_server *server;
    struct loop_post drain_post;
    pthread_t thread;
};

static struct gateway *make_gateway(const struct web *web)
{
    const struct platform *platform = web->parts.platform;
    size_t limit = (size_t)platform->settings->body_limit_bytes;
    return gateway_new(&(struct gateway_parts){
        .loop = web->loop,
        .journal = platform->journal,
        .workspace = platform->workspace,
        .outcome = platform->outcome,
        .hash_key = web->parts.hash_key,
        .rng = rng_system(),
        .rates = {
            .limits = platform->event_limits,
            .source_events = platform->settings->source_event_limit,
            .workspace_events = platform->settings->workspace_event_limit,
            .window_ms = platform->settings->event_limit_window_ms,
        },
        .version = STR("{\"Version\":\"" PINTLE_VERSION "\",\"Commit\":\"" PINTLE_COMMIT
                       "\",\"Product\":\"pintle\"}"),
        .has_internal = platform->settings->internal_endpoints,
        .needs_destination_id = platform->settings->require_destination_id,
        .body_limit_bytes = limit,
        .body_hard_cap_bytes = platform_body_hard_cap(platform->settings),
        .store_timeout_ms = platform->settings->store_timeout_ms,
    });
}

static struct http_router *make_router(const struct web *web)
{
    const struct http_family families[] = {
        gateway_family(web->gateway),
        api_family(web->parts.api, web->loop),
        ops_family(web->parts.ops),
        http_static_family(&web->dashboard),
    };
    return http_router_new(families, ARRAY_LEN(families), ARRAY_LEN(families) - 1);
}

// Connections must leave descriptors for segments, destinations and the store: half of them
// where there are few. The kernel does not spread connections evenly over the threads.
static size_t connection_limit(const struct web *web)
{
    struct rlimit limit;
    size_t most = http_server_limits_default.connections;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return most;
    size_t others = MIN((size_t)limit.rlim_cur / 2, (size_t)OTHER_DESCRIPTORS);
    size_t share = ((size_t)limit.rlim_cur - others) / web->parts.thread_count;
    return MIN(most, MAX(share, (size_t)1));
}

// Browsers are told to stay with https only by an installation that says it is there for them.
static int64_t hsts_max_age_s(const struct settings *settings)
{
    return str_starts(settings->public_url, STR("https:")) ? settings->hsts_max_age_s : 0;
}

static int fd_take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

static struct http_server *make_server(const struct web *web, struct listening *listening,
                                       size_t index)
{
    const struct settings *settings = web->parts.platform->settings;
    struct http_server_limits limits = http_server_limits_default;
    limits.body_budget_bytes = (size_t)settings->bodies_bytes / web->parts.thread_count;
    limits.connections = connection_limit(web);
    limits.trusted_proxies = settings->trusted_proxies;
    limits.has_proxy_header = settings->proxy_protocol;
    limits.hsts_max_age_s = hsts_max_age_s(settings);
    struct http_server *server =
        http_server_new(web->loop, fd_take(&listening->fds[index]), web->router, &limits);
    if (listening->tls_fds[index] >= 0)
        http_server_listen(server, fd_take(&listening->tls_fds[index]), listening->tls);
    return server;
}

static void on_gateway_drained(void *ctx)
{
    struct web *web = ctx;
    http_server_close(web->server);
    api_family_close(web->parts.api, web->loop);
    web->parts.drained(web->parts.ctx);
    loop_stop(web->loop);
}

static void on_drained(void *ctx)
{
    struct web *web = ctx;
    gateway_drain(web->gateway, on_gateway_drained, web);
}

static void drain(struct loop_post *post)
{
    struct web *web = CONTAINER_OF(post, struct web, drain_post);
    http_server_drain(web->server, on_drained, web);
}

static void *run(void *arg)
{
    struct web *web = arg;
    loop_run(web->loop);
    return NULL;
}

struct web *web_start(const struct web_parts *parts, struct listening *listening, size_t index)
{
    struct web *web = NEW(struct web);
    web->parts = *parts;
    web->drain_post.run = drain;
    web->loop = loop_new();
    web->gateway = make_gateway(web);
    web->dashboard = ui_dashboard();
    web->dashboard.answer_program = gateway_health;
    web->dashboard.program_ctx = web->gateway;
    web->router = make_router(web);
    web->server = make_server(web, listening, index);
    pthread_create(&web->thread, NULL, run, web);
    return web;
}

void web_drain(struct web *web)
{
    loop_post(web->loop, &web->drain_post);
}

void web_join(struct web *web)
{
    loop_stop(web->loop);
    pthread_join(web->thread, NULL);
}

void web_free(struct web *web)
{
    if (!web)
        return;
    gateway_free(web->gateway);
    loop_free(web->loop);
    http_router_free(web->router);
    mem_free(web);
}
