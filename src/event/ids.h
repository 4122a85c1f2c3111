// SPDX-License-Identifier: Apache-2.0
// The ids of an event as text; inside of the event room.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"

// About what id_text takes beyond copies of the value's texts: much of a container with many
// values, which is an id to nobody but may be sent.
size_t id_text_bytes(yyjson_val *value);

// A string as it is, null and absent as "", anything else as its JSON text (3.0 as "3", also
// where the reader has left it a text).
str id_text(yyjson_val *value, struct arena *arena);

// The UUID that stands for a pair of normalised ids, with a NUL.
void id_rudder(str user_id, str anonymous_id, struct arena *arena, char ret_text[37]);
