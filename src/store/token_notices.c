// SPDX-License-Identifier: Apache-2.0
// Rows of the table token_notices, and what the tables of tokens have since.
#include "store/token_notices.h"

#include "store/tables.h"

#define AT(field) offsetof(struct token_notice, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "workspace_id", COLUMN_TEXT_OPTIONAL, AT(workspace_id) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "revoked_ms", COLUMN_INT, AT(revoked_ms) },
};

static const struct table personal = {
    .name = "personal_tokens",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct token_notice),
};

static const struct table service = {
    .name = "service_tokens",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct token_notice),
};

static const struct table table = { .name = "token_notices" };

#define SINCE                                                                                  \
    " AND created_ms > COALESCE((SELECT dismissed_ms FROM token_notices"                       \
    " WHERE user_id = $1), 0) ORDER BY created_ms DESC, id DESC LIMIT $2"

enum err store_token_notice_list_personal(struct store_tx *tx, str user_id,
                                          struct token_notice **ret_rows, size_t *ret_count,
                                          struct problem *ret_problem)
{
    return table_list(tx, &personal, "WHERE user_id = $1" SINCE,
                      DB_VALUES(DB_TEXT(user_id), DB_INT(TOKEN_NOTICES_MAX)), (void **)ret_rows,
                      ret_count, ret_problem);
}

enum err store_token_notice_list_service(struct store_tx *tx, str user_id, str organization_id,
                                         struct token_notice **ret_rows, size_t *ret_count,
                                         struct problem *ret_problem)
{
    return table_list(
        tx, &service, "WHERE organization_id = $3" SINCE,
        DB_VALUES(DB_TEXT(user_id), DB_INT(TOKEN_NOTICES_MAX), DB_TEXT(organization_id)),
        (void **)ret_rows, ret_count, ret_problem);
}

enum err store_token_notice_dismiss(struct store_tx *tx, str user_id, int64_t until_ms,
                                    struct problem *ret_problem)
{
    return tx_run(tx, &table,
                  "INSERT INTO token_notices (user_id, dismissed_ms) VALUES ($1, $2)"
                  " ON CONFLICT (user_id) DO UPDATE SET dismissed_ms = excluded.dismissed_ms"
                  " WHERE excluded.dismissed_ms > token_notices.dismissed_ms",
                  DB_VALUES(DB_TEXT(user_id), DB_INT(until_ms)), NULL, ret_problem);
}
