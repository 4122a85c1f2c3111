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

// A track call webhook_source_event whose properties are the payload, from a new anonymous
// visitor.
str webhook_event(str payload, struct rng *rng, struct arena *arena);
