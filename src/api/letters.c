// SPDX-License-Identifier: Apache-2.0
#include "api/letters.h"

#include "base/log.h"
#include "codec/timestamp.h"
#include "mail/mail.h"
#include "store/members.h"

bool letters_are_sent(const struct call *call)
{
    return call->api->parts.mail != NULL;
}

// Names that people chose stand on one line.
static str one_line(struct call *call, str text)
{
    char *copy = arena_cstr(call->arena, text);
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    return str_of(copy);
}

static bool queue(struct call *call, str to, str subject, str text)
{
    struct problem problem = { 0 };
    if (!letters_are_sent(call))
        return false;
    const struct mail_letter letter = { to, subject, text };
    enum err err = mail_queue(call->api->parts.mail, &letter, &problem);
    if (err)
        log_event(LOG_WARN, "a letter cannot be queued", LOG_STR("request", call->request_id),
                  LOG_CSTR("field", problem.field), LOG_CSTR("detail", problem.text),
                  LOG_ERR(err));
    return !err;
}

bool letter_invitation(struct call *call, str to, str organization, str link)
{
    str name = one_line(call, organization);
    str subject = arena_printf(call->arena, "You are invited to %" PRIstr " on Pintle",
                               STR_ARG(str_sub(name, 0, 128)));
    str text = arena_printf(call->arena,
                            "Hello,\n\n%" PRIstr " invites you to %" PRIstr " on Pintle at\n"
                            "%" PRIstr "\n\n"
                            "To join, open this link and choose a password. It works once, for "
                            "three days:\n\n%" PRIstr "\n\n"
                            "If you do not know them, ignore this letter.\n",
                            STR_ARG(call->principal.user_email), STR_ARG(name),
                            STR_ARG(call->api->parts.public_url), STR_ARG(link));
    return queue(call, to, subject, text);
}

bool letter_password_reset(struct call *call, str to, str link)
{
    str text =
        arena_printf(call->arena,
                     "Hello,\n\n"
                     "somebody, hopefully you, asked for a new password for your account "
                     "on Pintle.\nOpen this link to set one. It works once, for 30 "
                     "minutes:\n\n%" PRIstr "\n\n"
                     "If it was not you, ignore this letter: your password stays as it "
                     "is.\n",
                     STR_ARG(link));
    return queue(call, to, STR("Set a new password for Pintle"), text);
}

// "at 2026-… from 192.0.2.7"
static str circumstances(struct call *call)
{
    char time[TIMESTAMP_LEN + 1];
    timestamp_format(clock_wall_ms(call->api->parts.clock), time);
    str from = call->client_address.len > 0 ? call->client_address : STR("the server itself");
    return arena_printf(call->arena, "at %s, from %" PRIstr, time, STR_ARG(from));
}

bool letter_password_changed(struct call *call, str to)
{
    str when = circumstances(call);
    str text =
        arena_printf(call->arena,
                     "Hello,\n\n"
                     "the password of your account on Pintle was changed\n%" PRIstr
                     ".\nOther sessions have ended.\n\n"
                     "If it was not you, set a new one at once with \"Forgot password?\" "
                     "at\n%" PRIstr "/signin\nand tell your administrator.\n",
                     STR_ARG(when), STR_ARG(call->api->parts.public_url));
    return queue(call, to, STR("Your password for Pintle was changed"), text);
}

bool letter_token(struct call *call, str to, const char *kind, str name, const char *what)
{
    str when = circumstances(call);
    str subject = arena_printf(call->arena, "A %s was %s for you on Pintle", kind, what);
    str text = arena_printf(call->arena,
                            "Hello,\n\n"
                            "the %s \"%" PRIstr "\" was %s\n%" PRIstr ".\n"
                            "It acts with your rights.\n\n"
                            "If that was not you, revoke it in the dashboard, under Settings > "
                            "Personal\nAccess Tokens, and change your password:\n%" PRIstr "\n",
                            kind, STR_ARG(one_line(call, name)), what, STR_ARG(when),
                            STR_ARG(call->api->parts.public_url));
    return queue(call, to, subject, text);
}

static void letter_service_token(struct call *call, str to, str name, const char *what)
{
    str when = circumstances(call);
    str by = call->principal.user_email;
    if (by.len == 0)
        by = call->principal.token_name.len > 0 ? call->principal.token_name
                                                : STR("whoever owns the machine");
    str subject = arena_printf(call->arena, "A Service Access Token was %s on Pintle", what);
    str text = arena_printf(
        call->arena,
        "Hello,\n\n"
        "the Service Access Token \"%" PRIstr "\" was %s by\n%" PRIstr "\n%" PRIstr ".\n\n"
        "You get this letter because you are an Admin. If it should not be, "
        "delete the\ntoken in the dashboard, under Settings > Service "
        "Access Tokens:\n%" PRIstr "\n",
        STR_ARG(one_line(call, name)), what, STR_ARG(one_line(call, by)), STR_ARG(when),
        STR_ARG(call->api->parts.public_url));
    (void)queue(call, to, subject, text);
}

static enum err write_to_admins(struct call *call, str name, const char *what)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    static const struct store_page all = { 0 };
    struct store_list list;
    enum err err =
        store_begin(call->api->parts.store, STORE_READ, call->arena, &tx, &call->problem);
    if (!err)
        err =
            store_member_list(tx, call->principal.organization_id, &all, &list, &call->problem);
    const struct member_row *members = err ? NULL : list.rows;
    for (size_t i = 0; !err && i < list.count; i++) {
        struct user_row user;
        if (!str_eq(members[i].role, STR("admin")))
            continue;
        err = store_user_get(tx, members[i].user_id, &user, &call->problem);
        if (!err)
            letter_service_token(call, user.email, name, what);
    }
    return err;
}

void letters_service_token(struct call *call, str name, const char *what)
{
    enum err err = letters_are_sent(call) ? write_to_admins(call, name, what) : OK;
    if (err)
        log_event(LOG_WARN, "Admins cannot be told of a token",
                  LOG_STR("request", call->request_id), LOG_CSTR("detail", call->problem.text),
                  LOG_ERR(err));
}
