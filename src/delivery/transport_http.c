// SPDX-License-Identifier: Apache-2.0
// Transport: one HTTP exchange per request.
#include "base/mem.h"
#include "delivery/transport.h"

// An event's dead letter keeps 10 KiB of the answer; a live event less.
enum { RESPONSE_BYTES = 10 << 10 };

static void *http_open(struct loop *loop, const struct egress *egress,
                       const struct delivery_settings *settings)
{
    struct http_client_limits limits = http_client_limits_default;
    limits.connections = settings->in_flight;
    limits.connections_per_host = settings->in_flight;
    limits.response_bytes = RESPONSE_BYTES;
    return http_client_new(loop, egress, &limits);
}

static void http_close(void *transport)
{
    http_client_close(transport);
}

struct sending {
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
    sending->done(sending->ctx, &answer); // the arena with `sending` may be gone behind this
}

static void *http_send(void *transport, const struct destination_request *request,
                       int64_t timeout_ms, struct arena *arena,
                       void (*done)(void *ctx, const struct transport_answer *answer),
                       void *ctx)
{
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
    *sending = (struct sending){ .done = done, .ctx = ctx };
    sending->exchange = http_client_send(transport, &out, on_response, sending);
    return sending;
}

static void http_cancel(void *sending)
{
    http_exchange_cancel(((struct sending *)sending)->exchange);
}

const struct transport_ops transport_http = {
    .open = http_open,
    .close = http_close,
    .send = http_send,
    .cancel = http_cancel,
};
