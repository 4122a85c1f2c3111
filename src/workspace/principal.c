// SPDX-License-Identifier: Apache-2.0
// Who calls: a token or a signed-in user, with the rights of this moment.
#include "workspace/inside.h"

#include "access/feature.h"
#include "codec/cidr.h"

// The membership in the organization; organization_id empty: the oldest.
static const struct member_row *membership(const struct people *people, str user_id,
                                           str organization_id)
{
    const struct member_row *member = map_get(people->members, user_id);
    if (!member || organization_id.len == 0)
        return member;
    for (; member < people->members_end && str_eq(member->user_id, user_id); member++) {
        if (str_eq(member->organization_id, organization_id))
            return member;
    }
    return NULL;
}

// The user in the workspace (empty: in none), with what his policies give him there.
static enum err fill(const struct people *people, const struct member_row *member,
                     str workspace_id, struct arena *arena, struct principal *ret_principal)
{
    const struct user_row *user = map_get(people->users, member->user_id);
    const struct organization_row *organization =
        map_get(people->organizations, member->organization_id);
    enum member_role role;
    if (!user || !organization || !member_role_of(member->role, &role))
        return ERR_UNAUTHORIZED;
    *ret_principal = (struct principal){
        .user_id = arena_dup(arena, member->user_id),
        .user_email = arena_dup(arena, user->email),
        .organization_id = arena_dup(arena, member->organization_id),
        .workspace_id = arena_dup(arena, workspace_id),
        .role = role,
        .is_strict = organization->settings.strict_effects,
        .is_use_audited = organization->settings.audits_every_use,
        .features_off = features_of(organization->settings.features_off),
    };
    if (workspace_id.len > 0 && role != ROLE_ADMIN)
        people_add_member_sources(people, member->user_id, arena, ret_principal);
    return OK;
}

static bool belongs(const struct principal *principal)
{
    return principal->role == ROLE_ADMIN || principal->source_count > 0;
}

// --- Tokens

// A token that is being looked at, and why it does not work.
struct token_check {
    const struct people *people;
    const struct token_binding *binding;
    struct arena *arena;
    enum token_refusal refusal;
};

static enum err refuse(struct token_check *check, enum token_refusal refusal)
{
    check->refusal = refusal;
    return ERR_UNAUTHORIZED;
}

static bool is_address_allowed(str allowed_ips, str text)
{
    AUTO(cidrs_free) struct cidrs *cidrs = NULL;
    struct address address;
    if (allowed_ips.len == 0)
        return true;
    return cidrs_new(allowed_ips, &cidrs, NULL) == OK && address_parse(text, &address) &&
           cidrs_have(cidrs, &address);
}

static enum err check_circumstances(struct token_check *check, int64_t now_ms, str address)
{
    const struct token_binding *binding = check->binding;
    if (now_ms < binding->not_before_ms)
        return refuse(check, TOKEN_NOT_YET);
    if (binding->ends_ms > 0 && now_ms >= binding->ends_ms)
        return refuse(check, TOKEN_EXPIRED);
    if (!is_address_allowed(binding->allowed_ips, address))
        return refuse(check, TOKEN_WRONG_ADDRESS);
    return OK;
}

// Its text was read before it went into the table.
static enum err read_policy(const struct token_check *check, struct policy *ret_policy)
{
    *ret_policy = policy_none;
    if (check->binding->policy.len == 0)
        return OK;
    return policy_read(check->binding->policy, NULL, check->arena, ret_policy, NULL);
}

static const struct organization_settings *settings_of(const struct token_check *check,
                                                       str organization_id)
{
    const struct organization_row *row = map_get(check->people->organizations, organization_id);
    return row ? &row->settings : NULL;
}

static void name_token(const struct token_check *check, struct principal *principal)
{
    principal->kind = check->binding->kind;
    principal->token_id = check->binding->id;
    principal->token_name = check->binding->name;
    const struct workspace_row *row =
        map_get(check->people->workspaces, principal->workspace_id);
    principal->reveals_secrets = row && row->api_reveals_secrets;
    principal->scope = check->binding->scope;
    principal->grants = check->binding->grants;
}

static enum err personal_principal(struct token_check *check, struct principal *ret_principal)
{
    const struct token_binding *binding = check->binding;
    const struct workspace_row *row = map_get(check->people->workspaces, binding->workspace_id);
    const struct member_row *member =
        row ? membership(check->people, binding->user_id, row->organization_id) : NULL;
    struct principal principal;
    if (!member || fill(check->people, member, binding->workspace_id, check->arena, &principal))
        return refuse(check, TOKEN_OWNER_GONE);
    if (!belongs(&principal))
        return refuse(check, TOKEN_OWNER_GONE);
    if (!settings_of(check, member->organization_id)->allows_personal)
        return refuse(check, TOKEN_KIND_OFF);
    name_token(check, &principal);
    principal.has_narrowing = binding->policy.len > 0;
    if (read_policy(check, &principal.narrowing))
        return refuse(check, TOKEN_UNKNOWN);
    *ret_principal = principal;
    return OK;
}

