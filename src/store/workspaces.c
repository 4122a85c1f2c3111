// SPDX-License-Identifier: Apache-2.0
// Rows of the table workspaces.
#include "store/workspaces.h"

#include "store/owned.h"

#define AT(field) offsetof(struct workspace_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "environment", COLUMN_TEXT, AT(environment) },
    { "api_reveals_secrets", COLUMN_BOOL, AT(api_reveals_secrets) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct unique unique[] = {
    { "name", "name", "another workspace of the organization has this name" },
    { 0 },
};

static const struct table table = {
    .name = "workspaces",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct workspace_row),
    .is_config = true,
    .owner = "organization_id",
    .live = "1 = 1",
    .missing = "no such workspace",
    .unique = unique,
};

enum err store_workspace_create(struct store_tx *tx, struct workspace_row *row,
                                struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return owned_insert(tx, &table, row, ret_problem);
}

enum err store_workspace_update(struct store_tx *tx, struct workspace_row *row,
                                struct problem *ret_problem)
{
    static const char *const names[] = { "name", "environment", "api_reveals_secrets",
                                         "updated_ms", NULL };
    row->updated_ms = tx_now_ms(tx);
    return owned_update(tx, &table, row, names, ret_problem);
}

enum err store_workspace_get(struct store_tx *tx, str id, struct workspace_row *ret_row,
                             struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "id = $1", DB_VALUES(DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no such workspace", ret_problem);
}

enum err store_workspace_get_by_name(struct store_tx *tx, str organization_id, str name,
                                     struct workspace_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "organization_id = $1 AND name = $2",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(name)), ret_row, ret_problem);
    return tx_not_found(err, "name", "no such workspace", ret_problem);
}

enum err store_workspace_list(struct store_tx *tx, str organization_id,
                              struct workspace_row **ret_rows, size_t *ret_count,
                              struct problem *ret_problem)
{
    return table_list(tx, &table, "WHERE organization_id = $1 ORDER BY created_ms, id",
                      DB_VALUES(DB_TEXT(organization_id)), (void **)ret_rows, ret_count,
                      ret_problem);
}

enum err store_workspace_list_all(struct store_tx *tx, struct workspace_row **ret_rows,
                                  size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY id", DB_VALUES(), (void **)ret_rows, ret_count,
                      ret_problem);
}
