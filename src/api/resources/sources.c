// SPDX-License-Identifier: Apache-2.0
// Sources.
#include "store/sources.h"

#include "api/resources/configured.h"
#include "api/resources/resources.h"
#include "api/resources/sources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum { NAME, TYPE, ENABLED, CONFIG, GEO, TRANSIENT };

static const struct body_field members[] = {
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [TYPE] = { .name = "type", .is_required = true, .min_len = 1, .max_len = 64 },
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL },
    [CONFIG] = { .name = "config", .kind = BODY_CONFIG, .max_len = BODY_CONFIG_MAX },
    [GEO] = { .name = "geoEnrichmentEnabled", .kind = BODY_BOOL },
    [TRANSIENT] = { .name = "transient", .kind = BODY_BOOL },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

static enum err write_source(struct call *call, struct store_tx *tx, const void *source)
{
    (void)tx;
    const struct source_row *row = source;
    struct json *json = &call->json;
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
    return OK;
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

static struct target describe(const void *source)
{
    const struct source_row *row = source;
    return (struct target){ .id = row->id, .name = row->name, .external_id = row->external_id };
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_source_get(tx, call->principal.workspace_id, id, ret_row, &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_source_list(tx, call->principal.workspace_id, page, ret_list, &call->problem);
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    return store_source_create(tx, row, &call->problem);
}

static enum err store(struct call *call, struct store_tx *tx, void *row)
{
    return store_source_update(tx, row, &call->problem);
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *row)
{
    apply(values, row);
    return store(call, tx, row);
}

static enum err remove_source(struct call *call, struct store_tx *tx, const void *source)
{
    const struct source_row *row = source;
    return store_source_delete(tx, row->workspace_id, row->id, &call->problem);
}

const struct resource_type source_resource = {
    .kind = "source",
    .one = "source",
    .many = "sources",
    .path = "/v2/sources",
    .created_status = 200,
    .ended = "deleted",
    .row_size = sizeof(struct source_row),
    .describe = describe,
    .write = write_source,
    .get = get,
    .list = list,
    .create = create,
    .update = update,
    .remove = remove_source,
};

// --- Checks

static enum err begin(struct call *call, const struct body_value *values, void *ret_row)
{
    const struct source_definition *definition = source_definition_find(values[TYPE].text);
    if (!definition || !str_eq(str_of(definition->type), values[TYPE].text))
        return call_invalid(call, STR("type"), "is no type of source");
    struct source_row row = {
        .workspace_id = call->principal.workspace_id,
        .type = values[TYPE].text,
        .is_enabled = true,
        .config = STR("{}"),
    };
    apply(values, &row);
    memcpy(ret_row, &row, sizeof(row));
    return OK;
}

static enum err must_stay(struct call *call, const struct body_value *values,
                          const struct source_row *row)
{
    if (values[TYPE].is_set && !str_eq(values[TYPE].text, row->type))
        return call_invalid(call, STR("type"), "cannot be changed");
    return OK;
}

// --- As a part of the configuration

static enum err merge(struct call *call, const struct body_value *values, void *row)
{
    enum err err = must_stay(call, values, row);
    if (!err)
        apply(values, row);
    return err;
}

static void keep(void *source, str id, str write_key)
{
    struct source_row *row = source;
    row->id = id;
    row->write_key = write_key;
}

static enum err set_external_id(struct call *call, struct store_tx *tx, const void *source,
                                str external_id)
{
    const struct source_row *row = source;
    return store_source_set_external_id(tx, row->workspace_id, row->id, external_id,
                                        &call->problem);
}

static void write_document(const void *source, struct json *json)
{
    const struct source_row *row = source;
    json_put_str(json, "id", row->id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "type", row->type);
    json_put_str(json, "writeKey", row->write_key);
    json_put_bool(json, "enabled", row->is_enabled);
    json_put_bool(json, "geoEnrichmentEnabled", row->has_geo_enrichment);
    json_put_bool(json, "transient", row->is_transient);
    json_put_raw(json, "config", row->config);
}

static int64_t updated_ms(const void *row)
{
    return ((const struct source_row *)row)->updated_ms;
}

const struct configured configured_sources = {
    .resource = &source_resource,
    .key = "sources",
    .members = members,
    .member_count = MEMBER_COUNT,
    .begin = begin,
    .merge = merge,
    .keep = keep,
    .create = create,
    .store = store,
    .set_external_id = set_external_id,
    .park_name = store_source_park_name,
    .updated_ms = updated_ms,
    .write = write_document,
};

// --- Handlers

enum err handle_list_sources(struct call *call)
{
    return resource_list(call, &source_resource);
}

enum err handle_get_source(struct call *call)
{
    return resource_get(call, &source_resource, call->params[0]);
}

enum err handle_create_source(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct source_row row;
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    if (!err)
        err = begin(call, values, &row);
    return err ? err : resource_create(call, &source_resource, &row);
}

enum err handle_update_source(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct source_row row;
    enum err err = resource_find(call, &source_resource, call->params[0], &row);
    if (!err)
        err = body_read_change(call, members, MEMBER_COUNT, values);
    if (!err)
        err = must_stay(call, values, &row);
    return err ? err : resource_update(call, &source_resource, values, &row);
}

enum err handle_delete_source(struct call *call)
{
    return resource_delete(call, &source_resource, call->params[0]);
}

enum err handle_watch_source_events(struct call *call)
{
    return watch_answer(call, &source_resource);
}

enum err handle_get_source_stats(struct call *call)
{
    return stats_answer(call, &source_resource);
}
