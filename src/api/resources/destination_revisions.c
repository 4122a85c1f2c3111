// SPDX-License-Identifier: Apache-2.0
// What destinations were: listed, compared, brought back. Secrets of a revision are shown, or
// not, by the rule for the destination itself.
#include "store/destination_revisions.h"

#include "api/resources/destinations.h"
#include "api/resources/resources.h"
#include "api/router.h"

// The destination with what the revision had.
static struct destination_row as_it_was(const struct destination_row *destination,
                                        const struct destination_revision_row *revision)
{
    struct destination_row row = *destination;
    row.name = revision->name;
    row.is_enabled = revision->is_enabled;
    row.version = revision->version;
    row.config = revision->config;
    return row;
}

static enum err write_revision(struct call *call, struct store_tx *tx,
                               const struct destination_row *destination,
                               const struct destination_revision_row *revision)
{
    struct json *json = &call->json;
    struct destination_row row = as_it_was(destination, revision);
    json_open_object(json);
    json_put_int(json, "revision", revision->revision);
    json_put_str(json, "name", revision->name);
    json_put_bool(json, "enabled", revision->is_enabled);
    json_put_int(json, "version", revision->version);
    enum err err = config_write(call, tx, &row);
    json_put_time(json, "createdAt", revision->created_ms);
    json_put_str(json, "actorType", revision->actor_type);
    json_put_str(json, "actorId", revision->actor_id);
    json_put_str(json, "actorName", revision->actor_name);
    json_close_object(json);
    return err;
}

static enum err list_revisions(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct destination_row destination;
    struct page page;
    struct store_list list;
    enum err err = resource_find(call, &destination_resource, call->params[0], &destination);
    if (!err)
        err = page_read(call, &page);
    if (!err)
        err = read_begin(call, &tx);
    if (err)
        return err;
    struct store_page part = page_of_store(&page);
    err = store_destination_revision_list(tx, destination.id, &part, &list, &call->problem);
    if (err)
        return err;
    const struct destination_revision_row *rows = list.rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("revisions"));
    json_open_array(json);
    for (size_t i = 0; i < list.count && !err; i++)
        err = write_revision(call, tx, &destination, &rows[i]);
    json_close_array(json);
    str path = arena_printf(call->arena, "/v2/destinations/%" PRIstr "/revisions",
                            STR_ARG(destination.id));
    page_write(call, path, &page, list.total);
    json_close_object(json);
    return err;
}

enum err handle_list_destination_revisions(struct call *call)
{
    enum err err = list_revisions(call);
    return err ? err : config_note_reveals(call);
}

// The revision that the path names. ERR_NOT_FOUND.
static enum err find_revision(struct call *call, struct store_tx *tx, str destination_id,
                              struct destination_revision_row *ret_row)
{
    int64_t number;
    if (!str_to_i64(call->params[1], &number))
        number = 0; // which there never is
    return store_destination_revision_get(tx, destination_id, number, ret_row, &call->problem);
}

// --- Comparing

// The row as this caller may see it.
static enum err shown(struct call *call, struct store_tx *tx, const struct destination_row *row,
                      yyjson_val **ret_value)
{
    yyjson_doc *doc;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_str(json, "name", row->name);
    json_put_bool(json, "enabled", row->is_enabled);
    json_put_int(json, "version", row->version);
    enum err err = config_write(call, tx, row);
    json_close_object(json);
    str text = arena_dup(call->arena, buf_str(&call->out));
    if (!err)
        err = json_read(text, 0, call->arena, &doc, &call->problem);
    if (!err)
        *ret_value = yyjson_doc_get_root(doc);
    return err;
}

static void write_difference(struct json *json, const char *prefix, yyjson_val *key,
                             yyjson_val *sides[2])
{
    static const char *const names[] = { "from", "to" };
    char field[160];
    (void)snprintf(field, sizeof(field), "%s%s", prefix, yyjson_get_str(key));
    json_open_object(json);
    json_put_str(json, "field", str_of(field));
    for (size_t i = 0; i < 2; i++) {
        if (!sides[i])
            continue;
        json_key(json, str_of(names[i]));
        json_value_val(json, sides[i]);
    }
    json_close_object(json);
}

// The members that differ; "config" by its members.
static void write_differences(struct json *json, const char *prefix, yyjson_val *from,
                              yyjson_val *to)
{
    size_t index, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(from, index, max, key, value)
    {
        yyjson_val *other = yyjson_obj_get(to, yyjson_get_str(key));
        bool is_config = prefix[0] == '\0' && yyjson_equals_str(key, "config");
        if (is_config)
            write_differences(json, "config.", value, other);
        else if (!other || !yyjson_equals(value, other))
            write_difference(json, prefix, key, (yyjson_val *[]){ value, other });
    }
    yyjson_obj_foreach(to, index, max, key, value)
    {
        if (!yyjson_obj_get(from, yyjson_get_str(key)))
            write_difference(json, prefix, key, (yyjson_val *[]){ NULL, value });
    }
}

static enum err diff_revision(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct destination_row destination, then;
    struct destination_revision_row revision;
    yyjson_val *from, *to;
    enum err err = resource_find(call, &destination_resource, call->params[0], &destination);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = find_revision(call, tx, destination.id, &revision);
    if (err)
        return err;
    then = as_it_was(&destination, &revision);
    err = shown(call, tx, &then, &from);
    if (!err)
        err = shown(call, tx, &destination, &to);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_int(json, "from", revision.revision);
    json_put_int(json, "to", destination.revision);
    json_key(json, STR("changes"));
    json_open_array(json);
    write_differences(json, "", from, to);
    json_close_array(json);
    json_close_object(json);
    return OK;
}

enum err handle_diff_destination_revision(struct call *call)
{
    enum err err = diff_revision(call);
    return err ? err : config_note_reveals(call);
}

// --- Bringing back

static enum err restore(struct call *call, struct store_tx *tx, const struct body_value *values,
                        void *destination)
{
    (void)values;
    struct destination_row *row = destination;
    struct destination_revision_row revision;
    yyjson_doc *doc;
    enum err err = find_revision(call, tx, row->id, &revision);
    if (!err)
        err = json_read(revision.config, 0, call->arena, &doc, &call->problem);
    const struct destination *definition = destination_find(row->type);
    if (!err && definition) // what was good then may not be so any more
        err = config_check(call, definition, yyjson_doc_get_root(doc));
    if (err)
        return err;
    *row = as_it_was(row, &revision);
    return destination_store(call, tx, row);
}

static void retell(struct call *call, const void *destination, struct call_change *change)
{
    (void)destination;
    change->action = "restored";
    change->details =
        arena_printf(call->arena, "{\"revision\":%" PRIstr "}", STR_ARG(call->params[1]));
}

enum err handle_restore_destination_revision(struct call *call)
{
    struct resource_type resource = destination_resource;
    struct destination_row row;
    resource.update = restore;
    resource.retell = retell;
    enum err err = resource_find(call, &resource, call->params[0], &row);
    if (!err)
        err = resource_update(call, &resource, NULL, &row);
    return err ? err : config_note_reveals(call);
}
