// SPDX-License-Identifier: Apache-2.0
// Connections between sources and destinations.
#include "store/connections.h"

#include "api/resources/resources.h"
#include "api/router.h"

enum { SOURCE_ID, DESTINATION_ID, ENABLED, EXTERNAL_ID };

#define MEMBERS(is_new)                                                                        \
    [SOURCE_ID] = { .name = "sourceId", .is_required = is_new, .min_len = 1, .max_len = 64 },  \
    [DESTINATION_ID] = { .name = "destinationId",                                              \
                         .is_required = is_new,                                                \
                         .min_len = 1,                                                         \
                         .max_len = 64 },                                                      \
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL }

static const struct body_field members_new[] = {
    MEMBERS(true),
    [EXTERNAL_ID] = { .name = "externalId", .min_len = 1, .max_len = EXTERNAL_ID_LEN_MAX },
    BODY_ECHOED,
};
static const struct body_field members_changed[] = {
    MEMBERS(false),
    [EXTERNAL_ID] = { .name = "externalId",
                      .kind = BODY_REFUSED,
                      .why = "cannot be set here: use PUT /v2/connections/:id/external-id" },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members_new) };

static void write_members(const struct connection_row *row, struct json *json)
{
    json_open_object(json);
    json_put_str(json, "id", row->id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "sourceId", row->source_id);
    json_put_str(json, "destinationId", row->destination_id);
    json_put_bool(json, "enabled", row->is_enabled);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
}

static enum err answer(struct call *call, const struct connection_row *row)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("connection"));
    write_members(row, json);
    json_close_object(json);
    return OK;
}

static enum err get(struct call *call, struct store_tx *tx, struct connection_row *ret_row)
{
    return store_connection_get(tx, call->principal.workspace_id, call->params[0], ret_row,
                                &call->problem);
}

static enum err find(struct call *call, struct connection_row *ret_row)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = get(call, tx, ret_row);
    return err ? err : call_allow(call);
}

enum err handle_list_connections(struct call *call)
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
        err = store_connection_list(tx, call->principal.workspace_id, &part, &list,
                                    &call->problem);
    if (err)
        return err;
    const struct connection_row *rows = list.rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("connections"));
    json_open_array(json);
    for (size_t i = 0; i < list.count; i++)
        write_members(&rows[i], json);
    json_close_array(json);
    page_write(call, STR("/v2/connections"), &page, list.total);
    json_close_object(json);
    return OK;
}

enum err handle_get_connection(struct call *call)
{
    struct connection_row row;
    enum err err = find(call, &row);
    return err ? err : answer(call, &row);
}

static struct call_change change_of(const char *action, const struct connection_row *row)
{
    return (struct call_change){
        .action = action,
        .target_type = "connection",
        .target_id = row->id,
    };
}

// Only events from here on are for a connection that begins now.
static void begin_now(struct call *call, struct connection_row *row)
{
    struct position end = journal_end(call->api->parts.journal);
    row->from_record = end.record;
    row->from_event = end.event;
}

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct connection_row *row = ctx;
    enum err err = store_connection_create(tx, row, &call->problem);
    *ret_change = change_of("created", row);
    return err;
}

static enum err explain_pair(struct call *call, enum err err)
{
    if (err == ERR_CONFLICT && str_eq(str_of(call->problem.field), STR("destinationId")))
        return call_fail(call, err,
                         "Connection already exists for this source and destination pair. "
                         "Use PUT /v2/connections/:id/external-id to set its externalId");
    return collision_explain(call, err, "connection");
}

enum err handle_create_connection(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members_new, MEMBER_COUNT, values);
    if (err)
        return err;
    struct connection_row row = {
        .workspace_id = call->principal.workspace_id,
        .source_id = values[SOURCE_ID].text,
        .destination_id = values[DESTINATION_ID].text,
        .is_enabled = !values[ENABLED].is_set || values[ENABLED].flag,
        .external_id = values[EXTERNAL_ID].text,
    };
    begin_now(call, &row);
    err = call_write(call, create, &row);
    return err ? explain_pair(call, err) : answer(call, &row);
}

struct update {
    const struct body_value *values;
    struct connection_row row;
};

static enum err update(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct update *change = ctx;
    struct connection_row *row = &change->row;
    const struct body_value *values = change->values;
    enum err err = get(call, tx, row);
    if (err)
        return err;
    if (values[ENABLED].is_set)
        row->is_enabled = values[ENABLED].flag;
    if (values[SOURCE_ID].is_set)
        row->source_id = values[SOURCE_ID].text;
    if (values[DESTINATION_ID].is_set)
        row->destination_id = values[DESTINATION_ID].text;
    begin_now(call, row); // stored only if it was off and is on now
    err = store_connection_update(tx, row, &call->problem);
    *ret_change = change_of("updated", row);
    return err;
}

enum err handle_update_connection(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct connection_row stored;
    enum err err = find(call, &stored);
    if (!err)
        err = body_read(call, members_changed, MEMBER_COUNT, values);
    if (err)
        return err;
    struct update change = { .values = values };
    err = call_write(call, update, &change);
    return err ? err : answer(call, &change.row);
}

static enum err remove_connection(struct call *call, struct store_tx *tx, void *ctx,
                                  struct call_change *ret_change)
{
    const struct connection_row *row = ctx;
    *ret_change = change_of("deleted", row);
    return store_connection_delete(tx, row->workspace_id, row->id, &call->problem);
}

enum err handle_delete_connection(struct call *call)
{
    struct connection_row row;
    enum err err = find(call, &row);
    if (!err)
        err = call_write(call, remove_connection, &row);
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
    struct connection_row row;
    enum err err = get(call, tx, &row);
    if (err || str_eq(row.external_id, value->text))
        return err;
    if (row.external_id.len > 0)
        return call_fail(call, ERR_CONFLICT,
                         "externalId is already set for this connection and cannot be changed");
    *ret_change = change_of("updated", &row);
    return store_connection_set_external_id(tx, row.workspace_id, row.id, value->text,
                                            &call->problem);
}

enum err handle_set_connection_external_id(struct call *call)
{
    struct body_value value;
    struct connection_row row;
    enum err err = find(call, &row);
    if (!err)
        err = body_read(call, &external_id_member, 1, &value);
    if (!err)
        err = collision_explain(call, call_write(call, set_external_id, &value), "connection");
    if (!err)
        err = find(call, &row);
    return err ? err : answer(call, &row);
}
