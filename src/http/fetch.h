// SPDX-License-Identifier: Apache-2.0
// The client's state, and one exchange of it; inside of the http room.
#pragma once

#include <curl/curl.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/list.h"
#include "codec/cidr.h"
#include "http/client.h"
#include "http/resolver.h"

enum { RESPONSE_HEADER_BYTES = 32 << 10, RESPONSE_HEADERS_MAX = 100 };

struct http_client {
    struct loop *loop;
    const struct egress *egress;
    struct http_client_limits limits;
    CURLM *multi;
    struct timer curl_timer;
    struct resolver *resolver;
    struct list exchanges;
    struct list watches; // of curl's sockets
    size_t depth;        // inside of calls that need the client afterwards
    bool is_closing;
};

struct http_exchange {
    struct list_node node;
    struct http_client *client;
    void (*done)(void *ctx, const struct http_client_response *response);
    void *ctx;
    struct resolver_question question;
    struct timer timer; // the whole exchange, or a failure that is known already
    bool is_in_multi;
    bool is_done; // the caller has been told or is being told
    enum http_outcome outcome;
    CURL *easy;
    struct curl_slist *headers;
    struct curl_slist *pins;
    struct arena *arena; // url, host and what the response needs
    const char *url;
    const char *host;
    uint16_t port;
    struct buf head; // "name: value\n" … as received
    struct buf body;
    bool is_truncated;
    bool is_refused;                // at the opening of a socket
    char refused[ADDRESS_TEXT_MAX]; // its address
    char error[CURL_ERROR_SIZE];
    int64_t started_ms;
};

// The exchange with everything but addresses set; a bad request has outcome HTTP_BAD_URL and a
// sentence in error.
struct http_exchange *fetch_new(struct http_client *client,
                                const struct http_client_request *request);
void fetch_free(struct http_exchange *exchange);

// Keeps those of the addresses that may be reached, and tells curl; false: none is left.
bool fetch_pin(struct http_exchange *exchange, const struct resolved *resolved);

// Sees to it that its connections believe the egress's authorities.
void fetch_trust(struct http_exchange *exchange);

// Outcome and sentence for an exchange that may not go to this address.
void fetch_refuse(struct http_exchange *exchange, const char *address);

// CURLOPT_OPENSOCKETFUNCTION: the last word on where a connection goes, whatever way curl came
// by the address.
curl_socket_t fetch_socket_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address);

// From curl's result to an outcome and a sentence.
void fetch_judge(struct http_exchange *exchange, CURLcode result);

// Calls done with what is known. The exchange is not freed.
void fetch_tell(struct http_exchange *exchange);
