// SPDX-License-Identifier: Apache-2.0
// The workspaceConfig.json that rudder-server reads from a file: sources with the destinations
// they are connected to inside. What has no place here is told, one sentence each.
#include "app/configuration.h"

#include <stdarg.h>

struct taking {
    yyjson_mut_doc *doc;
    yyjson_mut_val *sources, *destinations, *connections, *skipped;
    struct map *known; // destinations by id, which stand below each source
};

bool configuration_is_foreign(yyjson_val *root)
{
    yyjson_val *first = yyjson_arr_get_first(yyjson_obj_get(root, "sources"));
    return yyjson_obj_get(root, "workspaceId") || yyjson_obj_get(first, "sourceDefinition");
}

PRINTF_LIKE(2, 3)
static void skip(struct taking *taking, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    (void)yyjson_mut_arr_add_strcpy(taking->doc, taking->skipped, text);
}

static void copy(struct taking *taking, yyjson_mut_val *to, const char *name, yyjson_val *value)
{
    if (value && !yyjson_is_null(value))
        (void)yyjson_mut_obj_add_val(taking->doc, to, name,
                                     yyjson_val_mut_copy(taking->doc, value));
}

static bool is_in(const char *const *names, yyjson_val *key)
{
    for (; *names; names++)
        if (yyjson_equals_str(key, *names))
            return true;
    return false;
}

// Members that hold something and are neither taken nor settled by the server.
static void skip_others(struct taking *taking, const char *what, yyjson_val *object,
                        const char *const *names)
{
    size_t index, count;
    yyjson_val *key, *value;
    str name = json_get_str(object, "name");
    yyjson_obj_foreach(object, index, count, key, value)
    {
        bool is_empty = yyjson_is_null(value) || yyjson_is_false(value) ||
                        (yyjson_is_ctn(value) && yyjson_get_len(value) == 0);
        if (!is_empty && !is_in(names, key))
            skip(taking, "%s%s%.80s: %.80s", what, name.len ? " " : "",
                 name.len ? yyjson_get_str(yyjson_obj_get(object, "name")) : "",
                 yyjson_get_str(key));
    }
}

static void take_destination(struct taking *taking, yyjson_val *destination)
{
    static const char *const names[] = { "id",
                                         "name",
                                         "destinationDefinition",
                                         "config",
                                         "enabled",
                                         "workspaceId",
                                         "revisionId",
                                         "version",
                                         "isProcessorEnabled",
                                         "hasDynamicConfig",
                                         "createdAt",
                                         "updatedAt",
                                         "createdBy",
                                         "deleted",
                                         NULL };
    yyjson_val *definition = yyjson_obj_get(destination, "destinationDefinition");
    str id = json_get_str(destination, "id");
    if (id.len > 0 && map_put(taking->known, id, destination))
        return;
    yyjson_mut_val *to = yyjson_mut_arr_add_obj(taking->doc, taking->destinations);
    copy(taking, to, "id", yyjson_obj_get(destination, "id"));
    copy(taking, to, "name", yyjson_obj_get(destination, "name"));
    copy(taking, to, "type", yyjson_obj_get(definition, "name"));
    copy(taking, to, "enabled", yyjson_obj_get(destination, "enabled"));
    copy(taking, to, "config", yyjson_obj_get(destination, "config"));
    skip_others(taking, "destination", destination, names);
}

static void connect(struct taking *taking, yyjson_val *source, yyjson_val *destination)
{
    yyjson_mut_val *to = yyjson_mut_arr_add_obj(taking->doc, taking->connections);
    yyjson_val *source_id = yyjson_obj_get(source, "id");
    yyjson_val *destination_id = yyjson_obj_get(destination, "id");
    copy(taking, to, "sourceId", source_id ? source_id : yyjson_obj_get(source, "name"));
    copy(taking, to, "destinationId",
         destination_id ? destination_id : yyjson_obj_get(destination, "name"));
}

static void take_source(struct taking *taking, yyjson_val *source)
{
    static const char *const names[] = { "id",        "name",          "sourceDefinition",
                                         "config",    "enabled",       "workspaceId",
                                         "writeKey",  "destinations",  "transient",
                                         "createdAt", "updatedAt",     "createdBy",
                                         "deleted",   "geoEnrichment", "sourceDefinitionId",
                                         NULL };
    yyjson_val *destinations = yyjson_obj_get(source, "destinations"), *destination;
    size_t index, count;
    yyjson_mut_val *to = yyjson_mut_arr_add_obj(taking->doc, taking->sources);
    copy(taking, to, "id", yyjson_obj_get(source, "id"));
    copy(taking, to, "name", yyjson_obj_get(source, "name"));
    copy(taking, to, "type",
         yyjson_obj_get(yyjson_obj_get(source, "sourceDefinition"), "name"));
    copy(taking, to, "writeKey", yyjson_obj_get(source, "writeKey"));
    copy(taking, to, "enabled", yyjson_obj_get(source, "enabled"));
    copy(taking, to, "transient", yyjson_obj_get(source, "transient"));
    copy(taking, to, "geoEnrichmentEnabled",
         yyjson_obj_get(yyjson_obj_get(source, "geoEnrichment"), "enabled"));
    copy(taking, to, "config", yyjson_obj_get(source, "config"));
    skip_others(taking, "source", source, names);
    yyjson_arr_foreach(destinations, index, count, destination)
    {
        take_destination(taking, destination);
        connect(taking, source, destination);
    }
}

// Names of events of other types than `track` have no place here.
static void take_settings(struct taking *taking, yyjson_val *settings, yyjson_mut_val *document)
{
    static const char *const names[] = { "eventBlocking", NULL },
                             *const above[] = { "events", NULL },
                             *const types[] = { "track", NULL };
    yyjson_val *blocking = yyjson_obj_get(settings, "eventBlocking");
    yyjson_val *events = yyjson_obj_get(blocking, "events");
    yyjson_val *track = yyjson_obj_get(events, "track");
    skip_others(taking, "settings", settings, names);
    skip_others(taking, "settings.eventBlocking", blocking, above);
    skip_others(taking, "settings.eventBlocking.events", events, types);
    if (!yyjson_is_arr(track))
        return;
    yyjson_mut_val *workspace = yyjson_mut_obj_add_obj(taking->doc, document, "workspace");
    yyjson_mut_val *to = yyjson_mut_obj_add_obj(taking->doc, workspace, "eventBlocking");
    copy(taking, yyjson_mut_obj_add_obj(taking->doc, to, "events"), "track", track);
}

yyjson_mut_val *configuration_from_foreign(yyjson_mut_doc *doc, yyjson_val *root,
                                           yyjson_mut_val *skipped)
{
    static const char *const names[] = { "sources",   "workspaceId", "enableMetrics",
                                         "updatedAt", "settings",    NULL };
    AUTO(map_free) struct map *known = map_new();
    yyjson_mut_val *document = yyjson_mut_obj(doc);
    struct taking taking = { .doc = doc, .skipped = skipped, .known = known };
    yyjson_val *source;
    size_t index, count;
    taking.sources = yyjson_mut_obj_add_arr(doc, document, "sources");
    taking.destinations = yyjson_mut_obj_add_arr(doc, document, "destinations");
    taking.connections = yyjson_mut_obj_add_arr(doc, document, "connections");
    yyjson_arr_foreach(yyjson_obj_get(root, "sources"), index, count, source)
        take_source(&taking, source);
    take_settings(&taking, yyjson_obj_get(root, "settings"), document);
    skip_others(&taking, "workspace", root, names);
    return document;
}
