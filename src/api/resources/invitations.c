// SPDX-License-Identifier: Apache-2.0
// Invitations: an Admin makes a link, whoever has it becomes a member.
#include "store/invitations.h"

#include "api/letters.h"
#include "api/resources/organization.h"
#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"
#include "codec/hash.h"
#include "store/groups.h"
#include "store/members.h"
#include "store/organizations.h"
#include "store/policies.h"

#define VALID_FOR_MS ((int64_t)3 * 24 * 3600 * 1000)

static struct target describe(const void *invitation)
{
    const struct invitation_row *row = invitation;
    return (struct target){ .id = row->id, .name = row->email };
}

// What was deleted since is left out.
static enum err forget_missing(struct call *call, enum err err)
{
    if (err != ERR_NOT_FOUND)
        return err;
    memset(&call->problem, 0, sizeof(call->problem));
    return OK;
}

static enum err group_name(struct call *call, struct store_tx *tx, str id, str *ret_name)
{
    struct group_row row;
    enum err err = organization_group(call, tx, id, &row);
    if (!err)
        *ret_name = row.name;
    return err;
}

static enum err workspace_name(struct call *call, struct store_tx *tx, str id, str *ret_name)
{
    struct workspace_row row;
    enum err err = organization_workspace(call, tx, id, &row);
    if (!err)
        *ret_name = row.name;
    return err;
}

// An array of {"id", "name"}.
static enum err write_named(struct call *call, struct store_tx *tx, str ids,
                            enum err (*find)(struct call *call, struct store_tx *tx, str id,
                                             str *ret_name))
{
    enum err err = OK;
    str id, name;
    json_open_array(&call->json);
    while (ids.len > 0 && str_next(&ids, ',', &id) && !err) {
        err = find(call, tx, id, &name);
        if (!err)
            named_write(id, name, &call->json);
        err = forget_missing(call, err);
    }
    json_close_array(&call->json);
    return err;
}

static enum err write(struct call *call, struct store_tx *tx, const void *invitation)
{
    const struct invitation_row *row = invitation;
    struct json *json = &call->json;
    enum err err = OK;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "email", row->email);
    json_put_str(json, "role", role_shown(row->role));
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "expiresAt", row->expires_ms);
    json_key(json, STR("groups"));
    err = write_named(call, tx, row->group_ids, group_name);
    json_key(json, STR("workspaces"));
    enum err second = write_named(call, tx, row->workspace_ids, workspace_name);
    json_close_object(json);
    return err ? err : second;
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_invitation_get(tx, call->principal.organization_id, id, ret_row,
                                &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_invitation_list(tx, call->principal.organization_id, page, ret_list,
                                 &call->problem);
}

static enum err cancel(struct call *call, struct store_tx *tx, const void *row)
{
    return store_invitation_delete(tx, describe(row).id, &call->problem);
}

// The word that others have for it.
static void retell(struct call *call, const void *row, struct call_change *change)
{
    (void)call;
    (void)row;
    change->target_type = "user_invitation";
}

static const struct resource_type invitations = {
    .kind = "invitation",
    .many = "invitations",
    .path = "/v2/invitations",
    .ended = "deleted",
    .row_size = sizeof(struct invitation_row),
    .describe = describe,
    .retell = retell,
    .write = write,
    .get = get,
    .list = list,
    .remove = cancel,
};

enum err handle_list_invitations(struct call *call)
{
    return resource_list(call, &invitations);
}

enum err handle_delete_invitation(struct call *call)
{
    return resource_delete(call, &invitations, call->params[0]);
}

// --- Inviting

enum { EMAIL, ROLE, GROUPS, WORKSPACES, CREATE_COUNT };
enum { IDS_MAX = 100 };
static const struct body_field create_members[] = {
    [EMAIL] = { .name = "email", .is_required = true, .min_len = 3, .max_len = EMAIL_LEN_MAX },
    [ROLE] = { .name = "role", .kind = BODY_CHOICE, .choices = role_words },
    [GROUPS] = { .name = "groupIds", .kind = BODY_IDS, .max_len = IDS_MAX },
    [WORKSPACES] = { .name = "workspaceIds", .kind = BODY_IDS, .max_len = IDS_MAX },
};

struct invited {
    struct organization_row organization;
    const struct body_value *values;
    struct invitation_row row;
    char token[LINK_TOKEN_LEN + 1];
};

static enum err answer(struct call *call, struct store_tx *tx, const struct invited *invited)
{
    struct json *json = reply_json(call, 201);
    json_open_object(json);
    json_key(json, STR("invitation"));
    enum err err = write(call, tx, &invited->row);
    json_put_str(json, "link", link_of(call, "invitation", invited->token));
    json_put_bool(json, "isMailed", letters_are_sent(call));
    json_close_object(json);
    return err;
}

