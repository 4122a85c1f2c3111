// SPDX-License-Identifier: Apache-2.0
// Tokens as whoever owns the machine lists and revokes them: of everybody, or of one person.
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/members.h"

// --- Whose

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

// --- The list

static enum err write_token(struct call *call, struct store_tx *tx,
                            const struct personal_token_row *row, str email)
{
    struct json *json = &call->json;
    struct workspace_row workspace;
    enum err err = store_workspace_get(tx, row->workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    json_open_object(json);
    json_put_str(json, "kind", STR("personal_access_token"));
    json_put_str(json, "id", row->id);
    json_put_str(json, "owner", email);
    json_put_str(json, "name", row->name);
    json_put_str(json, "workspaceName", workspace.name);
    json_put_str(json, "scope", row->scope);
    json_put_str(json, "prefix", row->prefix);
    json_put_str(json, "lastFour", row->last4);
    json_put_time(json, "createdAt", row->created_ms);
    reply_time_or_null(json, "lastUsedAt", row->last_used_ms);
    json_close_object(json);
    return OK;
}

static enum err write_tokens_of(struct call *call, struct store_tx *tx,
                                const struct user_row *user)
{
    const struct store_page everything = { 0 };
    struct store_list list;
    enum err err = store_personal_token_list(tx, user->id, &everything, &list, &call->problem);
    if (err)
        return err;
    const struct personal_token_row *rows = list.rows;
    for (size_t i = 0; i < list.count && !err; i++)
        err = write_token(call, tx, &rows[i], user->email);
    return err;
}

enum err handle_list_tokens_locally(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct user_row *users = NULL;
    size_t count = 0;
    str email = STR_NONE;
    (void)call_query(call, STR("email"), &email);
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find_users(call, tx, email, &users, &count);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("tokens"));
    json_open_array(json);
    for (size_t i = 0; i < count && !err; i++)
        err = write_tokens_of(call, tx, &users[i]);
    json_close_array(json);
    json_close_object(json);
    return err;
}

// --- Revoking

enum { ID, EMAIL, ALL, MEMBER_COUNT };
static const struct body_field members[] = {
    [ID] = { .name = "id", .min_len = 1, .max_len = 64 },
    [EMAIL] = { .name = "email", .min_len = 1, .max_len = EMAIL_LEN_MAX },
    [ALL] = { .name = "all", .kind = BODY_BOOL },
};

struct revoking {
    struct body_value values[MEMBER_COUNT];
    size_t revoked;
};

// The one with the id, or all.
static enum err revoke_of(struct call *call, struct store_tx *tx, const struct user_row *user,
                          struct revoking *revoking)
{
    struct store_list ended = { .count = 1 };
    enum err err;
    if (revoking->values[ID].is_set)
        err = store_personal_token_revoke(tx, user->id, revoking->values[ID].text,
                                          &call->problem);
    else
        err = store_personal_token_revoke_all(tx, user->id, STR_NONE, &ended, &call->problem);
    if (err == ERR_NOT_FOUND) // somebody else's
        return OK;
    if (!err)
        revoking->revoked += ended.count;
    return err;
}

// The audit row belongs to the organisation of the first one concerned.
static enum err name_organization(struct call *call, struct store_tx *tx,
                                  const struct user_row *user, struct call_change *change)
{
    struct member_row *memberships = NULL;
    size_t count = 0;
    enum err err =
        store_member_list_of_user(tx, user->id, &memberships, &count, &call->problem);
    if (!err && count > 0)
        change->organization_id = memberships[0].organization_id;
    return err;
}

static enum err revoke(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct revoking *revoking = ctx;
    struct user_row *users = NULL;
    size_t count = 0;
    struct call_change change = {
        .action = revoking->values[ID].is_set ? "revoked" : "revoked_all",
        .target_type = "personal_access_token",
        .target_id = revoking->values[ID].text,
    };
    enum err err = find_users(call, tx, revoking->values[EMAIL].text, &users, &count);
    for (size_t i = 0; i < count && !err; i++) {
        size_t before = revoking->revoked;
        err = revoke_of(call, tx, &users[i], revoking);
        if (!err && revoking->revoked > before && !change.organization_id.data)
            err = name_organization(call, tx, &users[i], &change);
    }
    if (!err && revoking->revoked == 0 && revoking->values[ID].is_set)
        return call_fail(call, ERR_NOT_FOUND, "No such token.");
    if (change.organization_id.data)
        *ret_change = change;
    return err;
}

enum err handle_revoke_tokens_locally(struct call *call)
{
    struct revoking revoking = { 0 };
    enum err err = body_read(call, members, MEMBER_COUNT, revoking.values);
    if (!err && revoking.values[ID].is_set == revoking.values[ALL].flag)
        err = call_invalid(call, STR("id"), "or \"all\": true is needed, and not both");
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
