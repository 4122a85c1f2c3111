// SPDX-License-Identifier: Apache-2.0
// The audit log as requests: POST of lines of JSON (application/x-ndjson), oldest first. An
// answer of 2xx means that the batch was received; everything else has it sent again. The
// address is looked up, and held against the egress rules, for each batch.
#include "api/sink.h"

#include "base/mem.h"
#include "codec/url.h"
#include "http/client.h"

enum { ANSWER_MAX_BYTES = 4096 };

struct webhook {
    const char *url;
    struct loop *loop;
    struct http_client *client;
};

// Of one batch.
struct exchange {
    struct loop *loop;
    bool is_taken;
    char detail[256];
};

static bool is_here(const struct url *url)
{
    return str_eq(url->host, STR("localhost")) || str_eq(url->host, STR("::1")) ||
           str_starts(url->host, STR("127."));
}

static enum err open_webhook(struct sink *sink, str rest, struct problem *problem)
{
    (void)rest;
    struct url url;
    enum err err = url_parse(sink->text, &url, problem);
    if (err) {
        (void)str_copy(STR("audit_sink"), problem->field, sizeof(problem->field));
        return err;
    }
    if (url.user_info.data)
        return problem_set(problem, ERR_INVALID, STR("audit_sink"),
                           "must not hold a password; audit_sink_token_file is for secrets");
    if (!url.is_https && !is_here(&url))
        return problem_set(problem, ERR_INVALID, STR("audit_sink"),
                           "must be https, except to this machine itself");
    struct http_client_limits limits = http_client_limits_default;
    limits.response_bytes = ANSWER_MAX_BYTES;
    struct webhook *webhook = ARENA_NEW(sink->arena, struct webhook);
    webhook->url = arena_cstr(sink->arena, sink->text);
    webhook->loop = loop_new();
    webhook->client = http_client_new(webhook->loop, sink->parts.egress, &limits);
    sink->state = webhook;
    sink->label = url_origin(&url, sink->arena);
    return OK;
}

static void close_webhook(struct sink *sink)
{
    struct webhook *webhook = sink->state;
    http_client_close(webhook->client);
    loop_free(webhook->loop);
}

static void on_done(void *ctx, const struct http_client_response *response)
{
    struct exchange *exchange = ctx;
    exchange->is_taken = response->outcome == HTTP_ANSWERED && response->status / 100 == 2;
    if (response->outcome == HTTP_ANSWERED)
        (void)snprintf(exchange->detail, sizeof(exchange->detail), "answered with %d",
                       response->status);
    else
        (void)str_copy(str_sub(response->detail, 0, sizeof(exchange->detail) - 1),
                       exchange->detail, sizeof(exchange->detail));
    loop_stop(exchange->loop);
}

static enum err send_batch(struct sink *sink, const struct sink_batch *batch,
                           struct problem *problem)
{
    struct webhook *webhook = sink->state;
    struct exchange exchange = { .loop = webhook->loop };
    str token = secret_reveal(sink->parts.token);
    AUTO(buf_done) struct buf body = { 0 };
    AUTO(buf_done) struct buf authorization = { 0 };
    sink_join(batch, &body);
    buf_addf(&authorization, "Bearer %" PRIstr, STR_ARG(token));
    const struct http_header headers[] = {
        { STR("Content-Type"), STR("application/x-ndjson") },
        { STR("User-Agent"), STR("Pintle") },
        { STR("Authorization"), buf_str(&authorization) },
    };
    const struct http_client_request request = {
        .method = STR("POST"),
        .url = str_of(webhook->url),
        .headers = headers,
        .header_count = ARRAY_LEN(headers) - (token.len == 0),
        .body = buf_str(&body),
        .timeout_ms = batch->timeout_ms,
    };
    (void)http_client_send(webhook->client, &request, on_done, &exchange);
    loop_run(webhook->loop);
    secret_wipe(authorization.data, authorization.len);
    if (exchange.is_taken)
        return OK;
    return problem_set(problem, ERR_IO, sink->label, "%s", exchange.detail);
}

const struct sink_kind sink_https = {
    .prefix = "https://",
    .open = open_webhook,
    .close = close_webhook,
    .send = send_batch,
};

const struct sink_kind sink_http = {
    .prefix = "http://",
    .open = open_webhook,
    .close = close_webhook,
    .send = send_batch,
};
