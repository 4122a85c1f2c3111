// SPDX-License-Identifier: Apache-2.0
// The management API: api/openapi.yaml over HTTP and for commands on the same machine. Requests
// run straight through on a small pool of threads; the answer goes back to the request's loop.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/secret.h"
#include "base/str.h"
#include "http/router.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "outcome/outcome.h"
#include "store/store.h"
#include "workspace/workspace.h"

struct api;
struct egress;
struct mail;

// A destination's backlog, as delivery knows it.
struct api_delivery_state {
    uint64_t behind_records;
    size_t in_flight;
    size_t parked;
    bool is_circuit_open;
    int64_t retry_at_wall_ms; // 0: none
    str last_error;           // empty: none
};

// Everything is borrowed and must outlive the api, but for the texts.
struct api_parts {
    struct store *store;
    struct workspace *workspace;
    struct outcome *outcome;
    struct journal *journal;
    const struct clock *clock;
    struct rng *rng;
    str public_url; // under which SDKs and browsers reach us; https: makes cookies Secure
    size_t threads; // 0: 2
    // Of one access token, ten seconds' worth at once; from one address of tokens that nobody
    // knows, a minute's worth at once. 0: no limit.
    int64_t token_requests_per_s;
    int64_t unknown_tokens_per_s;
    // Of the audit log: where it is copied to (sink.h; separated by spaces, empty: nowhere),
    // the secret that https sinks are told, the egress rules for them, and whether signed heads
    // are logged.
    str audit_sink;
    struct secret audit_sink_token;
    str audit_sink_ca_file;      // of syslog+tls sinks
    const struct egress *egress; // may be NULL when there are no https sinks
    bool signs_audit_heads;
    bool counts_usage; // of the process that serves
    struct mail *mail; // NULL: no letters are sent
    // Fills the state (texts in the arena); false: nothing is known of the destination. From
    // any thread. NULL: no delivery runs here, everything is zero.
    bool (*delivery_state)(void *ctx, str destination_id, struct arena *arena,
                           struct api_delivery_state *ret_state);
    void *delivery_ctx;
};

// Starts the threads. Errors are those of the store; ERR_INVALID: a bad audit_sink.
enum err api_new(const struct api_parts *parts, struct api **ret_api,
                 struct problem *ret_problem);

// Runs what is queued and ends the threads; afterwards frees. The loops that families were made
// for have ended, or api_family_close was called for them, but they are not freed yet.
void api_free(struct api *api);
AUTO_DEFINE(struct api *, api_free)

// The token of the one-time setup link ("/setup#token=…"), which works until the first
// organisation is made or the process ends. False: set up already.
enum { API_SETUP_TOKEN_LEN = 43 };
bool api_setup_token(struct api *api, char ret_token[API_SETUP_TOKEN_LEN + 1]);

// The rows for a router whose server runs on the loop; once for each loop.
struct http_family api_family(struct api *api, struct loop *loop);

// The rows that commands on the same machine may call, for a server on a unix socket: only
// peers with this process's user, or root, are answered.
struct http_family api_local_family(struct api *api, struct loop *loop);

// On the loop, in the same turn as http_server_close: requests that still run there are not
// answered any more.
void api_family_close(struct api *api, struct loop *loop);

// One request of the local operator, answered before it returns; from any thread. The path may
// have a query. ERR_…: as the answer's status says; status and body (JSON, in the arena) are
// set in any case.
enum err api_perform_local(struct api *api, str method, str path, str body, struct arena *arena,
                           int *ret_status, str *ret_body);
