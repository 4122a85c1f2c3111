// SPDX-License-Identifier: Apache-2.0
// The same sources under other words: lower-case types, no envelope, the caller's own id and
// the tracking plan.
#include "api/resources/resources.h"
#include "api/resources/sources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum { NAME, TYPE, ENABLED, EXTERNAL_ID };

static const struct body_field members[] = {
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [TYPE] = { .name = "type", .is_required = true, .min_len = 1, .max_len = 64 },
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL },
    [EXTERNAL_ID] = { .name = "externalId",
                      .min_len = 1,
                      .max_len = EXTERNAL_ID_LEN_MAX,
                      .fixed = "cannot be set here: use "
                               "PUT /v2/event-stream-sources/:id/external-id" },
    { .name = "trackingPlan", .kind = BODY_IGNORED },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

static str type_word(str type)
{
    const struct source_definition *definition = source_definition_find(type);
    return definition && definition->stream_type ? str_of(definition->stream_type) : type;
}

static enum err write_row(struct call *call, struct store_tx *tx, const void *source)
{
    (void)tx;
    const struct source_row *row = source;
    struct json *json = &call->json;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "type", type_word(row->type));
    json_put_bool(json, "enabled", row->is_enabled);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_raw(json, "trackingPlan", STR("null"));
    json_close_object(json);
    return OK;
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *source)
{
    struct source_row *row = source;
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[ENABLED].is_set)
        row->is_enabled = values[ENABLED].flag;
    return store_source_update(tx, row, &call->problem);
}

static enum err set_external_id(struct call *call, struct store_tx *tx, const void *source,
                                str external_id)
{
    const struct source_row *row = source;
    return store_source_set_external_id(tx, row->workspace_id, row->id, external_id,
                                        &call->problem);
}

// Finding, making and deleting is that of the sources.
static struct resource_type stream_sources(void)
{
    struct resource_type resource = source_resource;
    resource.one = NULL;
    resource.many = "data";
    resource.path = "/v2/event-stream-sources";
    resource.created_status = 201;
    resource.write = write_row;
    resource.update = update;
    resource.set_external_id = set_external_id;
    return resource;
}

enum err handle_list_event_stream_sources(struct call *call)
{
    const struct resource_type resource = stream_sources();
    return resource_list(call, &resource);
}

enum err handle_get_event_stream_source(struct call *call)
{
    const struct resource_type resource = stream_sources();
    return resource_get(call, &resource, call->params[0]);
}

enum err handle_create_event_stream_source(struct call *call)
{
    const struct resource_type resource = stream_sources();
    struct body_value values[MEMBER_COUNT];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    const struct source_definition *definition =
        err ? NULL : source_definition_find(values[TYPE].text);
    if (!err && !definition)
        err = call_invalid(call, STR("type"), "is no type of source");
    if (err)
        return err;
    struct source_row row = {
        .workspace_id = call->principal.workspace_id,
        .name = values[NAME].text,
        .type = str_of(definition->type),
        .is_enabled = !values[ENABLED].is_set || values[ENABLED].flag,
        .config = STR("{}"),
        .external_id = values[EXTERNAL_ID].text,
    };
    return resource_create(call, &resource, &row);
}

enum err handle_update_event_stream_source(struct call *call)
{
    const struct resource_type resource = stream_sources();
    struct body_value values[MEMBER_COUNT];
    struct source_row row;
    enum err err = resource_find(call, &resource, call->params[0], &row);
    if (!err)
        err = body_read_change(call, members, MEMBER_COUNT, values);
    if (!err && values[TYPE].is_set &&
        source_definition_find(values[TYPE].text) != source_definition_find(row.type))
        err = call_invalid(call, STR("type"), "cannot be changed");
    return err ? err : resource_update(call, &resource, values, &row);
}

enum err handle_delete_event_stream_source(struct call *call)
{
    return resource_delete(call, &source_resource, call->params[0]);
}

enum err handle_set_event_stream_source_external_id(struct call *call)
{
    const struct resource_type resource = stream_sources();
    return resource_set_external_id(call, &resource, call->params[0]);
}
