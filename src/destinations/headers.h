// SPDX-License-Identifier: Apache-2.0
// The header list of a request in the making: names are compared without case, the last value
// of a name wins.
#pragma once

#include "base/arena.h"
#include "destinations/destination.h"

enum { HEADERS_MAX = 100, HEADER_VALUE_MAX_BYTES = 8192 };

struct headers {
    struct destination_header *items;
    size_t count;
};

void headers_init(struct headers *headers, struct arena *arena);

// Texts are borrowed. ERR_INVALID: no valid name or value (RFC 9110 section 5), a header that
// belongs to the connection and not to the sender (Host, Content-Length …), or one too many;
// ret_problem->text says which, without the value.
enum err headers_set(struct headers *headers, str name, str value, bool is_configured,
                     struct problem *ret_problem);

// The check of headers_set alone.
enum err header_check(str name, str value, struct problem *ret_problem);
