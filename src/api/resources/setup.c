// SPDX-License-Identifier: Apache-2.0
// First start: the organisation, its first workspace and its first Admin.
#include "api/letters.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"
#include "codec/hash.h"
#include "store/members.h"
#include "store/password.h"

enum { TOKEN, ORGANIZATION, WORKSPACE, EMAIL, PASSWORD, MEMBER_COUNT };
static const struct body_field members[] = {
    [TOKEN] = { .name = "setupToken", .max_len = NAME_LEN_MAX },
    [ORGANIZATION] = { .name = "organizationName",
                       .is_required = true,
                       .min_len = 1,
                       .max_len = NAME_LEN_MAX },
    [WORKSPACE] = { .name = "workspaceName",
                    .is_required = true,
                    .min_len = 1,
                    .max_len = NAME_LEN_MAX },
    [EMAIL] = { .name = "email", .is_required = true, .min_len = 3, .max_len = EMAIL_LEN_MAX },
    // A single factor wants 15 characters and nothing else (NIST SP 800-63B-4, 3.1.1).
    [PASSWORD] = { .name = "password",
                   .kind = BODY_SECRET,
                   .is_required = true,
                   .min_len = PASSWORD_LEN_LEAST,
                   .max_len = PASSWORD_LEN_MOST },
};

static enum err is_needed(struct call *call, struct store_tx *tx, bool *ret_is_needed)
{
    struct organization_row *rows = NULL;
    size_t count = 0;
    enum err err = store_organization_list(tx, &rows, &count, &call->problem);
    if (!err)
        *ret_is_needed = count == 0;
    return err;
}

static enum err ask_whether_needed(struct call *call, bool *ret_is_needed)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    return err ? err : is_needed(call, tx, ret_is_needed);
}

enum err handle_get_setup(struct call *call)
{
    bool needed;
    enum err err = ask_whether_needed(call, &needed);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_bool(json, "needed", needed);
    json_put_bool(json, "sendsMail", letters_are_sent(call));
    json_close_object(json);
    return OK;
}

static enum err refuse_again(struct call *call)
{
    return call_fail(call, ERR_CONFLICT, "This server is set up already");
}

// Whoever can reach the port could try; the link's token has 256 bits, the limit only keeps
// the log and the processor quiet.
static enum err check_token(struct call *call, str token)
{
    struct api *api = call->api;
    char expected[API_SETUP_TOKEN_LEN + 1];
    if (call->is_local)
        return OK;
    int64_t wait_ms = attempts_try(api->attempts, &attempts_by_address, call->client_address);
    if (wait_ms > 0)
        return wait_refuse(call, wait_ms);
    bool is_right = api_setup_token(api, expected) && token.len == API_SETUP_TOKEN_LEN &&
                    hash_equal(token.data, expected, API_SETUP_TOKEN_LEN);
    secret_wipe(expected, sizeof(expected));
    if (is_right) {
        attempts_forgive(api->attempts, &attempts_by_address, call->client_address);
        return OK;
    }
    reply_header(call, STR("WWW-Authenticate"), STR("Bearer realm=\"pintle\""));
    return call_fail(call, ERR_UNAUTHORIZED,
                     "The setup link is not the one that the server printed at its start.");
}

struct made {
    struct organization_row organization;
    struct workspace_row workspace;
    struct user_row user;
};

static enum err insert_rows(struct call *call, struct store_tx *tx, struct made *made)
{
    struct problem *problem = &call->problem;
    enum err err = store_organization_create(tx, &made->organization, problem);
    if (err)
        return err;
    made->workspace.organization_id = made->organization.id;
    made->workspace.api_reveals_secrets = true;
    err = store_workspace_create(tx, &made->workspace, problem);
    if (!err)
        err = store_user_create(tx, &made->user, problem);
    struct member_row member = {
        .organization_id = made->organization.id,
        .user_id = made->user.id,
        .role = STR("admin"),
    };
    return err ? err : store_member_add(tx, &member, problem);
}

static enum err make(struct call *call, struct store_tx *tx, void *ctx,
                     struct call_change *ret_change)
{
    struct made *made = ctx;
    bool needed;
    enum err err = is_needed(call, tx, &needed);
    if (!err && !needed)
        err = refuse_again(call);
    if (!err)
        err = insert_rows(call, tx, made);
    *ret_change = (struct call_change){
        .action = "created",
        .target_type = "organization",
        .target_id = made->organization.id,
        .target_name = made->organization.name,
        .organization_id = made->organization.id,
        .actor = call->is_local ? NULL : &made->user,
    };
    return err;
}

static void forget_token(struct api *api)
{
    pthread_mutex_lock(&api->setup_lock);
    secret_wipe(api->setup_token, sizeof(api->setup_token));
    pthread_mutex_unlock(&api->setup_lock);
}

static void answer(struct call *call, const struct made *made)
{
    struct json *json = reply_json(call, 201);
    json_open_object(json);
    json_key(json, STR("organization"));
    organization_write(&made->organization, json);
    json_key(json, STR("workspace"));
    workspace_write(call, &made->workspace, json);
    json_key(json, STR("user"));
    user_write(made->user.id, made->user.email, ROLE_ADMIN, made->organization.id, json);
    json_close_object(json);
}

static enum err check_body(struct call *call, struct body_value *values)
{
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    if (values[EMAIL].text.len > 0 && !email_is_valid(values[EMAIL].text))
        err = call_invalid(call, STR("email"), "must be an e-mail address");
    return err;
}

static enum err check_whether_needed(struct call *call)
{
    bool needed;
    enum err err = ask_whether_needed(call, &needed);
    return !err && !needed ? refuse_again(call) : err;
}

enum err handle_setup(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    char hash[PASSWORD_HASH_SIZE];
    enum err err = check_whether_needed(call);
    if (!err)
        err = check_body(call, values);
    if (!err)
        err = check_token(call, values[TOKEN].text);
    if (!err && !api_hashing_begin(call->api))
        err = ERR_BUSY;
    if (err)
        return err;
    err = password_hash(secret_of(values[PASSWORD].text), hash);
    api_hashing_end(call->api);
    secret_wipe((char *)values[PASSWORD].text.data, values[PASSWORD].text.len);
    if (err)
        return err;
    struct made made = {
        .organization = { .name = values[ORGANIZATION].text },
        .workspace = { .name = values[WORKSPACE].text, .environment = STR("PRODUCTION") },
        .user = { .email = values[EMAIL].text, .password_hash = str_of(hash) },
    };
    err = call_write(call, make, &made);
    if (err)
        return err;
    forget_token(call->api);
    answer(call, &made);
    return OK;
}
