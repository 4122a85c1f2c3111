// SPDX-License-Identifier: Apache-2.0
// From rows of tokens to what the table of tokens knows of them.
#include "workspace/inside.h"

enum { POLICY_BYTES_MAX = 1 << 20 };

// A policy that cannot be read would narrow in a way that nobody knows.
static bool is_policy(str text)
{
    if (text.len == 0) // nearly all of them
        return true;
    AUTO(arena_free) struct arena *arena = arena_new(POLICY_BYTES_MAX);
    struct policy policy;
    return policy_read(text, NULL, arena, &policy, NULL) == OK;
}

static int64_t earlier_ms(int64_t a_ms, int64_t b_ms)
{
    if (a_ms == 0 || b_ms == 0)
        return MAX(a_ms, b_ms);
    return MIN(a_ms, b_ms);
}

static bool add_life(const struct token_life *life, struct token_binding *binding)
{
    binding->policy = life->policy;
    binding->allowed_ips = life->allowed_ips;
    binding->not_before_ms = life->not_before_ms;
    binding->ends_ms = earlier_ms(life->expires_ms, life->overlap_until_ms);
    return is_policy(life->policy);
}

bool binding_of_personal(const struct personal_token_row *row,
                         struct token_binding *ret_binding)
{
    bool is_legacy = str_eq(row->kind, STR("legacy-admin"));
    struct token_binding binding = {
        .kind = is_legacy ? PRINCIPAL_LEGACY_ADMIN_TOKEN : PRINCIPAL_PERSONAL_TOKEN,
        .id = row->id,
        .name = row->name,
        .user_id = row->user_id,
        .workspace_id = row->workspace_id,
    };
    if (!is_legacy && !str_eq(row->kind, STR("personal")))
        return false;
    if (!token_scope_of(row->scope, &binding.scope) || !add_life(&row->life, &binding))
        return false;
    *ret_binding = binding;
    return true;
}

bool binding_of_service(const struct service_token_row *row, struct token_binding *ret_binding)
{
    bool is_of_workspace = str_eq(row->level, STR("workspace"));
    struct token_binding binding = {
        .kind = is_of_workspace ? PRINCIPAL_WORKSPACE_SERVICE : PRINCIPAL_ORGANIZATION_SERVICE,
        .id = row->id,
        .name = row->name,
        .organization_id = row->organization_id,
        .workspace_id = row->workspace_id,
        .scope = SCOPE_READ_WRITE,
    };
    if (!is_of_workspace && !str_eq(row->level, STR("organization")))
        return false;
    if (!grants_of(row->grants, &binding.grants) || !add_life(&row->life, &binding))
        return false;
    *ret_binding = binding;
    return true;
}
