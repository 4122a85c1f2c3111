// SPDX-License-Identifier: Apache-2.0
// JSON over yyjson (RFC 8259): reading into an arena with the place of an error, and a writer.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

// An allocator over the arena (freeing does nothing).
yyjson_alc json_alc(struct arena *arena);

// Parses the whole text: UTF-8, no comments, no NaN, at most `max_depth` levels (0: 512). The
// document lives in the arena. ERR_INVALID: offset and text tell the place ("line 3, column 7:
// …"); ERR_TOO_BIG.
enum err json_read(str text, unsigned max_depth, struct arena *arena, yyjson_doc **ret_doc,
                   struct problem *ret_problem);

// The same for what people send: numbers of any size are taken, and stay the texts that they
// are (yyjson's raw values), so that what is written again has every digit.
enum err json_read_exact(str text, unsigned max_depth, struct arena *arena,
                         yyjson_doc **ret_doc, struct problem *ret_problem);

// Whether the value nests deeper than max_depth levels (a scalar has none).
bool json_is_deeper(yyjson_val *value, unsigned max_depth);

// Views. json_get_str gives STR_NONE when the key is absent or not a string.
str json_str(yyjson_val *value);
str json_get_str(yyjson_val *object, const char *key);
str json_mut_str(yyjson_mut_val *value);

// Asked some fifty times of an event: lengths differ mostly, which needs no call.
static inline bool json_key_is(yyjson_val *key, str name)
{
    return unsafe_yyjson_get_len(key) == name.len &&
           memcmp(unsafe_yyjson_get_str(key), name.data, name.len) == 0;
}

// The value as text, in the arena.
str json_text(yyjson_val *value, struct arena *arena);
// The same of a document. STR_NONE: the arena is full, or it has no root.
str json_doc_text(const yyjson_mut_doc *doc, struct arena *arena);

// A writer that appends to a buffer; commas are its business. Calls out of order are asserted.
// Bytes that are not UTF-8 are written as U+FFFD. struct secret has no function here on
// purpose.
enum { JSON_WRITE_DEPTH_MAX = 64 };
struct json {
    struct buf *out;
    uint64_t objects; // bit n: level n + 1 is an object
    unsigned depth;
    bool needs_comma;
    bool has_key; // the value of a key is due
};
void json_init(struct json *json, struct buf *out);
void json_open_object(struct json *json);
void json_close_object(struct json *json);
void json_open_array(struct json *json);
void json_close_array(struct json *json);
void json_key(struct json *json, str key);
void json_value_str(struct json *json, str value); // STR_NONE: null
void json_value_int(struct json *json, int64_t value);
void json_value_bool(struct json *json, bool value);
void json_value_null(struct json *json);
void json_value_raw(struct json *json, str text);         // valid JSON already
void json_value_time(struct json *json, int64_t wall_ms); // "2026-01-02T03:04:05.678Z"
void json_value_val(struct json *json, yyjson_val *value);
void json_value_mut(struct json *json, yyjson_mut_val *value);
// Key and value in one.
void json_put_str(struct json *json, const char *key, str value);
void json_put_int(struct json *json, const char *key, int64_t value);
void json_put_bool(struct json *json, const char *key, bool value);
void json_put_time(struct json *json, const char *key, int64_t wall_ms);
void json_put_raw(struct json *json, const char *key, str text);
