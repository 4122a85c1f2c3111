// SPDX-License-Identifier: Apache-2.0
#include "api/changes.h"

#include "codec/json.h"

static yyjson_val *read_member(str text, const char *one, struct arena *arena)
{
    yyjson_doc *doc;
    if (json_read(text, 0, arena, &doc, NULL) != OK)
        return NULL;
    yyjson_val *root = yyjson_doc_get_root(doc);
    return one ? yyjson_obj_get(root, one) : root;
}

static void add_name(struct json *json, str prefix, yyjson_val *key, struct arena *arena)
{
    str name = json_str(key);
    json_value_str(json,
                   arena_printf(arena, "%" PRIstr "%" PRIstr, STR_ARG(prefix), STR_ARG(name)));
}

// Members of `these` that the others do not have, or, if asked for, have with another value.
// NULL has no members.
static void add_members(struct json *json, str prefix, yyjson_val *these, yyjson_val *others,
                        bool with_changed, struct arena *arena)
{
    size_t index, count;
    yyjson_val *key, *value;
    if (!these)
        return;
    yyjson_obj_foreach(these, index, count, key, value)
    {
        str name = json_str(key);
        yyjson_val *other = yyjson_obj_getn(others, name.data, name.len);
        bool is_nested = prefix.len == 0 && str_eq(name, STR("config"));
        if (!is_nested && !str_eq(name, STR("updatedAt")) && (!other || with_changed) &&
            !yyjson_equals(value, other))
            add_name(json, prefix, key, arena);
    }
}

static void add_differences(struct json *json, str prefix, yyjson_val *before,
                            yyjson_val *after, struct arena *arena)
{
    add_members(json, prefix, after, before, true, arena);
    add_members(json, prefix, before, after, false, arena);
}

str changes_describe(str before, str after, const char *one, struct arena *arena)
{
    yyjson_val *old = read_member(before, one, arena);
    yyjson_val *new = read_member(after, one, arena);
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_open_object(&json);
    json_key(&json, STR("fields"));
    json_open_array(&json);
    size_t empty_len = out.len;
    add_differences(&json, STR(""), old, new, arena);
    add_differences(&json, STR("config."), yyjson_obj_get(old, "config"),
                    yyjson_obj_get(new, "config"), arena);
    bool is_empty = out.len == empty_len;
    json_close_array(&json);
    json_close_object(&json);
    return is_empty ? STR_NONE : arena_dup(arena, buf_str(&out));
}
