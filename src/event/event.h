// SPDX-License-Identifier: Apache-2.0
// The event model: what an ingestion request's body holds, validated as rudder-server's gateway
// does it (same order of checks, same error texts), without rewriting a byte; and what an event
// looks like to destinations (enrichment as functions of the journal record). Pure.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

enum event_type {
    EVENT_TYPE_UNKNOWN, // accepted by /v1/batch
    EVENT_IDENTIFY,
    EVENT_TRACK,
    EVENT_PAGE,
    EVENT_SCREEN,
    EVENT_GROUP,
    EVENT_ALIAS,
    EVENT_MERGE,
    EVENT_AUDIENCELIST,
    EVENT_EXTRACT,
    EVENT_RECORD,
    EVENT_TYPE_COUNT,
};
str event_type_name(enum event_type type); // "track"
enum event_type event_type_of(str name);   // any case; EVENT_TYPE_UNKNOWN if none

// Secret of the keyed hashes (user, anonymous, message ids): 16 bytes kept in the data
// directory.
struct event_hash_key {
    uint8_t bytes[16];
};
// The key of a data directory, by the 16 bytes of its id.
void event_hash_key_init(struct event_hash_key *key, const uint8_t directory_id[16]);
// Of a normalised id. 0: it is empty.
uint64_t event_hash_id(const struct event_hash_key *key, str id);

// What is known of one event after validation.
struct event_row {
    uint32_t offset; // within the body
    uint32_t length;
    enum event_type type;
    uint8_t flags;      // left to the caller
    str user_id;        // normalised
    str message_id;     // normalised; empty: the client gave none
    str name;           // of a track event; STR_NONE: it has none
    uint64_t user_hash; // of the normalised id; 0: empty
    uint64_t anon_hash;
    uint64_t message_hash; // 0: the client gave none
};

struct event_batch {
    str body; // the request's body (decompressed), with a top-level writeKey cut out
    struct event_row *rows;
    size_t count;
    str write_key;  // the one found in the body, or STR_NONE
    str job_run_id; // context.sources of element 0, or STR_NONE
    str task_run_id;
    size_t wrapped_bytes; // length of the body in rudder-server's {"batch":[…]} form, for the
                          // size limit; of an import, of the user who has most
    bool is_size_exempt;  // holds an audiencelist event
    bool is_partial;      // of an import: events without ids were left out
};

enum event_shape {
    EVENT_SHAPE_SINGLE,    // one object; its type is that of the endpoint
    EVENT_SHAPE_BATCH,     // {"batch": […]}
    EVENT_SHAPE_IMPORT,    // the same, but each user's events stand for themselves
    EVENT_SHAPE_FORWARDED, // of events that another gateway has judged: none needs ids
};

// What an event with neither id is refused with; mobile SDKs look for it.
#define EVENT_NO_IDS "request neither has anonymousId nor userId"

// Everything allocated comes from the arena; ret_batch holds views of body and arena. Of equal
// keys the last one counts. Characters that are none (single surrogates, bytes that are not
// UTF-8) become U+FFFD in a copy of the body. ERR_TOO_BIG: the arena's ceiling is reached
// ("request size exceeds max limit"). Other errors are ERR_INVALID with the exact wire text in
// ret_problem->text: "invalid json", "empty batch payload", "event is not a valid rudder
// event", EVENT_NO_IDS (data plane rules A.6; first failing check wins). An import fails with
// the last one only when all of its events have no ids.
enum err event_decode(str body, enum event_shape shape, enum event_type endpoint_type,
                      const struct event_hash_key *key, struct arena *arena,
                      struct event_batch *ret_batch, struct problem *ret_problem);

// Removes invisible characters and trims: ids as the gateway compares them.
str event_normalise_id(str id, struct arena *arena);

// The normalised userId of an event that was decoded before; empty when it cannot be read.
str event_user_id(str event_json, struct arena *arena);

// What the journal knows about the event besides its bytes.
struct event_origin {
    int64_t received_wall_ms;
    str client_address;
    const uint8_t *random;         // 16 bytes
    uint32_t index;                // within the record
    enum event_type endpoint_type; // EVENT_TYPE_UNKNOWN for batches
    bool keeps_received_at; // a receivedAt that the event has goes before that of the record
};

// The event as destinations see it: a mutable copy of event_json with messageId, rudderId,
// receivedAt, request_ip, type and timestamp filled as data plane rules A.6.5 and C.1 say. The
// same origin always gives the same event. The document lives in the arena.
enum err event_enrich(str event_json, const struct event_origin *origin, struct arena *arena,
                      yyjson_mut_doc **ret_event, struct problem *ret_problem);