static enum err service_principal(struct token_check *check, struct principal *ret_principal)
{
    const struct token_binding *binding = check->binding;
    const struct organization_settings *settings = settings_of(check, binding->organization_id);
    struct policy own;
    if (!settings || !settings->allows_service)
        return refuse(check, TOKEN_KIND_OFF);
    if (read_policy(check, &own))
        return refuse(check, TOKEN_UNKNOWN);
    struct principal principal = {
        .organization_id = binding->organization_id,
        .workspace_id = binding->workspace_id,
        .is_strict = settings->strict_effects,
        .is_use_audited = settings->audits_every_use,
        .features_off = features_of(settings->features_off),
    };
    name_token(check, &principal);
    if (binding->kind == PRINCIPAL_WORKSPACE_SERVICE) {
        if (!map_get(check->people->workspaces, binding->workspace_id))
            return refuse(check, TOKEN_OWNER_GONE);
        people_add_token_sources(check->people, &own, check->arena, &principal);
    }
    *ret_principal = principal;
    return OK;
}

static enum err token_principal(struct token_check *check, struct principal *ret_principal)
{
    switch (check->binding->kind) {
    case PRINCIPAL_PERSONAL_TOKEN:
    case PRINCIPAL_LEGACY_ADMIN_TOKEN:
        return personal_principal(check, ret_principal);
    case PRINCIPAL_WORKSPACE_SERVICE:
    case PRINCIPAL_ORGANIZATION_SERVICE:
        return service_principal(check, ret_principal);
    case PRINCIPAL_SESSION:
        break;
    }
    return refuse(check, TOKEN_UNKNOWN);
}

enum err workspace_token_principal(struct workspace *workspace,
                                   const uint8_t digest[TOKEN_DIGEST_LEN], str address,
                                   struct arena *arena, struct principal *ret_principal,
                                   enum token_refusal *ret_refusal)
{
    struct token_binding binding;
    struct token_check check = { .binding = &binding, .arena = arena };
    enum err err = ERR_UNAUTHORIZED;
    if (token_table_find(workspace->tokens, digest, arena, &binding)) {
        struct picture *picture = workspace_picture(workspace);
        check.people = picture->people;
        err = check_circumstances(&check, clock_wall_ms(workspace->clock), address);
        if (!err)
            err = token_principal(&check, ret_principal);
        picture_release(picture);
    }
    if (err && ret_refusal)
        *ret_refusal = check.refusal;
    return err;
}

enum err workspace_token_describe(struct workspace *workspace,
                                  const uint8_t digest[TOKEN_DIGEST_LEN], struct arena *arena,
                                  struct principal *ret_principal)
{
    struct token_binding binding;
    if (!token_table_find(workspace->tokens, digest, arena, &binding))
        return ERR_UNAUTHORIZED;
    struct picture *picture = workspace_picture(workspace);
    struct token_check check = { .people = picture->people,
                                 .binding = &binding,
                                 .arena = arena };
    enum err err = token_principal(&check, ret_principal);
    picture_release(picture);
    return err;
}

// --- Sessions

static enum err session_principal(const struct people *people, str user_id, str workspace_id,
                                  struct arena *arena, struct principal *ret_principal)
{
    const struct member_row *member = membership(people, user_id, STR_NONE);
    if (!member)
        return ERR_UNAUTHORIZED;
    if (workspace_id.len > 0) {
        const struct workspace_row *row = map_get(people->workspaces, workspace_id);
        member = row ? membership(people, user_id, row->organization_id) : NULL;
        if (!member)
            return ERR_NOT_FOUND;
    }
    struct principal principal;
    enum err err = fill(people, member, workspace_id, arena, &principal);
    if (err)
        return err;
    if (workspace_id.len > 0 && !belongs(&principal))
        return ERR_NOT_FOUND;
    principal.kind = PRINCIPAL_SESSION;
    *ret_principal = principal;
    return OK;
}

enum err workspace_session_principal(struct workspace *workspace, str user_id, str workspace_id,
                                     struct arena *arena, struct principal *ret_principal)
{
    struct picture *picture = workspace_picture(workspace);
    enum err err =
        session_principal(picture->people, user_id, workspace_id, arena, ret_principal);
    picture_release(picture);
    return err;
}

bool workspace_has_member(struct workspace *workspace, str workspace_id, str user_id)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    struct principal principal;
    return workspace_id.len > 0 && workspace_session_principal(workspace, user_id, workspace_id,
                                                               arena, &principal) == OK;
}

// --- What there is

void workspace_existing(struct workspace *workspace, str workspace_id, struct arena *arena,
                        struct policy_existing *ret_existing)
{
    struct picture *picture = workspace_picture(workspace);
    const struct snapshot *snapshot = &picture->snapshot;
    str *sources = ARENA_ARRAY(arena, str, snapshot->source_count);
    str *destinations = ARENA_ARRAY(arena, str, snapshot->destination_count);
    struct policy_existing existing = {
        .ids = { [RESOURCE_SOURCES] = sources, [RESOURCE_DESTINATIONS] = destinations },
    };
    for (size_t i = 0; i < snapshot->source_count; i++) {
        if (str_eq(snapshot->sources[i]->workspace_id, workspace_id))
            sources[existing.counts[RESOURCE_SOURCES]++] =
                arena_dup(arena, snapshot->sources[i]->id);
    }
    size_t *count = &existing.counts[RESOURCE_DESTINATIONS];
    for (size_t i = 0; i < snapshot->destination_count; i++) {
        if (str_eq(snapshot->destinations[i]->workspace_id, workspace_id))
            destinations[(*count)++] = arena_dup(arena, snapshot->destinations[i]->id);
    }
    picture_release(picture);
    *ret_existing = existing;
}
