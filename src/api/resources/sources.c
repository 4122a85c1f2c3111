// SPDX-License-Identifier: Apache-2.0
// Sources.
#include "store/sources.h"

#include "api/resources/resources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum { NAME, TYPE, ENABLED, CONFIG, GEO, TRANSIENT };

#define MEMBERS(is_new)                                                                        \
    [NAME] = { .name = "name", .is_required = is_new, .min_len = 1, .max_len = NAME_LEN_MAX }, \
    [TYPE] = { .name = "type", .is_required = is_new, .min_len = 1, .max_len = 64 },           \
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL },                                      \
    [CONFIG] = { .name = "config", .kind = BODY_OBJECT, .max_len = BODY_CONFIG_MAX },          \
    [GEO] = { .name = "geoEnrichmentEnabled", .kind = BODY_BOOL },                             \
    [TRANSIENT] = { .name = "transient", .kind = BODY_BOOL }

static const struct body_field members_new[] = { MEMBERS(true), BODY_ECHOED };
static const struct body_field members_changed[] = { MEMBERS(false), BODY_ECHOED };
enum { MEMBER_COUNT = ARRAY_LEN(members_new) };

static void write_members(const struct source_row *row, struct json *json)
{
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "type", row->type);
    json_put_str(json, "writeKey", row->write_key);
    json_put_bool(json, "enabled", row->is_enabled);
    json_put_raw(json, "config", row->config);
    json_put_bool(json, "geoEnrichmentEnabled", row->has_geo_enrichment);
    json_put_bool(json, "transient", row->is_transient);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
}

static enum err answer(struct call *call, const struct source_row *row)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("source"));
    write_members(row, json);
    json_close_object(json);
    return OK;
}

static enum err get(struct call *call, struct store_tx *tx, struct source_row *ret_row)
{
    return store_source_get(tx, call->principal.workspace_id, call->params[0], ret_row,
                            &call->problem);
}

// That it exists is decided before whether the caller may.
static enum err find(struct call *call, struct source_row *ret_row)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = get(call, tx, ret_row);
    return err ? err : call_allow(call);
}

static void apply(const struct body_value *values, struct source_row *row)
{
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[ENABLED].is_set)
        row->is_enabled = values[ENABLED].flag;
    if (values[CONFIG].is_set)
        row->config = values[CONFIG].text;
    if (values[GEO].is_set)
        row->has_geo_enrichment = values[GEO].flag;
    if (values[TRANSIENT].is_set)
        row->is_transient = values[TRANSIENT].flag;
}

enum err handle_list_sources(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct page page;
    struct store_list list;
    enum err err = call_allow(call);
    if (!err)
        err = page_read(call, &page);
    if (err)
        return err;
    struct store_page part = page_of_store(&page);
    err = read_begin(call, &tx);
    if (!err)
        err = store_source_list(tx, call->principal.workspace_id, &part, &list, &call->problem);
    if (err)
        return err;
    const struct source_row *rows = list.rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("sources"));
    json_open_array(json);
    for (size_t i = 0; i < list.count; i++)
        write_members(&rows[i], json);
    json_close_array(json);
    page_write(call, STR("/v2/sources"), &page, list.total);
    json_close_object(json);
    return OK;
}

enum err handle_get_source(struct call *call)
{
    struct source_row row;
    enum err err = find(call, &row);
    return err ? err : answer(call, &row);
}

static struct call_change change_of(const char *action, const struct source_row *row)
{
    return (struct call_change){
        .action = action,
        .target_type = "source",
        .target_id = row->id,
        .target_name = row->name,
    };
}

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct source_row *row = ctx;
    enum err err = store_source_create(tx, row, &call->problem);
    *ret_change = change_of("created", row);
    return err;
}

enum err handle_create_source(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members_new, MEMBER_COUNT, values);
    const struct source_definition *definition =
        err ? NULL : source_definition_find(values[TYPE].text);
    if (!err && (!definition || !str_eq(str_of(definition->type), values[TYPE].text)))
        err = call_invalid(call, STR("type"), "is no type of source");
    if (err)
        return err;
    struct source_row row = {
        .workspace_id = call->principal.workspace_id,
        .type = values[TYPE].text,
        .is_enabled = true,
        .config = STR("{}"),
    };
    apply(values, &row);
    err = call_write(call, create, &row);
    return err ? collision_explain(call, err, "source") : answer(call, &row);
}

struct update {
    const struct body_value *values;
    struct source_row row;
};

static enum err update(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct update *change = ctx;
    enum err err = get(call, tx, &change->row);
    if (err)
        return err;
    apply(change->values, &change->row);
    err = store_source_update(tx, &change->row, &call->problem);
    *ret_change = change_of("updated", &change->row);
    return err;
}

enum err handle_update_source(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct source_row stored;
    enum err err = find(call, &stored);
    if (!err)
        err = body_read(call, members_changed, MEMBER_COUNT, values);
    if (!err && values[TYPE].is_set && !str_eq(values[TYPE].text, stored.type))
        err = call_invalid(call, STR("type"), "cannot be changed");
    if (err)
        return err;
    struct update change = { .values = values };
    err = call_write(call, update, &change);
    return err ? collision_explain(call, err, "source") : answer(call, &change.row);
}

static enum err remove_source(struct call *call, struct store_tx *tx, void *ctx,
                              struct call_change *ret_change)
{
    const struct source_row *row = ctx;
    *ret_change = change_of("deleted", row);
    return store_source_delete(tx, row->workspace_id, row->id, &call->problem);
}

enum err handle_delete_source(struct call *call)
{
    struct source_row row;
    enum err err = find(call, &row);
    if (!err)
        err = call_write(call, remove_source, &row);
    if (!err)
        reply_empty(call, 204);
    return err;
}

// --- What became of its events

enum err handle_watch_source_events(struct call *call)
{
    struct source_row row;
    enum err err = find(call, &row);
    if (err)
        return err;
    call->watched_id = row.id;
    reply_empty(call, 200);
    return OK;
}

enum err handle_get_source_stats(struct call *call)
{
    struct source_row row;
    enum err err = find(call, &row);
    return err ? err : stats_answer(call, row.id);
}
