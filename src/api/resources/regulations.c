// SPDX-License-Identifier: Apache-2.0
// Regulations: whose events the workspace does not want. Ids of users stand in answers to those
// who may see them, and never in the audit log.
#include "store/regulations.h"

#include "api/again.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "workspace/rules.h"

enum {
    USERS_MAX = 1000,
    SOURCES_MAX = 100,
    ATTRIBUTES_MAX = 16,
    ATTRIBUTE_LEN_MAX = 1024,
    ATTRIBUTE_NAME_LEN_MAX = 64,
    PER_PAGE = 100,
    PER_PAGE_MAX = 200,
};
enum { ACTIVE_MAX = 1000000 }; // of a workspace: some 32 MB of memory

enum { TYPE, SOURCES, USERS };
static const char *const types[] = { "suppress", NULL };
static const struct body_field members[] = {
    [TYPE] = { .name = "regulationType",
               .kind = BODY_CHOICE,
               .is_required = true,
               .choices = types },
    [SOURCES] = { .name = "sourceIds", .kind = BODY_IDS, .max_len = SOURCES_MAX },
    [USERS] = { .name = "users",
                .kind = BODY_OBJECTS,
                .is_required = true,
                .min_len = 1,
                .max_len = USERS_MAX },
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

static enum err write(struct call *call, struct store_tx *tx, const void *regulation)
{
    (void)tx;
    const struct regulation_row *row = regulation;
    struct json *json = &call->json;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "workspaceId", row->workspace_id);
    json_put_bool(json, "canceled", row->is_canceled);
    json_put_str(json, "regulationType", row->kind);
    json_put_raw(json, "attributes", row->attributes);
    source_ids_write(row->source_ids, json);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
    return OK;
}

static struct target describe(const void *regulation)
{
    const struct regulation_row *row = regulation;
    return (struct target){ .id = row->id, .name = row->kind };
}

static void retell(struct call *call, const void *regulation, struct call_change *change)
{
    const struct regulation_row *row = regulation;
    AUTO(buf_done) struct buf details = { 0 };
    struct json json;
    json_init(&json, &details);
    json_open_object(&json);
    source_ids_write(row->source_ids, &json);
    json_close_object(&json);
    change->details = arena_dup(call->arena, buf_str(&details));
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_regulation_get(tx, call->principal.workspace_id, id, ret_row, &call->problem);
}

static enum err cancel(struct call *call, struct store_tx *tx, const void *regulation)
{
    struct regulation_row row = *(const struct regulation_row *)regulation;
    return store_regulation_cancel(tx, &row, &call->problem);
}

static const struct resource_type regulations = {
    .kind = "regulation",
    .many = "data",
    .path = "/v2/regulations",
    .ended = "canceled",
    .row_size = sizeof(struct regulation_row),
    .describe = describe,
    .retell = retell,
    .write = write,
    .get = get,
    .remove = cancel,
};

// --- Making

// What is asked for, on its way through call_write.
struct wish {
    struct regulation_row *rows;
    size_t count;
};

static str user_place(struct call *call, size_t index, str name)
{
    return arena_printf(call->arena, "users[%zu].%" PRIstr, index,
                        STR_ARG(str_sub(name, 0, ATTRIBUTE_NAME_LEN_MAX)));
}

static enum err check_attribute(struct call *call, size_t index, yyjson_val *key)
{
    str name = json_str(key), value = json_str(yyjson_obj_iter_get_val(key));
    if (name.len < 1 || name.len > ATTRIBUTE_NAME_LEN_MAX)
        return call_invalid(call, user_place(call, index, name),
                            "must be a name of 1 to %d bytes", ATTRIBUTE_NAME_LEN_MAX);
    if (!value.data || value.len < 1 || value.len > ATTRIBUTE_LEN_MAX)
        return call_invalid(call, user_place(call, index, name),
                            "must be a text of 1 to %d bytes", ATTRIBUTE_LEN_MAX);
    return OK;
}

static enum err read_user(struct call *call, size_t index, yyjson_val *user,
                          struct regulation_row *row)
{
    if (yyjson_obj_size(user) > ATTRIBUTES_MAX)
        return call_invalid(call, arena_printf(call->arena, "users[%zu]", index),
                            "must have at most %d members", ATTRIBUTES_MAX);
    yyjson_obj_iter iter = yyjson_obj_iter_with(user);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));) {
        enum err err = check_attribute(call, index, key);
        if (err)
            return err;
    }
    row->user_id = json_get_str(user, "userId");
    row->attributes = json_text(user, call->arena);
    if (!row->user_id.data)
        return call_invalid(call, user_place(call, index, STR("userId")), "is required");
    if (!suppressions_can_cover(row->user_id, call->arena))
        return call_invalid(call, user_place(call, index, STR("userId")),
                            "must have a visible character");
    return OK;
}

static enum err read_users(struct call *call, yyjson_val *users, struct wish *wish)
{
    size_t index, max;
    yyjson_val *user;
    yyjson_arr_foreach(users, index, max, user)
    {
        enum err err = read_user(call, index, user, &wish->rows[index]);
        if (err)
            return err;
    }
    return OK;
}

