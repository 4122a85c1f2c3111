// SPDX-License-Identifier: Apache-2.0
// Which stored row each item of a configuration document is about: the one with its id, else
// the one with its name; a connection is the one between its ends.
#include "api/resources/configuration.h"
#include "store/connections.h"

static const struct configured *const kinds[CONFIGURATION_KINDS] = {
    [PART_ACCOUNTS] = &configured_accounts,
    [PART_SOURCES] = &configured_sources,
    [PART_DESTINATIONS] = &configured_destinations,
    [PART_CONNECTIONS] = &configured_connections,
};

void configuration_init(struct configuration *configuration, yyjson_val *document, bool prunes)
{
    *configuration = (struct configuration){ .document = document, .prunes = prunes };
    for (size_t i = 0; i < CONFIGURATION_KINDS; i++) {
        struct configured_part *part = &configuration->parts[i];
        part->kind = kinds[i];
        part->by_id = map_new();
        part->by_name = map_new();
        part->items_by_id = map_new();
        part->items_by_name = map_new();
    }
    json_init(&configuration->changes_json, &configuration->changes);
    json_open_array(&configuration->changes_json);
    json_init(&configuration->notes_json, &configuration->notes);
    json_open_array(&configuration->notes_json);
}

void configuration_done(struct configuration *configuration)
{
    for (size_t i = 0; i < CONFIGURATION_KINDS; i++) {
        struct configured_part *part = &configuration->parts[i];
        map_free(part->by_id);
        map_free(part->by_name);
        map_free(part->items_by_id);
        map_free(part->items_by_name);
    }
    buf_done(&configuration->changes);
    buf_done(&configuration->notes);
}

void *configured_row(const struct configured_part *part, size_t index)
{
    return (char *)part->stored.rows + index * part->kind->resource->row_size;
}

// --- What is stored

static str ends_text(struct call *call, str source_id, str destination_id)
{
    return arena_printf(call->arena, "%" PRIstr ">%" PRIstr, STR_ARG(source_id),
                        STR_ARG(destination_id));
}

static str name_of(struct call *call, const struct configured_part *part, const void *row)
{
    const struct connection_row *connection = row;
    if (part->kind == &configured_connections)
        return ends_text(call, connection->source_id, connection->destination_id);
    return part->kind->resource->describe(row).name;
}

static enum err load(struct call *call, struct store_tx *tx, struct configured_part *part)
{
    const struct store_page all = { 0 };
    enum err err = part->kind->resource->list(call, tx, &all, &part->stored);
    if (err)
        return err;
    part->is_claimed = ARENA_ARRAY(call->arena, bool, part->stored.count);
    for (size_t i = 0; i < part->stored.count; i++) {
        const void *row = configured_row(part, i);
        void *mark = &part->is_claimed[i];
        (void)map_put(part->by_id, part->kind->resource->describe(row).id, mark);
        (void)map_put(part->by_name, name_of(call, part, row), mark);
    }
    return OK;
}

// --- What is given

static enum err read_item(struct call *call, struct configured_part *part,
                          struct configured_item *item)
{
    yyjson_val *id = yyjson_obj_get(item->json, "id");
    if (!yyjson_is_obj(item->json))
        return call_invalid(call, item->path, "must be an object");
    if (id && !yyjson_is_null(id) && !yyjson_is_str(id))
        return call_invalid(call,
                            arena_printf(call->arena, "%" PRIstr ".id", STR_ARG(item->path)),
                            "must be a string");
    item->id = json_str(id);
    item->name = json_get_str(item->json, "name");
    if (item->id.len > 0 && map_put(part->items_by_id, item->id, item))
        return call_invalid(call,
                            arena_printf(call->arena, "%" PRIstr ".id", STR_ARG(item->path)),
                            "is there twice");
    bool is_again =
        item->name.len > 0 && map_put(part->items_by_name, item->name, item) != NULL;
    if (is_again && part->kind->park_name)
        return call_invalid(call, item->path, "is another one with the same name");
    return OK;
}

