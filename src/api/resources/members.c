// SPDX-License-Identifier: Apache-2.0
// Members of the organisation: their roles, and what is left of them when they go.
#include "store/members.h"

#include "api/resources/organization.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/groups.h"
#include "store/password_resets.h"
#include "store/policies.h"
#include "store/sessions.h"

static enum err complete(struct call *call, struct store_tx *tx, const struct member_row *row,
                         struct member *ret_member)
{
    struct member member = { .role = row->role, .created_ms = row->created_ms };
    enum err err = store_user_get(tx, row->user_id, &member.user, &call->problem);
    if (!err)
        *ret_member = member;
    return err;
}

enum err organization_member(struct call *call, struct store_tx *tx, str user_id,
                             void *ret_member)
{
    struct member_row row;
    enum err err =
        store_member_get(tx, call->principal.organization_id, user_id, &row, &call->problem);
    if (err == ERR_NOT_FOUND)
        return problem_set(&call->problem, err, STR("id"), "no such member");
    return err ? err : complete(call, tx, &row, ret_member);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    struct store_list rows;
    enum err err =
        store_member_list(tx, call->principal.organization_id, page, &rows, &call->problem);
    if (err)
        return err;
    struct member *members = ARENA_ARRAY(call->arena, struct member, rows.count);
    for (size_t i = 0; i < rows.count && !err; i++)
        err = complete(call, tx, (const struct member_row *)rows.rows + i, &members[i]);
    if (err)
        return err;
    *ret_list = (struct store_list){ members, rows.count, rows.total };
    return OK;
}

static struct target describe(const void *member)
{
    const struct user_row *user = &((const struct member *)member)->user;
    return (struct target){ .id = user->id, .name = user->email };
}

// Everybody may look at himself.
static enum err allow(struct call *call, const void *row)
{
    const struct member *member = row;
    bool is_himself =
        call->caller == CALLER_SESSION && str_eq(member->user.id, call->principal.user_id);
    if (is_himself && call->operation->effect == EFFECT_READ)
        return OK;
    return allow_confirmed(call, row);
}

// --- Answers

static void write_own(const struct member *member, struct json *json)
{
    json_put_str(json, "id", member->user.id);
    json_put_str(json, "email", member->user.email);
    json_put_str(json, "name", member->user.name.data ? member->user.name : STR(""));
    json_put_str(json, "role", role_shown(member->role));
    json_put_time(json, "createdAt", member->created_ms);
}

static enum err write_brief(struct call *call, struct store_tx *tx, const void *member)
{
    (void)tx;
    json_open_object(&call->json);
    write_own(member, &call->json);
    json_close_object(&call->json);
    return OK;
}

static enum err write_groups(struct call *call, struct store_tx *tx,
                             const struct member *member)
{
    struct group_row *rows = NULL;
    size_t count = 0;
    enum err err = store_group_list_of_user(tx, call->principal.organization_id,
                                            member->user.id, &rows, &count, &call->problem);
    json_key(&call->json, STR("groups"));
    json_open_array(&call->json);
    for (size_t i = 0; i < count && !err; i++)
        named_write(rows[i].id, rows[i].name, &call->json);
    json_close_array(&call->json);
    return err;
}

static enum err write_details(struct call *call, struct store_tx *tx, const void *row)
{
    const struct member *member = row;
    struct json *json = &call->json;
    json_open_object(json);
    write_own(member, json);
    enum err err = write_groups(call, tx, member);
    if (!err)
        err = policy_places_write(call, tx, POLICY_MEMBER, member->user.id);
    if (!err)
        err = tokens_write_of(call, tx, member->user.id);
    json_close_object(json);
    return err;
}

// --- Changes

static enum err explain(struct call *call, enum err err)
{
    if (err == ERR_CONFLICT)
        return call_fail(call, err, "The last Admin cannot be removed or demoted");
    return err;
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *row)
{
    struct member *member = row;
    str organization_id = call->principal.organization_id, user_id = member->user.id;
    str role = role_stored(values->text);
    if (str_eq(role, member->role))
        return OK;
    member->role = role;
    enum err err = store_member_set_role(tx, organization_id, user_id, role, &call->problem);
    if (!err)
        err = store_member_must_have_admin(tx, organization_id, &call->problem);
    if (!err)
        err = store_session_delete_of_user(tx, user_id, &call->problem);
    return explain(call, err);
}

// His tokens are ended one by one in the log of revocations, so that neither inviting him again
// nor an older backup revives them.
static enum err end_access(struct call *call, struct store_tx *tx, str user_id)
{
    struct store_list ended;
    struct problem *problem = &call->problem;
    enum err err = store_personal_token_revoke_all(tx, user_id, STR_NONE, &ended, problem);
    if (!err)
        err = tokens_audit_ended(call, tx, &ended, call->principal.organization_id);
    if (!err)
        err = store_session_delete_of_user(tx, user_id, problem);
    return err ? err : store_password_reset_delete_of_user(tx, user_id, problem);
}

static enum err remove_member(struct call *call, struct store_tx *tx, const void *row)
{
    const struct member *member = row;
    str organization_id = call->principal.organization_id, user_id = member->user.id;
    enum err err = store_member_remove(tx, organization_id, user_id, &call->problem);
    if (!err)
        err = store_member_must_have_admin(tx, organization_id, &call->problem);
    if (!err)
        err = end_access(call, tx, user_id);
    return explain(call, err);
}

// The words that others have for it.
static void retell(struct call *call, const void *row, struct call_change *change)
{
    (void)call;
    (void)row;
    change->target_type = "user";
    if (str_eq(str_of(change->action), STR("updated")))
        change->action = "changed_permission";
}

#define MEMBERS                                                                                \
    .kind = "member", .one = "member", .many = "members", .path = "/v2/members",               \
    .ended = "removed_from_organization", .retell = retell, .row_size = sizeof(struct member), \
    .describe = describe, .allow = allow, .get = organization_member, .list = list,            \
    .update = update, .remove = remove_member

static const struct resource_type members = { MEMBERS, .write = write_brief };
static const struct resource_type member_details = { MEMBERS, .write = write_details };

// --- Handlers

enum err handle_list_members(struct call *call)
{
    return resource_list(call, &members);
}

enum err handle_get_member(struct call *call)
{
    return resource_get(call, &member_details, call->params[0]);
}

enum err handle_update_member(struct call *call)
{
    static const struct body_field field = {
        .name = "role", .kind = BODY_CHOICE, .is_required = true, .choices = role_words
    };
    struct body_value value;
    struct member member;
    enum err err = resource_find(call, &member_details, call->params[0], &member);
    if (!err)
        err = body_read(call, &field, 1, &value);
    return err ? err : resource_update(call, &member_details, &value, &member);
}

enum err handle_remove_member(struct call *call)
{
    return resource_delete(call, &members, call->params[0]);
}