static enum err must_be_no_member(struct call *call, struct store_tx *tx, str email)
{
    struct user_row user;
    struct member_row member;
    enum err err = store_user_get_by_email(tx, email, &user, &call->problem);
    if (!err)
        err = store_member_get(tx, call->principal.organization_id, user.id, &member,
                               &call->problem);
    if (!err)
        return call_fail(call, ERR_CONFLICT, "%" PRIstr " is a member already", STR_ARG(email));
    memset(&call->problem, 0, sizeof(call->problem));
    return err == ERR_NOT_FOUND ? OK : err;
}

// Each id must be one of the organisation's; the text is them with commas between.
static enum err join_ids(struct call *call, struct store_tx *tx, const struct body_value *value,
                         enum err (*find)(struct call *call, struct store_tx *tx, str id,
                                          str *ret_name),
                         str *ret_ids)
{
    const char *field = create_members[find == group_name ? GROUPS : WORKSPACES].name;
    struct buf ids = { 0 };
    enum err err = OK;
    str name;
    for (int64_t i = 0; i < value->number && !err; i++) {
        err = find(call, tx, value->ids[i], &name);
        if (err == ERR_NOT_FOUND) {
            memset(&call->problem, 0, sizeof(call->problem));
            err = call_invalid(call, arena_printf(call->arena, "%s[%lld]", field, (long long)i),
                               "is not known");
        }
        buf_addf(&ids, "%s%" PRIstr, i ? "," : "", STR_ARG(value->ids[i]));
    }
    if (!err)
        *ret_ids = ids.len > 0 ? arena_dup(call->arena, buf_str(&ids)) : STR("");
    buf_done(&ids);
    return err;
}

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct invited *invited = ctx;
    const struct body_value *values = invited->values;
    struct invitation_row *row = &invited->row;
    enum err err = join_ids(call, tx, &values[GROUPS], group_name, &row->group_ids);
    if (!err)
        err = join_ids(call, tx, &values[WORKSPACES], workspace_name, &row->workspace_ids);
    if (!err)
        err = must_be_no_member(call, tx, row->email);
    if (!err)
        err = store_invitation_create(tx, &invited->row, &call->problem);
    if (!err)
        err = store_organization_get(tx, row->organization_id, &invited->organization,
                                     &call->problem);
    if (err)
        return err;
    *ret_change = (struct call_change){
        .action = "created",
        .target_type = "user_invitation",
        .target_id = invited->row.id,
        .target_name = invited->row.email,
    };
    return answer(call, tx, invited);
}

enum err handle_create_invitation(struct call *call)
{
    struct body_value values[CREATE_COUNT];
    struct invited invited;
    enum err err = allow_confirmed(call, NULL);
    if (err)
        return err;
    err = body_read(call, create_members, CREATE_COUNT, values);
    if (values[EMAIL].text.len > 0 && !email_is_valid(values[EMAIL].text))
        err = call_invalid(call, STR("email"), "must be an e-mail address");
    if (err)
        return err;
    invited.row = (struct invitation_row){
        .organization_id = call->principal.organization_id,
        .email = values[EMAIL].text,
        .role = role_stored(values[ROLE].text),
        .expires_ms = clock_wall_ms(call->api->parts.clock) + VALID_FOR_MS,
    };
    invited.values = values;
    link_token_make(call, invited.token, invited.row.digest);
    err = call_write(call, create, &invited);
    if (!err)
        (void)letter_invitation(call, invited.row.email, invited.organization.name,
                                link_of(call, "invitation", invited.token));
    secret_wipe(invited.token, sizeof(invited.token));
    return err;
}

// --- Accepting

enum { TOKEN, NAME, PASSWORD, ACCEPT_COUNT };
static const struct body_field accept_members[] = {
    [TOKEN] = { .name = "token", .is_required = true, .max_len = NAME_LEN_MAX },
    [NAME] = { .name = "name", .max_len = NAME_LEN_MAX },
    [PASSWORD] = { .name = "password",
                   .kind = BODY_SECRET,
                   .is_required = true,
                   .min_len = PASSWORD_LEN_LEAST,
                   .max_len = PASSWORD_LEN_MOST },
};

struct accepted {
    uint8_t digest[STORE_DIGEST_LEN];
    char hash[PASSWORD_HASH_SIZE];
    str name;
    struct user_row user; // who joined
};

