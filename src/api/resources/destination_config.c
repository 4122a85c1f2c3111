// SPDX-License-Identifier: Apache-2.0
// A destination's config: checked by its definition, kept and given back as it was sent, but
// for what the caller may not see.
//
// Secrets are told only to a token that may edit the destination, if the workspace lets its API
// reveal them, and never of a destination that a tool keeps under an id of its own: such tools
// do not want them back, the others compare what they sent with what they get. A key that the
// definition does not know may hold a secret and is hidden from the same callers, but told of
// a destination with an external id as well.
#include "api/resources/destinations.h"
#include "api/resources/resources.h"
#include "store/secret_reveals.h"

static bool is_trusted(const struct call *call, str destination_id)
{
    return call->caller == CALLER_TOKEN && call->principal.reveals_secrets &&
           call_is_allowed(call, PERMISSION_DESTINATIONS_EDIT, EFFECT_WRITE, destination_id);
}

static bool holds_secrets(const struct destination *definition, yyjson_val *config)
{
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(config, i, count, key, value)
    {
        const struct field *field = fields_find(definition->fields, json_str(key));
        if (!field || field_is_secret(field))
            return true;
    }
    return false;
}

// Remembers what is to be told to the audit log before the answer leaves.
static enum err remember(struct call *call, struct store_tx *tx,
                         const struct destination_row *row)
{
    bool is_noted;
    enum err err = store_secret_reveal_is_noted(tx, row->id, call->principal.token_id,
                                                &is_noted, &call->problem);
    if (err || is_noted)
        return err;
    struct call_reveal *reveal = ARENA_NEW(call->arena, struct call_reveal);
    *reveal = (struct call_reveal){ .next = call->reveals,
                                    .id = arena_dup(call->arena, row->id),
                                    .name = arena_dup(call->arena, row->name) };
    call->reveals = reveal;
    return OK;
}

enum err config_write(struct call *call, struct store_tx *tx, const struct destination_row *row)
{
    struct json *json = &call->json;
    const struct destination *definition = destination_find(row->type);
    yyjson_doc *doc;
    bool is_told = is_trusted(call, row->id);
    json_key(json, STR("config"));
    // Without its definition nobody knows what is secret.
    if (!definition || json_read(row->config, 0, call->arena, &doc, NULL) != OK) {
        json_value_raw(json, STR("{}"));
        return OK;
    }
    yyjson_val *config = yyjson_doc_get_root(doc);
    if (!is_told || row->external_id.len > 0) {
        fields_write_masked(definition->fields, config,
                            is_told ? HIDE_SECRETS : HIDE_SECRETS_AND_UNKNOWN, json);
        return OK;
    }
    json_value_raw(json, row->config);
    return holds_secrets(definition, config) ? remember(call, tx, row) : OK;
}

// --- The audit log

static enum err note(struct call *call, struct store_tx *tx, void *ctx,
                     struct call_change *ret_change)
{
    const struct call_reveal *reveal = ctx;
    bool is_first;
    enum err err = store_secret_reveal_note(tx, reveal->id, call->principal.token_id, &is_first,
                                            &call->problem);
    if (!err && is_first)
        *ret_change = (struct call_change){
            .action = "secrets_revealed",
            .target_type = "destination",
            .target_id = reveal->id,
            .target_name = reveal->name,
        };
    return err;
}

enum err config_note_reveals(struct call *call)
{
    enum err err = OK;
    while (call->reveals && !err) {
        err = call_note(call, note, call->reveals);
        call->reveals = call->reveals->next;
    }
    return err;
}

// --- What is sent

enum err config_check(struct call *call, const struct destination *definition,
                      yyjson_val *config)
{
    const void *settings;
    const struct destination_check check = {
        .is_new = true,
        .prefix = STR("config"),
        .arena = call->arena,
    };
    // An empty one is a destination that waits for its settings.
    if (!config || yyjson_obj_size(config) == 0)
        return OK;
    enum err err =
        destination_settings_decode(definition, config, &check, &settings, &call->problem);
    if (err)
        call_detail(call, str_of(call->problem.field), str_of(call->problem.text));
    return err;
}

// The config that was sent, with what is stored and hidden from its sender. Its bytes stay as
// they are when nothing is.
enum err config_merge(struct call *call, const struct destination *definition,
                      const struct body_value *sent, struct destination_row *row)
{
    yyjson_doc *doc;
    if (!sent->json) {
        row->config = sent->text;
        return OK;
    }
    enum err err = json_read(row->config, 0, call->arena, &doc, &call->problem);
    if (err)
        return err == ERR_INVALID ? ERR_CORRUPT : err; // what we stored ourselves
    yyjson_val *merged = fields_keep_hidden(
        definition->fields, sent->json, yyjson_doc_get_root(doc),
        is_trusted(call, row->id) ? HIDE_SECRETS : HIDE_SECRETS_AND_UNKNOWN, call->arena);
    err = config_check(call, definition, merged);
    if (err)
        return err;
    if (yyjson_equals(merged, sent->json))
        row->config = sent->text;
    else
        row->config = json_text(merged, call->arena);
    return OK;
}
