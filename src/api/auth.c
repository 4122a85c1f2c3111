// SPDX-License-Identifier: Apache-2.0
// Authentication of management calls.
#include "api/auth.h"

#include "api/ended_token.h"
#include "api/rates.h"
#include "api/reply.h"
#include "codec/base64.h"
#include "codec/hash.h"
#include "codec/url.h"
#include "store/organizations.h"

enum {
    SESSION_TOUCH_MS = 3600 * 1000, // seen again after so long is written down
};

// --- Headers

static bool take_scheme(str *header, str scheme)
{
    str found = str_sub(*header, 0, scheme.len);
    if (!str_eq_nocase(found, scheme) || header->len <= scheme.len ||
        header->data[scheme.len] != ' ')
        return false;
    *header = str_trim(str_sub(*header, scheme.len, header->len));
    return true;
}

// Basic credentials: what stands before and behind the first colon.
static bool basic_parts(str authorization, struct arena *arena, str *ret_user,
                        str *ret_password)
{
    str decoded;
    if (!take_scheme(&authorization, STR("Basic")) ||
        base64_decode(BASE64_STANDARD, authorization, arena, &decoded))
        return false;
    size_t colon = str_find(decoded, ':');
    *ret_user = str_sub(decoded, 0, colon);
    *ret_password = str_sub(decoded, colon + 1, decoded.len);
    return true;
}

str auth_token(str authorization, struct arena *arena)
{
    str user, password;
    if (take_scheme(&authorization, STR("Bearer")))
        return authorization;
    return basic_parts(authorization, arena, &user, &password) ? password : STR_NONE;
}

str auth_basic_user(str authorization, struct arena *arena)
{
    str user, password;
    return basic_parts(authorization, arena, &user, &password) ? user : STR_NONE;
}

str auth_cookie(str cookie, str name)
{
    str part;
    while (str_next(&cookie, ';', &part)) {
        part = str_trim(part);
        size_t equals = str_find(part, '=');
        if (str_eq(str_sub(part, 0, equals), name))
            return str_sub(part, equals + 1, part.len);
    }
    return STR_NONE;
}

// --- Refusals

enum err auth_refuse(struct call *call, bool has_credentials)
{
    reply_header(call, STR("WWW-Authenticate"),
                 has_credentials ? STR("Bearer realm=\"pintle\", error=\"invalid_token\"")
                                 : STR("Bearer realm=\"pintle\""));
    return call_fail(call, ERR_UNAUTHORIZED,
                     "The access token or session is missing or not valid.");
}

enum err auth_refuse_level(struct call *call, const char *text)
{
    call->tells_error = true;
    reply_header(call, STR("WWW-Authenticate"),
                 STR("Bearer realm=\"pintle\", error=\"invalid_token\""));
    return call_fail(call, ERR_UNAUTHORIZED, "%s", text);
}

static enum err refuse_kind(struct call *call)
{
    if (call->caller == CALLER_TOKEN)
        return call_fail(call, ERR_FORBIDDEN,
                         "This is for people who are signed in, not for access tokens.");
    return call_fail(call, ERR_FORBIDDEN, "This is for access tokens, not for sessions.");
}

// --- Tokens

static enum err token_principal(struct call *call, enum token_refusal *ret_refusal)
{
    return workspace_token_principal(call->api->parts.workspace, call->digest,
                                     call->client_address, call->arena, &call->principal,
                                     ret_refusal);
}

static enum err refuse_unknown(struct call *call)
{
    enum err err = rate_unknown_token(call);
    return err ? err : auth_refuse(call, true);
}

// One that was a token once is not a guess, and the audit log hears of it. Revoked ones are
// not told from guesses before the limit for those has let them pass.
static enum err refuse_token(struct call *call, enum token_refusal refusal)
{
    enum err err = refusal == TOKEN_UNKNOWN ? rate_unknown_token(call) : OK;
    if (err)
        return err;
    ended_token_recognize(call, refusal);
    return auth_refuse(call, true);
}

// What works in a workspace is not for tokens of the whole organization.
static enum err refuse_level(struct call *call)
{
    bool needs_workspace = call->operation->workspace == WORKSPACE_REQUIRED;
    if (needs_workspace && call->principal.kind == PRINCIPAL_ORGANIZATION_SERVICE)
        return auth_refuse_level(call, "This endpoint requires a workspace-level access token");
    return OK;
}

static enum err identify_token(struct call *call)
{
    str token = auth_token(call->authorization, call->arena);
    enum token_refusal refusal;
    if (!token_is_well_formed(token) && !token_is_imported_form(token))
        return refuse_unknown(call);
    token_digest(token, call->digest);
    enum err err = token_principal(call, &refusal);
    if (err == ERR_UNAUTHORIZED)
        return refuse_token(call, refusal);
    if (!err)
        err = rate_token(call, call->principal.token_id);
    if (err)
        return err;
    call->caller = CALLER_TOKEN;
    if (workspace_token_used(call->api->parts.workspace, call->digest, call->client_address,
                             str_sub(call->user_agent, 0, 256)))
        api_note_use(call->api);
    if (!(call->operation->callers & CALLER_TOKEN))
        return refuse_kind(call);
    return refuse_level(call);
}

// --- Sessions

static enum err touch(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    (void)ctx;
    (void)ret_change;
    int64_t now_ms = clock_wall_ms(call->api->parts.clock);
    struct session_row row = {
        .expires_ms = now_ms + SESSION_IDLE_MS,
        .ip = call->client_address,
        .user_agent = str_sub(call->user_agent, 0, SESSION_AGENT_LEN_MAX),
    };
    memcpy(row.digest, call->digest, sizeof(row.digest));
    return store_session_touch(tx, &row, &call->problem);
}

