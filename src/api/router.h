// SPDX-License-Identifier: Apache-2.0
// The operations of the OpenAPI document and the paths that lead to them.
#pragma once

#include "api/call.h"
#include "http/router.h"
#include "http/server.h"

#define HANDLER(handle) enum err handle(struct call *call);
#include "api/routes.inc"
#undef HANDLER

// Tables for http_family; row points to the operation, handle is front_request.
extern const struct http_route router_routes[];
extern const struct http_route router_local_routes[];

// What a local command may call; NULL: nothing at this path with this method. The path is
// without its query; params are views of it, not decoded.
const struct http_route *router_find_local(str method, str path,
                                           str ret_params[HTTP_PARAMS_MAX]);
