// SPDX-License-Identifier: Apache-2.0
// CORS headers as rudder-server sends them.
#include "http/cors.h"

static void origin_allow(struct http_request *request)
{
    str origin = http_request_header(request, STR("Origin"));
    if (origin.len == 0)
        return;
    http_answer_header(request, STR("Access-Control-Allow-Origin"), origin);
    http_answer_header(request, STR("Access-Control-Allow-Credentials"), STR("true"));
}

static bool method_is_allowed(str method)
{
    return str_eq(method, STR("GET")) || str_eq(method, STR("POST")) ||
           str_eq(method, STR("HEAD"));
}

// Without an origin, or for another method, nothing is granted: the browser reads 204 as no.
void http_cors_preflight(struct http_request *request)
{
    str method = http_request_header(request, STR("Access-Control-Request-Method"));
    str headers = http_request_header(request, STR("Access-Control-Request-Headers"));
    http_answer_header(request, STR("Vary"),
                       STR("Origin, Access-Control-Request-Method, "
                           "Access-Control-Request-Headers"));
    if (method_is_allowed(method) && http_request_header(request, STR("Origin")).len > 0) {
        origin_allow(request);
        http_answer_header(request, STR("Access-Control-Allow-Methods"), method);
        if (headers.len > 0)
            http_answer_header(request, STR("Access-Control-Allow-Headers"), headers);
        http_answer_header(request, STR("Access-Control-Max-Age"), STR("900"));
    }
    http_answer(request, 204, STR_NONE, STR_NONE);
}

void http_cors_allow(struct http_request *request)
{
    http_answer_header(request, STR("Vary"), STR("Origin"));
    origin_allow(request);
}
