// SPDX-License-Identifier: Apache-2.0
// Destinations. Their config is kept and given back as it was sent, but for secrets.
#include "store/destinations.h"

#include "api/resources/destinations.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum { NAME, TYPE, ENABLED, CONFIG, VERSION, EXTERNAL_ID };

#define MEMBERS(is_new)                                                                        \
    [NAME] = { .name = "name", .is_required = is_new, .min_len = 1, .max_len = NAME_LEN_MAX }, \
    [TYPE] = { .name = "type", .is_required = is_new, .min_len = 1, .max_len = 64 },           \
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL },                                      \
    [CONFIG] = { .name = "config", .kind = BODY_OBJECT, .max_len = BODY_CONFIG_MAX },          \
    [VERSION] = { .name = "version", .kind = BODY_INT, .min_len = 1, .max_len = INT32_MAX }

static const struct body_field members_new[] = {
    MEMBERS(true),
    [EXTERNAL_ID] = { .name = "externalId", .min_len = 1, .max_len = EXTERNAL_ID_LEN_MAX },
    BODY_ECHOED,
};
static const struct body_field members_changed[] = {
    MEMBERS(false),
    [EXTERNAL_ID] = { .name = "externalId",
                      .kind = BODY_REFUSED,
                      .why = "cannot be set here: use PUT /v2/destinations/:id/external-id" },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members_new) };

static void write_members(struct call *call, const struct destination_row *row)
{
    struct json *json = &call->json;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_int(json, "version", row->version);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "type", row->type);
    json_put_bool(json, "enabled", row->is_enabled);
    config_write(call, row);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
}

static enum err answer(struct call *call, const struct destination_row *row)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("destination"));
    write_members(call, row);
    json_close_object(json);
    return OK;
}

static enum err get(struct call *call, struct store_tx *tx, struct destination_row *ret_row)
{
    return store_destination_get(tx, call->principal.workspace_id, call->params[0], ret_row,
                                 &call->problem);
}

enum err destination_of_call(struct call *call, struct destination_row *ret_row)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = get(call, tx, ret_row);
    return err ? err : call_allow(call);
}

enum err handle_list_destinations(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct page page;
    struct store_list list;
    enum err err = call_allow(call);
    if (!err)
        err = page_read_filtered(call, &page);
    if (err)
        return err;
    struct store_page part = page_of_store(&page);
    err = read_begin(call, &tx);
    if (!err)
        err = store_destination_list(tx, call->principal.workspace_id, &part, &list,
                                     &call->problem);
    if (err)
        return err;
    const struct destination_row *rows = list.rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("destinations"));
    json_open_array(json);
    for (size_t i = 0; i < list.count; i++)
        write_members(call, &rows[i]);
    json_close_array(json);
    page_write(call, STR("/v2/destinations"), &page, list.total);
    json_close_object(json);
    return OK;
}

enum err handle_get_destination(struct call *call)
{
    struct destination_row row;
    enum err err = destination_of_call(call, &row);
    return err ? err : answer(call, &row);
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

// --- Changes

static struct call_change change_of(const char *action, const struct destination_row *row)
{
    return (struct call_change){
        .action = action,
        .target_type = "destination",
        .target_id = row->id,
        .target_name = row->name,
    };
}

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct destination_row *row = ctx;
    enum err err = store_destination_create(tx, row, &call->problem);
    *ret_change = change_of("created", row);
    return err;
}

enum err handle_create_destination(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members_new, MEMBER_COUNT, values);
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
    err = call_write(call, create, &row);
    return err ? collision_explain(call, err, "destination") : answer(call, &row);
}

struct update {
    const struct body_value *values;
    struct destination_row row;
};

static enum err update(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct update *change = ctx;
    struct destination_row *row = &change->row;
    const struct body_value *config = &change->values[CONFIG];
    enum err err = get(call, tx, row);
    const struct destination *definition = err ? NULL : destination_find(row->type);
    if (!err && config->is_set && !definition)
        err =
            call_invalid(call, STR("config"), "this type of destination is not known any more");
    if (!err && config->is_set)
        err = config_merge(call, definition, config, &row->config);
    if (err)
        return err;
    apply(change->values, row);
    err = store_destination_update(tx, row, &call->problem);
    *ret_change = change_of("updated", row);
    return err;
}

enum err handle_update_destination(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct destination_row stored;
    enum err err = destination_of_call(call, &stored);
    if (!err)
        err = body_read(call, members_changed, MEMBER_COUNT, values);
    if (!err && values[TYPE].is_set && !str_eq(values[TYPE].text, stored.type))
        err = call_invalid(call, STR("type"), "cannot be changed");
    if (err)
        return err;
    struct update change = { .values = values };
    err = call_write(call, update, &change);
    return err ? collision_explain(call, err, "destination") : answer(call, &change.row);
}

static enum err remove_destination(struct call *call, struct store_tx *tx, void *ctx,
                                   struct call_change *ret_change)
{
    const struct destination_row *row = ctx;
    *ret_change = change_of("deleted", row);
    return store_destination_delete(tx, row->workspace_id, row->id, &call->problem);
}

enum err handle_delete_destination(struct call *call)
{
    struct destination_row row;
    enum err err = destination_of_call(call, &row);
    if (!err)
        err = call_write(call, remove_destination, &row);
    if (!err)
        reply_empty(call, 204);
    return err;
}

// --- External id

static const struct body_field external_id_member = {
    .name = "externalId", .is_required = true, .min_len = 1, .max_len = EXTERNAL_ID_LEN_MAX
};

static enum err set_external_id(struct call *call, struct store_tx *tx, void *ctx,
                                struct call_change *ret_change)
{
    const struct body_value *value = ctx;
    struct destination_row row;
    enum err err = get(call, tx, &row);
    if (err || str_eq(row.external_id, value->text))
        return err;
    if (row.external_id.len > 0)
        return call_fail(
            call, ERR_CONFLICT,
            "externalId is already set for this destination and cannot be changed");
    *ret_change = change_of("updated", &row);
    return store_destination_set_external_id(tx, row.workspace_id, row.id, value->text,
                                             &call->problem);
}

enum err handle_set_destination_external_id(struct call *call)
{
    struct body_value value;
    struct destination_row row;
    enum err err = destination_of_call(call, &row);
    if (!err)
        err = body_read(call, &external_id_member, 1, &value);
    if (!err)
        err = collision_explain(call, call_write(call, set_external_id, &value), "destination");
    if (!err)
        err = destination_of_call(call, &row);
    return err ? err : answer(call, &row);
}
