// SPDX-License-Identifier: Apache-2.0
// What SDKs ask before they start. They never ask twice, so this needs neither store nor
// thread: it is answered on the loop from the snapshot.
#include "api/auth.h"
#include "api/resources/resources.h"
#include "api/router.h"

static str write_key_of(struct call *call)
{
    str key = auth_basic_user(call->authorization, call->arena);
    if (key.len == 0)
        (void)call_query(call, STR("writeKey"), &key);
    return key;
}

static void write_switch(struct json *json, const char *key, bool is_on)
{
    json_key(json, str_of(key));
    json_open_object(json);
    json_put_bool(json, "enabled", is_on);
    json_close_object(json);
}

// What the SDK itself is to load, with the settings that it may know.
static void write_destination(const struct ws_destination *destination, enum source_kind kind,
                              struct json *json)
{
    const struct destination *definition = destination->definition;
    json_open_object(json);
    json_put_str(json, "id", destination->id);
    json_put_str(json, "name", destination->name);
    json_put_bool(json, "enabled", true);
    json_key(json, STR("config"));
    destination_write_device_config(definition, destination->config, kind, json);
    json_put_str(json, "destinationDefinitionId", str_of(definition->type));
    json_key(json, STR("destinationDefinition"));
    json_open_object(json);
    json_put_str(json, "name", str_of(definition->type));
    json_put_str(json, "displayName", str_of(definition->title));
    json_close_object(json);
    json_put_time(json, "updatedAt", destination->updated_wall_ms);
    json_put_bool(json, "shouldApplyDeviceModeTransformation", false);
    json_put_bool(json, "propagateEventsUntransformedOnError", false);
    json_close_object(json);
}

static void write_destinations(const struct snapshot *snapshot, const struct ws_source *source,
                               struct json *json)
{
    json_key(json, STR("destinations"));
    json_open_array(json);
    for (size_t i = 0; i < source->connection_count; i++) {
        const struct ws_connection *connection = source->connections[i];
        const struct ws_destination *destination =
            snapshot_destination(snapshot, connection->destination_id);
        enum connection_mode mode =
            destination_mode(destination->definition, destination->config, source->kind);
        bool is_meant = mode != MODE_CLOUD &&
                        destination_offers(destination->definition, mode, source->kind);
        if (connection->is_enabled && destination->is_enabled && is_meant)
            write_destination(destination, source->kind, json);
    }
    json_close_array(json);
}

static void write_source(const struct snapshot *snapshot, const struct ws_source *source,
                         struct json *json)
{
    json_open_object(json);
    json_put_str(json, "id", source->id);
    json_put_str(json, "name", source->name);
    json_put_str(json, "writeKey", source->write_key);
    json_put_bool(json, "enabled", source->is_enabled);
    json_put_str(json, "workspaceId", source->workspace_id);
    json_put_time(json, "updatedAt", source->updated_wall_ms);
    json_key(json, STR("config"));
    json_open_object(json);
    json_key(json, STR("statsCollection"));
    json_open_object(json);
    write_switch(json, "errors", false);
    write_switch(json, "metrics", false);
    json_close_object(json);
    json_close_object(json);
    write_destinations(snapshot, source, json);
    json_put_raw(json, "dataplanes", STR("{}"));
    json_close_object(json);
}

enum err handle_get_source_config(struct call *call)
{
    str key = write_key_of(call);
    const struct ws_source *source =
        key.len > 0 ? snapshot_source_by_write_key(call->snapshot, key) : NULL;
    if (!source)
        return call_fail(call, ERR_INVALID, "invalid write key");
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("source"));
    write_source(call->snapshot, source, json);
    json_key(json, STR("consentManagementMetadata"));
    json_open_object(json);
    json_put_raw(json, "providers", STR("[]"));
    json_close_object(json);
    json_close_object(json);
    return OK;
}
