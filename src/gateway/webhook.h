// SPDX-License-Identifier: Apache-2.0
// An event from what somebody's webhook sends; inside of the gateway room.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/rand.h"
#include "gateway/inner.h"

// The body as JSON: a form becomes an object of lists of texts, an empty body {}, everything
// else stays as it is. The refusal tells a form that cannot be read.
struct refusal webhook_body(str content_type, str body, struct arena *arena, str *ret_json);

// What a request was like, as members of a JSON object with a comma before the first: method,
// url, proto, headers (names as Go writes them) and query_parameters as lists. Credentials are
// left out: Authorization, Cookie, and the write key of the query.
str webhook_details(struct http_request *request);

// A track call webhook_source_event whose properties are the payload, from a new anonymous
// visitor. details: webhook_details, or "".
str webhook_event(str payload, str details, struct rng *rng, struct arena *arena);
