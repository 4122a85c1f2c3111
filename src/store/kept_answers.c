// SPDX-License-Identifier: Apache-2.0
// Rows of the table kept_answers.
#include "store/kept_answers.h"

#include "store/tables.h"

#define AT(field) offsetof(struct kept_answer_row, field)

static const struct column columns[] = {
    { "digest", COLUMN_DIGEST, AT(digest) },
    { "request", COLUMN_DIGEST, AT(request) },
    { "status", COLUMN_INT, AT(status) },
    { "answer_sealed", COLUMN_SEALED, AT(answer) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
};

static const struct table table = {
    .name = "kept_answers",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct kept_answer_row),
};

enum err store_kept_answer_get(struct store_tx *tx, const uint8_t *digest,
                               struct kept_answer_row *ret_row, struct problem *ret_problem)
{
    str key = str_make((const char *)digest, KEPT_ANSWER_DIGEST_LEN);
    return table_get(tx, &table, "digest = $1 AND created_ms > $2",
                     DB_VALUES(DB_BLOB(key), DB_INT(tx_now_ms(tx) - KEPT_ANSWER_MS)), ret_row,
                     ret_problem);
}

enum err store_kept_answer_add(struct store_tx *tx, struct kept_answer_row *row,
                               struct problem *ret_problem)
{
    row->created_ms = tx_now_ms(tx);
    enum err err =
        tx_run(tx, &table, "DELETE FROM kept_answers WHERE created_ms <= $1",
               DB_VALUES(DB_INT(row->created_ms - KEPT_ANSWER_MS)), NULL, ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}
