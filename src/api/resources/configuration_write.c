// SPDX-License-Identifier: Apache-2.0
// How rows look in a configuration document, and how two states of one differ.
//
// A secret leaves as {"env": NAME}, which whoever applies the document replaces by the value of
// that variable. A value that only looks like such a reference leaves as {"literal": VALUE}.
#include "api/resources/configuration.h"
#include "store/transformation_links.h"

static const char *const nested[] = { "config", "options", "secret" };

static bool is_nested(str key)
{
    for (size_t i = 0; i < ARRAY_LEN(nested); i++)
        if (str_eq(key, str_of(nested[i])))
            return true;
    return false;
}

enum err configured_text(struct call *call, struct store_tx *tx, const struct configured *kind,
                         const void *row, yyjson_val **ret_object)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct transformation_link_row link;
    struct json json;
    yyjson_doc *doc;
    enum err err = ERR_NOT_FOUND;
    str id = kind->resource->describe(row).id;
    if (kind == &configured_destinations && id.len > 0)
        err = store_transformation_link_get(tx, id, &link, NULL);
    if (err && err != ERR_NOT_FOUND)
        return err;
    json_init(&json, &out);
    json_open_object(&json);
    kind->write(row, &json);
    if (!err)
        json_put_str(&json, "transformationId", link.transformation_id);
    json_close_object(&json);
    err = json_read(buf_str(&out), 0, call->arena, &doc, &call->problem);
    if (err)
        return err == ERR_INVALID ? ERR_CORRUPT : err; // what we stored ourselves
    *ret_object = yyjson_doc_get_root(doc);
    return OK;
}

// --- References

struct exporting {
    struct call *call;
    struct map *names; // that are taken
};

static bool is_between(char c, char first, char last)
{
    return c >= first && c <= last;
}

// "Slack (webhookUrl)" is SLACK_WEBHOOK_URL.
static str upper(struct arena *arena, str text)
{
    char *name = arena_alloc(arena, 2 * text.len + 1);
    size_t len = 0;
    bool was_lower = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool is_lower = is_between(c, 'a', 'z'), is_upper = is_between(c, 'A', 'Z');
        bool is_kept = is_lower || is_upper || is_between(c, '0', '9');
        bool needs_line = !is_kept || (is_upper && was_lower);
        if (needs_line && len > 0 && name[len - 1] != '_')
            name[len++] = '_';
        if (is_kept)
            name[len++] = is_lower ? (char)(c - 'a' + 'A') : c;
        was_lower = is_lower;
    }
    while (len > 0 && name[len - 1] == '_')
        len--;
    return len > 0 ? str_make(name, len) : STR("SECRET");
}

static void write_reference(struct exporting *exporting, str path)
{
    struct arena *arena = exporting->call->arena;
    struct json *json = &exporting->call->json;
    str name = path;
    for (int n = 2; map_get(exporting->names, name); n++)
        name = arena_printf(arena, "%" PRIstr "_%d", STR_ARG(path), n);
    (void)map_put(exporting->names, name, exporting);
    json_open_object(json);
    json_put_str(json, "env", name);
    json_close_object(json);
}

static str below(struct exporting *exporting, str path, str key)
{
    struct arena *arena = exporting->call->arena;
    str word = upper(arena, key);
    return arena_printf(arena, "%" PRIstr "_%" PRIstr, STR_ARG(path), STR_ARG(word));
}

// Every text in it. keeps_from: but those under `from`.
static void write_secret(struct exporting *exporting, yyjson_val *value, str path,
                         bool keeps_from)
{
    struct json *json = &exporting->call->json;
    size_t index, count;
    yyjson_val *key, *item;
    if (yyjson_is_str(value)) {
        write_reference(exporting, path);
    } else if (yyjson_is_arr(value)) {
        json_open_array(json);
        yyjson_arr_foreach(value, index, count, item)
            write_secret(exporting, item, path, keeps_from);
        json_close_array(json);
    } else if (yyjson_is_obj(value)) {
        json_open_object(json);
        yyjson_obj_foreach(value, index, count, key, item)
        {
            json_key(json, json_str(key));
            if (keeps_from && yyjson_equals_str(key, "from"))
                json_value_val(json, item);
            else
                write_secret(exporting, item, below(exporting, path, json_str(key)),
                             keeps_from);
        }
        json_close_object(json);
    } else {
        json_value_val(json, value);
    }
}

static bool looks_like_reference(yyjson_val *value)
{
    if (!yyjson_is_obj(value) || yyjson_obj_size(value) != 1)
        return false;
    return yyjson_obj_get(value, "env") || yyjson_obj_get(value, "file") ||
           yyjson_obj_get(value, "literal");
}

static bool holds_lookalike(yyjson_val *value)
{
    size_t index, count;
    yyjson_val *key, *item;
    bool found = looks_like_reference(value);
    if (yyjson_is_arr(value)) {
        yyjson_arr_foreach(value, index, count, item) found = found || holds_lookalike(item);
    }
    if (yyjson_is_obj(value)) {
        yyjson_obj_foreach(value, index, count, key, item) found =
            found || holds_lookalike(item);
    }
    return found;
}

