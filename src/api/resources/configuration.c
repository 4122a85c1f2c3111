// SPDX-License-Identifier: Apache-2.0
// The configuration of a workspace as one document: what it is, and making it another.
#include "api/resources/configuration.h"

#include "api/resources/organization.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "codec/hash.h"
#include "codec/hex.h"

// Commands on the same machine say which workspace; whoever else says it says the one he works
// in.
static enum err find_workspace(struct call *call, struct store_tx *tx,
                               struct workspace_row *ret_row)
{
    str id = STR_NONE;
    bool is_named = call_query(call, STR("workspaceId"), &id);
    if (call->caller == CALLER_LOCAL && !is_named)
        return call_invalid(call, STR("workspaceId"), "is required");
    if (call->caller == CALLER_LOCAL)
        call->principal.workspace_id = id;
    else if (is_named && !str_eq(id, call->principal.workspace_id))
        return problem_set(&call->problem, ERR_NOT_FOUND, STR("workspaceId"),
                           "no such workspace");
    return organization_workspace(call, tx, call->principal.workspace_id, ret_row);
}

// --- What it is

static enum err write_part(struct call *call, struct store_tx *tx,
                           const struct configured_part *part, struct map *names)
{
    enum err err = OK;
    json_key(&call->json, str_of(part->kind->key));
    json_open_array(&call->json);
    for (size_t i = 0; i < part->stored.count && !err; i++) {
        const void *row = configured_row(part, i);
        yyjson_val *object = NULL;
        err = configured_text(call, tx, part->kind, row, &object);
        if (!err)
            configured_write_safe(call, part->kind, row, object, names);
        if (!err && arena_is_over(call->arena))
            err = ERR_TOO_BIG;
    }
    json_close_array(&call->json);
    return err;
}

static enum err write_document(struct call *call, struct store_tx *tx,
                               const struct configuration *configuration)
{
    AUTO(map_free) struct map *names = map_new();
    struct json *json = reply_json(call, 200);
    enum err err = OK;
    json_open_object(json);
    json_put_int(json, "version", 1);
    json_key(json, STR("workspace"));
    json_open_object(json);
    json_put_str(json, "environment", configuration->workspace.environment);
    json_put_bool(json, "apiRevealsSecrets", configuration->workspace.api_reveals_secrets);
    event_rules_write(&configuration->rules, json);
    json_close_object(json);
    for (size_t i = 0; i < CONFIGURATION_KINDS && !err; i++)
        err = write_part(call, tx, &configuration->parts[i], names);
    json_close_object(json);
    return err;
}

enum err handle_get_configuration(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    AUTO(configuration_done) struct configuration configuration;
    configuration_init(&configuration, NULL, false);
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find_workspace(call, tx, &configuration.workspace);
    if (!err)
        err = call_allow(call);
    if (!err)
        err = configuration_match(call, tx, &configuration);
    return err ? err : write_document(call, tx, &configuration);
}

// --- Which state it is in

// The digest of what a caller is shown, and of when each row changed, so that it tells of
// secrets only that they changed.
enum err configuration_hold_state(struct call *call, struct store_tx *tx,
                                  struct configuration *configuration)
{
    uint8_t digest[HASH_SHA256_LEN];
    enum err err = write_document(call, tx, configuration);
    if (err)
        return err;
    struct buf *text = &call->out;
    for (size_t i = 0; i < CONFIGURATION_KINDS; i++) {
        const struct configured_part *part = &configuration->parts[i];
        for (size_t row = 0; row < part->stored.count; row++)
            buf_addf(text, " %lld",
                     (long long)part->kind->updated_ms(configured_row(part, row)));
    }
    hash_sha256(text->data, text->len, digest);
    hex_encode(digest, CONFIGURATION_STATE_LEN / 2, configuration->state);
    bool is_wanted = configuration->wanted_state.len == 0 ||
                     str_eq(configuration->wanted_state, str_of(configuration->state));
    return is_wanted ? OK
                     : call_fail(call, ERR_CHANGED,
                                 "The workspace was changed by somebody else since the changes"
                                 " were looked at. Nothing was applied; look at them again");
}

// --- Making it another

