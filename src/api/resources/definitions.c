// SPDX-License-Identifier: Apache-2.0
// Which kinds of sources and destinations there are: for the dashboard and for tools, and in
// the form that RudderStack's own catalogue has.
#include "api/resources/resources.h"
#include "api/router.h"
#include "destinations/account.h"
#include "destinations/destination.h"

static void put_text(struct json *json, const char *key, const char *text)
{
    if (text)
        json_put_str(json, key, str_of(text));
}

// --- Parts of a destination's definition

static void write_kinds(struct json *json, const char *key, unsigned kinds)
{
    json_key(json, str_of(key));
    json_open_array(json);
    for (int kind = 0; kind < SOURCE_KIND_COUNT; kind++)
        if (kinds & 1u << kind)
            json_value_str(json, str_of(source_kind_word((enum source_kind)kind)));
    json_close_array(json);
}

static void write_events(struct json *json, const char *key, unsigned events)
{
    json_key(json, str_of(key));
    json_open_array(json);
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        if (events & 1u << type)
            json_value_str(json, event_type_name((enum event_type)type));
    json_close_array(json);
}

static void write_flags(struct json *json, unsigned flags)
{
    static const char *const words[] = { "beta", "deprecated", "hidden", "oauth", "warehouse" };
    json_key(json, STR("flags"));
    json_open_array(json);
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (flags & 1u << i)
            json_value_str(json, str_of(words[i]));
    json_close_array(json);
}

static void write_destination(const struct destination *definition, bool with_fields,
                              struct json *json)
{
    json_open_object(json);
    json_put_str(json, "type", str_of(definition->type));
    json_put_str(json, "title", str_of(definition->title));
    json_put_str(json, "category", str_of(definition->category));
    json_put_bool(json, "isDeliverable", definition->delivery != NULL);
    json_key(json, STR("modes"));
    json_open_object(json);
    json_put_bool(json, "cloud", definition->has_cloud);
    write_kinds(json, "device", definition->device);
    write_kinds(json, "hybrid", definition->hybrid);
    json_close_object(json);
    write_events(json, "messageTypes", definition->events);
    write_flags(json, definition->flags);
    if (with_fields) {
        json_key(json, STR("fields"));
        fields_describe(definition->fields, json);
    }
    json_close_object(json);
}

// --- Handlers

enum err handle_list_source_definitions(struct call *call)
{
    enum err err = call_allow(call);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("sourceDefinitions"));
    json_open_array(json);
    for (const struct source_definition *const *row = source_definition_all(); *row; row++) {
        json_open_object(json);
        put_text(json, "type", (*row)->type);
        put_text(json, "title", (*row)->title);
        put_text(json, "category", (*row)->category);
        put_text(json, "snippet", (*row)->snippet);
        put_text(json, "kind", source_kind_word((*row)->kind));
        json_put_bool(json, "runs", (*row)->is_run);
        json_put_bool(json, "isAvailable", (*row)->is_available);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    return OK;
}

enum err handle_list_account_definitions(struct call *call)
{
    enum err err = call_allow(call);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("accountDefinitions"));
    json_open_array(json);
    for (const struct account_definition *const *row = account_definition_all(); *row; row++) {
        json_open_object(json);
        put_text(json, "name", (*row)->name);
        put_text(json, "title", (*row)->title);
        json_key(json, STR("options"));
        fields_describe((*row)->options, json);
        json_key(json, STR("secrets"));
        fields_describe((*row)->secrets, json);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    return OK;
}

enum err handle_list_destination_definitions(struct call *call)
{
    enum err err = call_allow(call);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("destinationDefinitions"));
    json_open_array(json);
    for (const struct destination *const *row = destination_all(); *row; row++)
        write_destination(*row, false, json);
    json_close_array(json);
    json_close_object(json);
    return OK;
}

enum err handle_get_destination_definition(struct call *call)
{
    const struct destination *definition = destination_find(call->params[0]);
    if (!definition)
        return problem_set(&call->problem, ERR_NOT_FOUND, STR("type"), "no such definition");
    enum err err = call_allow(call);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("destinationDefinition"));
    write_destination(definition, true, json);
    json_close_object(json);
    return OK;
}

// --- RudderStack's form: no token, names of the config's members in place of their rules

static void write_names(struct json *json, const char *key,
                        const struct destination *definition, bool are_secrets)
{
    json_key(json, str_of(key));
    json_open_array(json);
    const struct field *field = fields_first(definition->fields);
    for (; field; field = fields_next(field))
        if (!are_secrets || field_is_secret(field))
            json_value_str(json, str_of(field->name));
    json_close_array(json);
}

static void write_modes(struct json *json, const struct destination *definition)
{
    static const enum connection_mode modes[] = { MODE_CLOUD, MODE_DEVICE, MODE_HYBRID };
    json_key(json, STR("supportedConnectionModes"));
    json_open_object(json);
    for (int kind = 0; kind < SOURCE_KIND_COUNT; kind++) {
        json_key(json, str_of(source_kind_word((enum source_kind)kind)));
        json_open_array(json);
        for (size_t i = 0; i < ARRAY_LEN(modes); i++)
            if (destination_offers(definition, modes[i], (enum source_kind)kind))
                json_value_str(json, str_of(connection_mode_word(modes[i])));
        json_close_array(json);
    }
    json_close_object(json);
}

static void write_public(struct json *json, const struct destination *definition)
{
    json_open_object(json);
    json_put_str(json, "name", str_of(definition->type));
    json_put_str(json, "displayName", str_of(definition->title));
    json_put_str(json, "category", str_of(definition->category));
    json_key(json, STR("config"));
    json_open_object(json);
    json_key(json, STR("destConfig"));
    json_open_object(json);
    write_names(json, "defaultConfig", definition, false);
    json_close_object(json);
    write_names(json, "secretKeys", definition, true);
    write_modes(json, definition);
    write_events(json, "supportedMessageTypes", definition->events);
    put_text(json, "transformAtV1", definition->router);
    json_close_object(json);
    json_close_object(json);
}

enum err handle_list_public_destination_definitions(struct call *call)
{
    struct json *json = reply_json(call, 200);
    json_open_array(json);
    for (const struct destination *const *row = destination_all(); *row; row++)
        write_public(json, *row);
    json_close_array(json);
    return OK;
}

enum err handle_list_public_source_definitions(struct call *call)
{
    struct json *json = reply_json(call, 200);
    json_open_array(json);
    for (const struct source_definition *const *row = source_definition_all(); *row; row++) {
        json_open_object(json);
        put_text(json, "name", (*row)->type);
        put_text(json, "displayName", (*row)->title);
        put_text(json, "category", (*row)->category);
        json_close_object(json);
    }
    json_close_array(json);
    return OK;
}
