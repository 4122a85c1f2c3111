// SPDX-License-Identifier: Apache-2.0
// Tables made from api/openapi.yaml.
#include "api/router.h"

#include "api/front.h"

enum operation_index {
#define OPERATION(name, permission, effect, callers, workspace, is_stream) INDEX_##name,
#include "api/routes.inc"
#undef OPERATION
};

static const struct operation operations[] = {
#define OPERATION(name, permission, effect, callers, workspace, is_stream)                     \
    [INDEX_##                                                                                  \
        name] = { #name, permission, effect, callers, workspace, is_stream, handle_##name },
#include "api/routes.inc"
#undef OPERATION
};

#define ROW(name, method_, pattern_, limit)                                                    \
    { .method = method_,                                                                       \
      .pattern = pattern_,                                                                     \
      .body_limit_bytes = limit,                                                               \
      .handle = front_request,                                                                 \
      .row = &operations[INDEX_##name] },

const struct http_route router_routes[] = {
#define ROUTE ROW
#include "api/routes.inc"
#undef ROUTE
    { 0 },
};

const struct http_route router_local_routes[] = {
#define LOCAL_ROUTE ROW
#include "api/routes.inc"
#undef LOCAL_ROUTE
    { 0 },
};

const struct http_route *router_find_local(str method, str path)
{
    for (const struct http_route *route = router_local_routes; route->method; route++)
        if (str_eq(method, str_of(route->method)) && str_eq(path, str_of(route->pattern)))
            return route;
    return NULL;
}