// Somebody who was a member before keeps his id, and gets the password he gives now.
static enum err make_user(struct call *call, struct store_tx *tx,
                          const struct accepted *accepted, struct user_row *user)
{
    struct problem *problem = &call->problem;
    enum err err = store_user_get_by_email(tx, user->email, user, problem);
    user->password_hash = str_of(accepted->hash);
    if (err == ERR_NOT_FOUND) {
        memset(problem, 0, sizeof(*problem));
        user->name = accepted->name;
        return store_user_create(tx, user, problem);
    }
    if (!err)
        err = store_user_set_password(tx, user->id, user->password_hash, problem);
    if (!err && accepted->name.len > 0)
        err = store_user_set_name(tx, user->id, accepted->name, problem);
    return err;
}

static enum err join_groups(struct call *call, struct store_tx *tx,
                            const struct invitation_row *row, str user_id)
{
    struct group_row group;
    enum err err = OK;
    str ids = row->group_ids, id;
    while (ids.len > 0 && !err && str_next(&ids, ',', &id)) {
        err = store_group_get(tx, row->organization_id, id, &group, &call->problem);
        if (!err)
            err = store_group_add_member(tx, id, user_id, &call->problem);
        err = forget_missing(call, err);
    }
    return err;
}

// Belonging to a workspace is having a policy there, be it an empty one. A new member belongs
// to all there are, unless he was invited into some of them, or into groups.
static enum err join_workspaces(struct call *call, struct store_tx *tx,
                                const struct invitation_row *row, str user_id)
{
    struct workspace_row workspace;
    str ids = row->workspace_ids, id;
    if (ids.len == 0 && row->group_ids.len == 0)
        return OK;
    enum err err = store_policy_leave_all(tx, row->organization_id, user_id, &call->problem);
    while (ids.len > 0 && !err && str_next(&ids, ',', &id)) {
        struct policy_row policy = { .workspace_id = id,
                                     .kind = POLICY_MEMBER,
                                     .subject_id = user_id,
                                     .policy = POLICY_EMPTY };
        err = store_workspace_get(tx, id, &workspace, &call->problem);
        if (!err)
            err = store_policy_put(tx, &policy, &call->problem);
        err = forget_missing(call, err);
    }
    return err;
}

static enum err join(struct call *call, struct store_tx *tx, const struct accepted *accepted,
                     const struct invitation_row *row, struct user_row *ret_user)
{
    struct user_row user = { .email = row->email };
    enum err err = make_user(call, tx, accepted, &user);
    struct member_row member = {
        .organization_id = row->organization_id,
        .user_id = user.id,
        .role = row->role,
    };
    if (!err)
        err = store_member_add(tx, &member, &call->problem);
    if (!err)
        err = join_groups(call, tx, row, user.id);
    if (!err)
        err = join_workspaces(call, tx, row, user.id);
    if (err)
        return err;
    *ret_user = user;
    return store_invitation_delete(tx, row->id, &call->problem);
}

static void answer_accepted(struct call *call, const struct invitation_row *row,
                            const struct user_row *user)
{
    enum member_role role = str_eq(row->role, STR("admin")) ? ROLE_ADMIN : ROLE_MEMBER;
    struct json *json = reply_json(call, 201);
    json_open_object(json);
    json_key(json, STR("user"));
    user_write(user->id, user->email, role, row->organization_id, json);
    json_close_object(json);
}

static enum err accept(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct accepted *accepted = ctx;
    struct invitation_row row;
    struct user_row *user = &accepted->user;
    enum err err = store_invitation_get_by_digest(tx, accepted->digest, &row, &call->problem);
    if (err == ERR_NOT_FOUND)
        return link_token_refuse(call);
    if (!err)
        err = join(call, tx, accepted, &row, user);
    if (err)
        return err;
    answer_accepted(call, &row, user);
    *ret_change = (struct call_change){
        .action = "added_to_organization",
        .target_type = "user",
        .target_id = user->id,
        .target_name = user->email,
        .organization_id = row.organization_id,
        .details =
            arena_printf(call->arena, "{\"invitationId\":\"%" PRIstr "\"}", STR_ARG(row.id)),
        .actor = user,
    };
    return OK;
}

enum err handle_accept_invitation(struct call *call)
{
    struct body_value values[ACCEPT_COUNT];
    struct accepted accepted;
    enum err err = body_read(call, accept_members, ACCEPT_COUNT, values);
    if (!err)
        err = link_token_try(call);
    if (err)
        return err;
    accepted.name = values[NAME].text.data ? values[NAME].text : STR("");
    hash_sha256(values[TOKEN].text.data, values[TOKEN].text.len, accepted.digest);
    err = passphrase_hash(call, values[PASSWORD].text, accepted.hash);
    if (!err)
        err = call_write(call, accept, &accepted);
    if (!err)
        link_token_forgive(call);
    return err;
}
