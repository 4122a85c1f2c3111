// SPDX-License-Identifier: Apache-2.0
// Files that are part of the binary, as answers: ETag and If-None-Match, Cache-Control, the
// gzip variant for whoever accepts it, and the start page for the paths of a single-page app.
#pragma once

#include "base/base.h"
#include "http/router.h"
#include "http/server.h"

struct http_static_file {
    const char *path;         // "/assets/app-3f2a.js"
    const char *content_type; // "text/javascript; charset=utf-8"
    const void *data;
    size_t len;
    const void *gzip_data; // NULL: no such variant
    size_t gzip_len;
    const char *etag;  // without quotes; of the plain bytes
    bool is_immutable; // its name changes with its content: to be kept for a year
};

struct http_static {
    const struct http_static_file *files;
    size_t count;
    // Answers a GET of an unknown path whose Accept names text/html ("/index.html"); "/" is the
    // same file. NULL: 404.
    const char *fallback_path;
    const struct http_header *headers; // added to each answer (Content-Security-Policy …)
    size_t header_count;
    // Answers "/" when Accept does not name text/html, as a program asks. NULL: everybody gets
    // the page.
    void (*answer_program)(struct http_request *request, void *ctx);
    void *program_ctx;
};

// Answers the request with the file at its path: 200, 304 or 404. For a route's `handle`.
void http_static_answer(struct http_request *request, const struct http_static *files);

// A family for everything below "/": GET and HEAD through http_static_answer; another method is
// 405 where there is a file, else 404. files must outlive the router.
struct http_family http_static_family(const struct http_static *files);
