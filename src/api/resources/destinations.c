// SPDX-License-Identifier: Apache-2.0
// Destinations. Their config is kept and given back as it was sent, but for secrets.
#include "store/destinations.h"

#include "api/resources/configured.h"
#include "api/resources/destinations.h"
#include "store/connections.h"
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
    if (!err && row->is_enabled && !before.is_enabled) {
        struct position end = journal_end(call->api->parts.journal);
        err = store_connections_begin(tx, row->id, end.record, end.event, &call->problem);
    }
    return err ? err : keep_revision(call, tx, row);
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    enum err err = store_destination_create(tx, row, &call->problem);
    return err ? err : keep_revision(call, tx, row);
}

static enum err merge(struct call *call, const struct body_value *values, void *destination)
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
    if (!err)
        apply(values, row);
    return err;
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *destination)
{
    enum err err = merge(call, values, destination);
    return err ? err : destination_store(call, tx, destination);
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

// --- Checks

static enum err begin(struct call *call, const struct body_value *values, void *ret_row)
{
    const struct destination *definition = destination_find(values[TYPE].text);
    if (!definition)
        return call_invalid(call, STR("type"), "is no type of destination");
    enum err err = config_check(call, definition, values[CONFIG].json);
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
    memcpy(ret_row, &row, sizeof(row));
    return OK;
}

static enum err must_stay(struct call *call, const struct body_value *values,
                          const struct destination_row *row)
{
    if (values[TYPE].is_set && !str_eq(values[TYPE].text, row->type))
        return call_invalid(call, STR("type"), "cannot be changed");
    return OK;
}

// --- As a part of the configuration

static enum err merge_document(struct call *call, const struct body_value *values, void *row)
{
    enum err err = must_stay(call, values, row);
    return err ? err : merge(call, values, row);
}

static void keep(void *destination, str id, str write_key)
{
    struct destination_row *row = destination;
    (void)write_key;
    row->id = id;
}

static enum err store(struct call *call, struct store_tx *tx, void *row)
{
    return destination_store(call, tx, row);
}

static void write_document(const void *destination, struct json *json)
{
    const struct destination_row *row = destination;
    json_put_str(json, "id", row->id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "type", row->type);
    json_put_bool(json, "enabled", row->is_enabled);
    json_put_int(json, "version", row->version);
    json_put_raw(json, "config", row->config);
}

// Without its definition, and of keys that it does not know, nobody knows what is secret.
static bool is_secret(const void *destination, str part, str key, bool *ret_is_pairs)
{
    const struct destination_row *row = destination;
    const struct destination *definition = destination_find(row->type);
    const struct field *field = definition ? fields_find(definition->fields, key) : NULL;
    *ret_is_pairs = field && field->type == FIELD_PAIRS;
    return str_eq(part, STR("config")) && (!field || field_is_secret(field));
}

static int64_t updated_ms(const void *row)
{
    return ((const struct destination_row *)row)->updated_ms;
}

const struct configured configured_destinations = {
    .resource = &destination_resource,
    .key = "destinations",
    .members = members,
    .member_count = MEMBER_COUNT,
    .begin = begin,
    .merge = merge_document,
    .keep = keep,
    .create = create,
    .store = store,
    .set_external_id = set_external_id,
    .park_name = store_destination_park_name,
    .updated_ms = updated_ms,
    .write = write_document,
    .is_secret = is_secret,
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
    struct destination_row row;
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    if (!err)
        err = begin(call, values, &row);
    if (!err)
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
    if (!err)
        err = must_stay(call, values, &row);
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
