// SPDX-License-Identifier: Apache-2.0
// What the server asks the router; inside of the http room.
#pragma once

#include "base/arena.h"
#include "http/router.h"
#include "http/server.h"

enum { ALLOW_MAX_BYTES = 96 };

struct route_match {
    const struct http_family *family;
    const struct http_route *route; // NULL: see status
    int status;                     // 404, 405, or 0
    bool is_preflight;              // the family's preflight answers
    char allow[ALLOW_MAX_BYTES];    // with 405: the methods that the path has
    str params[HTTP_PARAMS_MAX];    // views of the path, not decoded
};

// is_preflight_asked: the request has Access-Control-Request-Method.
void router_find(const struct http_router *router, str method, str path,
                 bool is_preflight_asked, struct route_match *ret_match);
