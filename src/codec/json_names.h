// SPDX-License-Identifier: Apache-2.0
// Members of mutable JSON objects, found by a table: yyjson walks along all members for each
// one, which strangers who choose the names can make as slow as they like. The table's hash is
// keyed, so that nobody chooses names that meet.
#pragma once

#include <yyjson.h>

#include "base/base.h"
#include "base/str.h"

struct map;

// For the objects of one document; all their members are put in here. key: 16 bytes that no
// stranger knows.
struct json_names {
    yyjson_mut_doc *doc; // borrowed
    struct map *keys;    // hash of object and name → the member's key
    uint8_t hash_key[16];
};
void json_names_init(struct json_names *names, yyjson_mut_doc *doc, const uint8_t key[16]);
void json_names_done(struct json_names *names);
static inline void json_names_done_auto_(struct json_names *names)
{
    json_names_done(names);
}

// NULL: there is none.
yyjson_mut_val *json_names_get(const struct json_names *names, yyjson_mut_val *object,
                               str name);

// In place of the value that is there, or as the last member. The name is copied.
void json_names_put(struct json_names *names, yyjson_mut_val *object, str name,
                    yyjson_mut_val *value);

// Appends a text (copied) to the list under the name, which is made when it is not there.
void json_names_append(struct json_names *names, yyjson_mut_val *object, str name, str text);
