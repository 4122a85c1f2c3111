// SPDX-License-Identifier: Apache-2.0
// Groups of members, which policies are given to.
#include "store/groups.h"

#include "api/resources/organization.h"
#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/policies.h"

enum { NAME, DESCRIPTION, MEMBER_COUNT };
enum { DESCRIPTION_LEN_MAX = 1024 };

#define MEMBERS(is_new)                                                                        \
    [NAME] = { .name = "name", .is_required = is_new, .min_len = 1, .max_len = NAME_LEN_MAX }, \
    [DESCRIPTION] = { .name = "description", .max_len = DESCRIPTION_LEN_MAX }

static const struct body_field members_new[] = { MEMBERS(true) };
static const struct body_field members_changed[] = { MEMBERS(false) };

static struct target describe(const void *group)
{
    const struct group_row *row = group;
    return (struct target){ .id = row->id, .name = row->name };
}

enum err organization_group(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_group_get(tx, call->principal.organization_id, id, ret_row, &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_group_list(tx, call->principal.organization_id, page, ret_list,
                            &call->problem);
}

// --- Answers

static void write_own(const struct group_row *row, size_t member_count, struct json *json)
{
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "description", row->description.data ? row->description : STR(""));
    json_put_int(json, "memberCount", (int64_t)member_count);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
}

static enum err write_brief(struct call *call, struct store_tx *tx, const void *group)
{
    const struct group_row *row = group;
    struct group_member_row *members = NULL;
    size_t count = 0;
    enum err err = store_group_list_members(tx, row->id, &members, &count, &call->problem);
    json_open_object(&call->json);
    write_own(row, count, &call->json);
    json_close_object(&call->json);
    return err;
}

static enum err write_members(struct call *call, struct store_tx *tx,
                              const struct group_member_row *rows, size_t count)
{
    struct json *json = &call->json;
    struct user_row user;
    enum err err = OK;
    json_key(json, STR("members"));
    json_open_array(json);
    for (size_t i = 0; i < count && !err; i++) {
        err = store_user_get(tx, rows[i].user_id, &user, &call->problem);
        if (err)
            break;
        json_open_object(json);
        json_put_str(json, "id", user.id);
        json_put_str(json, "email", user.email);
        json_put_str(json, "name", user.name.data ? user.name : STR(""));
        json_close_object(json);
    }
    json_close_array(json);
    return err;
}

static enum err write_details(struct call *call, struct store_tx *tx, const void *group)
{
    const struct group_row *row = group;
    struct group_member_row *members = NULL;
    size_t count = 0;
    enum err err = store_group_list_members(tx, row->id, &members, &count, &call->problem);
    json_open_object(&call->json);
    write_own(row, count, &call->json);
    if (!err)
        err = write_members(call, tx, members, count);
    if (!err)
        err = policy_places_write(call, tx, POLICY_GROUP, row->id);
    json_close_object(&call->json);
    return err;
}

// --- Changes

static void apply(const struct body_value *values, struct group_row *row)
{
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[DESCRIPTION].is_set)
        row->description = values[DESCRIPTION].text;
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    enum err err = store_group_create(tx, row, &call->problem);
    return organization_collision(call, err, "group");
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *row)
{
    apply(values, row);
    enum err err = store_group_update(tx, row, &call->problem);
    return organization_collision(call, err, "group");
}

static enum err remove_group(struct call *call, struct store_tx *tx, const void *group)
{
    const struct group_row *row = group;
    return store_group_delete(tx, row->organization_id, row->id, &call->problem);
}

#define GROUPS                                                                                 \
    .kind = "group", .one = "group", .many = "groups", .path = "/v2/groups",                   \
    .created_status = 201, .ended = "deleted", .row_size = sizeof(struct group_row),           \
    .describe = describe, .allow = allow_confirmed, .get = organization_group, .list = list,   \
    .create = create, .update = update, .remove = remove_group

static const struct resource_type groups = { GROUPS, .write = write_brief };
static const struct resource_type group_details = { GROUPS, .write = write_details };

enum err handle_list_groups(struct call *call)
{
    return resource_list(call, &groups);
}

enum err handle_get_group(struct call *call)
{
    return resource_get(call, &group_details, call->params[0]);
}

enum err handle_create_group(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = allow_confirmed(call, NULL);
    if (!err)
        err = body_read(call, members_new, MEMBER_COUNT, values);
    if (err)
        return err;
    struct group_row row = { .organization_id = call->principal.organization_id,
                             .description = STR("") };
    apply(values, &row);
    return resource_create(call, &group_details, &row);
}

enum err handle_update_group(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct group_row row;
    enum err err = resource_find(call, &group_details, call->params[0], &row);
    if (!err)
        err = body_read(call, members_changed, MEMBER_COUNT, values);
    return err ? err : resource_update(call, &group_details, values, &row);
}

enum err handle_delete_group(struct call *call)
{
    return resource_delete(call, &groups, call->params[0]);
}

// --- Who is in it

struct membership {
    struct group_row group;
    struct member member;
};

static enum err find_both(struct call *call, struct store_tx *tx, struct membership *ret_both)
{
    enum err err = organization_group(call, tx, call->params[0], &ret_both->group);
    return err ? err : organization_member(call, tx, call->params[1], &ret_both->member);
}

static struct call_change change_of(const char *action, const struct membership *both)
{
    return (struct call_change){
        .action = action,
        .target_type = "group",
        .target_id = both->group.id,
        .target_name = both->group.name,
    };
}

static enum err add(struct call *call, struct store_tx *tx, void *ctx,
                    struct call_change *ret_change)
{
    struct membership *both = ctx;
    enum err err = find_both(call, tx, both);
    *ret_change = change_of("member_added", both);
    return err ? err
               : store_group_add_member(tx, both->group.id, both->member.user.id,
                                        &call->problem);
}

static enum err take_out(struct call *call, struct store_tx *tx, void *ctx,
                         struct call_change *ret_change)
{
    struct membership *both = ctx;
    enum err err = find_both(call, tx, both);
    *ret_change = change_of("member_removed", both);
    return err ? err
               : store_group_remove_member(tx, both->group.id, both->member.user.id,
                                           &call->problem);
}

static enum err change_membership(struct call *call,
                                  enum err (*work)(struct call *call, struct store_tx *tx,
                                                   void *ctx, struct call_change *ret_change))
{
    struct membership both = { 0 };
    struct group_row group;
    enum err err = resource_find(call, &groups, call->params[0], &group);
    if (!err)
        err = call_write(call, work, &both);
    if (!err)
        reply_empty(call, 204);
    return err;
}

enum err handle_add_group_member(struct call *call)
{
    return change_membership(call, add);
}

enum err handle_remove_group_member(struct call *call)
{
    return change_membership(call, take_out);
}