static enum err find_room(struct call *call, struct store_tx *tx, size_t count)
{
    int64_t active = 0;
    enum err err =
        store_regulation_count(tx, call->principal.workspace_id, &active, &call->problem);
    if (!err && active + (int64_t)count > ACTIVE_MAX)
        return call_fail(call, ERR_CONFLICT, "A workspace has at most %d active regulations",
                         ACTIVE_MAX);
    return err;
}

static enum err create_all(struct call *call, struct store_tx *tx, struct wish *wish)
{
    struct json *json = reply_json(call, 201);
    json_open_array(json);
    for (size_t i = 0; i < wish->count; i++) {
        struct regulation_row *row = &wish->rows[i];
        enum err err = store_regulation_create(tx, row, &call->problem);
        if (!err)
            err = write(call, tx, row);
        struct call_change change = resource_change(call, &regulations, "created", row);
        if (!err && i > 0) // that of the first is told by call_write
            err = call_audit(call, tx, &change);
        if (err)
            return err;
    }
    json_close_array(json);
    return OK;
}

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct wish *wish = ctx;
    bool is_given = false;
    enum err err = again_give(call, tx, &is_given);
    if (err || is_given)
        return err;
    err = find_room(call, tx, wish->count);
    if (!err)
        err = create_all(call, tx, wish);
    if (err)
        return err;
    *ret_change = resource_change(call, &regulations, "created", &wish->rows[0]);
    return again_keep(call, tx);
}

static enum err read_wish(struct call *call, struct wish *ret_wish)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct body_value values[MEMBER_COUNT];
    str source_ids = STR("");
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    if (err)
        return err;
    struct wish wish = { .count = (size_t)values[USERS].number };
    wish.rows = ARENA_ARRAY(call->arena, struct regulation_row, wish.count);
    err = read_users(call, values[USERS].json, &wish);
    if (!err)
        err = read_begin(call, &tx);
    struct source_ids named = { "sourceIds", values[SOURCES].ids,
                                (size_t)values[SOURCES].number };
    if (!err)
        err = source_ids_find(call, tx, &named, &source_ids);
    for (size_t i = 0; i < wish.count && !err; i++) {
        wish.rows[i].workspace_id = call->principal.workspace_id;
        wish.rows[i].kind = values[TYPE].text;
        wish.rows[i].source_ids = source_ids;
    }
    *ret_wish = wish;
    return err;
}

enum err handle_create_regulations(struct call *call)
{
    struct wish wish;
    enum err err = call_allow(call);
    if (!err)
        err = read_wish(call, &wish);
    return err ? err : call_write(call, create, &wish);
}

// --- Canceling and listing

enum err handle_cancel_regulation(struct call *call)
{
    struct regulation_row row;
    enum err err = resource_find(call, &regulations, call->params[0], &row);
    if (err)
        return err;
    if (!row.is_canceled)
        return resource_delete(call, &regulations, call->params[0]);
    reply_empty(call, 204);
    return OK;
}

static enum err read_cursor(struct call *call, struct store_tx *tx, str *ret_after)
{
    struct regulation_row row;
    str after = STR("");
    if (!call_query(call, STR("after_cursor"), &after) || after.len == 0)
        return OK;
    enum err err = store_regulation_get(tx, call->principal.workspace_id, after, &row, NULL);
    if (err == ERR_NOT_FOUND)
        return call_invalid(call, STR("after_cursor"), "is not of a page of this list");
    *ret_after = after;
    return err;
}

static void write_page(struct call *call, const struct store_list *list, size_t per_page)
{
    const struct regulation_row *rows = list->rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("data"));
    json_open_array(json);
    for (size_t i = 0; i < MIN(list->count, per_page); i++)
        (void)write(call, NULL, &rows[i]);
    json_close_array(json);
    json_key(json, STR("paging"));
    json_open_object(json);
    if (list->count > per_page) {
        str id = rows[per_page - 1].id;
        str next =
            arena_printf(call->arena, "/v2/regulations?after_cursor=%" PRIstr, STR_ARG(id));
        if (per_page != PER_PAGE)
            next =
                arena_printf(call->arena, "%" PRIstr "&per_page=%zu", STR_ARG(next), per_page);
        json_put_str(json, "next", next);
    }
    json_close_object(json);
    json_close_object(json);
}

enum err handle_list_regulations(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct store_list list;
    str after = STR("");
    int64_t per_page = PER_PAGE;
    enum err err = call_allow(call);
    if (!err)
        err = call_query_int(call, "per_page", (int64_t[]){ 1, PER_PAGE_MAX }, PER_PAGE,
                             &per_page);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = read_cursor(call, tx, &after);
    if (!err) // one more tells whether there is another page
        err = store_regulation_list(tx, call->principal.workspace_id, after,
                                    (size_t)per_page + 1, &list, &call->problem);
    if (!err)
        write_page(call, &list, (size_t)per_page);
    return err;
}
