// SPDX-License-Identifier: Apache-2.0
// Rows of the table secret_reveals.
#include "store/secret_reveals.h"

#include "store/tables.h"

struct reveal_row {
    str destination_id;
    str token_id;
    int64_t created_ms;
};

#define AT(field) offsetof(struct reveal_row, field)

static const struct column columns[] = {
    { "destination_id", COLUMN_TEXT, AT(destination_id) },
    { "token_id", COLUMN_TEXT, AT(token_id) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
};

static const struct table table = {
    .name = "secret_reveals",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct reveal_row),
};

enum err store_secret_reveal_is_noted(struct store_tx *tx, str destination_id, str token_id,
                                      bool *ret_is_noted, struct problem *ret_problem)
{
    struct reveal_row row;
    enum err err =
        table_get(tx, &table, "destination_id = $1 AND token_id = $2",
                  DB_VALUES(DB_TEXT(destination_id), DB_TEXT(token_id)), &row, ret_problem);
    if (err && err != ERR_NOT_FOUND)
        return err;
    *ret_is_noted = err == OK;
    return OK;
}

enum err store_secret_reveal_note(struct store_tx *tx, str destination_id, str token_id,
                                  bool *ret_is_first, struct problem *ret_problem)
{
    bool is_noted;
    enum err err =
        store_secret_reveal_is_noted(tx, destination_id, token_id, &is_noted, ret_problem);
    if (err)
        return err;
    *ret_is_first = !is_noted;
    if (is_noted)
        return OK;
    const struct reveal_row row = {
        .destination_id = destination_id,
        .token_id = token_id,
        .created_ms = tx_now_ms(tx),
    };
    return table_insert(tx, &table, &row, ret_problem);
}
