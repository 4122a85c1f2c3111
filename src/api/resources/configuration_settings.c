// SPDX-License-Identifier: Apache-2.0
// What a configuration document says of the workspace itself: its settings, and what it wants
// of its events.
#include "api/resources/configuration.h"

enum { ENVIRONMENT, REVEALS, BLOCKING, DEDUP, MEMBER_COUNT };
static const char *const environments[] = { "DEVELOPMENT", "PRODUCTION", NULL };
static const struct body_field members[] = {
    [ENVIRONMENT] = { .name = "environment", .kind = BODY_CHOICE, .choices = environments },
    [REVEALS] = { .name = "apiRevealsSecrets", .kind = BODY_BOOL },
    [BLOCKING] = EVENT_RULES_BLOCKING,
    [DEDUP] = EVENT_RULES_DEDUP,
};

// Puts the settings into the row; what the workspace wants of its events waits in `wish`.
static enum err read_workspace(struct call *call, yyjson_val *wanted,
                               struct configuration *configuration)
{
    str whole = call->body;
    struct body_value values[MEMBER_COUNT];
    struct workspace_row *row = &configuration->workspace;
    if (!yyjson_is_obj(wanted))
        return call_invalid(call, STR("workspace"), "must be an object");
    call->body = json_text(wanted, call->arena);
    call->detail_prefix = STR("workspace");
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    call->detail_prefix = STR_NONE;
    call->body = whole;
    if (err)
        return err;
    if (values[ENVIRONMENT].is_set)
        row->environment = values[ENVIRONMENT].text;
    if (values[REVEALS].is_set)
        row->api_reveals_secrets = values[REVEALS].flag;
    configuration->wish.blocking = values[BLOCKING].is_set ? values[BLOCKING].json : NULL;
    configuration->wish.deduplication = values[DEDUP].is_set ? values[DEDUP].json : NULL;
    return OK;
}

// --- Settings

static enum err settings_value(struct call *call, const struct workspace_row *row,
                               yyjson_val **ret_object)
{
    yyjson_doc *doc;
    str text = arena_printf(call->arena,
                            "{\"id\":\"%" PRIstr "\",\"environment\":\"%" PRIstr
                            "\",\"apiRevealsSecrets\":%s}",
                            STR_ARG(row->id), STR_ARG(row->environment),
                            row->api_reveals_secrets ? "true" : "false");
    enum err err = json_read(text, 0, call->arena, &doc, &call->problem);
    if (!err)
        *ret_object = yyjson_doc_get_root(doc);
    return err;
}

enum err configuration_apply_settings(struct call *call, struct store_tx *tx,
                                      struct configuration *configuration)
{
    yyjson_val *wanted = yyjson_obj_get(configuration->document, "workspace");
    yyjson_val *before = NULL, *after = NULL;
    struct workspace_row *row = &configuration->workspace;
    if (!wanted || yyjson_is_null(wanted))
        return OK;
    enum err err = settings_value(call, row, &before);
    if (!err)
        err = read_workspace(call, wanted, configuration);
    if (!err)
        err = settings_value(call, row, &after);
    if (err || yyjson_equals(before, after))
        return err;
    err = call_allow_by(call, PERMISSION_ORGANIZATION, STR_NONE);
    if (!err)
        err = store_workspace_update(tx, row, &call->problem);
    if (err)
        return err;
    const struct call_change change = {
        .action = "updated",
        .target_type = "workspace",
        .target_id = row->id,
        .target_name = row->name,
        .workspace_id = row->id,
        .details = configuration_note(call, configuration, NULL, NULL, before, after),
    };
    return call_audit(call, tx, &change);
}

// --- What it wants of its events

static enum err rules_value(struct call *call, const struct event_rules_row *row,
                            yyjson_val **ret_object)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct json json;
    yyjson_doc *doc;
    json_init(&json, &text);
    json_open_object(&json);
    json_put_str(&json, "id", call->principal.workspace_id);
    event_rules_write(row, &json);
    json_close_object(&json);
    enum err err = json_read(buf_str(&text), 0, call->arena, &doc, &call->problem);
    if (!err)
        *ret_object = yyjson_doc_get_root(doc);
    return err;
}

// By now every source of the document is stored.
static enum err find_source(struct call *call, struct configuration *configuration,
                            yyjson_val *named, str *ret_id)
{
    *ret_id = json_str(named);
    return yyjson_equals_str(named, "*")
               ? OK
               : configuration_resolve(call, configuration, PART_SOURCES, named,
                                       "deduplication.sourceIds", ret_id);
}

static enum err name_sources(struct call *call, struct configuration *configuration)
{
    yyjson_val *wanted = yyjson_obj_get(configuration->wish.deduplication, "sourceIds"), *named;
    if (!yyjson_is_arr(wanted))
        return OK; // left out, or said to be wrong where it is read
    yyjson_alc alc = json_alc(call->arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *object = yyjson_val_mut_copy(doc, configuration->wish.deduplication);
    yyjson_mut_val *ids = yyjson_mut_arr(doc);
    size_t index, count;
    yyjson_arr_foreach(wanted, index, count, named)
    {
        str id;
        enum err err = find_source(call, configuration, named, &id);
        if (err)
            return err;
        (void)yyjson_mut_arr_add_strn(doc, ids, id.data, id.len);
    }
    (void)yyjson_mut_obj_replace(object, yyjson_mut_str(doc, "sourceIds"), ids);
    configuration->wish.deduplication =
        yyjson_doc_get_root(yyjson_mut_val_imut_copy(object, &alc));
    return OK;
}

static enum err read_rules(struct call *call, struct store_tx *tx,
                           struct configuration *configuration, yyjson_val *before)
{
    // As it is stored it may name sources that are gone: then it says nothing new.
    if (yyjson_equals(configuration->wish.deduplication,
                      yyjson_obj_get(before, "deduplication")))
        configuration->wish.deduplication = NULL;
    call->detail_prefix = STR("workspace");
    enum err err = name_sources(call, configuration);
    if (!err)
        err = event_rules_read(call, tx, &configuration->wish, &configuration->rules);
    call->detail_prefix = STR_NONE;
    return err;
}

enum err configuration_apply_rules(struct call *call, struct store_tx *tx,
                                   struct configuration *configuration)
{
    yyjson_val *before = NULL, *after = NULL;
    struct event_rules_row *row = &configuration->rules;
    enum err err = rules_value(call, row, &before);
    if (!err)
        err = read_rules(call, tx, configuration, before);
    if (!err)
        err = rules_value(call, row, &after);
    if (err || yyjson_equals(before, after))
        return err;
    err = call_allow_by(call, PERMISSION_WORKSPACE_EDIT, STR_NONE);
    if (!err)
        err = store_event_rules_put(tx, row, &call->problem);
    if (err)
        return err;
    struct call_change change = resource_change(call, &event_rules_resource, "updated", row);
    change.details = configuration_note(call, configuration, NULL, NULL, before, after);
    return call_audit(call, tx, &change);
}
