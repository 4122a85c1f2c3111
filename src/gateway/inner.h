// SPDX-License-Identifier: Apache-2.0
// What the files of the gateway share; inside of the room.
#pragma once

#include "base/arena.h"
#include "gateway/gateway.h"
#include "gateway/waiting.h"
#include "http/server.h"
#include "loop/rest.h"

struct gateway {
    struct gateway_parts parts;
    struct workspace_view *view;
    struct rng_stock random;   // a request needs 16 bytes
    struct http_route *routes; // the constant table with this gateway's body limit
    struct arena *scratch;     // for the request at hand, until it is submitted or refused
    size_t scratch_bytes;      // that it keeps from one to the next
    struct rest rest;
    struct waiting waiting; // submissions that the journal has not answered
};

// scratch.c: the scratch arena's life. It is cleared when a request is submitted or refused.
void scratch_init(struct gateway *gateway);
void scratch_clear(struct gateway *gateway);
void scratch_done(struct gateway *gateway);

enum key_place {
    KEY_IN_HEADER, // Basic, or a top-level writeKey in the body
    KEY_IN_QUERY,
    KEY_IN_QUERY_OR_HEADER,
    KEY_IS_SOURCE_ID, // X-Rudder-Source-Id, and nothing secret
};

// What the row of a route says of its endpoint.
struct endpoint {
    const char *name; // in the journal's envelope
    enum event_shape shape;
    enum event_type type; // EVENT_TYPE_UNKNOWN: the events' own
    enum key_place key_place;
    bool takes_destination_id; // X-Rudder-Destination-Id: for this destination only
    bool is_replay;            // only for sources of events that were received before
};

// Why a request is not taken: the answer's status and text. Status 0: it is taken.
struct refusal {
    int status;
    const char *text;
    int wait_s; // for Retry-After; 0: a second, of a 503
};

// The text, a line feed behind it, and the headers that every answer of the gateway has.
void gateway_refuse(struct http_request *request, struct refusal refusal);

// The refusal, or 200 `ok`.
void gateway_answer(struct http_request *request, struct refusal refusal);

// 200 with nothing in it.
void gateway_answer_empty(struct http_request *request);

// A route's handler, for endpoints with a body.
void gateway_ingest(struct http_request *request, void *ctx);

// A route's begin, for endpoints whose key may stand in the header: whoever asks before it
// sends a body gets at once the refusal that it would get behind it.
void gateway_judge(struct http_request *request, void *ctx);

// A route's handler: the event is in the query.
void gateway_pixel(struct http_request *request, void *ctx);

// A route's handler: the body is whatever a service sends.
void gateway_webhook(struct http_request *request, void *ctx);
void gateway_webhook_judge(struct http_request *request, void *ctx); // its begin
