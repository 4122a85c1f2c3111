// SPDX-License-Identifier: Apache-2.0
// Parameters made of an object's values, for destinations that take events in the URL.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/str.h"

// The URL with each leaf of the object as a parameter behind its query ("a.b=1", "list[0]=x",
// both parts percent-encoded). Nulls are left out; an empty object or array is "{}" or "[]".
// A fragment of the URL is cut off. NULL or no object: the URL as it is. Lives in the arena.
// False: it would be longer than QUERY_URL_MAX_BYTES (a long name before a long list can make
// of an event many times its size).
enum { QUERY_URL_MAX_BYTES = 128 << 10 };
bool query_add_leaves(str url, yyjson_mut_val *object, struct arena *arena,
                      str *ret_url) MUST_CHECK;