static enum err load_session(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    const struct api_parts *parts = &call->api->parts;
    enum err err = store_begin(parts->store, STORE_READ, call->arena, &tx, &call->problem);
    if (!err)
        err = store_session_get(tx, call->digest, &call->session, &call->problem);
    if (err == ERR_NOT_FOUND)
        return auth_refuse(call, true);
    return err;
}

// A full disk does not lock people out: their session then ends as if they had been away.
static void keep_session(struct call *call)
{
    int64_t idle_ms = clock_wall_ms(call->api->parts.clock) - call->session.last_seen_ms;
    if (idle_ms < SESSION_TOUCH_MS)
        return;
    enum err err = call_note(call, touch, NULL);
    if (err && err != ERR_NOT_FOUND) // signed out at the same moment
        log_event(LOG_WARN, "a session cannot be kept", LOG_STR("request", call->request_id),
                  LOG_CSTR("detail", call->problem.text), LOG_ERR(err));
    memset(&call->problem, 0, sizeof(call->problem));
}

static enum err check_csrf(struct call *call)
{
    bool is_reading = str_eq(call->method, STR("GET")) || str_eq(call->method, STR("HEAD"));
    str expected = call->session.csrf;
    if (is_reading)
        return OK;
    if (call->csrf_token.len == expected.len &&
        hash_equal(call->csrf_token.data, expected.data, expected.len))
        return OK;
    call_detail(call, STR("X-CSRF-Token"), STR("must be the session's csrfToken"));
    return call_fail(call, ERR_FORBIDDEN, "The header X-CSRF-Token is missing or not right.");
}

// EventSource cannot send headers, so streams may name the workspace in the query as well.
static str named_workspace(struct call *call)
{
    str id = call->workspace_id;
    if (!id.data && call->operation->is_stream)
        (void)call_query(call, STR("workspaceId"), &id);
    return id;
}

static enum err session_principal(struct call *call)
{
    bool is_ignored = call->operation->workspace == WORKSPACE_NONE;
    str workspace_id = is_ignored ? STR_NONE : named_workspace(call);
    if (workspace_id.len == 0 && call->operation->workspace == WORKSPACE_REQUIRED)
        return call_invalid(call, STR("X-Workspace-Id"),
                            "is required: sessions name the workspace they work in");
    enum err err =
        workspace_session_principal(call->api->parts.workspace, call->session.user_id,
                                    workspace_id, call->arena, &call->principal);
    if (err == ERR_NOT_FOUND)
        return call_fail(call, err, "No such workspace.");
    return err == ERR_UNAUTHORIZED ? auth_refuse(call, true) : err;
}

static enum err identify_session(struct call *call)
{
    str value = auth_cookie(call->cookie, STR(SESSION_COOKIE));
    if (value.len == 0)
        return auth_refuse(call, false);
    hash_sha256(value.data, value.len, call->digest);
    enum err err = load_session(call);
    if (err)
        return err;
    call->caller = CALLER_SESSION;
    if (!(call->operation->callers & CALLER_SESSION))
        return refuse_kind(call);
    err = check_csrf(call);
    if (err)
        return err;
    keep_session(call);
    return session_principal(call);
}

// --- Anybody

// A page of another origin may not sign somebody in or set the server up.
static enum err identify_anybody(struct call *call)
{
    call->caller = CALLER_ANYBODY;
    if (call->operation->effect == EFFECT_WRITE && str_eq(call->fetch_site, STR("cross-site")))
        return call_fail(call, ERR_FORBIDDEN,
                         "This cannot be asked by a page of another site.");
    return OK;
}

// --- Whoever owns the machine

// What people and tokens may call too he calls as an Admin of the organisation would.
static enum err identify_owner(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct organization_row *rows = NULL;
    size_t count = 0;
    call->caller = CALLER_LOCAL;
    if (!(call->operation->callers & (CALLER_SESSION | CALLER_TOKEN)))
        return OK;
    enum err err =
        store_begin(call->api->parts.store, STORE_READ, call->arena, &tx, &call->problem);
    if (!err)
        err = store_organization_list(tx, &rows, &count, &call->problem);
    if (err)
        return err;
    if (count == 0)
        return call_fail(call, ERR_NOT_FOUND, "There is no organisation yet: pintle setup.");
    call->principal = (struct principal){
        .kind = PRINCIPAL_SESSION,
        .role = ROLE_ADMIN,
        .user_id = STR(""),
        .organization_id = rows[0].id, // setup makes one, and nothing makes another
    };
    return OK;
}

enum err auth_identify(struct call *call)
{
    unsigned callers = call->operation->callers;
    if (callers & CALLER_WRITE_KEY) {
        call->caller = CALLER_WRITE_KEY;
        return OK;
    }
    assert(!call->is_local || callers & CALLER_LOCAL);
    if (call->is_local)
        return identify_owner(call);
    if (callers & CALLER_ANYBODY)
        return identify_anybody(call);
    if (call->authorization.data)
        return identify_token(call);
    return identify_session(call);
}

enum err auth_still_holds(struct call *call)
{
    enum err err = OK;
    if (call->caller == CALLER_TOKEN)
        err = token_principal(call, NULL);
    else
        err = load_session(call);
    if (!err && call->caller == CALLER_SESSION)
        err = session_principal(call);
    return err ? err : call_allow(call);
}
