// SPDX-License-Identifier: Apache-2.0
// An event from query parameters; inside of the gateway room.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "event/event.h"

struct pixel_call {
    enum event_type type;
    str query;
    int64_t wall_ms;
};

// The event as JSON: {"channel":"web","integrations":{"All":true}}, type and times, then each
// parameter but writeKey as a text at the dotted path that its name gives
// ("context.page.path=/x"; a number counts items of a list). False when there is no event to be
// taken: a track call whose event is empty. key: of the table of names (codec/json_names.h).
bool pixel_event(const struct pixel_call *call, const struct event_hash_key *key,
                 struct arena *arena, str *ret_json);
