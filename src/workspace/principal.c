// SPDX-License-Identifier: Apache-2.0
// Who calls: a token's owner or a signed-in user, with the rights he has at this moment.
#include "workspace/inside.h"

// The membership in the organization; organization_id empty: the oldest.
static const struct member_row *membership(const struct picture *picture, str user_id,
                                           str organization_id)
{
    const struct member_row *member = map_get(picture->members, user_id);
    if (!member || organization_id.len == 0)
        return member;
    for (; member < picture->members_end && str_eq(member->user_id, user_id); member++) {
        if (str_eq(member->organization_id, organization_id))
            return member;
    }
    return NULL;
}

static enum err fill(const struct picture *picture, const struct member_row *member,
                     str workspace_id, struct arena *arena, struct principal *ret_principal)
{
    const struct user_row *user = map_get(picture->users, member->user_id);
    enum member_role role;
    if (!user || !member_role_of(member->role, &role))
        return ERR_UNAUTHORIZED;
    struct policy_source *baseline = ARENA_NEW(arena, struct policy_source);
    *baseline = (struct policy_source){ .policy = policy_full_pii };
    *ret_principal = (struct principal){
        .user_id = arena_dup(arena, member->user_id),
        .user_email = arena_dup(arena, user->email),
        .organization_id = arena_dup(arena, member->organization_id),
        .workspace_id = arena_dup(arena, workspace_id),
        .role = role,
        .sources = baseline,
        .source_count = workspace_id.len > 0 ? 1 : 0,
    };
    return OK;
}

static enum err token_principal(const struct picture *picture,
                                const struct token_binding *binding, struct arena *arena,
                                struct principal *ret_principal)
{
    const struct workspace_row *row = map_get(picture->workspaces, binding->workspace_id);
    if (!row)
        return ERR_UNAUTHORIZED;
    const struct member_row *member =
        membership(picture, binding->user_id, row->organization_id);
    if (!member)
        return ERR_UNAUTHORIZED;
    enum err err = fill(picture, member, binding->workspace_id, arena, ret_principal);
    if (err)
        return err;
    ret_principal->kind = PRINCIPAL_PERSONAL_TOKEN;
    ret_principal->token_id = binding->id;
    ret_principal->scope = binding->scope;
    return OK;
}

enum err workspace_token_principal(struct workspace *workspace,
                                   const uint8_t digest[TOKEN_DIGEST_LEN], struct arena *arena,
                                   struct principal *ret_principal)
{
    struct token_binding binding;
    if (!token_table_find(workspace->tokens, digest, arena, &binding))
        return ERR_UNAUTHORIZED;
    struct picture *picture = workspace_picture(workspace);
    enum err err = token_principal(picture, &binding, arena, ret_principal);
    picture_release(picture);
    return err;
}

static enum err session_principal(const struct picture *picture, str user_id, str workspace_id,
                                  struct arena *arena, struct principal *ret_principal)
{
    const struct member_row *member = membership(picture, user_id, STR_NONE);
    if (!member)
        return ERR_UNAUTHORIZED;
    if (workspace_id.len > 0) {
        const struct workspace_row *row = map_get(picture->workspaces, workspace_id);
        member = row ? membership(picture, user_id, row->organization_id) : NULL;
        if (!member)
            return ERR_NOT_FOUND;
    }
    enum err err = fill(picture, member, workspace_id, arena, ret_principal);
    if (!err)
        ret_principal->kind = PRINCIPAL_SESSION;
    return err;
}

enum err workspace_session_principal(struct workspace *workspace, str user_id, str workspace_id,
                                     struct arena *arena, struct principal *ret_principal)
{
    struct picture *picture = workspace_picture(workspace);
    enum err err = session_principal(picture, user_id, workspace_id, arena, ret_principal);
    picture_release(picture);
    return err;
}
