// SPDX-License-Identifier: Apache-2.0
// What deploying an import writes: people, their policies, tokens.
#include "api/resources/access_import.h"
#include "api/resources/passphrase.h"
#include "base/secret.h"
#include "store/members.h"
#include "store/password_resets.h"
#include "store/policies.h"

// --- People

static enum err make_user(struct call *call, struct store_tx *tx, struct planned_member *member)
{
    if (member->user.id.len > 0)
        return OK;
    member->user = (struct user_row){
        .email = member->wish->email,
        .name = member->wish->name.len ? member->wish->name : STR(""),
        .password_hash = STR(""),
    };
    return store_user_create(tx, &member->user, &call->problem);
}

// A role that changes ends the sessions that were begun with the other one.
static enum err put_role(struct call *call, struct store_tx *tx,
                         const struct planned_member *member)
{
    struct problem *problem = &call->problem;
    str organization_id = call->principal.organization_id, id = member->user.id;
    str role = str_of(member_role_word(member->role_after));
    struct member_row row = { .organization_id = organization_id, .user_id = id, .role = role };
    if (!member->is_member)
        return store_member_add(tx, &row, problem);
    if (member->role_after == member->role_here)
        return OK;
    enum err err = store_member_set_role(tx, organization_id, id, role, problem);
    return err ? err : store_session_delete_of_user(tx, id, problem);
}

// A new member begins in all workspaces; whoever has some named is in these alone.
static enum err put_policies(struct call *call, struct store_tx *tx,
                             const struct planned_member *member)
{
    enum err err = OK;
    if (member->role_after == ROLE_ADMIN)
        return OK;
    if (!member->is_member && !member->wish->is_everywhere)
        err = store_policy_leave_all(tx, call->principal.organization_id, member->user.id,
                                     &call->problem);
    for (size_t i = 0; i < member->place_count && !err; i++) {
        struct policy_row row = {
            .workspace_id = member->places[i].workspace->id,
            .kind = POLICY_MEMBER,
            .subject_id = member->user.id,
            .policy = policy_text(&member->places[i].granted, call->arena),
        };
        err = store_policy_put(tx, &row, &call->problem);
    }
    return err;
}

static enum err make_link(struct call *call, struct store_tx *tx,
                          const struct planned_member *member, struct deployment *deployment)
{
    char token[LINK_TOKEN_LEN + 1];
    struct password_reset_row row = {
        .user_id = member->user.id,
        .expires_ms = deployment->links_expire_ms,
    };
    if (member->user.password_hash.len > 0)
        return OK;
    link_token_make(call, token, row.digest);
    deployment->links[deployment->link_count++] = (struct setup_link){
        .user_id = member->user.id,
        .email = member->user.email,
        .link = link_of(call, "reset-password", token),
    };
    secret_wipe(token, sizeof(token));
    return store_password_reset_create(tx, &row, &call->problem);
}

static enum err note_member(struct call *call, struct store_tx *tx,
                            const struct planned_member *member)
{
    const struct call_change change = {
        .action = member->is_member ? "updated" : "created",
        .target_type = "member",
        .target_id = member->user.id,
        .target_name = member->user.email,
        .details = STR("{\"imported\":true}"),
    };
    return call_audit(call, tx, &change);
}

static enum err apply_member(struct call *call, struct store_tx *tx,
                             struct planned_member *member, struct deployment *deployment)
{
    enum err err = make_user(call, tx, member);
    if (!err)
        err = put_role(call, tx, member);
    if (!err)
        err = put_policies(call, tx, member);
    if (!err)
        err = make_link(call, tx, member, deployment);
    return err ? err : note_member(call, tx, member);
}

// --- Tokens

static struct token_life life_of(struct call *call, const struct planned_token *token)
{
    bool has_policy = token->wish->kind == PRINCIPAL_WORKSPACE_SERVICE;
    return (struct token_life){
        .policy = has_policy ? policy_text(&token->policy, call->arena) : STR_NONE,
        .allowed_ips = STR(""),
        .expires_ms = token->expires_ms,
        .is_imported = true,
    };
}

static enum err make_personal(struct call *call, struct store_tx *tx,
                              const struct planned_token *token, str *ret_id)
{
    const struct import_token *wish = token->wish;
    bool is_legacy = wish->kind == PRINCIPAL_LEGACY_ADMIN_TOKEN;
    struct personal_token_row row = {
        .user_id = token->owner ? token->owner->user.id : token->user.id,
        .workspace_id = token->workspace->id,
        .name = wish->name,
        .scope = str_of(token_scope_word(wish->scope)),
        .prefix = STR(""),
        .last4 = wish->last4,
        .kind = is_legacy ? STR("legacy-admin") : STR("personal"),
        .life = life_of(call, token),
    };
    memcpy(row.digest, wish->digest, sizeof(row.digest));
    enum err err = store_personal_token_create(tx, &row, &call->problem);
    *ret_id = row.id;
    return err;
}

static enum err make_service(struct call *call, struct store_tx *tx,
                             const struct planned_token *token, str *ret_id)
{
    const struct import_token *wish = token->wish;
    struct service_token_row row = {
        .organization_id = call->principal.organization_id,
        .level = token->workspace ? STR("workspace") : STR("organization"),
        .workspace_id = token->workspace ? token->workspace->id : STR_NONE,
        .name = wish->name,
        .grants = STR(""),
        .prefix = STR(""),
        .last4 = wish->last4,
        .created_by = call->principal.user_id.len ? call->principal.user_id : STR(""),
        .life = life_of(call, token),
    };
    memcpy(row.digest, wish->digest, sizeof(row.digest));
    enum err err = store_service_token_create(tx, &row, &call->problem);
    *ret_id = row.id;
    return err;
}

static enum err apply_token(struct call *call, struct store_tx *tx,
                            const struct planned_token *token, size_t index)
{
    str id = STR_NONE;
    enum err err = token->wish->owner.len > 0 ? make_personal(call, tx, token, &id)
                                              : make_service(call, tx, token, &id);
    if (err == ERR_CONFLICT) {
        memset(&call->problem, 0, sizeof(call->problem));
        return call_invalid(call, arena_printf(call->arena, "tokens[%zu].value", index),
                            "is known here already, or was revoked here");
    }
    const struct call_change change = {
        .action = "created",
        .target_type = principal_kind_word(token->wish->kind),
        .target_id = id,
        .target_name = token->wish->name,
        .workspace_id = token->workspace ? token->workspace->id : STR_NONE,
        .details = STR("{\"imported\":true}"),
    };
    return err ? err : call_audit(call, tx, &change);
}

// --- The whole

enum err import_plan_apply(struct call *call, struct store_tx *tx,
                           struct deployment *deployment)
{
    struct import_plan *plan = &deployment->plan;
    enum err err = OK;
    deployment->links = ARENA_ARRAY(call->arena, struct setup_link, plan->member_count);
    for (size_t i = 0; i < plan->member_count && !err; i++)
        err = apply_member(call, tx, &plan->members[i], deployment);
    for (size_t i = 0; i < plan->token_count && !err; i++)
        err = apply_token(call, tx, &plan->tokens[i], i);
    return err;
}
