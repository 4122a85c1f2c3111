// SPDX-License-Identifier: Apache-2.0
// Rows of the table sessions.
#include "store/sessions.h"

#include "store/tables.h"

#define AT(field) offsetof(struct session_row, field)

static const struct column columns[] = {
    { "digest", COLUMN_DIGEST, AT(digest) },
    { "user_id", COLUMN_TEXT, AT(user_id) },
    { "csrf_sealed", COLUMN_SEALED, AT(csrf) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "last_seen_ms", COLUMN_INT, AT(last_seen_ms) },
    { "expires_ms", COLUMN_INT, AT(expires_ms) },
    { "confirmed_ms", COLUMN_INT, AT(confirmed_ms) },
    { "ip", COLUMN_TEXT_OPTIONAL, AT(ip) },
    { "user_agent", COLUMN_TEXT_OPTIONAL, AT(user_agent) },
};

static const struct table table = {
    .name = "sessions",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct session_row),
};

static struct db_value digest_value(const uint8_t digest[STORE_DIGEST_LEN])
{
    return DB_BLOB(str_make((const char *)digest, STORE_DIGEST_LEN));
}

enum err store_session_create(struct store_tx *tx, struct session_row *row,
                              struct problem *ret_problem)
{
    row->created_ms = row->last_seen_ms = row->confirmed_ms = tx_now_ms(tx);
    return table_insert(tx, &table, row, ret_problem);
}

enum err store_session_get(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                           struct session_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "digest = $1 AND expires_ms > $2",
                  DB_VALUES(digest_value(digest), DB_INT(tx_now_ms(tx))), ret_row, ret_problem);
    return tx_not_found(err, "session", "unknown or expired", ret_problem);
}

enum err store_session_touch(struct store_tx *tx, const struct session_row *row,
                             struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err =
        tx_run(tx, &table,
               "UPDATE sessions SET last_seen_ms = $2, expires_ms = $3, ip = $4,"
               " user_agent = $5 WHERE digest = $1",
               DB_VALUES(digest_value(row->digest), DB_INT(tx_now_ms(tx)),
                         DB_INT(row->expires_ms), DB_TEXT(row->ip), DB_TEXT(row->user_agent)),
               &changed, ret_problem);
    return tx_not_found(!err && changed == 0 ? ERR_NOT_FOUND : err, "session", "unknown",
                        ret_problem);
}

enum err store_session_delete(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                              struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM sessions WHERE digest = $1",
                  DB_VALUES(digest_value(digest)), NULL, ret_problem);
}

enum err store_session_delete_of_user(struct store_tx *tx, str user_id,
                                      struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM sessions WHERE user_id = $1",
                  DB_VALUES(DB_TEXT(user_id)), NULL, ret_problem);
}

enum err store_session_delete_others(struct store_tx *tx, str user_id,
                                     const uint8_t digest[STORE_DIGEST_LEN],
                                     struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM sessions WHERE user_id = $1 AND digest <> $2",
                  DB_VALUES(DB_TEXT(user_id), digest_value(digest)), NULL, ret_problem);
}

enum err store_session_confirm(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                               struct problem *ret_problem)
{
    return tx_run(tx, &table, "UPDATE sessions SET confirmed_ms = $2 WHERE digest = $1",
                  DB_VALUES(digest_value(digest), DB_INT(tx_now_ms(tx))), NULL, ret_problem);
}

enum err store_session_list_of_user(struct store_tx *tx, str user_id,
                                    struct session_row **ret_rows, size_t *ret_count,
                                    struct problem *ret_problem)
{
    return table_list(tx, &table,
                      "WHERE user_id = $1 AND expires_ms > $2 ORDER BY created_ms DESC, digest",
                      DB_VALUES(DB_TEXT(user_id), DB_INT(tx_now_ms(tx))), (void **)ret_rows,
                      ret_count, ret_problem);
}

enum err store_session_purge(struct store_tx *tx, struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM sessions WHERE expires_ms <= $1",
                  DB_VALUES(DB_INT(tx_now_ms(tx))), NULL, ret_problem);
}
