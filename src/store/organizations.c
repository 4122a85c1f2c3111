// SPDX-License-Identifier: Apache-2.0
// Rows of the table organizations.
#include "store/organizations.h"

#include "store/tables.h"

#define AT(field) offsetof(struct organization_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct table table = {
    .name = "organizations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct organization_row),
    .is_config = true,
};

enum err store_organization_create(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return table_insert(tx, &table, row, ret_problem);
}

enum err store_organization_get(struct store_tx *tx, str id, struct organization_row *ret_row,
                                struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "id = $1", DB_VALUES(DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no such organization", ret_problem);
}

enum err store_organization_update(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem)
{
    static const char *const names[] = { "name", "updated_ms", NULL };
    row->updated_ms = tx_now_ms(tx);
    return table_update(tx, &table, row, names, ret_problem);
}

enum err store_organization_list(struct store_tx *tx, struct organization_row **ret_rows,
                                 size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY created_ms, id", DB_VALUES(), (void **)ret_rows,
                      ret_count, ret_problem);
}
