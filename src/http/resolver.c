// SPDX-License-Identifier: Apache-2.0
// A c-ares channel whose sockets are watched by the loop, and a memory of what it answered.
#include "http/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"

enum {
    QUERY_TIMEOUT_MS = 2000, // per server and try
    QUERY_TRIES = 3,
    TTL_MIN_S = 1,
    TTL_MAX_S = 60, // also of /etc/hosts
    NAMES_MAX = 1024,
};

struct name {
    char *text;
    bool is_asked; // a query is under way
    int64_t expires_ms;
    struct list questions;
    struct resolved resolved;
};

struct channel_watch {
    struct list_node node;
    struct resolver *resolver;
    struct loop_watch *watch;
    int fd;
};

struct resolver {
    struct loop *loop;
    ares_channel channel;
    struct timer timeout;
    struct list watches;
    struct map *names;
};

static int64_t now_ms(void)
{
    return clock_mono_ms(clock_system());
}

// c-ares wants to be called again at its next timeout, if any.
static void timeout_arm(struct resolver *resolver)
{
    struct timeval longest = { .tv_sec = 60 }, wait;
    if (list_is_empty(&resolver->watches)) {
        timer_stop(&resolver->timeout); // no query is under way
        return;
    }
    struct timeval *next = ares_timeout(resolver->channel, &longest, &wait);
    timer_start(&resolver->timeout, next->tv_sec * 1000 + next->tv_usec / 1000 + 1);
}

static void on_timeout(struct timer *timeout)
{
    struct resolver *resolver = CONTAINER_OF(timeout, struct resolver, timeout);
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    timeout_arm(resolver);
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
    struct resolver *resolver = ctx;
    ares_process_fd(resolver->channel, ready & LOOP_READABLE ? fd : ARES_SOCKET_BAD,
                    ready & LOOP_WRITABLE ? fd : ARES_SOCKET_BAD);
    timeout_arm(resolver);
}

static struct channel_watch *watch_find(struct resolver *resolver, int fd)
{
    LIST_EACH (&resolver->watches, node) {
        struct channel_watch *watch = CONTAINER_OF(node, struct channel_watch, node);
        if (watch->fd == fd)
            return watch;
    }
    return NULL;
}

static void watch_free(struct channel_watch *watch)
{
    list_remove(&watch->node);
    loop_unwatch(watch->watch);
    mem_free(watch);
}

static void on_socket(void *ctx, ares_socket_t fd, int is_read, int is_written)
{
    struct resolver *resolver = ctx;
    unsigned ready = (is_read ? LOOP_READABLE : 0u) | (is_written ? LOOP_WRITABLE : 0u);
    struct channel_watch *watch = watch_find(resolver, fd);
    if (watch && ready) {
        loop_watch_change(watch->watch, ready);
    } else if (watch) {
        watch_free(watch);
    } else if (ready) {
        watch = NEW(struct channel_watch);
        watch->fd = fd;
        watch->watch = loop_watch(resolver->loop, fd, ready, on_ready, resolver);
        list_add_last(&resolver->watches, &watch->node);
    }
}

bool resolved_literal(str text, struct resolved *ret_resolved)
{
    char copy[INET6_ADDRSTRLEN];
    union ip_address *address = &ret_resolved->addresses[0];
    *ret_resolved = (struct resolved){ .count = 1, .is_literal = true };
    if (!str_copy(text, copy, sizeof(copy)))
        return false;
    if (inet_pton(AF_INET, copy, &address->ipv4.sin_addr) == 1)
        address->any.sa_family = AF_INET;
    else if (inet_pton(AF_INET6, copy, &address->ipv6.sin6_addr) == 1)
        address->any.sa_family = AF_INET6;
    else
        return false;
    return true;
}

static void library_init(void)
{
    int failed = ares_library_init(ARES_LIB_INIT_ALL);
    assert(failed == ARES_SUCCESS);
    (void)failed;
}

