// SPDX-License-Identifier: Apache-2.0
// Service Access Tokens: for programs, made and deleted by organisation Admins.
#include "store/service_tokens.h"

#include "api/letters.h"
#include "api/resources/passphrase.h"
#include "api/resources/policy_body.h"
#include "api/resources/resources.h"
#include "api/resources/token_wishes.h"
#include "api/router.h"
#include "base/secret.h"

enum { LAST_SHOWN = 4 };
static const char *const levels[] = { "organization", "workspace", NULL };

static bool is_of_workspace(const struct service_token_row *row)
{
    return str_eq(row->level, STR("workspace"));
}

// --- How they look

static void write_grants(str grants, struct json *json)
{
    str grant;
    json_key(json, STR("grants"));
    json_open_array(json);
    while (grants.len > 0 && str_next(&grants, ',', &grant))
        json_value_str(json, grant);
    json_close_array(json);
}

enum err service_token_write_members(struct call *call, struct store_tx *tx,
                                     const struct service_token_row *row)
{
    struct json *json = &call->json;
    struct workspace_row workspace = { 0 };
    enum err err = OK;
    if (is_of_workspace(row))
        err = store_workspace_get(tx, row->workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    json_put_str(json, "id", row->id);
    json_put_str(json, "level", row->level);
    json_put_str(json, "name", row->name);
    json_put_str(json, "workspaceId", workspace.id);
    json_put_str(json, "workspaceName", workspace.name);
    write_grants(row->grants, json);
    json_put_str(json, "prefix", row->prefix);
    json_put_str(json, "lastFour", row->last4);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_str(json, "createdBy", row->created_by);
    token_life_write(&row->life, json);
    token_use_write(row->last_used_ms, row->last_used_ip, row->last_used_agent, json);
    return OK;
}

static enum err write_token(struct call *call, struct store_tx *tx, const void *token)
{
    json_open_object(&call->json);
    enum err err = service_token_write_members(call, tx, token);
    json_close_object(&call->json);
    return err;
}

// --- The resource

static struct target describe(const void *token)
{
    const struct service_token_row *row = token;
    return (struct target){
        .id = row->id,
        .name = row->name,
        .workspace_id = row->workspace_id,
    };
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_service_token_get(tx, call->principal.organization_id, id, ret_row,
                                   &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_service_token_list(tx, call->principal.organization_id, page, ret_list,
                                    &call->problem);
}

static enum err revoke(struct call *call, struct store_tx *tx, const void *token)
{
    const struct service_token_row *row = token;
    return store_service_token_revoke(tx, row->organization_id, row->id, &call->problem);
}

// The new policy has to lie within the one that is stored at that moment.
static enum err narrow(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *token)
{
    struct service_token_row *row = token;
    struct policy wanted, stored;
    if (!is_of_workspace(row))
        return call_invalid(call, STR("policy"), "is not for tokens of the organization");
    enum err err = policy_read(row->life.policy, NULL, call->arena, &stored, &call->problem);
    if (!err)
        err = policy_body_read(
            call, tx, &(struct policy_wish){ row->workspace_id, values, .before = &stored },
            &wanted);
    if (err)
        return err;
    if (!policy_is_within(&wanted, &stored))
        return call_invalid(call, STR("policy"),
                            "can only be narrowed; for more, make another token");
    row->life.policy = policy_text(&wanted, call->arena);
    return store_service_token_update(tx, row, &call->problem);
}

static const struct resource_type tokens = {
    .kind = "service_access_token",
    .many = "data",
    .path = "/v2/service-access-tokens",
    .ended = "revoked",
    .row_size = sizeof(struct service_token_row),
    .describe = describe,
    .write = write_token,
    .get = get,
    .list = list,
    .update = narrow,
    .remove = revoke,
};

enum err handle_list_service_access_tokens(struct call *call)
{
    return resource_list(call, &tokens);
}

enum err handle_get_service_access_token(struct call *call)
{
    return resource_get(call, &tokens, call->params[0]);
}

enum err service_token_find(struct call *call, str id)
{
    struct service_token_row row;
    return resource_find(call, &tokens, id, &row);
}

enum err service_token_revoke(struct call *call, str id)
{
    return resource_delete(call, &tokens, id);
}

enum err service_tokens_audit_ended(struct call *call, struct store_tx *tx,
                                    const struct store_list *ended)
{
    const struct service_token_row *rows = ended->rows;
    enum err err = OK;
    for (size_t i = 0; i < ended->count && !err; i++) {
        const struct call_change change = {
            .action = tokens.ended,
            .target_type = tokens.kind,
            .target_id = rows[i].id,
            .target_name = rows[i].name,
            .workspace_id = rows[i].workspace_id,
            .organization_id = rows[i].organization_id,
        };
        err = call_audit(call, tx, &change);
    }
    return err;
}

enum err handle_delete_service_access_token(struct call *call)
{
    return service_token_revoke(call, call->params[0]);
}

enum err handle_narrow_service_access_token(struct call *call)
{
    static const struct body_field member = {
        .name = "policy", .kind = BODY_OBJECT, .is_required = true, .max_len = POLICY_BYTES_MAX
    };
    struct service_token_row row;
    struct body_value value;
    enum err err = resource_find(call, &tokens, call->params[0], &row);
    if (!err)
        err = body_read(call, &member, 1, &value);
    return err ? err : resource_update(call, &tokens, &value, &row);
}

// --- Making

enum { LEVEL, NAME, WORKSPACE_ID, POLICY, GRANTS, EXPIRES_AT, ALLOWED_IPS, MEMBER_COUNT };
static const struct body_field members[] = {
    [LEVEL] = { .name = "level", .kind = BODY_CHOICE, .is_required = true, .choices = levels },
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [WORKSPACE_ID] = { .name = "workspaceId", .min_len = 1, .max_len = 64 },
    [POLICY] = { .name = "policy", .kind = BODY_OBJECT, .max_len = POLICY_BYTES_MAX },
    [GRANTS] = { .name = "grants", .kind = BODY_IDS, .max_len = 2 },
    [EXPIRES_AT] = { .name = "expiresAt", .min_len = 1, .max_len = 64 },
    [ALLOWED_IPS] = { .name = "allowedIps", .kind = BODY_IDS, .max_len = TOKEN_IPS_MAX },
};

struct service_maker {
    struct body_value values[MEMBER_COUNT];
    struct service_token_row row;
    char value[TOKEN_LEN + 1];
};

static enum err read_grants(struct call *call, const struct body_value *value, str *ret_grants)
{
    unsigned grants = 0;
    for (size_t i = 0; i < (size_t)value->number; i++) {
        unsigned grant;
        if (!grants_of(value->ids[i], &grant) || grant == 0)
            return call_invalid(call, STR("grants"),
                                "may hold manage_members and manage_tokens");
        grants |= grant;
    }
    // A token gives nothing that it does not have.
    if (call->caller == CALLER_TOKEN && grants & ~call->principal.grants)
        return call_fail(call, ERR_FORBIDDEN, "A token can only give grants that it has.");
    *ret_grants = str_of(grants_words(grants));
    return OK;
}

// What belongs to the other level is refused by name.
static enum err check_level(struct call *call, const struct body_value *values)
{
    static const int of_workspace[] = { WORKSPACE_ID, POLICY };
    bool is_workspace = str_eq(values[LEVEL].text, STR("workspace"));
    enum err err = OK;
    if (is_workspace && !values[WORKSPACE_ID].is_set)
        err = call_invalid(call, STR("workspaceId"), "is required at workspace level");
    if (is_workspace && values[GRANTS].number > 0)
        err = call_invalid(call, STR("grants"), "are for tokens of the organization");
    for (size_t i = 0; i < ARRAY_LEN(of_workspace) && !is_workspace; i++)
        if (values[of_workspace[i]].is_set)
            err = call_invalid(call, str_of(members[of_workspace[i]].name),
                               "is not for tokens of the organization");
    return err;
}

static enum err read_wishes(struct call *call, struct service_maker *maker)
{
    const struct body_value *values = maker->values;
    struct service_token_row *row = &maker->row;
    enum err err = check_level(call, values);
    if (!err)
        err = read_grants(call, &values[GRANTS], &row->grants);
    if (!err)
        err = token_expiry_read(call, &values[EXPIRES_AT], &row->life.expires_ms);
    if (!err)
        err = token_ips_read(call, &values[ALLOWED_IPS], &row->life.allowed_ips);
    return err;
}

static enum err find_workspace(struct call *call, struct store_tx *tx, str id,
                               struct workspace_row *ret_row)
{
    struct workspace_row row;
    enum err err = store_workspace_get(tx, id, &row, &call->problem);
    bool is_others = !err && !str_eq(row.organization_id, call->principal.organization_id);
    if (err == ERR_NOT_FOUND || is_others)
        return problem_set(&call->problem, ERR_NOT_FOUND, STR("workspaceId"),
                           "no such workspace");
    if (err)
        return err;
    *ret_row = row;
    return OK;
}

static enum err place(struct call *call, struct store_tx *tx, struct service_maker *maker)
{
    struct service_token_row *row = &maker->row;
    struct workspace_row workspace;
    struct policy policy;
    if (!is_of_workspace(row))
        return OK;
    enum err err = find_workspace(call, tx, maker->values[WORKSPACE_ID].text, &workspace);
    if (!err)
        err = policy_body_read(
            call, tx, &(struct policy_wish){ workspace.id, &maker->values[POLICY] }, &policy);
    if (err)
        return err;
    row->workspace_id = workspace.id;
    row->life.policy = policy_text(&policy, call->arena);
    return OK;
}

static void fill(struct call *call, struct service_maker *maker)
{
    struct service_token_row *row = &maker->row;
    const struct principal *principal = &call->principal;
    str value = str_of(maker->value);
    row->organization_id = principal->organization_id;
    row->level = maker->values[LEVEL].text;
    row->name = maker->values[NAME].text;
    row->prefix = STR(TOKEN_PREFIX_SERVICE);
    row->last4 = str_sub(value, value.len - LAST_SHOWN, LAST_SHOWN);
    row->created_by = call->caller == CALLER_TOKEN ? principal->token_id : principal->user_id;
    token_digest(value, row->digest);
}

enum err service_token_answer(struct call *call, struct store_tx *tx,
                              const struct service_token_row *row, const char *value)
{
    struct json *json = reply_json(call, 201);
    json_open_object(json);
    json_put_str(json, "token", str_of(value));
    enum err err = service_token_write_members(call, tx, row);
    json_close_object(json);
    return err;
}

static enum err insert(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct service_maker *maker = ctx;
    struct service_token_row *row = &maker->row;
    struct organization_row organization;
    enum err err =
        store_organization_get(tx, row->organization_id, &organization, &call->problem);
    if (!err && call->caller != CALLER_LOCAL) // whoever owns the machine is not asked
        err = token_rules_check(call, &organization, true, row->life.expires_ms);
    if (!err)
        err = place(call, tx, maker);
    if (!err)
        err = store_service_token_create(tx, row, &call->problem);
    if (err)
        return err;
    *ret_change = (struct call_change){
        .action = "created",
        .target_type = tokens.kind,
        .target_id = row->id,
        .target_name = row->name,
        .workspace_id = row->workspace_id,
    };
    return service_token_answer(call, tx, row, maker->value);
}

enum err handle_create_service_access_token(struct call *call)
{
    struct service_maker maker = { 0 };
    enum err err = call_allow(call);
    if (!err)
        err = passphrase_is_fresh(call);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, maker.values);
    if (!err)
        err = read_wishes(call, &maker);
    if (err)
        return err;
    token_generate_service(call->api->parts.rng, maker.value);
    fill(call, &maker);
    err = call_write(call, insert, &maker);
    secret_wipe(maker.value, sizeof(maker.value));
    if (!err)
        letters_service_token(call, maker.row.name, "made");
    return err;
}
