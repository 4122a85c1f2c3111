// SPDX-License-Identifier: Apache-2.0
// Connections between sources and destinations.
#include "store/connections.h"

#include "api/resources/configured.h"
#include "api/resources/resources.h"
#include "api/router.h"

enum { SOURCE_ID, DESTINATION_ID, ENABLED, EXTERNAL_ID };

static const struct body_field members[] = {
    [SOURCE_ID] = { .name = "sourceId", .is_required = true, .min_len = 1, .max_len = 64 },
    [DESTINATION_ID] = { .name = "destinationId",
                         .is_required = true,
                         .min_len = 1,
                         .max_len = 64 },
    [ENABLED] = { .name = "enabled", .kind = BODY_BOOL },
    [EXTERNAL_ID] = { .name = "externalId",
                      .min_len = 1,
                      .max_len = EXTERNAL_ID_LEN_MAX,
                      .fixed = "cannot be set here: use PUT /v2/connections/:id/external-id" },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

static enum err write_connection(struct call *call, struct store_tx *tx, const void *connection)
{
    (void)tx;
    const struct connection_row *row = connection;
    struct json *json = &call->json;
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
    return OK;
}

static struct target describe(const void *connection)
{
    const struct connection_row *row = connection;
    return (struct target){ .id = row->id, .external_id = row->external_id };
}

// Entries are found by the destination, where they are shown; the other ids are details.
static void retell(struct call *call, const void *connection, struct call_change *change)
{
    const struct connection_row *row = connection;
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_open_object(&json);
    json_put_str(&json, "connectionId", row->id);
    json_put_str(&json, "sourceId", row->source_id);
    json_put_bool(&json, "enabled", row->is_enabled);
    json_close_object(&json);
    if (str_eq(str_of(change->action), STR("updated")))
        change->action = "updated_connection"; // not the destination itself
    change->details = arena_dup(call->arena, buf_str(&out));
    change->target_type = "destination";
    change->target_id = row->destination_id;
}

// What is done to a connection is done to both its ends.
static enum err allow(struct call *call, const void *connection)
{
    const struct connection_row *row = connection;
    return call_allow_on(call, row->source_id, row->destination_id);
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_connection_get(tx, call->principal.workspace_id, id, ret_row, &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_connection_list(tx, call->principal.workspace_id, page, ret_list,
                                 &call->problem);
}

// Only events from here on are for a connection that begins now.
static void begin_now(struct call *call, struct connection_row *row)
{
    struct position end = journal_end(call->api->parts.journal);
    row->from_record = end.record;
    row->from_event = end.event;
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    enum err err = store_connection_create(tx, row, &call->problem);
    if (err == ERR_CONFLICT && str_eq(str_of(call->problem.field), STR("destinationId")))
        return call_fail(call, err,
                         "Connection already exists for this source and destination pair. "
                         "Use PUT /v2/connections/:id/external-id to set its externalId");
    return err ? err : allow(call, row); // once it is known that both ends exist
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *connection)
{
    struct connection_row *row = connection;
    if (values[ENABLED].is_set)
        row->is_enabled = values[ENABLED].flag;
    if (values[SOURCE_ID].is_set)
        row->source_id = values[SOURCE_ID].text;
    if (values[DESTINATION_ID].is_set)
        row->destination_id = values[DESTINATION_ID].text;
    begin_now(call, row); // stored only if it was off and is on now
    enum err err = store_connection_update(tx, row, &call->problem);
    return err ? err : allow(call, row); // the ends may be others than they were
}

static enum err remove_connection(struct call *call, struct store_tx *tx,
                                  const void *connection)
{
    const struct connection_row *row = connection;
    return store_connection_delete(tx, row->workspace_id, row->id, &call->problem);
}

static enum err set_external_id(struct call *call, struct store_tx *tx, const void *connection,
                                str external_id)
{
    const struct connection_row *row = connection;
    return store_connection_set_external_id(tx, row->workspace_id, row->id, external_id,
                                            &call->problem);
}

static const struct resource_type connections = {
    .kind = "connection",
    .one = "connection",
    .many = "connections",
    .path = "/v2/connections",
    .created_status = 200,
    .begun = "connected_source",
    .ended = "disconnected_source",
    .row_size = sizeof(struct connection_row),
    .describe = describe,
    .retell = retell,
    .allow = allow,
    .write = write_connection,
    .get = get,
    .list = list,
    .create = create,
    .update = update,
    .remove = remove_connection,
    .set_external_id = set_external_id,
};

static enum err begin(struct call *call, const struct body_value *values, void *ret_row)
{
    struct connection_row row = {
        .workspace_id = call->principal.workspace_id,
        .source_id = values[SOURCE_ID].text,
        .destination_id = values[DESTINATION_ID].text,
        .is_enabled = !values[ENABLED].is_set || values[ENABLED].flag,
        .external_id = values[EXTERNAL_ID].text,
    };
    begin_now(call, &row);
    memcpy(ret_row, &row, sizeof(row));
    return OK;
}

// --- As a part of the configuration. Who applies one may connect everything.

static enum err merge(struct call *call, const struct body_value *values, void *connection)
{
    struct connection_row *row = connection;
    if (!str_eq(values[SOURCE_ID].text, row->source_id))
        return call_invalid(call, STR("sourceId"), "cannot be changed; leave out the id");
    if (!str_eq(values[DESTINATION_ID].text, row->destination_id))
        return call_invalid(call, STR("destinationId"), "cannot be changed; leave out the id");
    if (values[ENABLED].is_set)
        row->is_enabled = values[ENABLED].flag;
    return OK;
}

static void keep(void *connection, str id, str write_key)
{
    struct connection_row *row = connection;
    (void)write_key;
    row->id = id;
}

static enum err create_configured(struct call *call, struct store_tx *tx, void *row)
{
    return store_connection_create(tx, row, &call->problem);
}

static enum err store(struct call *call, struct store_tx *tx, void *row)
{
    begin_now(call, row);
    return store_connection_update(tx, row, &call->problem);
}

static void write_document(const void *connection, struct json *json)
{
    const struct connection_row *row = connection;
    json_put_str(json, "id", row->id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "sourceId", row->source_id);
    json_put_str(json, "destinationId", row->destination_id);
    json_put_bool(json, "enabled", row->is_enabled);
}

static int64_t updated_ms(const void *row)
{
    return ((const struct connection_row *)row)->updated_ms;
}

const struct configured configured_connections = {
    .resource = &connections,
    .key = "connections",
    .members = members,
    .member_count = MEMBER_COUNT,
    .begin = begin,
    .merge = merge,
    .keep = keep,
    .create = create_configured,
    .store = store,
    .set_external_id = set_external_id,
    .updated_ms = updated_ms,
    .write = write_document,
};

// --- Handlers

enum err handle_list_connections(struct call *call)
{
    return resource_list(call, &connections);
}

enum err handle_get_connection(struct call *call)
{
    return resource_get(call, &connections, call->params[0]);
}

enum err handle_create_connection(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct connection_row row;
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    if (!err)
        err = begin(call, values, &row);
    return err ? err : resource_create(call, &connections, &row);
}

enum err handle_update_connection(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct connection_row row;
    enum err err = resource_find(call, &connections, call->params[0], &row);
    if (!err)
        err = body_read_change(call, members, MEMBER_COUNT, values);
    return err ? err : resource_update(call, &connections, values, &row);
}

enum err handle_delete_connection(struct call *call)
{
    return resource_delete(call, &connections, call->params[0]);
}

enum err handle_set_connection_external_id(struct call *call)
{
    return resource_set_external_id(call, &connections, call->params[0]);
}
