// SPDX-License-Identifier: Apache-2.0
// An event from what somebody's webhook sends; inside of the gateway room.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/rand.h"
#include "gateway/inner.h"

// The body as JSON: a form becomes an object of lists of texts (bytes that are not UTF-8 are
// taken for ISO 8859-1), an empty body {}, everything else stays as it is. The refusal tells a
// form that cannot be read. key: of the table of names (codec/json_names.h).
struct refusal webhook_body(str content_type, str body, const struct event_hash_key *key,
                            struct arena *arena, str *ret_json);

// What a request was like, as members of a JSON object with a comma before the first: method,
// url, proto, headers (names as Go writes them) and query_parameters as lists. Headers and
// parameters whose names say that they are keys, passwords, tokens or signatures are left out,
// and headers that repeat what such a parameter says. key: as above.
str webhook_details(struct http_request *request, const struct event_hash_key *key);

// A track call webhook_source_event whose properties are the payload, from a new anonymous
// visitor. details: webhook_details, or "".
str webhook_event(str payload, str details, struct rng *rng, struct arena *arena);
