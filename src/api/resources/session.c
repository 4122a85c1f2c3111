// SPDX-License-Identifier: Apache-2.0
// Sessions: signing in and out from a browser.
#include "store/sessions.h"

#include "api/audit_refusal.h"
#include "api/auth.h"
#include "api/resources/organization.h"
#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"
#include "codec/hash.h"
#include "store/password.h"

enum { EMAIL, PASSWORD, MEMBER_COUNT };
static const struct body_field members[] = {
    [EMAIL] = { .name = "email", .is_required = true, .max_len = EMAIL_LEN_MAX },
    [PASSWORD] = { .name = "password",
                   .kind = BODY_SECRET,
                   .is_required = true,
                   .max_len = PASSWORD_LEN_MAX },
};

// --- What a session shows

static enum err write_workspaces(struct call *call, struct store_tx *tx, str organization_id)
{
    struct workspace_row *rows = NULL;
    size_t count = 0;
    enum err err = store_workspace_list(tx, organization_id, &rows, &count, &call->problem);
    json_key(&call->json, STR("workspaces"));
    json_open_array(&call->json);
    for (size_t i = 0; i < count && !err; i++)
        if (organization_is_open(call, rows[i].id))
            workspace_write(call, &rows[i], &call->json);
    json_close_array(&call->json);
    return err;
}

static enum err answer(struct call *call, str csrf)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    const struct principal *principal = &call->principal;
    struct organization_row organization;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = store_organization_get(tx, principal->organization_id, &organization,
                                     &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_str(json, "csrfToken", csrf);
    json_key(json, STR("user"));
    user_write(principal->user_id, principal->user_email, principal->role,
               principal->organization_id, json);
    json_key(json, STR("organization"));
    organization_write(&organization, json);
    err = write_workspaces(call, tx, principal->organization_id);
    json_close_object(json);
    return err;
}

static void set_cookie(struct call *call, const char *value, int64_t max_age_s)
{
    bool is_secure = call->is_tls || str_starts(call->api->parts.public_url, STR("https:"));
    reply_header(call, STR("Set-Cookie"),
                 arena_printf(call->arena,
                              SESSION_COOKIE
                              "=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                              value, (long long)max_age_s, is_secure ? "; Secure" : ""));
}

enum err handle_get_session(struct call *call)
{
    return answer(call, call->session.csrf);
}

// --- Signing in

static enum err refuse_password(struct call *call)
{
    memset(&call->problem, 0, sizeof(call->problem)); // does not say which of the two
    reply_header(call, STR("WWW-Authenticate"), STR("Bearer realm=\"pintle\""));
    return call_fail(call, ERR_UNAUTHORIZED, "E-mail address or password is not right.");
}

static enum err insert(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct session_row *row = ctx;
    enum err err = store_session_purge(tx, &call->problem);
    if (!err)
        err = store_session_create(tx, row, &call->problem);
    *ret_change = (struct call_change){
        .action = "signed_in",
        .target_type = "user",
        .target_id = row->user_id,
        .target_name = call->principal.user_email,
    };
    return err;
}

static enum err open_session(struct call *call, const struct user_row *user)
{
    struct api *api = call->api;
    char value[SESSION_VALUE_LEN + 1], csrf[SESSION_VALUE_LEN + 1];
    enum err err = workspace_session_principal(api->parts.workspace, user->id, STR_NONE,
                                               call->arena, &call->principal);
    if (err)
        return err == ERR_UNAUTHORIZED ? refuse_password(call) : err; // nobody's member
    api_random_text(api, SESSION_VALUE_LEN, value);
    api_random_text(api, SESSION_VALUE_LEN, csrf);
    struct session_row row = {
        .user_id = user->id,
        .csrf = str_of(csrf),
        .expires_ms = clock_wall_ms(api->parts.clock) + SESSION_IDLE_MS,
        .ip = call->client_address,
        .user_agent = str_sub(call->user_agent, 0, SESSION_AGENT_LEN_MAX),
    };
    hash_sha256(value, SESSION_VALUE_LEN, row.digest);
    call->caller = CALLER_SESSION;
    err = call_note(call, insert, &row);
    if (!err)
        err = answer(call, str_of(csrf));
    if (!err)
        set_cookie(call, value, SESSION_COOKIE_MAX_AGE_S);
    secret_wipe(value, sizeof(value));
    return err;
}

enum err handle_sign_in(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct user_row user = { 0 };
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    if (!err)
        err = passphrase_check(call, values[EMAIL].text, values[PASSWORD].text, &user);
    if (err == ERR_UNAUTHORIZED) {
        audit_failed_sign_in(call, &user);
        err = refuse_password(call);
    }
    if (values[PASSWORD].text.len > 0)
        secret_wipe((char *)values[PASSWORD].text.data, values[PASSWORD].text.len);
    return err ? err : open_session(call, &user);
}

// --- Signing out

static enum err remove_session(struct call *call, struct store_tx *tx, void *ctx,
                               struct call_change *ret_change)
{
    (void)ctx;
    *ret_change = (struct call_change){
        .action = "signed_out",
        .target_type = "user",
        .target_id = call->principal.user_id,
        .target_name = call->principal.user_email,
    };
    return store_session_delete(tx, call->digest, &call->problem);
}

enum err handle_sign_out(struct call *call)
{
    enum err err = call_note(call, remove_session, NULL);
    if (err)
        return err;
    api_recheck_streams(call->api);
    set_cookie(call, "", 0);
    reply_empty(call, 204);
    return OK;
}
