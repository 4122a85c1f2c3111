// SPDX-License-Identifier: Apache-2.0
// Revoking all tokens, as whoever owns the machine does after a break-in.
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/members.h"

struct revoking {
    str email; // empty: everybody
    size_t revoked;
    str organization_id; // of the first one concerned
};

// One user with the address, or everybody when it is empty.
static enum err find_users(struct call *call, struct store_tx *tx, str email,
                           struct user_row **ret_users, size_t *ret_count)
{
    if (email.len == 0)
        return store_user_list_all(tx, ret_users, ret_count, &call->problem);
    struct user_row *user = ARENA_NEW(call->arena, struct user_row);
    enum err err = store_user_get_by_email(tx, email, user, &call->problem);
    if (err == ERR_NOT_FOUND)
        return call_fail(call, err, "Nobody has the e-mail address %" PRIstr ".",
                         STR_ARG(email));
    *ret_users = user;
    *ret_count = 1;
    return err;
}

static void note(struct revoking *revoking, const struct store_list *ended, str organization_id)
{
    revoking->revoked += ended->count;
    if (ended->count > 0 && !revoking->organization_id.data)
        revoking->organization_id = organization_id;
}

static enum err revoke_of(struct call *call, struct store_tx *tx, const struct user_row *user,
                          struct revoking *revoking)
{
    struct store_list ended;
    struct workspace_row workspace;
    enum err err =
        store_personal_token_revoke_all(tx, user->id, STR_NONE, &ended, &call->problem);
    if (err || ended.count == 0)
        return err;
    // Rows of the audit log belong to an organisation: to the one of the first token's
    // workspace.
    const struct personal_token_row *rows = ended.rows;
    err = store_workspace_get(tx, rows[0].workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    note(revoking, &ended, workspace.organization_id);
    return tokens_audit_ended(call, tx, &ended, workspace.organization_id);
}

static enum err revoke_services(struct call *call, struct store_tx *tx,
                                struct revoking *revoking)
{
    struct organization_row *organizations = NULL;
    size_t count = 0;
    struct store_list ended;
    enum err err = store_organization_list(tx, &organizations, &count, &call->problem);
    for (size_t i = 0; i < count && !err; i++) {
        err = store_service_token_revoke_all(tx, organizations[i].id, &ended, &call->problem);
        if (err)
            break;
        note(revoking, &ended, organizations[i].id);
        err = service_tokens_audit_ended(call, tx, &ended);
    }
    return err;
}

static enum err revoke(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct revoking *revoking = ctx;
    struct user_row *users = NULL;
    size_t count = 0;
    enum err err = find_users(call, tx, revoking->email, &users, &count);
    for (size_t i = 0; i < count && !err; i++)
        err = revoke_of(call, tx, &users[i], revoking);
    if (!err && revoking->email.len == 0)
        err = revoke_services(call, tx, revoking);
    if (!err && revoking->revoked > 0)
        *ret_change = (struct call_change){
            .action = "revoked_all",
            .target_type = revoking->email.len ? "personal_access_token" : "access_token",
            .target_name = revoking->email,
            .organization_id = revoking->organization_id,
        };
    return err;
}

enum err handle_revoke_all_tokens_locally(struct call *call)
{
    static const struct body_field member = { .name = "email",
                                              .min_len = 1,
                                              .max_len = EMAIL_LEN_MAX };
    struct body_value value;
    enum err err = body_read(call, &member, 1, &value);
    struct revoking revoking = { .email = err ? STR_NONE : value.text };
    if (!err)
        err = call_write(call, revoke, &revoking);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_int(json, "revoked", (int64_t)revoking.revoked);
    json_close_object(json);
    return OK;
}
