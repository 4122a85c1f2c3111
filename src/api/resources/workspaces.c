// SPDX-License-Identifier: Apache-2.0
// Workspaces of the organisation: made, renamed and marked as production by its Admins.
#include "store/workspaces.h"

#include "api/resources/organization.h"
#include "api/resources/resources.h"
#include "api/router.h"

enum { NAME, ENVIRONMENT, REVEALS, MEMBER_COUNT };

static const char *const environments[] = { "DEVELOPMENT", "PRODUCTION", NULL };

#define MEMBERS(is_new)                                                                        \
    [NAME] = { .name = "name", .is_required = is_new, .min_len = 1, .max_len = NAME_LEN_MAX }, \
    [ENVIRONMENT] = { .name = "environment", .kind = BODY_CHOICE, .choices = environments },   \
    [REVEALS] = { .name = "apiRevealsSecrets", .kind = BODY_BOOL }

static const struct body_field members_new[] = { MEMBERS(true) };
static const struct body_field members_changed[] = { MEMBERS(false) };

enum err organization_workspace(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    struct workspace_row row;
    enum err err = store_workspace_get(tx, id, &row, &call->problem);
    bool is_ours = !err && str_eq(row.organization_id, call->principal.organization_id);
    if (err == ERR_NOT_FOUND || (!err && !is_ours))
        return problem_set(&call->problem, ERR_NOT_FOUND, STR("id"), "no such workspace");
    if (!err)
        memcpy(ret_row, &row, sizeof(row));
    return err;
}

enum err organization_collision(struct call *call, enum err err, const char *kind)
{
    if (err != ERR_CONFLICT)
        return err;
    call_detail(call, STR("name"), STR("is taken"));
    memset(&call->problem, 0, sizeof(call->problem));
    return call_fail(call, err, "A %s with this name already exists in the organization", kind);
}

static struct target describe(const void *workspace)
{
    const struct workspace_row *row = workspace;
    return (struct target){ .id = row->id, .name = row->name, .workspace_id = row->id };
}

static enum err write(struct call *call, struct store_tx *tx, const void *row)
{
    (void)tx;
    workspace_write(call, row, &call->json);
    return OK;
}

// One that the caller does not belong to is not there.
static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    enum err err = organization_workspace(call, tx, id, ret_row);
    if (!err && !organization_is_open(call, id))
        return problem_set(&call->problem, ERR_NOT_FOUND, STR("id"), "no such workspace");
    return err;
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    struct workspace_row *rows = NULL;
    size_t count = 0;
    enum err err = store_workspace_list(tx, call->principal.organization_id, &rows, &count,
                                        &call->problem);
    if (err)
        return err;
    size_t open = 0;
    for (size_t i = 0; i < count; i++)
        if (organization_is_open(call, rows[i].id))
            rows[open++] = rows[i];
    size_t first = MIN(page->offset, open);
    *ret_list = (struct store_list){
        .rows = rows + first,
        .count = MIN(open - first, page->limit),
        .total = open,
    };
    return OK;
}

static void apply(const struct body_value *values, struct workspace_row *row)
{
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[ENVIRONMENT].is_set)
        row->environment = values[ENVIRONMENT].text;
    if (values[REVEALS].is_set)
        row->api_reveals_secrets = values[REVEALS].flag;
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    enum err err = store_workspace_create(tx, row, &call->problem);
    return organization_collision(call, err, "workspace");
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *row)
{
    apply(values, row);
    enum err err = store_workspace_update(tx, row, &call->problem);
    return organization_collision(call, err, "workspace");
}

static const struct resource_type workspaces = {
    .kind = "workspace",
    .one = "workspace",
    .many = "workspaces",
    .path = "/v2/workspaces",
    .created_status = 201,
    .row_size = sizeof(struct workspace_row),
    .describe = describe,
    .write = write,
    .get = get,
    .list = list,
    .create = create,
    .update = update,
};

// --- Handlers

enum err handle_list_workspaces(struct call *call)
{
    return resource_list(call, &workspaces);
}

enum err handle_get_workspace_by_id(struct call *call)
{
    return resource_get(call, &workspaces, call->params[0]);
}

enum err handle_create_workspace(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members_new, MEMBER_COUNT, values);
    if (err)
        return err;
    struct workspace_row row = { .organization_id = call->principal.organization_id,
                                 .environment = STR("PRODUCTION"),
                                 .api_reveals_secrets = true };
    apply(values, &row);
    return resource_create(call, &workspaces, &row);
}

enum err handle_update_workspace(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct workspace_row row;
    enum err err = resource_find(call, &workspaces, call->params[0], &row);
    if (!err)
        err = body_read(call, members_changed, MEMBER_COUNT, values);
    return err ? err : resource_update(call, &workspaces, values, &row);
}
