// SPDX-License-Identifier: Apache-2.0
// How the plan of an import looks: per member before and after, per token what stops.
#include "api/resources/access_import.h"
#include "api/resources/organization.h"

// --- What is lost, what is gained

static void write_change(struct json *json, const char *resource, const char *action,
                         bool is_partial)
{
    char right[64];
    (void)snprintf(right, sizeof(right), "%s.%s", resource, action);
    json_open_object(json);
    json_put_str(json, "right", str_of(right));
    json_put_bool(json, "isPartial", is_partial);
    json_close_object(json);
}

static void write_changes(struct json *json, struct legacy_side from, struct legacy_side to)
{
    struct legacy_change changes[LEGACY_CHANGES_MAX];
    size_t count = legacy_compare(from, to, changes);
    for (size_t i = 0; i < count; i++)
        write_change(json, changes[i].resource, changes[i].action, changes[i].is_partial);
}

static void write_comparison(struct call *call, const struct policy *before,
                             const struct policy *after)
{
    struct json *json = &call->json;
    struct legacy_side then = { before, true }, now = { after, false };
    json_put_raw(json, "before", policy_text(before, call->arena));
    json_put_raw(json, "after", policy_text(after, call->arena));
    json_key(json, STR("loses"));
    json_open_array(json);
    write_changes(json, then, now);
    json_close_array(json);
    json_key(json, STR("gains"));
    json_open_array(json);
    write_changes(json, now, then);
    json_close_array(json);
}

// --- Members

static void write_place(struct call *call, const struct planned_place *place)
{
    struct json *json = &call->json;
    json_open_object(json);
    json_put_str(json, "workspaceId", place->workspace->id);
    json_put_str(json, "workspaceName", place->workspace->name);
    json_put_str(json, "legacyRole", str_of(legacy_role_shown(place->role)));
    write_comparison(call, &place->before, &place->after);
    json_close_object(json);
}

static str shown(enum member_role role)
{
    return role_shown(str_of(member_role_word(role)));
}

static void write_member(struct call *call, const struct planned_member *member)
{
    struct json *json = &call->json;
    bool was_admin = legacy_is_admin(member->wish->rights.role);
    json_open_object(json);
    json_put_str(json, "email", member->wish->email);
    json_put_str(json, "name", member->wish->name.len ? member->wish->name : STR(""));
    json_put_bool(json, "isNew", !member->is_member);
    json_put_bool(json, "needsPassword", member->user.password_hash.len == 0);
    json_put_str(json, "roleBefore", shown(was_admin ? ROLE_ADMIN : ROLE_MEMBER));
    json_put_str(json, "roleAfter", shown(member->role_after));
    json_put_str(json, "legacyRole", str_of(legacy_role_shown(member->wish->rights.role)));
    json_key(json, STR("workspaces"));
    json_open_array(json);
    for (size_t i = 0; i < member->place_count; i++)
        write_place(call, &member->places[i]);
    json_close_array(json);
    json_close_object(json);
}

// --- Tokens

static const char *verdict_word(enum token_verdict verdict)
{
    switch (verdict) {
    case TOKEN_WORKS:
        return "works";
    case TOKEN_WORKS_WITH_LESS:
        return "works-with-less";
    case TOKEN_STOPS:
        return "stops";
    }
    return "";
}

static str scope_word(const struct import_token *wish)
{
    if (wish->owner.len == 0)
        return STR_NONE;
    return wish->kind == PRINCIPAL_LEGACY_ADMIN_TOKEN ? STR("admin")
                                                      : str_of(token_scope_word(wish->scope));
}

static void write_token_changes(struct json *json, const struct planned_token *token)
{
    struct legacy_side before = { &token->before, true }, after = { &token->after, false };
    bool is_legacy = token->wish->kind == PRINCIPAL_LEGACY_ADMIN_TOKEN;
    json_key(json, STR("loses"));
    json_open_array(json);
    if (is_legacy && token->opened_organization && !token->opens_organization) {
        write_change(json, "organization", "scim", false);
        write_change(json, "organization", "auditLogs", false);
    }
    write_changes(json, before, after);
    json_close_array(json);
}

static void write_token(struct call *call, const struct planned_token *token)
{
    struct json *json = &call->json;
    const struct import_token *wish = token->wish;
    const struct workspace_row *workspace = token->workspace;
    json_open_object(json);
    json_put_str(json, "name", wish->name);
    json_put_str(json, "kind", str_of(principal_kind_word(wish->kind)));
    json_put_str(json, "owner", wish->owner.len ? wish->owner : STR_NONE);
    json_put_str(json, "level", workspace ? STR("workspace") : STR("organization"));
    json_put_str(json, "workspaceId", workspace ? workspace->id : STR_NONE);
    json_put_str(json, "workspaceName", workspace ? workspace->name : STR_NONE);
    json_put_str(json, "scope", scope_word(wish));
    json_put_str(json, "lastFour", wish->last4);
    json_put_str(json, "verdict", str_of(verdict_word(planned_verdict(token))));
    reply_time_or_null(json, "expiresAt", token->expires_ms);
    write_token_changes(json, token);
    json_close_object(json);
}

// --- The whole

static void write_summary(struct json *json, const struct import_plan *plan)
{
    int64_t created = 0, verdicts[TOKEN_STOPS + 1] = { 0 };
    for (size_t i = 0; i < plan->member_count; i++)
        created += !plan->members[i].is_member;
    for (size_t i = 0; i < plan->token_count; i++)
        verdicts[planned_verdict(&plan->tokens[i])]++;
    json_key(json, STR("summary"));
    json_open_object(json);
    json_put_int(json, "newMembers", created);
    json_put_int(json, "knownMembers", (int64_t)plan->member_count - created);
    json_put_int(json, "tokensThatWork", verdicts[TOKEN_WORKS]);
    json_put_int(json, "tokensThatWorkWithLess", verdicts[TOKEN_WORKS_WITH_LESS]);
    json_put_int(json, "tokensThatStop", verdicts[TOKEN_STOPS]);
    json_close_object(json);
}

void import_plan_write(struct call *call, const struct import_plan *plan)
{
    struct json *json = &call->json;
    write_summary(json, plan);
    json_key(json, STR("members"));
    json_open_array(json);
    for (size_t i = 0; i < plan->member_count; i++)
        write_member(call, &plan->members[i]);
    json_close_array(json);
    json_key(json, STR("tokens"));
    json_open_array(json);
    for (size_t i = 0; i < plan->token_count; i++)
        write_token(call, &plan->tokens[i]);
    json_close_array(json);
}
