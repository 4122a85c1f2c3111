// SPDX-License-Identifier: Apache-2.0
// A person's own sessions and password.
#include "store/sessions.h"

#include "api/letters.h"
#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"
#include "codec/hash.h"
#include "codec/hex.h"
#include "store/members.h"
#include "store/password_resets.h"

enum { SESSION_ID_BYTES = 16 };

// The beginning of the digest: tells a user's sessions apart, and opens nothing.
static str session_id(struct call *call, const struct session_row *row)
{
    char id[2 * SESSION_ID_BYTES + 1];
    hex_encode(row->digest, SESSION_ID_BYTES, id);
    return arena_dup(call->arena, str_of(id));
}

static void write_session(struct call *call, const struct session_row *row)
{
    struct json *json = &call->json;
    bool is_current = hash_equal(row->digest, call->digest, STORE_DIGEST_LEN);
    json_open_object(json);
    json_put_str(json, "id", session_id(call, row));
    json_put_str(json, "ip", row->ip);
    json_put_str(json, "userAgent", row->user_agent);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "lastSeenAt", row->last_seen_ms);
    json_put_time(json, "expiresAt", row->expires_ms);
    json_put_bool(json, "isCurrent", is_current);
    json_close_object(json);
}

enum err handle_list_sessions(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct session_row *rows = NULL;
    size_t count = 0;
    enum err err = call_allow(call);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_session_list_of_user(tx, call->principal.user_id, &rows, &count,
                                         &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("sessions"));
    json_open_array(json);
    for (size_t i = 0; i < count; i++)
        write_session(call, &rows[i]);
    json_close_array(json);
    json_close_object(json);
    return OK;
}

static struct call_change change_of(struct call *call, const char *action)
{
    return (struct call_change){
        .action = action,
        .target_type = "user",
        .target_id = call->principal.user_id,
        .target_name = call->principal.user_email,
    };
}

static enum err end_all(struct call *call, struct store_tx *tx, void *ctx,
                        struct call_change *ret_change)
{
    const bool *keeps_current = ctx;
    *ret_change = change_of(call, "signed_out_everywhere");
    if (*keeps_current)
        return store_session_delete_others(tx, call->principal.user_id, call->digest,
                                           &call->problem);
    return store_session_delete_of_user(tx, call->principal.user_id, &call->problem);
}

enum err handle_end_all_sessions(struct call *call)
{
    bool keeps_current = false;
    enum err err = call_allow(call);
    if (!err)
        err = call_query_bool(call, "keepCurrent", &keeps_current);
    if (!err)
        err = call_note(call, end_all, &keeps_current);
    if (err)
        return err;
    api_recheck_streams(call->api);
    reply_empty(call, 204);
    return OK;
}

static enum err end_one(struct call *call, struct store_tx *tx, void *ctx,
                        struct call_change *ret_change)
{
    struct session_row *rows = NULL;
    size_t count = 0;
    (void)ctx;
    enum err err =
        store_session_list_of_user(tx, call->principal.user_id, &rows, &count, &call->problem);
    *ret_change = change_of(call, "session_ended");
    for (size_t i = 0; i < count && !err; i++)
        if (str_eq(session_id(call, &rows[i]), call->params[0]))
            return store_session_delete(tx, rows[i].digest, &call->problem);
    return err ? err : call_fail(call, ERR_NOT_FOUND, "No such session.");
}

enum err handle_end_one_session(struct call *call)
{
    enum err err = call_allow(call);
    if (!err)
        err = call_note(call, end_one, NULL);
    if (err)
        return err;
    api_recheck_streams(call->api);
    reply_empty(call, 204);
    return OK;
}

// --- The password again

static enum err confirm(struct call *call, struct store_tx *tx, void *ctx,
                        struct call_change *ret_change)
{
    (void)ctx;
    *ret_change = change_of(call, "confirmed");
    return store_session_confirm(tx, call->digest, &call->problem);
}

// A wrong password is no reason to sign the caller out, so it is not a 401.
static enum err check_own(struct call *call, const char *field, str password)
{
    struct user_row user;
    enum err err = passphrase_check(call, call->principal.user_email, password, &user);
    if (err != ERR_UNAUTHORIZED)
        return err;
    call_detail(call, str_of(field), STR("is not right"));
    return call_fail(call, ERR_FORBIDDEN, "The password is not right.");
}

