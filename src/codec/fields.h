// SPDX-License-Identifier: Apache-2.0
// Field tables: one table says how a struct looks as JSON. From it come decoding with the bad
// field's name, encoding, JSON Schema, forms and reference pages.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"
#include "codec/json.h"

enum field_type {
    FIELD_END,    // ends a table
    FIELD_STR,    // str
    FIELD_SECRET, // struct secret
    FIELD_URL,    // str, absolute http or https URL
    FIELD_BOOL,   // bool
    FIELD_INT,    // int64_t
    FIELD_CHOICE, // str, one of `choices`
    FIELD_JSON,   // yyjson_val *, any object; NULL when absent
    FIELD_LIST,   // yyjson_val *, any array of at most max_len items; NULL when absent
    FIELD_PAIRS,  // struct field_pairs: [{"from": "…", "to": "…"}]; values are secret if
                  // is_secret
};

struct field_pair {
    str from;
    str to;
};
struct field_pairs {
    const struct field_pair *items;
    size_t count;
};

struct field {
    const char *name;
    enum field_type type;
    bool is_required;
    bool is_secret; // FIELD_PAIRS: the `to` values
    size_t offset;
    size_t max_len;   // bytes for texts, items for lists and pairs; 0: 1024 (pairs: 100)
    int64_t min, max; // FIELD_INT; both 0: any
    const char *const *choices; // FIELD_CHOICE, NULL-terminated
    const char *fallback; // default as it stands in JSON without quotes: "POST", "true", "10";
                          // NULL: zero
    const char *title;    // label in forms
    const char *doc;      // one sentence
    const char *placeholder;
};

enum fields_unknown {
    UNKNOWN_REFUSE, // an unknown key is ERR_INVALID naming it
    UNKNOWN_IGNORE,
};

// Decodes an object into ret_struct (each field's place zeroed, defaults applied, null taken as
// absent); texts are views into the
// document or copies in the arena. ERR_INVALID: ret_problem->field is the path, e.g.
// "headers.0.to" (prefixed with `prefix` and a dot when prefix is not empty), text says what
// was expected.
enum err fields_decode(const struct field *fields, yyjson_val *object,
                       enum fields_unknown unknown, str prefix, struct arena *arena,
                       void *ret_struct, struct problem *ret_problem);

// Writes the table itself, as the dashboard's forms want it: [{name, type, title, doc,
// required, secret, default, choices, placeholder, maxLength, minimum, maximum}]; type is one
// of string, secret, url, boolean, integer, choice, object, pairs. Keys without a value are
// left out.
void fields_describe(const struct field *fields, struct json *json);

// Writes the object's own keys and values again, as they are, but leaves out secret values:
// texts become absent, pairs keep `from` and lose `to`. For answers to callers who may not see
// secrets.
void fields_write_masked(const struct field *fields, yyjson_val *object, struct json *json);

// For updates: the value of `object` with secrets that are left out taken from `stored`. Lives
// in the arena.
yyjson_val *fields_keep_secrets(const struct field *fields, yyjson_val *object,
                                yyjson_val *stored, struct arena *arena);
