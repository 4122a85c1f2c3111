// SPDX-License-Identifier: Apache-2.0
// Transport: one HTTP exchange per request. A client, which costs two descriptors and 100 KB
// besides its connections, is there from a request on until none was made for a while: most of
// many destinations are quiet at any time.
#include "base/mem.h"
#include "delivery/transport.h"

// An event's dead letter keeps 10 KiB of the answer; a live event less.
enum { RESPONSE_BYTES = 10 << 10 };

struct http_transport {
    struct loop *loop;
    const struct egress *egress;
    struct http_client_limits limits;
    int64_t idle_ms;
    struct http_client *client; // NULL: nothing was sent for idle_ms
    size_t sending_count;
    struct timer idle; // runs while there is a client and nothing is being sent
};

static void on_idle(struct timer *timer)
{
    struct http_transport *transport = CONTAINER_OF(timer, struct http_transport, idle);
    http_client_close(TAKE(transport->client));
}

static void *http_open(struct loop *loop, const struct egress *egress,
                       const struct delivery_settings *settings)
{
    struct http_transport *transport = NEW(struct http_transport);
    transport->loop = loop;
    transport->egress = egress;
    transport->limits = (struct http_client_limits){
        .connections = settings->in_flight,
        .connections_per_host = settings->in_flight,
        .response_bytes = RESPONSE_BYTES,
    };
    transport->idle_ms = settings->client_idle_ms;
    timer_init(&transport->idle, loop, on_idle);
    return transport;
}

static void http_close(void *of)
{
    struct http_transport *transport = of;
    timer_stop(&transport->idle);
    http_client_close(transport->client);
    mem_free(transport);
}

static void begin(struct http_transport *transport)
{
    transport->sending_count++;
    timer_stop(&transport->idle);
    if (!transport->client)
        transport->client =
            http_client_new(transport->loop, transport->egress, &transport->limits);
}

static void end(struct http_transport *transport)
{
    if (--transport->sending_count == 0)
        timer_start(&transport->idle, transport->idle_ms);
}

struct sending {
    struct http_transport *transport;
    struct http_exchange *exchange;
    void (*done)(void *ctx, const struct transport_answer *answer);
    void *ctx;
};

static void on_response(void *ctx, const struct http_client_response *response)
{
    struct sending *sending = ctx;
    struct transport_answer answer = {
        .outcome = response->outcome,
        .status = response->status,
        .body = response->body,
        .detail = response->detail,
        .elapsed_ms = response->elapsed_ms,
    };
    for (size_t i = 0; i < response->header_count; i++) {
        if (str_eq_nocase(response->headers[i].name, STR("retry-after")))
            answer.retry_after = response->headers[i].value;
    }
    end(sending->transport);
    sending->done(sending->ctx, &answer); // the arena with `sending` may be gone behind this
}

static void *http_send(void *of, const struct destination_request *request, int64_t timeout_ms,
                       struct arena *arena,
                       void (*done)(void *ctx, const struct transport_answer *answer),
                       void *ctx)
{
    struct http_transport *transport = of;
    struct http_header *headers = ARENA_ARRAY(arena, struct http_header, request->header_count);
    for (size_t i = 0; i < request->header_count; i++)
        headers[i] =
            (struct http_header){ request->headers[i].name, request->headers[i].value };
    struct http_client_request out = {
        .method = request->method,
        .url = request->url,
        .headers = headers,
        .header_count = request->header_count,
        .body = request->body,
        .timeout_ms = timeout_ms,
    };
    struct sending *sending = ARENA_NEW(arena, struct sending);
    *sending = (struct sending){ .transport = transport, .done = done, .ctx = ctx };
    begin(transport);
    sending->exchange = http_client_send(transport->client, &out, on_response, sending);
    return sending;
}

static void http_cancel(void *of)
{
    struct sending *sending = of;
    http_exchange_cancel(sending->exchange);
    end(sending->transport);
}

const struct transport_ops transport_http = {
    .open = http_open,
    .close = http_close,
    .send = http_send,
    .cancel = http_cancel,
};
