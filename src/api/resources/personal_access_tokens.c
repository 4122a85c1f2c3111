// SPDX-License-Identifier: Apache-2.0
// Personal access tokens: made and revoked by the people who own them.
#include "store/personal_tokens.h"

#include "api/letters.h"
#include "api/resources/passphrase.h"
#include "api/resources/policy_body.h"
#include "api/resources/resources.h"
#include "api/resources/token_wishes.h"
#include "api/router.h"
#include "base/secret.h"

const char *const token_scope_words[] = { "read-only", "read-write", NULL };

// Whether the token may change anything, with its owner's rights of this moment.
static enum token_scope effective_scope(struct call *call, const struct personal_token_row *row,
                                        const struct principal *owner)
{
    struct principal token = *owner;
    token.kind = PRINCIPAL_PERSONAL_TOKEN;
    if (!token_scope_of(row->scope, &token.scope))
        token.scope = SCOPE_READ_ONLY; // of a newer release: what it may at least
    token.has_narrowing = row->life.policy.len > 0;
    if (token.has_narrowing &&
        policy_read(row->life.policy, NULL, call->arena, &token.narrowing, NULL))
        token.narrowing = policy_none;
    return access_changes_anything(&token) ? SCOPE_READ_WRITE : SCOPE_READ_ONLY;
}

str personal_token_scope(const struct personal_token_row *row)
{
    return str_eq(row->kind, STR("legacy-admin")) ? STR("admin") : row->scope;
}

void token_write_members(struct call *call, const struct personal_token_row *row,
                         str workspace_name, const struct principal *owner)
{
    struct json *json = &call->json;
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_str(json, "workspaceName", workspace_name);
    json_put_str(json, "scope", personal_token_scope(row));
    json_put_str(json, "effectiveScope",
                 str_of(token_scope_word(effective_scope(call, row, owner))));
    json_put_str(json, "prefix", row->prefix);
    json_put_str(json, "lastFour", row->last4);
    json_put_time(json, "createdAt", row->created_ms);
    token_life_write(&row->life, json);
    token_use_write(row->last_used_ms, row->last_used_ip, row->last_used_agent, json);
}

// The owner as he is in the token's workspace; one he has left behind gives him no right there.
static struct principal owner_of(struct call *call, const struct personal_token_row *row)
{
    struct principal owner;
    if (workspace_session_principal(call->api->parts.workspace, row->user_id, row->workspace_id,
                                    call->arena, &owner)) {
        owner = call->principal;
        owner.role = ROLE_MEMBER;
        owner.source_count = 0;
    }
    return owner;
}