static enum err allow_all(struct call *call)
{
    static const enum permission needed[] = {
        PERMISSION_SOURCES_EDIT,      PERMISSION_DESTINATIONS_CREATE,
        PERMISSION_DESTINATIONS_EDIT, PERMISSION_CONNECTIONS_EDIT,
        PERMISSION_CREDENTIALS_EDIT,  PERMISSION_TRANSFORMATIONS_CONNECT,
    };
    enum err err = call_allow(call);
    for (size_t i = 0; i < ARRAY_LEN(needed) && !err; i++)
        err = call_allow_by(call, needed[i], STR_NONE);
    return err;
}

static enum err apply(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    struct configuration *configuration = ctx;
    enum err err = configuration_apply(call, tx, configuration);
    int64_t count = configuration->created + configuration->updated + configuration->deleted;
    if (err || count == 0)
        return err;
    *ret_change = (struct call_change){
        .action = "applied",
        .target_type = "configuration",
        .target_id = configuration->workspace.id,
        .target_name = configuration->workspace.name,
        .details =
            arena_printf(call->arena, "{\"created\":%lld,\"updated\":%lld,\"deleted\":%lld}",
                         (long long)configuration->created, (long long)configuration->updated,
                         (long long)configuration->deleted),
    };
    return OK;
}

// Does it and takes everything back.
static enum err rehearse(struct call *call, struct configuration *configuration)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err =
        store_begin(call->api->parts.store, STORE_WRITE, call->arena, &tx, &call->problem);
    return err ? err : configuration_apply(call, tx, configuration);
}

static void answer(struct call *call, struct configuration *configuration, bool is_dry)
{
    struct json *json = reply_json(call, 200);
    json_close_array(&configuration->changes_json);
    json_close_array(&configuration->notes_json);
    json_open_object(json);
    json_put_bool(json, "isApplied", !is_dry);
    json_put_int(json, "created", configuration->created);
    json_put_int(json, "updated", configuration->updated);
    json_put_int(json, "deleted", configuration->deleted);
    json_put_str(json, "state", str_of(configuration->state));
    json_put_raw(json, "changes", buf_str(&configuration->changes));
    json_put_raw(json, "notes", buf_str(&configuration->notes));
    json_close_object(json);
}

enum { VERSION, WORKSPACE, ACCOUNTS, SOURCES, DESTINATIONS, CONNECTIONS, MEMBER_COUNT };
static const struct body_field members[] = {
    [VERSION] = { .name = "version", .kind = BODY_INT, .min_len = 1, .max_len = 1 },
    [WORKSPACE] = { .name = "workspace", .kind = BODY_IGNORED },
    [ACCOUNTS] = { .name = "accounts", .kind = BODY_IGNORED },
    [SOURCES] = { .name = "sources", .kind = BODY_IGNORED },
    [DESTINATIONS] = { .name = "destinations", .kind = BODY_IGNORED },
    [CONNECTIONS] = { .name = "connections", .kind = BODY_IGNORED },
};

static enum err read_document(struct call *call, yyjson_val **ret_document, bool *ret_is_dry,
                              bool *ret_prunes)
{
    struct body_value values[MEMBER_COUNT];
    yyjson_doc *doc;
    enum err err = call_query_bool(call, "dryRun", ret_is_dry);
    if (!err)
        err = call_query_bool(call, "prune", ret_prunes);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    if (!err && call->body.len == 0)
        err = call_invalid(call, STR("body"), "must be a JSON object");
    if (!err)
        err = json_read(call->body, 0, call->arena, &doc, &call->problem);
    if (!err)
        *ret_document = yyjson_doc_get_root(doc);
    return err;
}

static enum err find_allowed(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct workspace_row row;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find_workspace(call, tx, &row);
    return err ? err : allow_all(call);
}

enum err handle_apply_configuration(struct call *call)
{
    AUTO(configuration_done) struct configuration configuration;
    yyjson_val *document = NULL;
    bool is_dry = false, prunes = false;
    str state = STR_NONE;
    configuration_init(&configuration, NULL, false);
    enum err err = find_allowed(call);
    if (!err)
        err = read_document(call, &document, &is_dry, &prunes);
    if (err)
        return err;
    configuration.document = document;
    configuration.prunes = prunes;
    if (call_query(call, STR("state"), &state))
        configuration.wanted_state = state;
    err = is_dry ? rehearse(call, &configuration) : call_write(call, apply, &configuration);
    if (!err)
        answer(call, &configuration, is_dry);
    return err;
}
