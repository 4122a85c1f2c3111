// SPDX-License-Identifier: Apache-2.0
// What can go wrong: one table gives the enum, its code word, HTTP status and default text.
// Where a person needs to know where, the last parameter `struct problem *ret_problem` is
// filled on failure.
#pragma once

#include "base/base.h"
#include "base/str.h"

// name, code in JSON answers, HTTP status, default text
#define ERR_TABLE(X)                                                                           \
    X(ERR_INVALID, "BAD_REQUEST", 400, "Bad Request")                                          \
    X(ERR_UNAUTHORIZED, "UNAUTHORIZED", 401, "Unauthorized")                                   \
    X(ERR_FORBIDDEN, "FORBIDDEN", 403, "Forbidden")                                            \
    X(ERR_REAUTHENTICATE, "REAUTHENTICATION_REQUIRED", 403, "Forbidden")                       \
    X(ERR_NOT_FOUND, "NOT_FOUND", 404, "Not Found")                                            \
    X(ERR_METHOD, "METHOD_NOT_ALLOWED", 405, "Method Not Allowed")                             \
    X(ERR_CONFLICT, "CONFLICT", 409, "Conflict")                                               \
    X(ERR_CHANGED, "PRECONDITION_FAILED", 412, "Precondition Failed")                          \
    X(ERR_TOO_BIG, "PAYLOAD_TOO_LARGE", 413, "Payload Too Large")                              \
    X(ERR_TOO_MANY, "TOO_MANY_REQUESTS", 429, "Too Many Requests")                             \
    X(ERR_BUSY, "SERVICE_UNAVAILABLE", 503, "Service Unavailable")                             \
    X(ERR_TIMEOUT, "TIMEOUT", 504, "Timeout")                                                  \
    X(ERR_DISK_FULL, "INSUFFICIENT_STORAGE", 503, "Insufficient Storage")                      \
    X(ERR_IO, "INTERNAL_ERROR", 500, "Internal server error")                                  \
    X(ERR_CORRUPT, "INTERNAL_ERROR", 500, "Internal server error")                             \
    X(ERR_NEWER_FORMAT, "INTERNAL_ERROR", 500, "Internal server error")                        \
    X(ERR_LOCKED, "CONFLICT", 409, "In use by another process")                                \
    X(ERR_CLOSED, "SERVICE_UNAVAILABLE", 503, "Service Unavailable")

enum MUST_CHECK_TYPE err {
    OK = 0,
#define X(name, code, status, text) name,
    ERR_TABLE(X)
#undef X
};

const char *err_code(enum err err);
int err_http_status(enum err err);
const char *err_text(enum err err);

// Filled on failure only: `field` is a path such as "config.webhookUrl" (or a file name),
// `text` a sentence for a person, `offset` the byte in the input or -1.
struct problem {
    char field[128];
    char text[384];
    int64_t offset;
};

// Fills a problem (NULL is accepted) and returns err, so that callers can `return
// problem_set(…)`.
enum err problem_set(struct problem *problem, enum err err, str field, const char *format, ...)
    PRINTF_LIKE(4, 5);
