// SPDX-License-Identifier: Apache-2.0
// Rows of the table users.
#include "store/users.h"

#include "store/tables.h"

#define AT(field) offsetof(struct user_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "email", COLUMN_TEXT, AT(email) },
    { "email_folded", COLUMN_TEXT_FOLDED, AT(email) },
    { "name", COLUMN_TEXT, AT(name) },
    { "password_hash", COLUMN_TEXT, AT(password_hash) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct table table = {
    .name = "users",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct user_row),
    .is_config = true,
};

enum err store_user_create(struct store_tx *tx, struct user_row *row,
                           struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    enum err err = tx_must_be_free(tx, "SELECT 1 FROM users WHERE email_folded = $1",
                                   DB_VALUES(DB_TEXT(tx_fold(tx, row->email))), "email",
                                   "there is a user with this e-mail address", ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_user_get(struct store_tx *tx, str id, struct user_row *ret_row,
                        struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "id = $1", DB_VALUES(DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no such user", ret_problem);
}

enum err store_user_get_by_email(struct store_tx *tx, str email, struct user_row *ret_row,
                                 struct problem *ret_problem)
{
    enum err err = table_get(tx, &table, "email_folded = $1",
                             DB_VALUES(DB_TEXT(tx_fold(tx, email))), ret_row, ret_problem);
    return tx_not_found(err, "email", "no user has this e-mail address", ret_problem);
}

enum err store_user_set_password(struct store_tx *tx, str id, str password_hash,
                                 struct problem *ret_problem)
{
    struct user_row row;
    enum err err = store_user_get(tx, id, &row, ret_problem);
    if (err)
        return err;
    row.password_hash = password_hash;
    row.updated_ms = tx_now_ms(tx);
    static const char *const changed[] = { "password_hash", "updated_ms", NULL };
    return table_update(tx, &table, &row, changed, ret_problem);
}

enum err store_user_set_name(struct store_tx *tx, str id, str name, struct problem *ret_problem)
{
    struct user_row row;
    enum err err = store_user_get(tx, id, &row, ret_problem);
    if (err)
        return err;
    row.name = name;
    row.updated_ms = tx_now_ms(tx);
    static const char *const changed[] = { "name", "updated_ms", NULL };
    return table_update(tx, &table, &row, changed, ret_problem);
}

enum err store_user_list_all(struct store_tx *tx, struct user_row **ret_rows, size_t *ret_count,
                             struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY id", DB_VALUES(), (void **)ret_rows, ret_count,
                      ret_problem);
}
