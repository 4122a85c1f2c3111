// SPDX-License-Identifier: Apache-2.0
// Rows of the table regulations.
#include "store/regulations.h"

#include "store/owned.h"

#define AT(field) offsetof(struct regulation_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "kind", COLUMN_TEXT, AT(kind) },
    { "source_ids", COLUMN_TEXT, AT(source_ids) },
    { "user_id_sealed", COLUMN_SEALED, AT(user_id) },
    { "attributes_sealed", COLUMN_SEALED, AT(attributes) },
    { "canceled", COLUMN_BOOL, AT(is_canceled) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct table table = {
    .name = "regulations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct regulation_row),
    .is_config = true,
    .is_tracked = true,
    .owner = "workspace_id",
    .live = "1 = 1",
    .missing = "no such regulation",
};

enum err store_regulation_create(struct store_tx *tx, struct regulation_row *row,
                                 struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return owned_insert(tx, &table, row, ret_problem);
}

enum err store_regulation_get(struct store_tx *tx, str workspace_id, str id,
                              struct regulation_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, workspace_id, id, ret_row, ret_problem);
}

enum err store_regulation_cancel(struct store_tx *tx, struct regulation_row *row,
                                 struct problem *ret_problem)
{
    static const char *const changed[] = { "canceled", "updated_ms", NULL };
    enum err err = owned_get(tx, &table, row->workspace_id, row->id, row, ret_problem);
    if (err || row->is_canceled)
        return err;
    row->is_canceled = true;
    row->updated_ms = tx_now_ms(tx);
    return owned_update(tx, &table, row, changed, ret_problem);
}

enum err store_regulation_list(struct store_tx *tx, str workspace_id, str before, size_t limit,
                               struct store_list *ret_list, struct problem *ret_problem)
{
    struct store_list list = { 0 };
    enum err err =
        table_list(tx, &table,
                   "WHERE workspace_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3",
                   DB_VALUES(DB_TEXT(workspace_id), DB_TEXT(before), DB_INT((int64_t)limit)),
                   &list.rows, &list.count, ret_problem);
    if (!err)
        *ret_list = list;
    return err;
}

enum err store_regulation_count(struct store_tx *tx, str workspace_id, int64_t *ret_count,
                                struct problem *ret_problem)
{
    return tx_int(tx,
                  "SELECT COUNT(*) FROM regulations WHERE workspace_id = $1 AND canceled = 0",
                  DB_VALUES(DB_TEXT(workspace_id)), ret_count, ret_problem);
}

enum err store_regulation_each_changed(struct store_tx *tx, int64_t after,
                                       void (*each)(void *ctx, const void *row), void *ctx,
                                       struct problem *ret_problem)
{
    if (after < 0)
        return table_each(tx, &table, "WHERE canceled = 0", DB_VALUES(), each, ctx,
                          ret_problem);
    return table_each(tx, &table, "WHERE changed_n > $1", DB_VALUES(DB_INT(after)), each, ctx,
                      ret_problem);
}
