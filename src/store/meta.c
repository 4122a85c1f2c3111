// SPDX-License-Identifier: Apache-2.0
// Rows of the table meta.
#include "store/meta.h"

#include "store/tables.h"

static const struct table table = { .name = "meta" };

enum err store_meta_get(struct store_tx *tx, str name, str *ret_value,
                        struct problem *ret_problem)
{
    return tx_bytes(tx, "SELECT value FROM meta WHERE name = $1", DB_VALUES(DB_TEXT(name)),
                    ret_value, ret_problem);
}

enum err store_meta_put(struct store_tx *tx, str name, str value, struct problem *ret_problem)
{
    return tx_run(tx, &table,
                  "INSERT INTO meta (name, value) VALUES ($1, $2)"
                  " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                  DB_VALUES(DB_TEXT(name), DB_BLOB(value)), NULL, ret_problem);
}

enum err store_meta_take(struct store_tx *tx, str name, struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err = tx_run(tx, &table, "DELETE FROM meta WHERE name = $1",
                          DB_VALUES(DB_TEXT(name)), &changed, ret_problem);
    return !err && changed == 0 ? ERR_NOT_FOUND : err;
}
