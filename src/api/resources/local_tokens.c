// SPDX-License-Identifier: Apache-2.0
// Personal access tokens for scripts, made by whoever owns the machine.
#include "api/resources/policy_body.h"
#include "api/resources/resources.h"
#include "api/resources/token_wishes.h"
#include "api/router.h"
#include "store/members.h"

enum { EMAIL, WORKSPACE, NAME, SCOPE, EXPIRES_AT, POLICY, ALLOWED_IPS, MEMBER_COUNT };
static const struct body_field members[] = {
    [EMAIL] = { .name = "email", .is_required = true, .min_len = 1, .max_len = EMAIL_LEN_MAX },
    [WORKSPACE] = { .name = "workspace",
                    .is_required = true,
                    .min_len = 1,
                    .max_len = NAME_LEN_MAX },
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [SCOPE] = { .name = "scope",
                .kind = BODY_CHOICE,
                .is_required = true,
                .choices = token_scope_words },
    [EXPIRES_AT] = { .name = "expiresAt", .min_len = 1, .max_len = 64 },
    [POLICY] = { .name = "policy", .kind = BODY_OBJECT, .max_len = POLICY_BYTES_MAX },
    [ALLOWED_IPS] = { .name = "allowedIps", .kind = BODY_IDS, .max_len = TOKEN_IPS_MAX },
};

static enum err find_user(struct call *call, struct store_tx *tx, str email, str *ret_id)
{
    struct user_row user;
    enum err err = store_user_get_by_email(tx, email, &user, &call->problem);
    if (err == ERR_NOT_FOUND)
        return call_fail(call, err, "Nobody has the e-mail address %" PRIstr ".",
                         STR_ARG(email));
    *ret_id = user.id;
    return err;
}

// By name in an organization of the user, or by id.
static enum err find_workspace(struct call *call, struct store_tx *tx, str user_id, str wanted,
                               struct workspace_row *ret_row)
{
    struct member_row *memberships = NULL;
    size_t count = 0;
    enum err err = store_member_list_of_user(tx, user_id, &memberships, &count, &call->problem);
    if (err)
        return err;
    err = ERR_NOT_FOUND;
    for (size_t i = 0; i < count && err == ERR_NOT_FOUND; i++)
        err = store_workspace_get_by_name(tx, memberships[i].organization_id, wanted, ret_row,
                                          &call->problem);
    if (err == ERR_NOT_FOUND)
        err = store_workspace_get(tx, wanted, ret_row, &call->problem);
    return err;
}

static enum err find_owner(struct call *call, const struct body_value *values,
                           struct token_maker *maker)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct workspace_row workspace;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find_user(call, tx, values[EMAIL].text, &maker->user_id);
    if (err)
        return err;
    err = find_workspace(call, tx, maker->user_id, values[WORKSPACE].text, &workspace);
    if (!err)
        err = workspace_session_principal(call->api->parts.workspace, maker->user_id,
                                          workspace.id, call->arena, &maker->owner);
    if (err == ERR_NOT_FOUND || err == ERR_UNAUTHORIZED)
        return call_fail(call, ERR_NOT_FOUND,
                         "%" PRIstr " belongs to no workspace %" PRIstr ".",
                         STR_ARG(values[EMAIL].text), STR_ARG(values[WORKSPACE].text));
    if (err)
        return err;
    maker->workspace_id = workspace.id;
    maker->workspace_name = workspace.name;
    maker->organization_id = workspace.organization_id;
    return OK;
}

enum err handle_create_token_locally(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct token_maker maker = { 0 };
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    if (!err && !token_scope_of(values[SCOPE].text, &maker.scope))
        err = call_invalid(call, STR("scope"), "is not known");
    if (!err)
        err = token_expiry_read(call, &values[EXPIRES_AT], &maker.row.life.expires_ms);
    if (!err)
        err = token_ips_read(call, &values[ALLOWED_IPS], &maker.row.life.allowed_ips);
    if (!err)
        err = find_owner(call, values, &maker);
    if (err)
        return err;
    maker.policy = &values[POLICY];
    maker.name = values[NAME].text;
    return token_make(call, &maker);
}
