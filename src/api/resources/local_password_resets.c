// SPDX-License-Identifier: Apache-2.0
// A one-time link for somebody who has lost his password, made by whoever owns the machine.
#include "store/password_resets.h"

#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"
#include "store/members.h"

#define VALID_FOR_MS ((int64_t)30 * 60 * 1000)

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
    static const struct body_field field = {
        .name = "email", .is_required = true, .min_len = 1, .max_len = EMAIL_LEN_MAX
    };
    struct body_value value;
    char token[LINK_TOKEN_LEN + 1];
    enum err err = body_read(call, &field, 1, &value);
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