static enum err write_token(struct call *call, struct store_tx *tx, const void *token)
{
    const struct personal_token_row *row = token;
    struct workspace_row workspace;
    struct principal owner = owner_of(call, row);
    enum err err = store_workspace_get(tx, row->workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    json_open_object(&call->json);
    token_write_members(call, row, workspace.name, &owner);
    json_close_object(&call->json);
    return OK;
}

enum err personal_token_answer(struct call *call, struct store_tx *tx,
                               const struct personal_token_row *row, const char *value)
{
    struct workspace_row workspace;
    struct principal owner = owner_of(call, row);
    enum err err = store_workspace_get(tx, row->workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 201);
    json_open_object(json);
    json_put_str(json, "token", str_of(value));
    token_write_members(call, row, workspace.name, &owner);
    json_close_object(json);
    return OK;
}

enum err tokens_write_of(struct call *call, struct store_tx *tx, str user_id)
{
    static const struct store_page all = { 0 };
    struct store_list list;
    enum err err = store_personal_token_list(tx, user_id, &all, &list, &call->problem);
    if (err)
        return err;
    const struct personal_token_row *rows = list.rows;
    json_key(&call->json, STR("personalAccessTokens"));
    json_open_array(&call->json);
    for (size_t i = 0; i < list.count && !err; i++)
        err = write_token(call, tx, &rows[i]);
    json_close_array(&call->json);
    return err;
}

static struct target describe(const void *token)
{
    const struct personal_token_row *row = token;
    return (
        struct target){ .id = row->id, .name = row->name, .workspace_id = row->workspace_id };
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_personal_token_get(tx, call->principal.user_id, id, ret_row, &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_personal_token_list(tx, call->principal.user_id, page, ret_list,
                                     &call->problem);
}

static enum err revoke(struct call *call, struct store_tx *tx, const void *token)
{
    const struct personal_token_row *row = token;
    return store_personal_token_revoke(tx, row->user_id, row->id, &call->problem);
}

static const struct resource_type tokens = {
    .kind = "personal_access_token",
    .many = "data",
    .path = "/v2/personal-access-tokens",
    .ended = "revoked",
    .row_size = sizeof(struct personal_token_row),
    .describe = describe,
    .write = write_token,
    .get = get,
    .list = list,
    .remove = revoke,
};

enum err handle_list_personal_access_tokens(struct call *call)
{
    return resource_list(call, &tokens);
}

enum err handle_get_personal_access_token(struct call *call)
{
    return resource_get(call, &tokens, call->params[0]);
}

enum err token_revoke(struct call *call, str id)
{
    return resource_delete(call, &tokens, id);
}

enum err handle_delete_personal_access_token(struct call *call)
{
    return token_revoke(call, call->params[0]);
}

// --- Making

// Who may make personal tokens, and for how long, as the organization has it. Whoever owns the
// machine is not asked.
static enum err check_rules(struct call *call, struct store_tx *tx,
                            const struct token_maker *maker)
{
    struct organization_row organization;
    enum err err =
        store_organization_get(tx, maker->organization_id, &organization, &call->problem);
    if (err)
        return err;
    str rule = organization.settings.pat_creation;
    bool is_allowed = str_eq(rule, STR("everyone"));
    if (str_eq(rule, STR("editors")))
        is_allowed = access_changes_anything(&maker->owner);
    else if (str_eq(rule, STR("admins")))
        is_allowed = maker->owner.role == ROLE_ADMIN;
    if (!is_allowed)
        return call_fail(call, ERR_FORBIDDEN,
                         "The organisation does not let you make personal access tokens.");
    return token_rules_check(call, &organization, false, maker->row.life.expires_ms);
}

static enum err read_policy(struct call *call, struct store_tx *tx, struct token_maker *maker)
{
    struct policy policy;
    if (!maker->policy || !maker->policy->json)
        return OK;
    enum err err = policy_body_read(
        call, tx, &(struct policy_wish){ maker->workspace_id, maker->policy }, &policy);
    if (!err)
        maker->row.life.policy = policy_text(&policy, call->arena);
    return err;
}

static enum err insert(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct token_maker *maker = ctx;
    struct personal_token_row *row = &maker->row;
    str value = str_of(maker->value);
    enum err err = call->caller == CALLER_LOCAL ? OK : check_rules(call, tx, maker);
    if (!err)
        err = read_policy(call, tx, maker);
    if (err)
        return err;
    *row = (struct personal_token_row){
        .user_id = maker->user_id,
        .workspace_id = maker->workspace_id,
        .name = maker->name,
        .scope = str_of(token_scope_word(maker->scope)),
        .prefix = STR(TOKEN_PREFIX),
        .last4 = str_sub(value, value.len - 4, 4),
        .life = row->life,
    };
    token_digest(value, row->digest);
    err = store_personal_token_create(tx, row, &call->problem);
    *ret_change = (struct call_change){
        .action = "created",
        .target_type = tokens.kind,
        .target_id = row->id,
        .target_name = row->name,
        .workspace_id = row->workspace_id,
        .organization_id = maker->organization_id,
    };
    return err;
}

enum err token_make(struct call *call, struct token_maker *maker)
{
    token_generate(call->api->parts.rng, maker->value);
    enum err err = call_write(call, insert, maker);
    if (!err) {
        struct json *json = reply_json(call, 201);
        json_open_object(json);
        json_put_str(json, "token", str_of(maker->value));
        token_write_members(call, &maker->row, maker->workspace_name, &maker->owner);
        json_close_object(json);
        (void)letter_token(call, maker->owner.user_email, "Personal Access Token",
                           maker->row.name, "made");
    }
    secret_wipe(maker->value, sizeof(maker->value));
    return err;
}

enum { NAME, WORKSPACE_ID, SCOPE, EXPIRES_AT, POLICY, ALLOWED_IPS, MEMBER_COUNT };
static const struct body_field members_new[] = {
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [WORKSPACE_ID] = { .name = "workspaceId",
                       .is_required = true,
                       .min_len = 1,
                       .max_len = 64 },
    [SCOPE] = { .name = "scope",
                .kind = BODY_CHOICE,
                .is_required = true,
                .choices = token_scope_words },
    [EXPIRES_AT] = { .name = "expiresAt", .min_len = 1, .max_len = 64 },
    [POLICY] = { .name = "policy", .kind = BODY_OBJECT, .max_len = POLICY_BYTES_MAX },
    [ALLOWED_IPS] = { .name = "allowedIps", .kind = BODY_IDS, .max_len = TOKEN_IPS_MAX },
};

// Fills in the workspace and the owner's rights there.
static enum err find_workspace(struct call *call, struct token_maker *maker)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct workspace_row row;
    enum err err = workspace_session_principal(call->api->parts.workspace, maker->user_id,
                                               maker->workspace_id, call->arena, &maker->owner);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_workspace_get(tx, maker->workspace_id, &row, &call->problem);
    if (err == ERR_NOT_FOUND)
        return call_fail(call, err, "No such workspace.");
    if (err)
        return err;
    maker->workspace_name = row.name;
    maker->organization_id = row.organization_id;
    return OK;
}

enum err handle_create_personal_access_token(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct token_maker maker = { .user_id = call->principal.user_id };
    enum err err = call_allow(call);
    if (!err)
        err = passphrase_is_fresh(call);
    if (!err)
        err = body_read(call, members_new, MEMBER_COUNT, values);
    if (!err && !token_scope_of(values[SCOPE].text, &maker.scope))
        err = call_invalid(call, STR("scope"), "is not known");
    if (!err)
        err = token_expiry_read(call, &values[EXPIRES_AT], &maker.row.life.expires_ms);
    if (!err)
        err = token_ips_read(call, &values[ALLOWED_IPS], &maker.row.life.allowed_ips);
    if (err)
        return err;
    maker.name = values[NAME].text;
    maker.workspace_id = values[WORKSPACE_ID].text;
    maker.policy = &values[POLICY];
    err = find_workspace(call, &maker);
    return err ? err : token_make(call, &maker);
}

// --- Revoking all

enum err tokens_audit_ended(struct call *call, struct store_tx *tx,
                            const struct store_list *ended, str organization_id)
{
    const struct personal_token_row *rows = ended->rows;
    enum err err = OK;
    for (size_t i = 0; i < ended->count && !err; i++) {
        const struct call_change change = {
            .action = tokens.ended,
            .target_type = tokens.kind,
            .target_id = rows[i].id,
            .target_name = rows[i].name,
            .workspace_id = rows[i].workspace_id,
            .organization_id = organization_id,
        };
        err = call_audit(call, tx, &change);
    }
    return err;
}

struct revoke_all {
    str workspace_id; // empty: all
    struct store_list ended;
};

static enum err revoke_all(struct call *call, struct store_tx *tx, void *ctx,
                           struct call_change *ret_change)
{
    struct revoke_all *all = ctx;
    enum err err = store_personal_token_revoke_all(
        tx, call->principal.user_id, all->workspace_id, &all->ended, &call->problem);
    if (!err)
        err = tokens_audit_ended(call, tx, &all->ended, call->principal.organization_id);
    *ret_change = (struct call_change){
        .action = "revoked_all",
        .target_type = tokens.kind,
        .workspace_id = all->workspace_id,
    };
    return err;
}

enum err handle_revoke_all_personal_access_tokens(struct call *call)
{
    static const struct body_field member = { .name = "workspaceId",
                                              .min_len = 1,
                                              .max_len = 64 };
    struct body_value value;
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, &member, 1, &value);
    if (err)
        return err;
    struct token_maker place = { .user_id = call->principal.user_id,
                                 .workspace_id = value.text };
    struct revoke_all all = { .workspace_id = value.text };
    if (value.is_set)
        err = find_workspace(call, &place);
    if (!err)
        err = call_write(call, revoke_all, &all);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_int(json, "revoked", (int64_t)all.ended.count);
    json_close_object(json);
    return OK;
}
