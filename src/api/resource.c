// SPDX-License-Identifier: Apache-2.0
// What managing sources, destinations, tokens and so on has in common.
#include "api/resource.h"

#include "api/again.h"
#include "api/changes.h"
#include "api/reply.h"

// A change on its way through call_write.
struct change {
    const struct resource_type *resource;
    const struct body_value *values;
    void *row;
};

enum err read_begin(struct call *call, struct store_tx **ret_tx)
{
    return store_begin(call->api->parts.store, STORE_READ, call->arena, ret_tx, &call->problem);
}

enum err collision_explain(struct call *call, enum err err, const char *kind)
{
    str field = str_of(call->problem.field);
    if (err != ERR_CONFLICT)
        return err;
    if (str_eq(field, STR("name")))
        return call_fail(call, err, "A %s with this name already exists in the workspace",
                         kind);
    if (str_eq(field, STR("externalId")))
        return call_fail(call, err, "A %s with this externalId already exists in the workspace",
                         kind);
    return err;
}

static enum err answer(struct call *call, const struct resource_type *resource,
                       struct store_tx *tx, const void *row)
{
    struct json *json = reply_json(call, 200);
    if (!resource->one)
        return resource->write(call, tx, row);
    json_open_object(json);
    json_key(json, str_of(resource->one));
    enum err err = resource->write(call, tx, row);
    json_close_object(json);
    return err;
}

struct call_change resource_change(struct call *call, const struct resource_type *resource,
                                   const char *action, const void *row)
{
    struct target target = resource->describe(row);
    struct call_change change = {
        .action = action,
        .target_type = resource->kind,
        .target_id = target.id,
        .target_name = target.name,
        .workspace_id = target.workspace_id,
    };
    if (resource->retell)
        resource->retell(call, row, &change);
    return change;
}

// --- Reading

static enum err find(struct call *call, const struct resource_type *resource,
                     struct store_tx *tx, str id, void *ret_row)
{
    enum err err = resource->get(call, tx, id, ret_row);
    if (err)
        return err;
    return resource->allow ? resource->allow(call, ret_row) : call_allow(call);
}

enum err resource_find(struct call *call, const struct resource_type *resource, str id,
                       void *ret_row)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    return err ? err : find(call, resource, tx, id, ret_row);
}

enum err resource_get(struct call *call, const struct resource_type *resource, str id)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    void *row = arena_alloc(call->arena, resource->row_size);
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find(call, resource, tx, id, row);
    if (!err)
        err = answer(call, resource, tx, row);
    if (!err)
        again_tag(call);
    return err;
}

static enum err write_rows(struct call *call, const struct resource_type *resource,
                           struct store_tx *tx, const struct store_list *list)
{
    const char *row = list->rows;
    enum err err = OK;
    json_key(&call->json, str_of(resource->many));
    json_open_array(&call->json);
    for (size_t i = 0; i < list->count && !err; i++, row += resource->row_size)
        err = resource->write(call, tx, row);
    json_close_array(&call->json);
    return err;
}

enum err resource_list(struct call *call, const struct resource_type *resource)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct page page;
    struct store_list list;
    enum err err = call_allow(call);
    if (!err && resource->set_external_id)
        err = page_read_filtered(call, &page);
    else if (!err)
        err = page_read(call, &page);
    if (err)
        return err;
    struct store_page part = page_of_store(&page);
    err = read_begin(call, &tx);
    if (!err)
        err = resource->list(call, tx, &part, &list);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    err = write_rows(call, resource, tx, &list);
    page_write(call, str_of(resource->path), &page, list.total);
    json_close_object(json);
    return err;
}

// --- Changing. The answer is written inside the transaction; a failure after that replaces it.

static enum err create(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    const struct change *change = ctx;
    bool is_given = false;
    enum err err = again_give(call, tx, &is_given);
    if (!err && !is_given)
        err = change->resource->create(call, tx, change->row);
    if (err || is_given)
        return err;
    const char *begun = change->resource->begun;
    *ret_change =
        resource_change(call, change->resource, begun ? begun : "created", change->row);
    err = answer(call, change->resource, tx, change->row);
    call->status = change->resource->created_status;
    return err ? err : again_keep(call, tx);
}

