// SPDX-License-Identifier: Apache-2.0
// An event from query parameters; inside of the gateway room.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "event/event.h"

// The event as JSON: {"channel":"web","integrations":{"All":true}}, type and times, then each
// parameter but writeKey as a text at the dotted path that its name gives
// ("context.page.path=/x"; a number counts items of a list). False when there is no event to be
// taken: a track call whose event is empty.
bool pixel_event(enum event_type type, str query, int64_t wall_ms, struct arena *arena,
                 str *ret_json);
