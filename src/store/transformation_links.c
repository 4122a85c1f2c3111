// SPDX-License-Identifier: Apache-2.0
// Rows of the table destination_transformations.
#include "store/transformation_links.h"

#include "store/tables.h"

#define AT(field) offsetof(struct transformation_link_row, field)

static const struct column columns[] = {
    { "destination_id", COLUMN_TEXT, AT(destination_id) },
    { "transformation_id", COLUMN_TEXT, AT(transformation_id) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct table table = {
    .name = "destination_transformations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct transformation_link_row),
    .is_config = true,
};

static const char missing[] = "the destination has no transformation";

enum err store_transformation_link_get(struct store_tx *tx, str destination_id,
                                       struct transformation_link_row *ret_row,
                                       struct problem *ret_problem)
{
    enum err err = table_get(tx, &table, "destination_id = $1",
                             DB_VALUES(DB_TEXT(destination_id)), ret_row, ret_problem);
    return tx_not_found(err, "id", missing, ret_problem);
}

enum err store_transformation_link_set(struct store_tx *tx, struct transformation_link_row *row,
                                       struct problem *ret_problem)
{
    static const char *const changed[] = { "transformation_id", "updated_ms", NULL };
    struct transformation_link_row stored;
    enum err err = store_transformation_link_get(tx, row->destination_id, &stored, NULL);
    row->updated_ms = tx_now_ms(tx);
    row->created_ms = err ? row->updated_ms : stored.created_ms;
    if (err == ERR_NOT_FOUND)
        return table_insert(tx, &table, row, ret_problem);
    return err ? err : table_update(tx, &table, row, changed, ret_problem);
}

enum err store_transformation_link_delete(struct store_tx *tx, str destination_id,
                                          struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err =
        tx_run(tx, &table, "DELETE FROM destination_transformations WHERE destination_id = $1",
               DB_VALUES(DB_TEXT(destination_id)), &changed, ret_problem);
    return tx_not_found(!err && changed == 0 ? ERR_NOT_FOUND : err, "id", missing, ret_problem);
}
