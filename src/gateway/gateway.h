// SPDX-License-Identifier: Apache-2.0
// The ingestion endpoints: an HTTP request becomes one journal record, and is answered 200 `ok`
// when that is on disk. Wire contract: rudder-server's gateway, down to the error texts (plain
// text).
#pragma once

#include "base/base.h"
#include "base/rand.h"
#include "codec/limits.h"
#include "event/event.h"
#include "http/router.h"
#include "http/server.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "outcome/outcome.h"
#include "workspace/workspace.h"

// One gateway per HTTP loop; it runs on that loop only and never blocks.
struct gateway;

// Events in a window of time; 0: as many as come. GCRA, so that a window's worth is taken at
// once and then as it refills.
struct gateway_rates {
    struct limits *limits; // shared by all gateways; may be NULL when both counts are 0
    int64_t source_events;
    int64_t workspace_events;
    int64_t window_ms;
};

struct gateway_parts {
    struct loop *loop;
    struct journal *journal;
    struct workspace *workspace;
    struct outcome *outcome;
    const struct event_hash_key *hash_key;
    struct rng *rng;
    struct gateway_rates rates;
    size_t body_limit_bytes; // decompressed: 4000 KiB, answered as rudder-server does (A.6.8)
    size_t body_hard_cap_bytes; // announced or decompressed: 413 at once
    int64_t store_timeout_ms;   // waiting for the disk; beyond: 504, and it may be stored yet
    str version;                // what /version answers, in JSON
    bool has_internal;          // the routes below /internal/, which ask for no secret
    bool needs_destination_id;  // there: refuse what names no destination
};
struct gateway *gateway_new(const struct gateway_parts *parts);

// The journal has answered all that was submitted: now, or from a later turn of the loop. Once,
// after the server has drained.
void gateway_drain(struct gateway *gateway, void (*on_drained)(void *ctx), void *ctx);

// Nothing may wait for the journal any more.
void gateway_free(struct gateway *gateway);

// The answer of /health, for a route that stands elsewhere; ctx is the gateway.
void gateway_health(struct http_request *request, void *ctx);

// The gateway's rows for the router: paths, CORS, plain text errors.
struct http_family gateway_family(struct gateway *gateway);
