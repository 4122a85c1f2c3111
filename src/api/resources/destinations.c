// SPDX-License-Identifier: Apache-2.0
// Destinations. Their config is kept and given back as it was sent, but for secrets.
#include "store/destinations.h"

#include "api/resources/destinations.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "destinations/destination.h"
#include "store/destination_revisions.h"
#include "store/transformation_links.h"

enum { NAME, TYPE, ENABLED, CONFIG, VERSION, EXTERNAL_ID };

static const struct body_field members[] = {
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [TYPE] = { .name = "type", .is_required = true, .min_len = 1, .max_len = 64 },
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL },
    [CONFIG] = { .name = "config", .kind = BODY_CONFIG, .max_len = BODY_CONFIG_MAX },
    [VERSION] = { .name = "version", .kind = BODY_INT, .min_len = 1, .max_len = INT32_MAX },
    [EXTERNAL_ID] = { .name = "externalId",
                      .min_len = 1,
                      .max_len = EXTERNAL_ID_LEN_MAX,
                      .fixed = "cannot be set here: use PUT /v2/destinations/:id/external-id" },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

static enum err write_destination(struct call *call, struct store_tx *tx,
                                  const void *destination)
{
    const struct destination_row *row = destination;
    struct json *json = &call->json;
    struct transformation_link_row link;
    enum err err = store_transformation_link_get(tx, row->id, &link, NULL);
    if (err && err != ERR_NOT_FOUND)
        return err;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_int(json, "version", row->version);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "type", row->type);
    json_put_bool(json, "enabled", row->is_enabled);
    if (!err) {
        json_key(json, STR("transformation"));
        json_open_object(json);
        json_put_str(json, "id", link.transformation_id);
        json_close_object(json);
    }
    err = config_write(call, tx, row);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
    return err;
}

static void apply(const struct body_value *values, struct destination_row *row)
{
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[ENABLED].is_set)
        row->is_enabled = values[ENABLED].flag;
    if (values[VERSION].is_set)
        row->version = values[VERSION].number;
}

static struct target describe(const void *destination)
{
    const struct destination_row *row = destination;
    return (struct target){ .id = row->id, .name = row->name, .external_id = row->external_id };
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_destination_get(tx, call->principal.workspace_id, id, ret_row, &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_destination_list(tx, call->principal.workspace_id, page, ret_list,
                                  &call->problem);
}

static enum err keep_revision(struct call *call, struct store_tx *tx,
                              const struct destination_row *row)
{
    struct audit_row audit = { 0 };
    call_actor(call, &audit);
    const struct destination_revision_row actor = { .actor_type = audit.actor_type,
                                                    .actor_id = audit.actor_id,
                                                    .actor_name = audit.actor_name };
    return store_destination_revision_add(tx, row, &actor, &call->problem);
}

enum err destination_store(struct call *call, struct store_tx *tx, struct destination_row *row)
{
    struct destination_row before;
    const struct destination_revision_row nobody = { 0 };
    enum err err =
        store_destination_get(tx, row->workspace_id, row->id, &before, &call->problem);
    if (!err) // one that is older than the keeping of revisions
        err = store_destination_revision_add(tx, &before, &nobody, &call->problem);
    if (!err)
        err = store_destination_update(tx, row, &call->problem);
    return err ? err : keep_revision(call, tx, row);
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    enum err err = store_destination_create(tx, row, &call->problem);
    return err ? err : keep_revision(call, tx, row);
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *destination)
{
    struct destination_row *row = destination;
    const struct body_value *config = &values[CONFIG];
    const struct destination *definition = destination_find(row->type);
    enum err err = OK;
    if (config->is_set && !definition)
        err =
            call_invalid(call, STR("config"), "this type of destination is not known any more");
    if (!err && config->is_set)
        err = config_merge(call, definition, config, row);
    if (err)
        return err;
    apply(values, row);
    return destination_store(call, tx, row);
}

static enum err remove_destination(struct call *call, struct store_tx *tx,
                                   const void *destination)
{
    const struct destination_row *row = destination;
    return store_destination_delete(tx, row->workspace_id, row->id, &call->problem);
}

static enum err set_external_id(struct call *call, struct store_tx *tx, const void *destination,
                                str external_id)
{
    const struct destination_row *row = destination;
    return store_destination_set_external_id(tx, row->workspace_id, row->id, external_id,
                                             &call->problem);
}

const struct resource_type destination_resource = {
    .kind = "destination",
    .one = "destination",
    .many = "destinations",
    .path = "/v2/destinations",
    .created_status = 200,
    .ended = "deleted",
    .row_size = sizeof(struct destination_row),
    .describe = describe,
    .write = write_destination,
    .get = get,
    .list = list,
    .create = create,
    .update = update,
    .remove = remove_destination,
    .set_external_id = set_external_id,
};

// --- Handlers

enum err handle_list_destinations(struct call *call)
{
    enum err err = resource_list(call, &destination_resource);
    return err ? err : config_note_reveals(call);
}

enum err handle_get_destination(struct call *call)
{
    enum err err = resource_get(call, &destination_resource, call->params[0]);
    return err ? err : config_note_reveals(call);
}

enum err handle_create_destination(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    const struct destination *definition = err ? NULL : destination_find(values[TYPE].text);
    if (!err && !definition)
        err = call_invalid(call, STR("type"), "is no type of destination");
    if (!err)
        err = config_check(call, definition, values[CONFIG].json);
    if (err)
        return err;
    struct destination_row row = {
        .workspace_id = call->principal.workspace_id,
        .type = values[TYPE].text,
        .is_enabled = true,
        .config = values[CONFIG].is_set ? values[CONFIG].text : STR("{}"),
        .version = 1,
        .external_id = values[EXTERNAL_ID].text,
    };
    apply(values, &row);
    err = resource_create(call, &destination_resource, &row);
    return err ? err : config_note_reveals(call);
}

enum err handle_update_destination(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct destination_row row;
    enum err err = resource_find(call, &destination_resource, call->params[0], &row);
    if (!err)
        err = body_read_change(call, members, MEMBER_COUNT, values);
    if (!err && values[TYPE].is_set && !str_eq(values[TYPE].text, row.type))
        err = call_invalid(call, STR("type"), "cannot be changed");
    if (!err)
        err = resource_update(call, &destination_resource, values, &row);
    return err ? err : config_note_reveals(call);
}

enum err handle_delete_destination(struct call *call)
{
    return resource_delete(call, &destination_resource, call->params[0]);
}

enum err handle_set_destination_external_id(struct call *call)
{
    return resource_set_external_id(call, &destination_resource, call->params[0]);
}
