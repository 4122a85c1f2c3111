// SPDX-License-Identifier: Apache-2.0
// Whether a request is taken: write key, source, body, events, size, in rudder-server's order
// and with its texts (mobile SDKs look for them). Inside of the gateway room.
#pragma once

#include "gateway/inner.h"

// What a message of another gateway says of its events, where else the request speaks.
struct submission_origin {
    str source_id;
    str client_address;
    str anonymous_id_header;
    str job_run_id;
    str task_run_id;
    str traceparent;
    int64_t received_wall_ms;
};

struct admission {
    const struct ws_source *source;         // valid until the next look at the workspace
    const struct submission_origin *origin; // NULL: the request; else source may be NULL
    str destination_id;                     // the only one that the events are for; empty: all
    struct event_batch batch;               // without those of suppressed users
    size_t suppressed_count;
    size_t blocked_count;
    uint32_t dedup_window_s; // 0: messageIds are not compared
    bool is_with_large;      // its record is one of several
};

// Everything allocated comes from the gateway's scratch arena.
struct refusal admit(struct gateway *gateway, struct http_request *request,
                     const struct endpoint *endpoint, struct admission *ret_admission);

// --- Its steps

// What the header alone decides: source and destination. None refused and no source: the key is
// to be looked for in the body.
struct refusal admit_head(struct gateway *gateway, struct http_request *request,
                          const struct endpoint *endpoint, struct admission *ret_admission);

// The source that X-Rudder-Source-Id names and, where the endpoint takes one, the destination
// that X-Rudder-Destination-Id names, which must be connected to it.
struct refusal admit_ids(struct gateway *gateway, struct http_request *request,
                         const struct endpoint *endpoint, struct admission *ret_admission);

// The user name of Basic credentials (RFC 7617): false when they are anything else, or the name
// is empty.
bool admit_basic_user(str authorization, struct arena *arena, str *ret_user);

struct refusal admit_source(const struct snapshot *snapshot, str write_key,
                            const struct ws_source **ret_source);

// The body as text: unpacked if content_encoding is exactly "gzip".
struct refusal admit_body(str content_encoding, str body, size_t cap_bytes, struct arena *arena,
                          str *ret_text);

struct refusal admit_events(str text, const struct endpoint *endpoint,
                            const struct event_hash_key *key, struct arena *arena,
                            struct event_batch *ret_batch);

// Leaves out the events that the workspace does not want (verdict.h); of the others, not too
// many, and not too large.
struct refusal admit_wanted(struct gateway *gateway, struct http_request *request,
                            struct admission *admission);

struct refusal admit_size(const struct event_batch *batch, size_t limit_bytes);
