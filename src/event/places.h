// SPDX-License-Identifier: Apache-2.0
// Where in the body an event stands, and the write key cut out; inside of the event room.
#pragma once

#include <yyjson.h>

#include "event/event.h"

struct parsed {
    str body;
    const char *copy; // yyjson's copy of the body: texts point into it
    yyjson_val *root;
};

// Sets offset and length of the row for the root.
void place_single(const struct parsed *in, struct event_row *row);

// The same for the elements of batch, a member of the root: objects that have keys, at least
// one, or a single object in place of the list.
void place_batch(const struct parsed *in, yyjson_val *batch, struct event_row *rows);

// The last top-level writeKey that is a text, or STR_NONE. If there is one, *ret_body becomes a
// copy of the body in which all of them are blanked out, with their commas: places stay.
str cut_write_key(const struct parsed *in, struct arena *arena, str *ret_body);
