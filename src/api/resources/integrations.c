// SPDX-License-Identifier: Apache-2.0
// What a page may tell its visitors before it loads anything: to which services a source's
// events go. For consent managers; answered on the loop from the snapshot, as SDKs' questions.
#include "api/resources/resources.h"
#include "api/router.h"

// Where events of the source go by its connection `index`; NULL: nowhere.
static const struct destination *used(const struct snapshot *snapshot,
                                      const struct ws_source *source, size_t index)
{
    const struct ws_connection *connection = source->connections[index];
    const struct ws_destination *destination =
        snapshot_destination(snapshot, connection->destination_id);
    return connection->is_enabled && destination->is_enabled ? destination->definition : NULL;
}

// Whether a connection before this one goes to the same service.
static bool was_named(const struct snapshot *snapshot, const struct ws_source *source,
                      size_t index)
{
    const struct destination *definition = used(snapshot, source, index);
    for (size_t i = 0; i < index; i++)
        if (used(snapshot, source, i) == definition)
            return true;
    return false;
}

// Names that people gave their destinations are nobody's business here.
static void write_service(struct json *json, const struct destination *definition)
{
    json_open_object(json);
    json_put_str(json, "name", str_of(definition->title));
    json_put_str(json, "creationName", str_of(definition->title));
    json_put_str(json, "type", str_of(definition->type));
    json_put_str(json, "category", str_of(definition->category));
    json_close_object(json);
}

enum err handle_list_integrations(struct call *call)
{
    const struct ws_source *source =
        snapshot_source_by_write_key(call->snapshot, call->params[0]);
    if (!source)
        return call_fail(call, ERR_INVALID, "invalid write key");
    struct json *json = reply_json(call, 200);
    json_open_array(json);
    for (size_t i = 0; source->is_enabled && i < source->connection_count; i++) {
        const struct destination *definition = used(call->snapshot, source, i);
        if (definition && !was_named(call->snapshot, source, i))
            write_service(json, definition);
    }
    json_close_array(json);
    return OK;
}