static void write_plain(struct json *json, yyjson_val *value)
{
    if (!holds_lookalike(value)) {
        json_value_val(json, value);
        return;
    }
    json_open_object(json);
    json_key(json, STR("literal"));
    json_value_val(json, value);
    json_close_object(json);
}

static void write_nested(struct exporting *exporting, const struct configured *kind,
                         const void *row, str part, yyjson_val *object)
{
    struct json *json = &exporting->call->json;
    str owner = upper(exporting->call->arena, kind->resource->describe(row).name);
    size_t index, count;
    yyjson_val *key, *value;
    json_open_object(json);
    yyjson_obj_foreach(object, index, count, key, value)
    {
        bool is_pairs = false;
        json_key(json, json_str(key));
        if (kind->is_secret && kind->is_secret(row, part, json_str(key), &is_pairs))
            write_secret(exporting, value, below(exporting, owner, json_str(key)), is_pairs);
        else
            write_plain(json, value);
    }
    json_close_object(json);
}

void configured_write_safe(struct call *call, const struct configured *kind, const void *row,
                           yyjson_val *object, struct map *names)
{
    struct exporting exporting = { .call = call, .names = names };
    struct json *json = &call->json;
    size_t index, count;
    yyjson_val *key, *value;
    json_open_object(json);
    yyjson_obj_foreach(object, index, count, key, value)
    {
        json_key(json, json_str(key));
        if (is_nested(json_str(key)))
            write_nested(&exporting, kind, row, json_str(key), value);
        else
            json_value_val(json, value);
    }
    json_close_object(json);
}

// --- Differences

struct difference {
    struct json *json;    // fields of the plan
    struct json *details; // names alone, for the audit log
    const struct configured *kind;
    const void *row;
    struct arena *arena;
};

static void put_field(struct difference *difference, str part, str key, yyjson_val *before,
                      yyjson_val *after)
{
    struct json *json = difference->json;
    bool is_pairs;
    const struct configured *kind = difference->kind;
    bool is_secret = part.len > 0 && kind && kind->is_secret &&
                     kind->is_secret(difference->row, part, key, &is_pairs);
    str path = part.len ? arena_printf(difference->arena, "%" PRIstr ".%" PRIstr, STR_ARG(part),
                                       STR_ARG(key))
                        : key;
    json_open_object(json);
    json_put_str(json, "path", path);
    json_put_bool(json, "isSecret", is_secret);
    if (before && !is_secret) {
        json_key(json, STR("before"));
        json_value_val(json, before);
    }
    if (after && !is_secret) {
        json_key(json, STR("after"));
        json_value_val(json, after);
    }
    json_close_object(json);
    json_value_str(difference->details, path);
}

static void differ(struct difference *difference, str part, yyjson_val *before,
                   yyjson_val *after)
{
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(after, index, count, key, value)
    {
        str name = json_str(key);
        yyjson_val *old = yyjson_obj_getn(before, name.data, name.len);
        if (part.len == 0 && (str_eq(name, STR("id")) || yyjson_equals(old, value)))
            continue;
        if (part.len == 0 && is_nested(name))
            differ(difference, name, old, value);
        else if (!yyjson_equals(old, value))
            put_field(difference, part, name, old, value);
    }
    yyjson_obj_foreach(before, index, count, key, value)
    {
        str name = json_str(key);
        if (!yyjson_obj_getn(after, name.data, name.len))
            put_field(difference, part, name, value, NULL);
    }
}

str configuration_note(struct call *call, struct configuration *configuration,
                       const struct configured *kind, const void *row, yyjson_val *before,
                       yyjson_val *after)
{
    AUTO(buf_done) struct buf names = { 0 };
    struct json details, *json = &configuration->changes_json;
    const char *action = !before ? "create" : after ? "update" : "delete";
    str id = json_get_str(before ? before : after, "id");
    struct difference difference = { json, &details, kind, row, call->arena };
    json_init(&details, &names);
    json_open_object(&details);
    json_key(&details, STR("fields"));
    json_open_array(&details);
    json_open_object(json);
    json_put_str(json, "action", str_of(action));
    json_put_str(json, "kind", kind ? str_of(kind->resource->kind) : STR("workspace"));
    json_put_str(json, "id", id);
    json_put_str(json, "name",
                 kind ? kind->resource->describe(row).name : configuration->workspace.name);
    json_key(json, STR("fields"));
    json_open_array(json);
    if (after)
        differ(&difference, STR_NONE, before, after);
    json_close_array(json);
    json_close_object(json);
    json_close_array(&details);
    json_close_object(&details);
    configuration->created += !before;
    configuration->updated += before && after;
    configuration->deleted += !after;
    return before && after ? arena_dup(call->arena, buf_str(&names)) : STR_NONE;
}
