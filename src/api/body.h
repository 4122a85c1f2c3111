// SPDX-License-Identifier: Apache-2.0
// Bodies of requests: one table says which members there may be. Every bad member is named in
// the answer's details, not only the first.
#pragma once

#include "api/call.h"

enum body_kind {
    BODY_TEXT,   // no control characters
    BODY_SECRET, // any text
    BODY_BOOL,
    BODY_INT,     // min_len … max_len are its range
    BODY_CHOICE,  // one of `choices`
    BODY_OBJECT,  // an object
    BODY_CONFIG,  // an object; null, which clients send, counts as one without members
    BODY_IDS,     // an array of texts, each of 1 to 64 characters; max_len: how many of them
    BODY_OBJECTS, // an array of objects; max_len: how many of them
    BODY_TEXTS,   // the same of 1 to BODY_TEXT_LEN_MAX characters
    BODY_IGNORED, // what clients echo from an answer; not looked at
};

struct body_field {
    const char *name;
    enum body_kind kind;
    bool is_required;           // when it is new
    int64_t min_len;            // characters
    int64_t max_len;            // characters; objects: bytes; always given
    const char *const *choices; // NULL-terminated
    const char *fixed;          // why a change cannot name it; NULL: it can
};

struct body_value {
    bool is_set;
    bool flag;
    int64_t number;
    str text;         // of objects: the bytes as they were sent
    yyjson_val *json; // of objects and arrays
    const str *ids;   // of arrays, `number` of them
};

// The members that every resource ignores, to stand at the end of a table.
#define BODY_ECHOED                                                                            \
    { .name = "id", .kind = BODY_IGNORED }, { .name = "writeKey", .kind = BODY_IGNORED },      \
        { .name = "createdAt", .kind = BODY_IGNORED },                                         \
        { .name = "updatedAt", .kind = BODY_IGNORED },                                         \
        { .name = "workspaceId", .kind = BODY_IGNORED },                                       \
    {                                                                                          \
        .name = "transformation", .kind = BODY_IGNORED                                         \
    }

enum { BODY_CONFIG_MAX = 256 << 10, BODY_TEXT_LEN_MAX = 2048 };

// Reads call->body into ret_values, one for each row of the table. No body counts as {}.
// ERR_INVALID: the call's details say what is wrong and where.
enum err body_read(struct call *call, const struct body_field *fields, size_t count,
                   struct body_value *ret_values);
// The same for a change to what exists: nothing is required.
enum err body_read_change(struct call *call, const struct body_field *fields, size_t count,
                          struct body_value *ret_values);
