// SPDX-License-Identifier: Apache-2.0
// URLs: percent-encoding, query parameters, and the parts of an absolute URL, checked strictly.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum url_plus {
    URL_PLUS_KEPT,     // in paths
    URL_PLUS_IS_SPACE, // in queries and forms
};

// A "%" without two hexadecimal digits behind stands for itself. Returns a view of text when
// there is nothing to decode, else a copy in the arena.
str url_decode(str text, enum url_plus plus, struct arena *arena);

// Appends text with everything but A-Z a-z 0-9 - . _ ~ as %XX.
void url_encode(str text, struct buf *out);

// Walks "a=1&b=2": takes the first parameter out of *query, both parts decoded into the arena;
// the value of one without "=" is empty. False when none is left. Empty parts are skipped.
bool url_query_next(str *query, struct arena *arena, str *ret_name, str *ret_value);

// The parts are views of the text.
struct url {
    str scheme;    // "http" or "https", in the case as written
    str authority; // "user@example.org:8443", as written
    str user_info; // "user"; STR_NONE when there is none
    str host;      // "example.org", "192.0.2.1" or "2001:db8::1" (without brackets)
    uint16_t port; // explicit or of the scheme
    bool is_https;
    bool is_ipv6;
    str path;     // "/a/b", empty when there is none
    str query;    // without "?"; STR_NONE when there is none
    str fragment; // without "#"; STR_NONE when there is none
};

// An absolute http or https URL (RFC 3986): a host of letters, digits, "-", "_", "." (a name or
// an IPv4 address) or an IPv6 address in brackets, a port from 1 to 65535, no white space, no
// control characters, no backslash. ERR_INVALID: ret_problem->text says what is wrong.
enum err url_parse(str text, struct url *ret_url, struct problem *ret_problem);

// "https://example.org" or "https://example.org:8443": scheme and host in lower case, the port
// unless it is the scheme's. What two URLs share when they go to the same place.
str url_origin(const struct url *url, struct arena *arena);
