// SPDX-License-Identifier: Apache-2.0
// What a page may tell its visitors before it loads anything: to which services a source's
// events go. For consent managers; answered on the loop from the snapshot, as SDKs' questions.
#include "api/resources/resources.h"
#include "api/router.h"

static bool is_used(const struct ws_connection *connection)
{
    return connection->is_enabled && connection->destination->is_enabled;
}

// Whether a connection before this one goes to the same service.
static bool was_named(const struct ws_source *source, size_t index)
{
    const struct destination *definition = source->connections[index]->destination->definition;
    for (size_t i = 0; i < index; i++)
        if (is_used(source->connections[i]) &&
            source->connections[i]->destination->definition == definition)
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
    for (size_t i = 0; source->is_enabled && i < source->connection_count; i++)
        if (is_used(source->connections[i]) && !was_named(source, i))
            write_service(json, source->connections[i]->destination->definition);
    json_close_array(json);
    return OK;
}
