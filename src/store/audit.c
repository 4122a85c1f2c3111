// SPDX-License-Identifier: Apache-2.0
// Rows of the table audit.
#include "store/audit.h"

#include "store/audit_chain.h"
#include "store/tables.h"

#define AT(field) offsetof(struct audit_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "workspace_id", COLUMN_TEXT_OPTIONAL, AT(workspace_id) },
    { "actor_type", COLUMN_TEXT, AT(actor_type) },
    { "actor_id", COLUMN_TEXT, AT(actor_id) },
    { "actor_name", COLUMN_TEXT_OPTIONAL, AT(actor_name) },
    { "action", COLUMN_TEXT, AT(action) },
    { "target_type", COLUMN_TEXT, AT(target_type) },
    { "target_id", COLUMN_TEXT, AT(target_id) },
    { "target_name", COLUMN_TEXT, AT(target_name) },
    { "ip", COLUMN_TEXT_OPTIONAL, AT(ip) },
    { "user_agent", COLUMN_TEXT_OPTIONAL, AT(user_agent) },
    { "details", COLUMN_TEXT_OPTIONAL, AT(details) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "seq", COLUMN_INT, AT(seq) },
    { "hash", COLUMN_DIGEST, AT(hash) },
};

const struct table audit_table = {
    .name = "audit",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct audit_row),
};

enum err store_audit_add(struct store_tx *tx, struct audit_row *row,
                         struct problem *ret_problem)
{
    struct audit_head last;
    enum err err = store_audit_head(tx, &last, ret_problem);
    if (err)
        return err;
    row->id = tx_new_id(tx);
    row->created_ms = tx_now_ms(tx);
    row->seq = last.seq + 1;
    audit_hash(row, last.hash, row->hash);
    return table_insert(tx, &audit_table, row, ret_problem);
}

// $1 to $7, as filter_values has them.
#define MATCHES                                                                                \
    " organization_id = $1 AND (workspace_id = $2 OR $2 = '')"                                 \
    " AND (actor_id = $3 OR $3 = '') AND (target_type = $4 OR $4 = '')"                        \
    " AND (target_id = $5 OR $5 = '') AND (action = $6 OR $6 = '') AND created_ms > $7"

#define MATCH_VALUES(filter)                                                                   \
    DB_TEXT((filter)->organization_id), DB_TEXT((filter)->workspace_id),                       \
        DB_TEXT((filter)->actor_id), DB_TEXT((filter)->target_type),                           \
        DB_TEXT((filter)->target_id), DB_TEXT((filter)->action),                               \
        DB_INT((filter)->created_after_ms)

enum err store_audit_list(struct store_tx *tx, const struct audit_filter *filter, size_t limit,
                          struct audit_row **ret_rows, size_t *ret_count,
                          struct problem *ret_problem)
{
    int64_t before = filter->before_seq > 0 ? filter->before_seq : INT64_MAX;
    return table_list(tx, &audit_table,
                      "WHERE" MATCHES " AND seq < $8 ORDER BY seq DESC LIMIT $9",
                      DB_VALUES(MATCH_VALUES(filter), DB_INT(before), DB_INT((int64_t)limit)),
                      (void **)ret_rows, ret_count, ret_problem);
}

enum err store_audit_count(struct store_tx *tx, const struct audit_filter *filter,
                           size_t *ret_count, struct problem *ret_problem)
{
    int64_t count = 0;
    enum err err = tx_int(tx, "SELECT count(*) FROM audit WHERE" MATCHES,
                          DB_VALUES(MATCH_VALUES(filter)), &count, ret_problem);
    if (!err)
        *ret_count = (size_t)count;
    return err;
}

enum err store_audit_seq(struct store_tx *tx, str organization_id, str id, int64_t *ret_seq,
                         struct problem *ret_problem)
{
    return tx_int(tx, "SELECT seq FROM audit WHERE id = $1 AND organization_id = $2",
                  DB_VALUES(DB_TEXT(id), DB_TEXT(organization_id)), ret_seq, ret_problem);
}

enum err store_audit_list_after(struct store_tx *tx, int64_t seq, size_t limit,
                                struct audit_row **ret_rows, size_t *ret_count,
                                struct problem *ret_problem)
{
    return table_list(tx, &audit_table, "WHERE seq > $1 ORDER BY seq LIMIT $2",
                      DB_VALUES(DB_INT(seq), DB_INT((int64_t)limit)), (void **)ret_rows,
                      ret_count, ret_problem);
}
