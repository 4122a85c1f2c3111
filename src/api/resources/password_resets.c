// SPDX-License-Identifier: Apache-2.0
// One-time links for people who have lost their password: by mail for whoever asks, or made by
// whoever owns the machine.
#include "store/password_resets.h"

#include "api/letters.h"
#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"
#include "store/members.h"
#include "store/organizations.h"

#define VALID_FOR_MS ((int64_t)30 * 60 * 1000)

static const struct body_field email_field = {
    .name = "email", .is_required = true, .min_len = 1, .max_len = EMAIL_LEN_MAX
};

struct wish {
    str email;
    struct password_reset_row row;
};

static enum err find_member(struct call *call, struct store_tx *tx, str email,
                            struct member_row *ret_member)
{
    struct user_row user;
    struct member_row *rows = NULL;
    size_t count = 0;
    enum err err = store_user_get_by_email(tx, email, &user, &call->problem);
    if (!err)
        err = store_member_list_of_user(tx, user.id, &rows, &count, &call->problem);
    if (err == ERR_NOT_FOUND || (!err && count == 0))
        return call_fail(call, ERR_NOT_FOUND, "Nobody has the e-mail address %" PRIstr ".",
                         STR_ARG(email));
    if (!err)
        *ret_member = rows[0];
    return err;
}

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct wish *wish = ctx;
    struct member_row member;
    enum err err = find_member(call, tx, wish->email, &member);
    if (err)
        return err;
    wish->row.user_id = member.user_id;
    *ret_change = (struct call_change){
        .action = "password_reset_created",
        .target_type = "user",
        .target_id = member.user_id,
        .target_name = wish->email,
        .organization_id = member.organization_id,
    };
    return store_password_reset_create(tx, &wish->row, &call->problem);
}

enum err handle_create_password_reset_locally(struct call *call)
{
    struct body_value value;
    char token[LINK_TOKEN_LEN + 1];
    enum err err = body_read(call, &email_field, 1, &value);
    if (err)
        return err;
    int64_t now_ms = clock_wall_ms(call->api->parts.clock);
    struct wish wish = { .email = value.text, .row.expires_ms = now_ms + VALID_FOR_MS };
    link_token_make(call, token, wish.row.digest);
    err = call_write(call, create, &wish);
    if (!err) {
        struct json *json = reply_json(call, 201);
        json_open_object(json);
        json_put_str(json, "link", link_of(call, "reset-password", token));
        json_put_time(json, "expiresAt", wish.row.expires_ms);
        json_close_object(json);
    }
    secret_wipe(token, sizeof(token));
    return err;
}

// --- By mail

// Asking is bounded as guessing is, but by itself: it does not keep anybody from signing in.
static enum err bound(struct call *call, str email)
{
    struct attempts *attempts = call->api->attempts;
    struct arena *arena = call->arena;
    str address = arena_printf(arena, "forgot %" PRIstr, STR_ARG(call->client_address));
    str person = arena_printf(arena, "forgot %" PRIstr, STR_ARG(email));
    int64_t wait_ms = attempts_try(attempts, &attempts_by_address, address);
    if (wait_ms == 0)
        wait_ms = attempts_try(attempts, &attempts_by_email, person);
    return wait_ms > 0 ? wait_refuse(call, wait_ms) : OK;
}

struct request {
    str email;
    struct password_reset_row row;
    bool is_known;
};

// Whom nobody belongs to is told to the oldest organisation. What was typed is not: people type
// passwords into the wrong field.
static enum err note_unknown(struct call *call, struct store_tx *tx,
                             struct call_change *ret_change)
{
    struct organization_row *rows = NULL;
    size_t count = 0;
    enum err err = store_organization_list(tx, &rows, &count, &call->problem);
    if (!err && count > 0)
        *ret_change = (struct call_change){
            .action = "password_reset_requested",
            .target_type = "user",
            .organization_id = rows[0].id,
        };
    return err;
}

// One transaction with an entry in any case, so that the time it takes tells nothing.
static enum err take_request(struct call *call, struct store_tx *tx, void *ctx,
                             struct call_change *ret_change)
{
    struct request *request = ctx;
    struct member_row member;
    enum err err = find_member(call, tx, request->email, &member);
    if (err == ERR_NOT_FOUND) {
        memset(&call->problem, 0, sizeof(call->problem));
        call->failure = STR_NONE;
        return note_unknown(call, tx, ret_change);
    }
    if (err)
        return err;
    request->is_known = true;
    request->row.user_id = member.user_id;
    *ret_change = (struct call_change){
        .action = "password_reset_requested",
        .target_type = "user",
        .target_id = member.user_id,
        .target_name = request->email,
        .organization_id = member.organization_id,
    };
    return store_password_reset_create(tx, &request->row, &call->problem);
}

enum err handle_create_password_reset(struct call *call)
{
    struct body_value value;
    char token[LINK_TOKEN_LEN + 1];
    if (!letters_are_sent(call))
        return call_fail(call, ERR_CONFLICT,
                         "This server sends no mail. Whoever runs it can make a link with "
                         "`pintle user reset-password`.");
    enum err err = body_read(call, &email_field, 1, &value);
    if (!err)
        err = bound(call, value.text);
    if (err)
        return err;
    int64_t now_ms = clock_wall_ms(call->api->parts.clock);
    struct request request = { .email = value.text, .row.expires_ms = now_ms + VALID_FOR_MS };
    link_token_make(call, token, request.row.digest);
    err = call_write(call, take_request, &request);
    if (!err && request.is_known)
        (void)letter_password_reset(call, request.email,
                                    link_of(call, "reset-password", token));
    secret_wipe(token, sizeof(token));
    if (!err)
        reply_empty(call, 202);
    return err;
}