static enum err read_items(struct call *call, struct configured_part *part,
                           yyjson_val *document)
{
    const char *key = part->kind->key;
    yyjson_val *list = yyjson_obj_get(document, key), *json;
    size_t index, count;
    enum err err = OK;
    if (!list || yyjson_is_null(list))
        return OK;
    if (!yyjson_is_arr(list) || yyjson_arr_size(list) > CONFIGURATION_ITEMS_MAX)
        return call_invalid(call, str_of(key), "must be an array of at most %d",
                            CONFIGURATION_ITEMS_MAX);
    part->is_given = true;
    part->item_count = yyjson_arr_size(list);
    part->items = ARENA_ARRAY(call->arena, struct configured_item, part->item_count);
    yyjson_arr_foreach(list, index, count, json)
    {
        struct configured_item *item = &part->items[index];
        item->json = json;
        item->path = arena_printf(call->arena, "%s[%zu]", key, index);
        enum err bad = read_item(call, part, item);
        err = bad ? bad : err;
    }
    return err;
}

// --- Both together

static void claim(struct configured_part *part, struct configured_item *item, bool *mark)
{
    size_t index = (size_t)(mark - part->is_claimed);
    *mark = true;
    item->row = configured_row(part, index);
    item->stored_id = part->kind->resource->describe(item->row).id;
}

static enum err claim_rows(struct call *call, struct configured_part *part)
{
    for (size_t i = 0; i < part->item_count; i++) {
        bool *mark = map_get(part->by_id, part->items[i].id);
        if (part->items[i].id.len > 0 && mark)
            claim(part, &part->items[i], mark);
    }
    for (size_t i = 0; i < part->item_count; i++) {
        struct configured_item *item = &part->items[i];
        bool *mark = map_get(part->by_name, item->name);
        if (!item->row && item->name.len > 0 && mark && !*mark)
            claim(part, item, mark);
        else if (!item->row && item->name.len > 0 && mark &&
                 part->kind == &configured_connections)
            return call_invalid(call, item->path, "is another one with the same ends");
        // One that was found by its id and gets another name leaves its own to this item.
    }
    return OK;
}

enum err configuration_resolve(struct call *call, struct configuration *configuration,
                               size_t index, yyjson_val *named, const char *field, str *ret_id)
{
    struct configured_part *part = &configuration->parts[index];
    str text = json_str(named);
    const struct configured_item *item = map_get(part->items_by_id, text);
    if (!item)
        item = map_get(part->items_by_name, text);
    bool *mark = map_get(part->by_id, text);
    if (!mark)
        mark = map_get(part->by_name, text);
    if (text.len == 0 || (!item && !mark))
        return call_invalid(call, str_of(field), "names no %s of the file or the workspace",
                            part->kind->resource->kind);
    if (item)
        *ret_id = item->stored_id;
    else
        *ret_id = part->kind->resource
                      ->describe(configured_row(part, (size_t)(mark - part->is_claimed)))
                      .id;
    return OK;
}

static enum err name_connections(struct call *call, struct configuration *configuration)
{
    struct configured_part *part = &configuration->parts[PART_CONNECTIONS];
    enum err err = OK;
    for (size_t i = 0; i < part->item_count && !err; i++) {
        struct configured_item *item = &part->items[i];
        str source_id = STR_NONE, destination_id = STR_NONE;
        call->detail_prefix = item->path;
        err = configuration_resolve(call, configuration, PART_SOURCES,
                                    yyjson_obj_get(item->json, "sourceId"), "sourceId",
                                    &source_id);
        if (!err)
            err = configuration_resolve(call, configuration, PART_DESTINATIONS,
                                        yyjson_obj_get(item->json, "destinationId"),
                                        "destinationId", &destination_id);
        item->name = source_id.len && destination_id.len
                         ? ends_text(call, source_id, destination_id)
                         : STR_NONE;
    }
    call->detail_prefix = STR_NONE;
    return err;
}

enum err configuration_match(struct call *call, struct store_tx *tx,
                             struct configuration *configuration)
{
    enum err err = OK;
    for (size_t i = 0; i < CONFIGURATION_KINDS && !err; i++) {
        struct configured_part *part = &configuration->parts[i];
        err = load(call, tx, part);
        if (!err)
            err = read_items(call, part, configuration->document);
        if (!err && i == PART_CONNECTIONS)
            err = name_connections(call, configuration);
        if (!err)
            err = claim_rows(call, part);
    }
    return err ? err
               : store_event_rules_get(tx, call->principal.workspace_id, &configuration->rules,
                                       &call->problem);
}
