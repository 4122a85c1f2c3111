// SPDX-License-Identifier: Apache-2.0
// Rows of the table access_imports.
#include "store/access_imports.h"

#include "store/tables.h"

#define AT(field) offsetof(struct access_import_row, field)

static const struct column columns[] = {
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "id", COLUMN_TEXT, AT(id) },
    { "mode", COLUMN_TEXT, AT(mode) },
    { "document", COLUMN_TEXT, AT(document) },
    { "staged_by", COLUMN_TEXT, AT(staged_by) },
    { "staged_ms", COLUMN_INT, AT(staged_ms) },
};

static const struct table table = {
    .name = "access_imports",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct access_import_row),
};

enum err store_access_import_put(struct store_tx *tx, struct access_import_row *row,
                                 struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->staged_ms = tx_now_ms(tx);
    enum err err = store_access_import_delete(tx, row->organization_id, ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_access_import_get(struct store_tx *tx, str organization_id,
                                 struct access_import_row *ret_row, struct problem *ret_problem)
{
    enum err err = table_get(tx, &table, "organization_id = $1",
                             DB_VALUES(DB_TEXT(organization_id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no import waits to be deployed", ret_problem);
}

enum err store_access_import_delete(struct store_tx *tx, str organization_id,
                                    struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM access_imports WHERE organization_id = $1",
                  DB_VALUES(DB_TEXT(organization_id)), NULL, ret_problem);
}
