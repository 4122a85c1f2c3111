// SPDX-License-Identifier: Apache-2.0
// HTTP client on a loop: libcurl multi driven by it, names resolved by c-ares on the same loop.
// Only http and https, no environment proxy, no redirects. Every address is checked against the
// egress rules after resolution (those that are not allowed are left out), pinned by
// CURLOPT_RESOLVE, and checked again when the socket is opened.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "http/egress.h"
#include "http/server.h"
#include "loop/loop.h"

struct http_client;

struct http_client_limits {
    size_t connections;          // in all
    size_t connections_per_host; // per host name and port
    size_t response_bytes;       // kept of a response's body; the rest is read and dropped
};
extern const struct http_client_limits http_client_limits_default;

// egress must outlive the client.
struct http_client *http_client_new(struct loop *loop, const struct egress *egress,
                                    const struct http_client_limits *limits);

// Cancels what is in flight (done is not called). May be called from inside of a done. NULL is
// accepted.
void http_client_close(struct http_client *client);

enum http_outcome {
    HTTP_ANSWERED,       // status and body are set
    HTTP_BAD_URL,        // not http(s), no host, control characters in URL or headers …
    HTTP_EGRESS_REFUSED, // resolves to no address that the egress rules allow
    HTTP_NAME_FAILED,    // the name cannot be resolved
    HTTP_CONNECT_FAILED, // refused, unreachable, TLS failure
    HTTP_TIMED_OUT,
    HTTP_BROKEN, // the connection broke before the answer was complete
};

// Longer ones are HTTP_BAD_URL.
enum { HTTP_URL_MAX_BYTES = 128 << 10 };

// Content-Length and Transfer-Encoding among the headers are left out: they follow from the
// body. User-Agent is the caller's to set.
struct http_client_request {
    str method;
    str url;
    const struct http_header *headers;
    size_t header_count;
    str body;           // must stay alive until done or cancel
    int64_t timeout_ms; // for the whole exchange
};

struct http_client_response {
    enum http_outcome outcome;
    int status; // 0 unless HTTP_ANSWERED
    const struct http_header *headers;
    size_t header_count;
    str body; // at most limits.response_bytes
    bool is_truncated;
    str detail; // a sentence for people when it was not answered, naming host and reason
    int64_t elapsed_ms;
};

// Sends; done is called exactly once from a later turn of the loop, unless cancelled.
// Everything in `response` is valid during the call only; the exchange is gone with it.
struct http_exchange;
struct http_exchange *
http_client_send(struct http_client *client, const struct http_client_request *request,
                 void (*done)(void *ctx, const struct http_client_response *response),
                 void *ctx);
void http_exchange_cancel(struct http_exchange *exchange);
