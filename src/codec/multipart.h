// SPDX-License-Identifier: Apache-2.0
// multipart/form-data (RFC 7578 over RFC 2046): a form's fields from a body in memory.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { MULTIPART_BOUNDARY_MAX = 70 };

struct multipart {
    str rest;                                   // behind the delimiter that was read last
    char delimiter[MULTIPART_BOUNDARY_MAX + 5]; // CR LF, two dashes, the boundary
};

// Views of the body.
struct multipart_part {
    str name;     // as it stands between the quotes
    str filename; // STR_NONE: a field, no file
    str content;
};

// content_type: the request's header. False when it is another type or tells no boundary, or
// the body does not hold the first delimiter.
bool multipart_begin(struct multipart *form, str content_type, str body) MUST_CHECK;

// The next part. False at the end: *ret_is_whole then tells whether the closing delimiter was
// there and each part had a name.
bool multipart_next(struct multipart *form, struct multipart_part *ret_part,
                    bool *ret_is_whole) MUST_CHECK;
