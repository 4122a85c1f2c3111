// SPDX-License-Identifier: Apache-2.0
// Which handler answers a path: rooms give tables of routes, the router finds the row.
#pragma once

#include "base/base.h"
#include "base/str.h"

struct http_request;

struct http_route {
    const char *method; // "GET"; NULL ends a table
    const char
        *pattern; // "/v2/sources/{id}": {…} is one segment; "/assets/*": everything below
    size_t body_limit_bytes; // a longer body is answered by the family's `fail` with 413; 0: a
                             // body is read (at most 64 KiB) and ignored
    // Called when the header is complete, before the body is read. May answer (refuse), but
    // only before it returns; keeps nothing, as the body may never arrive. May be NULL.
    void (*begin)(struct http_request *request, void *ctx);
    // Called when the body is complete; leads to exactly one answer, now or later.
    void (*handle)(struct http_request *request, void *ctx);
    const void *row; // for the owner of the table
};

// Routes that share a context and a form of error. A family answers for every path below its
// prefixes: unknown path (404), known path with another method and any path with one that HTTP
// does not have (405; the server sets Allow), too big a body (413), and 503 (the server sets
// Retry-After) when the body budget is used up.
// What is wrong before a route is known (400, 408, 431 …) the server answers itself, in plain
// text.
struct http_family {
    const struct http_route *routes;
    // {"/v2/", "/transformations", NULL}; the longest match wins. One without a slash at its
    // end stands for itself and everything below: /transformations/x, not /transformationsx.
    const char *const *prefixes;
    // Answers, before it returns.
    void (*fail)(struct http_request *request, int status, void *ctx);
    // OPTIONS with Access-Control-Request-Method, on any path of the family. NULL: answered as
    // 405.
    void (*preflight)(struct http_request *request, void *ctx);
    // HEAD is answered as GET without the body. False: HEAD is one more method that has no row.
    bool answers_head;
    void *ctx;
};

struct http_router;

// Copies the families (not the tables). `fallback` is the index of the family that gets what no
// prefix matches. Two rows with the same method and shape are a mistake (asserted).
struct http_router *http_router_new(const struct http_family *families, size_t count,
                                    size_t fallback);
void http_router_free(struct http_router *router);
