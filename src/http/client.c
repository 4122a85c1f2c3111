// SPDX-License-Identifier: Apache-2.0
// The client: curl's multi handle driven by the loop, and the way of an exchange through it.
#include "http/client.h"

#include "base/mem.h"
#include "codec/cidr.h"
#include "http/fetch.h"

const struct http_client_limits http_client_limits_default = {
    .connections = 512,
    .connections_per_host = 32,
    .response_bytes = 64 << 10,
};

struct curl_watch {
    struct list_node node;
    struct loop_watch *watch;
};

static void client_free(struct http_client *client);

static void client_leave(struct http_client *client)
{
    if (--client->depth == 0 && client->is_closing)
        client_free(client);
}

static void exchange_free(struct http_exchange *exchange)
{
    timer_stop(&exchange->timer);
    resolver_cancel(&exchange->question);
    list_remove(&exchange->node);
    if (exchange->is_in_multi)
        (void)curl_multi_remove_handle(exchange->client->multi, exchange->easy);
    fetch_free(exchange);
}

// Tells the caller; with the last word said the exchange is gone.
static void exchange_end(struct http_exchange *exchange)
{
    exchange->is_done = true;
    fetch_tell(exchange);
    exchange_free(exchange);
}

static void finished_collect(struct http_client *client)
{
    CURLMsg *message;
    int left;
    while (!client->is_closing && (message = curl_multi_info_read(client->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct http_exchange *exchange = NULL;
        CURLcode result = message->data.result; // removing the handle frees the message
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
        fetch_judge(exchange, result);
        exchange_end(exchange);
    }
}

static void client_act(struct http_client *client, curl_socket_t fd, int events)
{
    int running;
    client->depth++;
    (void)curl_multi_socket_action(client->multi, fd, events, &running);
    finished_collect(client);
    client_leave(client);
}

static void on_ready(void *ctx, int fd, unsigned ready)
{
    client_act(ctx, fd,
               (ready & LOOP_READABLE ? CURL_CSELECT_IN : 0) |
                   (ready & LOOP_WRITABLE ? CURL_CSELECT_OUT : 0));
}

static void on_curl_timer(struct timer *timer)
{
    client_act(CONTAINER_OF(timer, struct http_client, curl_timer), CURL_SOCKET_TIMEOUT, 0);
}

static void watch_free(struct curl_watch *watch)
{
    list_remove(&watch->node);
    loop_unwatch(watch->watch);
    mem_free(watch);
}

// curl wants to know when a socket is ready.
static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
    (void)easy;
    struct http_client *client = ctx;
    struct curl_watch *watch = socket_ctx;
    unsigned ready = (what & CURL_POLL_IN ? LOOP_READABLE : 0u) |
                     (what & CURL_POLL_OUT ? LOOP_WRITABLE : 0u);
    if (what == CURL_POLL_REMOVE) {
        if (watch)
            watch_free(watch);
        (void)curl_multi_assign(client->multi, fd, NULL);
    } else if (watch) {
        loop_watch_change(watch->watch, ready);
    } else {
        watch = NEW(struct curl_watch);
        watch->watch = loop_watch(client->loop, fd, ready, on_ready, client);
        list_add_last(&client->watches, &watch->node);
        (void)curl_multi_assign(client->multi, fd, watch);
    }
    return 0;
}

static int on_curl_timeout(CURLM *multi, long timeout_ms, void *ctx)
{
    (void)multi;
    struct http_client *client = ctx;
    if (timeout_ms < 0)
        timer_stop(&client->curl_timer);
    else
        timer_start(&client->curl_timer, timeout_ms);
    return 0;
}

#define SET(client, option, value)                                                             \
    do {                                                                                       \
        CURLMcode failed_ = curl_multi_setopt((client)->multi, (option), (value));             \
        assert(failed_ == CURLM_OK);                                                           \
        (void)failed_;                                                                         \
    } while (0)

struct http_client *http_client_new(struct loop *loop, const struct egress *egress,
                                    const struct http_client_limits *limits)
{
    CURLcode failed = curl_global_init(CURL_GLOBAL_DEFAULT); // counted
    assert(failed == CURLE_OK);
    (void)failed;
    struct http_client *client = NEW(struct http_client);
    client->loop = loop;
    client->egress = egress;
    client->limits = *limits;
    list_init(&client->exchanges);
    list_init(&client->watches);
    timer_init(&client->curl_timer, loop, on_curl_timer);
    client->resolver = resolver_new(loop);
    client->multi = curl_multi_init();
    assert(client->multi);
    SET(client, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    SET(client, CURLMOPT_SOCKETDATA, client);
    SET(client, CURLMOPT_TIMERFUNCTION, on_curl_timeout);
    SET(client, CURLMOPT_TIMERDATA, client);
    SET(client, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)limits->connections);
    SET(client, CURLMOPT_MAX_HOST_CONNECTIONS, (long)limits->connections_per_host);
    SET(client, CURLMOPT_MAXCONNECTS, (long)limits->connections);
    return client;
}

static void client_free(struct http_client *client)
{
    (void)curl_multi_cleanup(client->multi); // closes connections: the watches go with them
    LIST_EACH (&client->watches, node)
        watch_free(CONTAINER_OF(node, struct curl_watch, node));
    timer_stop(&client->curl_timer);
    resolver_free(client->resolver);
    mem_free(client);
    curl_global_cleanup();
}

void http_client_close(struct http_client *client)
{
    if (!client)
        return;
    assert(!client->is_closing);
    client->depth++;
    client->is_closing = true;
    LIST_EACH (&client->exchanges, node) {
        struct http_exchange *exchange = CONTAINER_OF(node, struct http_exchange, node);
        if (!exchange->is_done) // else its done has called us
            exchange_free(exchange);
    }
    client_leave(client);
}

// A failure that is known before curl has been asked is told from a turn of its own.
static void exchange_fail(struct http_exchange *exchange, enum http_outcome outcome)
{
    exchange->outcome = outcome;
    timer_start(&exchange->timer, 0);
}

static void exchange_start(struct http_exchange *exchange)
{
    exchange->is_in_multi = true;
    CURLMcode failed = curl_multi_add_handle(exchange->client->multi, exchange->easy);
    assert(failed == CURLM_OK);
    (void)failed;
}

static void on_resolved(struct resolver_question *question, const struct resolved *resolved)
{
    struct http_exchange *exchange = CONTAINER_OF(question, struct http_exchange, question);
    if (resolved->count == 0) {
        (void)snprintf(exchange->error, sizeof(exchange->error), "cannot resolve %.120s: %s",
                       exchange->host, resolved->failure);
        exchange_fail(exchange, HTTP_NAME_FAILED);
    } else if (fetch_pin(exchange, resolved)) {
        exchange_start(exchange);
    } else {
        exchange_fail(exchange, HTTP_EGRESS_REFUSED);
    }
}

static void on_exchange_timer(struct timer *timer)
{
    struct http_exchange *exchange = CONTAINER_OF(timer, struct http_exchange, timer);
    struct http_client *client = exchange->client;
    client->depth++;
    if (exchange->outcome == HTTP_ANSWERED) {
        exchange->outcome = HTTP_TIMED_OUT;
        (void)snprintf(exchange->error, sizeof(exchange->error),
                       "%.120s:%u: no complete answer in time", exchange->host, exchange->port);
    }
    exchange_end(exchange);
    client_leave(client);
}

struct http_exchange *
http_client_send(struct http_client *client, const struct http_client_request *request,
                 void (*done)(void *ctx, const struct http_client_response *response),
                 void *ctx)
{
    assert(!client->is_closing && done && request->timeout_ms > 0);
    struct http_exchange *exchange = fetch_new(client, request);
    exchange->done = done;
    exchange->ctx = ctx;
    exchange->question.done = on_resolved;
    list_add_last(&client->exchanges, &exchange->node);
    timer_init(&exchange->timer, client->loop, on_exchange_timer);
    if (exchange->outcome != HTTP_ANSWERED) {
        exchange_fail(exchange, exchange->outcome);
        return exchange;
    }
    timer_start(&exchange->timer, request->timeout_ms);
    struct resolved literal;
    if (resolved_literal(str_of(exchange->host), &literal))
        on_resolved(&exchange->question, &literal);
    else
        resolver_ask(client->resolver, str_of(exchange->host), &exchange->question);
    return exchange;
}

void http_exchange_cancel(struct http_exchange *exchange)
{
    assert(!exchange->is_done);
    struct http_client *client = exchange->client;
    client->depth++; // removing it may close a connection
    exchange_free(exchange);
    client_leave(client);
}
