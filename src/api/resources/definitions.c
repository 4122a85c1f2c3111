// SPDX-License-Identifier: Apache-2.0
// Which kinds of sources and destinations there are.
#include "api/resources/resources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum err handle_list_source_definitions(struct call *call)
{
    size_t count;
    const struct source_definition *definitions = source_definitions(&count);
    enum err err = call_allow(call);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("sourceDefinitions"));
    json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        json_open_object(json);
        json_put_str(json, "type", str_of(definitions[i].type));
        json_put_str(json, "title", str_of(definitions[i].title));
        json_put_str(json, "category", str_of(definitions[i].category));
        json_put_str(json, "snippet", str_of(definitions[i].snippet));
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
    for (const struct destination *const *row = destination_all(); *row; row++) {
        json_open_object(json);
        json_put_str(json, "type", str_of((*row)->type));
        json_put_str(json, "title", str_of((*row)->title));
        json_put_str(json, "category", str_of((*row)->category));
        json_put_bool(json, "isDeliverable", (*row)->transport != TRANSPORT_NONE);
        json_key(json, STR("fields"));
        fields_describe((*row)->fields, json);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
    return OK;
}
