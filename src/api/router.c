// SPDX-License-Identifier: Apache-2.0
// Tables made from api/openapi.yaml.
#include "api/router.h"

#include "api/front.h"

enum operation_index {
#define OPERATION(name, permission, effect, callers, workspace, is_stream, feature, handle)    \
    INDEX_##name,
#include "api/routes.inc"
#undef OPERATION
};

static const struct operation operations[] = {
#define OPERATION(name, permission, effect, callers, workspace, is_stream, feature, handle)    \
    { #name, permission, effect, callers, workspace, is_stream, feature, handle },
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

static bool fits(str pattern, str path, str params[HTTP_PARAMS_MAX])
{
    str wanted, segment;
    size_t count = 0;
    while (str_next(&pattern, '/', &wanted)) {
        if (!str_next(&path, '/', &segment))
            return false;
        if (!str_starts(wanted, STR("{"))) {
            if (!str_eq(wanted, segment))
                return false;
        } else if (segment.len == 0 || count == HTTP_PARAMS_MAX) {
            return false;
        } else {
            params[count++] = segment;
        }
    }
    return !path.data;
}

// Commands ask seldom and there are few rows: no tree is needed.
const struct http_route *router_find_local(str method, str path,
                                           str ret_params[HTTP_PARAMS_MAX])
{
    for (const struct http_route *route = router_local_routes; route->method; route++) {
        str params[HTTP_PARAMS_MAX] = { 0 };
        if (!str_eq(method, str_of(route->method)) ||
            !fits(str_of(route->pattern), path, params))
            continue;
        memcpy(ret_params, params, sizeof(params));
        return route;
    }
    return NULL;
}
