// SPDX-License-Identifier: Apache-2.0
// The table holds keys of members, as a value's place in an object is behind its key.
#include "codec/json_names.h"

#include "base/map.h"
#include "codec/hash.h"

_Static_assert(sizeof(((struct json_names *)NULL)->hash_key) == HASH_SIPHASH_KEY_LEN,
               "as long as the hash wants it");

void json_names_init(struct json_names *names, yyjson_mut_doc *doc, const uint8_t key[16])
{
    *names = (struct json_names){ .doc = doc, .keys = map_new() };
    memcpy(names->hash_key, key, sizeof(names->hash_key));
}

void json_names_done(struct json_names *names)
{
    map_free(names->keys);
    names->keys = NULL;
}

static uint64_t hash_of(const struct json_names *names, const yyjson_mut_val *object, str name)
{
    struct {
        const yyjson_mut_val *object;
        uint64_t name;
    } member = { object, hash_siphash(names->hash_key, name.data, name.len) };
    return hash_siphash(names->hash_key, &member, sizeof(member));
}

yyjson_mut_val *json_names_get(const struct json_names *names, yyjson_mut_val *object, str name)
{
    yyjson_mut_val *key = map_get_u64(names->keys, hash_of(names, object, name));
    return key ? key->next : NULL;
}

void json_names_put(struct json_names *names, yyjson_mut_val *object, str name,
                    yyjson_mut_val *value)
{
    uint64_t hash = hash_of(names, object, name);
    yyjson_mut_val *key = map_get_u64(names->keys, hash);
    if (key) { // a member is a link of a ring: key, value, next key …
        value->next = key->next->next;
        key->next = value;
        return;
    }
    key = yyjson_mut_strncpy(names->doc, name.data, name.len);
    bool is_added = yyjson_mut_obj_add(object, key, value);
    assert(is_added);
    (void)is_added;
    (void)map_put_u64(names->keys, hash, key);
}

void json_names_append(struct json_names *names, yyjson_mut_val *object, str name, str text)
{
    yyjson_mut_val *list = json_names_get(names, object, name);
    if (!list) {
        list = yyjson_mut_arr(names->doc);
        json_names_put(names, object, name, list);
    }
    (void)yyjson_mut_arr_append(list, yyjson_mut_strncpy(names->doc, text.data, text.len));
}