enum err resource_create(struct call *call, const struct resource_type *resource, void *row)
{
    struct change change = { .resource = resource, .row = row };
    enum err err = collision_explain(call, call_write(call, create, &change), resource->kind);
    if (!err)
        again_tag(call);
    return err;
}

static enum err update(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    const struct change *change = ctx;
    const struct resource_type *resource = change->resource;
    enum err err = resource->get(call, tx, resource->describe(change->row).id, change->row);
    if (!err)
        err = answer(call, resource, tx, change->row);
    str before = err ? STR_NONE : arena_dup(call->arena, buf_str(&call->out));
    if (!err)
        err = again_match(call);
    if (!err)
        err = resource->update(call, tx, change->values, change->row);
    if (!err)
        err = answer(call, resource, tx, change->row);
    if (err)
        return err;
    *ret_change = resource_change(call, resource, "updated", change->row);
    if (ret_change->details.len == 0)
        ret_change->details =
            changes_describe(before, buf_str(&call->out), resource->one, call->arena);
    return OK;
}

enum err resource_update(struct call *call, const struct resource_type *resource,
                         const struct body_value *values, void *row)
{
    struct change change = { .resource = resource, .values = values, .row = row };
    enum err err = collision_explain(call, call_write(call, update, &change), resource->kind);
    if (!err)
        again_tag(call);
    return err;
}

static enum err end(struct call *call, struct store_tx *tx, void *ctx,
                    struct call_change *ret_change)
{
    const struct change *change = ctx;
    const struct resource_type *resource = change->resource;
    if (call->if_match.data) {
        enum err err = resource->get(call, tx, resource->describe(change->row).id, change->row);
        if (!err)
            err = answer(call, resource, tx, change->row);
        if (!err)
            err = again_match(call);
        if (err)
            return err;
    }
    *ret_change = resource_change(call, resource, resource->ended, change->row);
    return resource->remove(call, tx, change->row);
}

enum err resource_delete(struct call *call, const struct resource_type *resource, str id)
{
    struct change change = {
        .resource = resource,
        .row = arena_alloc(call->arena, resource->row_size),
    };
    enum err err = resource_find(call, resource, id, change.row);
    if (!err)
        err = call_write(call, end, &change);
    if (!err)
        reply_empty(call, 204);
    return err;
}

// --- External id

static enum err set_external_id(struct call *call, struct store_tx *tx, void *ctx,
                                struct call_change *ret_change)
{
    const struct change *change = ctx;
    const struct resource_type *resource = change->resource;
    str wanted = change->values->text;
    struct target stored = resource->describe(change->row);
    enum err err = resource->get(call, tx, stored.id, change->row);
    if (err)
        return err;
    err = answer(call, resource, tx, change->row);
    if (!err)
        err = again_match(call);
    if (err)
        return err;
    stored = resource->describe(change->row);
    if (str_eq(stored.external_id, wanted))
        return answer(call, resource, tx, change->row);
    if (stored.external_id.len > 0)
        return call_fail(call, ERR_CONFLICT,
                         "externalId is already set for this %s and cannot be changed",
                         resource->kind);
    *ret_change = resource_change(call, resource, "updated", change->row);
    err = resource->set_external_id(call, tx, change->row, wanted);
    if (!err)
        err = resource->get(call, tx, stored.id, change->row);
    return err ? err : answer(call, resource, tx, change->row);
}

enum err resource_set_external_id(struct call *call, const struct resource_type *resource,
                                  str id)
{
    static const struct body_field member = {
        .name = "externalId", .is_required = true, .min_len = 1, .max_len = EXTERNAL_ID_LEN_MAX
    };
    struct body_value value;
    struct change change = {
        .resource = resource,
        .values = &value,
        .row = arena_alloc(call->arena, resource->row_size),
    };
    enum err err = resource_find(call, resource, id, change.row);
    if (!err)
        err = body_read(call, &member, 1, &value);
    if (!err)
        err =
            collision_explain(call, call_write(call, set_external_id, &change), resource->kind);
    if (!err)
        again_tag(call);
    return err;
}