enum err handle_confirm_session(struct call *call)
{
    static const struct body_field member = { .name = "password",
                                              .kind = BODY_SECRET,
                                              .is_required = true,
                                              .max_len = PASSWORD_LEN_MAX };
    struct body_value password;
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, &member, 1, &password);
    if (!err)
        err = check_own(call, "password", password.text);
    if (!err)
        err = call_note(call, confirm, NULL);
    if (!err)
        reply_empty(call, 204);
    return err;
}

// --- A new password

enum { CURRENT, NEW, CHANGE_COUNT };
static const struct body_field change_members[] = {
    [CURRENT] = { .name = "currentPassword",
                  .kind = BODY_SECRET,
                  .is_required = true,
                  .max_len = PASSWORD_LEN_MAX },
    [NEW] = { .name = "newPassword",
              .kind = BODY_SECRET,
              .is_required = true,
              .min_len = PASSWORD_LEN_LEAST,
              .max_len = PASSWORD_LEN_MOST },
};

static enum err change(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    const char *hash = ctx;
    str user_id = call->principal.user_id;
    *ret_change = change_of(call, "password_changed");
    enum err err = store_user_set_password(tx, user_id, str_of(hash), &call->problem);
    if (!err)
        err = store_session_delete_others(tx, user_id, call->digest, &call->problem);
    if (!err)
        err = store_password_reset_delete_of_user(tx, user_id, &call->problem);
    return err ? err : store_session_confirm(tx, call->digest, &call->problem);
}

enum err handle_change_password(struct call *call)
{
    struct body_value values[CHANGE_COUNT];
    char hash[PASSWORD_HASH_SIZE];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, change_members, CHANGE_COUNT, values);
    if (!err)
        err = check_own(call, "currentPassword", values[CURRENT].text);
    if (!err)
        err = passphrase_hash(call, values[NEW].text, hash);
    if (!err)
        err = call_write(call, change, hash);
    if (err)
        return err;
    (void)letter_password_changed(call, call->principal.user_email);
    reply_empty(call, 204);
    return OK;
}

// --- By a link

enum { TOKEN, PASSWORD, RESET_COUNT };
static const struct body_field reset_members[] = {
    [TOKEN] = { .name = "token", .is_required = true, .max_len = NAME_LEN_MAX },
    [PASSWORD] = { .name = "password",
                   .kind = BODY_SECRET,
                   .is_required = true,
                   .min_len = PASSWORD_LEN_LEAST,
                   .max_len = PASSWORD_LEN_MOST },
};

struct reset {
    struct user_row user; // whose password it is
    uint8_t digest[STORE_DIGEST_LEN];
    char hash[PASSWORD_HASH_SIZE];
};

static enum err reset(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    struct reset *wish = ctx;
    struct password_reset_row row;
    struct user_row *user = &wish->user;
    struct member_row *memberships = NULL;
    size_t count = 0;
    enum err err = store_password_reset_take(tx, wish->digest, &row, &call->problem);
    if (!err)
        err = store_user_get(tx, row.user_id, user, &call->problem);
    if (!err)
        err = store_member_list_of_user(tx, user->id, &memberships, &count, &call->problem);
    if (!err && count == 0)
        err = ERR_NOT_FOUND; // removed since the link was made
    if (!err)
        err = store_user_set_password(tx, user->id, str_of(wish->hash), &call->problem);
    if (!err)
        err = store_session_delete_of_user(tx, user->id, &call->problem);
    if (err)
        return err;
    *ret_change = change_of(call, "password_reset");
    ret_change->target_id = user->id;
    ret_change->target_name = user->email;
    ret_change->organization_id = memberships[0].organization_id;
    ret_change->actor = user;
    return OK;
}

enum err handle_accept_password_reset(struct call *call)
{
    struct body_value values[RESET_COUNT];
    struct reset wish;
    enum err err = body_read(call, reset_members, RESET_COUNT, values);
    if (!err)
        err = link_token_try(call);
    if (err)
        return err;
    hash_sha256(values[TOKEN].text.data, values[TOKEN].text.len, wish.digest);
    err = passphrase_hash(call, values[PASSWORD].text, wish.hash);
    if (!err)
        err = call_write(call, reset, &wish);
    if (err == ERR_NOT_FOUND)
        return link_token_refuse(call);
    if (err)
        return err;
    link_token_forgive(call);
    (void)letter_password_changed(call, wish.user.email);
    reply_empty(call, 204);
    return OK;
}
