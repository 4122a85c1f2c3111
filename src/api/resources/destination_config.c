// SPDX-License-Identifier: Apache-2.0
// A destination's config: checked by its definition, kept and given back as it was sent, but
// for secrets.
#include "api/resources/destinations.h"
#include "api/resources/resources.h"

// Tools that keep a resource under an id of their own never want secrets back; the others
// compare what they sent with what they get.
static bool shows_secrets(const struct call *call, const struct destination_row *row)
{
    return row->external_id.len == 0 &&
           call_is_allowed(call, PERMISSION_DESTINATIONS_EDIT, EFFECT_WRITE, row->id);
}

void config_write(struct call *call, const struct destination_row *row)
{
    struct json *json = &call->json;
    const struct destination *definition = destination_find(row->type);
    yyjson_doc *doc;
    if (shows_secrets(call, row)) {
        json_put_raw(json, "config", row->config);
        return;
    }
    json_key(json, STR("config"));
    // Without its definition nobody knows what is secret.
    if (definition && json_read(row->config, 0, call->arena, &doc, NULL) == OK)
        fields_write_masked(definition->fields, yyjson_doc_get_root(doc), json);
    else
        json_value_raw(json, STR("{}"));
}

enum err config_check(struct call *call, const struct destination *definition,
                      yyjson_val *config)
{
    const void *settings;
    // An empty one is a destination that waits for its settings.
    if (!config || yyjson_obj_size(config) == 0)
        return OK;
    enum err err =
        destination_settings_decode(definition, config, UNKNOWN_REFUSE, STR("config"),
                                    call->arena, &settings, &call->problem);
    if (err)
        call_detail(call, str_of(call->problem.field), str_of(call->problem.text));
    return err;
}

// The config that was sent, with the secrets of the stored one that it leaves out. Its bytes
// stay as they are when it leaves out none.
enum err config_merge(struct call *call, const struct destination *definition,
                      const struct body_value *sent, str *config)
{
    yyjson_doc *doc;
    if (!sent->json) {
        *config = sent->text;
        return OK;
    }
    enum err err = json_read(*config, 0, call->arena, &doc, &call->problem);
    if (err)
        return err == ERR_INVALID ? ERR_CORRUPT : err; // what we stored ourselves
    yyjson_val *merged = fields_keep_secrets(definition->fields, sent->json,
                                             yyjson_doc_get_root(doc), call->arena);
    err = config_check(call, definition, merged);
    if (err)
        return err;
    if (yyjson_equals(merged, sent->json))
        *config = sent->text;
    else
        *config = json_text(merged, call->arena);
    return OK;
}
