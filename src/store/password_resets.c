// SPDX-License-Identifier: Apache-2.0
// Rows of the table password_resets.
#include "store/password_resets.h"

#include "store/tables.h"

#define AT(field) offsetof(struct password_reset_row, field)

static const struct column columns[] = {
    { "digest", COLUMN_DIGEST, AT(digest) },
    { "user_id", COLUMN_TEXT, AT(user_id) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "expires_ms", COLUMN_INT, AT(expires_ms) },
};

static const struct table table = {
    .name = "password_resets",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct password_reset_row),
};

enum err store_password_reset_create(struct store_tx *tx, struct password_reset_row *row,
                                     struct problem *ret_problem)
{
    row->created_ms = tx_now_ms(tx);
    enum err err = store_password_reset_delete_of_user(tx, row->user_id, ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_password_reset_take(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                                   struct password_reset_row *ret_row,
                                   struct problem *ret_problem)
{
    struct password_reset_row row;
    str bytes = str_make((const char *)digest, STORE_DIGEST_LEN);
    enum err err =
        table_get(tx, &table, "digest = $1 AND expires_ms > $2",
                  DB_VALUES(DB_BLOB(bytes), DB_INT(tx_now_ms(tx))), &row, ret_problem);
    if (err)
        return tx_not_found(err, "token", "no such password reset", ret_problem);
    err = store_password_reset_delete_of_user(tx, row.user_id, ret_problem);
    if (!err)
        *ret_row = row;
    return err;
}

enum err store_password_reset_delete_of_user(struct store_tx *tx, str user_id,
                                             struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM password_resets WHERE user_id = $1",
                  DB_VALUES(DB_TEXT(user_id)), NULL, ret_problem);
}