struct resolver *resolver_new(struct loop *loop)
{
    struct resolver *resolver = NEW(struct resolver);
    resolver->loop = loop;
    resolver->names = map_new();
    list_init(&resolver->watches);
    timer_init(&resolver->timeout, loop, on_timeout);
    static pthread_once_t once = PTHREAD_ONCE_INIT; // c-ares counts without a lock
    (void)pthread_once(&once, library_init);
    struct ares_options options = {
        .sock_state_cb = on_socket,
        .sock_state_cb_data = resolver,
        .timeout = QUERY_TIMEOUT_MS,
        .tries = QUERY_TRIES,
    };
    int failed =
        ares_init_options(&resolver->channel, &options,
                          ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
    assert(failed == ARES_SUCCESS); // fails only for memory, or without a host name
    (void)failed;
    return resolver;
}

bool resolver_servers_set(struct resolver *resolver, const char *servers)
{
    return ares_set_servers_ports_csv(resolver->channel, servers) == ARES_SUCCESS;
}

size_t resolver_names_count(const struct resolver *resolver)
{
    return map_count(resolver->names);
}

static void name_free(struct name *name)
{
    assert(list_is_empty(&name->questions));
    mem_free(name->text);
    mem_free(name);
}

void resolver_free(struct resolver *resolver)
{
    if (!resolver)
        return;
    size_t at = 0;
    struct name *name;
    ares_cancel(resolver->channel); // ends every query
    ares_destroy(resolver->channel);
    while ((name = map_each(resolver->names, &at)))
        name_free(name);
    LIST_EACH (&resolver->watches, node)
        watch_free(CONTAINER_OF(node, struct channel_watch, node));
    timer_stop(&resolver->timeout);
    map_free(resolver->names);
    mem_free(resolver);
}

static void name_keep(struct name *name, const struct ares_addrinfo *found)
{
    struct resolved *resolved = &name->resolved;
    int ttl_s = TTL_MAX_S;
    resolved->count = 0;
    for (const struct ares_addrinfo_node *node = found->nodes; node; node = node->ai_next) {
        if (resolved->count == RESOLVED_MAX || node->ai_addrlen > sizeof(union ip_address))
            continue;
        memcpy(&resolved->addresses[resolved->count++], node->ai_addr, node->ai_addrlen);
        ttl_s = MIN(ttl_s, node->ai_ttl);
    }
    name->expires_ms = now_ms() + MAX(ttl_s, TTL_MIN_S) * (int64_t)1000;
}

static void on_resolved(void *ctx, int status, int timeouts, struct ares_addrinfo *found)
{
    (void)timeouts;
    struct name *name = ctx;
    struct resolver_question *question;
    struct list_node *node;
    struct list questions;
    name->is_asked = false;
    name->resolved.count = 0;
    name->resolved.failure = ares_strerror(status);
    if (status == ARES_SUCCESS)
        name_keep(name, found);
    ares_freeaddrinfo(found);
    // A question that is asked in answer to another begins anew.
    list_init(&questions);
    while ((node = list_take_first(&name->questions)))
        list_add_last(&questions, node);
    struct resolved resolved = name->resolved;
    while ((node = list_take_first(&questions))) {
        question = CONTAINER_OF(node, struct resolver_question, node);
        question->done(question, &resolved);
    }
}

// Makes room by forgetting what has expired, and if need be everything that is not asked for.
static void names_trim(struct resolver *resolver, int64_t now)
{
    for (int round = 0; round < 2 && map_count(resolver->names) >= NAMES_MAX; round++) {
        struct map *kept = map_new();
        size_t at = 0;
        struct name *name;
        while ((name = map_each(resolver->names, &at))) {
            if (name->is_asked || (round == 0 && name->expires_ms > now))
                (void)map_put(kept, str_of(name->text), name);
            else
                name_free(name);
        }
        map_free(resolver->names);
        resolver->names = kept;
    }
}

static struct name *name_of(struct resolver *resolver, str text)
{
    struct name *name = map_get(resolver->names, text);
    if (name)
        return name;
    names_trim(resolver, now_ms());
    name = NEW(struct name);
    name->text = mem_alloc(text.len + 1);
    (void)str_copy(text, name->text, text.len + 1);
    list_init(&name->questions);
    (void)map_put(resolver->names, str_of(name->text), name);
    return name;
}

void resolver_ask(struct resolver *resolver, str text, struct resolver_question *question)
{
    struct name *name = name_of(resolver, text);
    if (!name->is_asked && name->resolved.count > 0 && name->expires_ms > now_ms()) {
        struct resolved resolved = name->resolved; // done may ask, and so forget this name
        question->done(question, &resolved);
        return;
    }
    list_add_last(&name->questions, &question->node);
    if (name->is_asked)
        return;
    static const struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC,
                                                      .ai_socktype = SOCK_STREAM };
    name->is_asked = true;
    ares_getaddrinfo(resolver->channel, name->text, NULL, &hints, on_resolved, name);
    timeout_arm(resolver);
}

void resolver_cancel(struct resolver_question *question)
{
    list_remove(&question->node);
}
