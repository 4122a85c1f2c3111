// SPDX-License-Identifier: Apache-2.0
// Field tables: one table says how an object looks as JSON. From it come checks with the bad
// field's name, decoding into a struct, masking of secrets, forms and reference pages.
//
// A text of the form "{{ path || default }}" is dynamic: it stands for a value that each event
// brings, so it is taken wherever one value is expected and only its length is checked.
#pragma once

#include <yyjson.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"
#include "codec/json.h"

enum field_type {
    FIELD_END,    // ends a table, or goes on in `more`
    FIELD_STR,    // str
    FIELD_SECRET, // struct secret
    FIELD_URL,    // str, absolute http or https URL
    FIELD_BOOL,   // bool
    FIELD_INT,    // int64_t
    FIELD_CHOICE, // str, one of `choices`
    FIELD_JSON,   // yyjson_val *, any object; NULL when absent
    FIELD_PAIRS,  // struct field_pairs: [{"from": "…", "to": "…"}]; values are secret if
                  // is_secret
    FIELD_LIST,   // yyjson_val *, any array of at most max_len items; NULL when absent
    FIELD_ANY,    // yyjson_val *, any value; NULL when absent
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
    uint32_t offset; // of its place in the struct, unless rules say where by slots
    bool is_required;
    bool is_secret;      // the whole value; of FIELD_PAIRS the `to` values
    bool is_unlisted;    // not for forms
    bool is_variant;     // may also be an object of such values by one of `variants`
    uint32_t max_len;    // bytes for texts, items for pairs and lists; 0: 1024 (items: 100)
    int64_t min, max;    // FIELD_INT; both 0: any
    const char *pattern; // of texts: a POSIX extended regular expression; NULL: any
    const char *when;    // "other=value": matters only then (and is required only then)
    const char *section; // heading in forms; NULL: that of the field before
    const char *const *choices; // FIELD_CHOICE, NULL-terminated
    const char *const *columns; // FIELD_LIST of objects: the members that a form offers
    const char *fallback; // default as it stands in JSON without quotes: "POST", "true", "10";
                          // NULL: zero
    const char *title;    // label in forms
    const char *doc;      // one sentence
    const char *placeholder;
    const struct field *more; // FIELD_END: the table goes on there
};

// Where a struct holds the value of a field; {0} ends a list of them.
struct field_slot {
    const char *name;
    size_t offset;
};

enum fields_unknown {
    UNKNOWN_REFUSE, // an unknown key is ERR_INVALID naming it
    UNKNOWN_IGNORE,
};

// How a table is applied. All may be left out but the arena.
struct fields_rules {
    const struct field_slot *slots; // NULL: by the fields' offsets
    enum fields_unknown unknown;
    bool skips_patterns;         // for what has been checked before
    const char *const *variants; // names, NULL-terminated; NULL: no field is a variant
    str prefix;                  // of the paths in problems: "config"
    struct arena *arena;
};

// Checks an object by its table and puts values into the struct (NULL: nowhere); a place
// without a value gets the field's default, else zero. null is taken as absent; a dynamic text
// is put only where a text is expected. Texts are views into the document or copies in the
// arena. ERR_INVALID: ret_problem->field is the path, e.g. "headers.0.to", text says what was
// expected.
enum err fields_decode(const struct field *fields, yyjson_val *object,
                       const struct fields_rules *rules, void *ret_struct,
                       struct problem *ret_problem);

// The fields of a table one by one; NULL after the last.
const struct field *fields_first(const struct field *fields);
const struct field *fields_next(const struct field *field);
// Compared exactly. NULL: not in the table.
const struct field *fields_find(const struct field *fields, str name);

bool field_is_secret(const struct field *field);

// Whether any text in the value is dynamic.
bool fields_is_dynamic(yyjson_val *value);

// Writes the table itself, as the dashboard's forms want it: [{name, type, title, doc,
// required, secret, variant, unlisted, default, choices, columns, placeholder, pattern, when,
// section, maxLength, minimum, maximum}]; type is one of string, secret, url, boolean, integer,
// choice, object, pairs, list, any. Keys without a value are left out.
void fields_describe(const struct field *fields, struct json *json);

// What is left out of an answer. A key that the table does not know may hold a secret.
enum fields_hidden {
    HIDE_SECRETS,
    HIDE_SECRETS_AND_UNKNOWN,
};

// Writes the object's own keys and values again, as they are, but for what is hidden: texts
// become absent, pairs keep `from` and lose `to`.
void fields_write_masked(const struct field *fields, yyjson_val *object,
                         enum fields_hidden hidden, struct json *json);

// For updates: the value of `object` with what is hidden from the caller, and so left out,
// taken from `stored`. Lives in the arena.
yyjson_val *fields_keep_hidden(const struct field *fields, yyjson_val *object,
                               yyjson_val *stored, enum fields_hidden hidden,
                               struct arena *arena);
