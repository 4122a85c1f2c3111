// SPDX-License-Identifier: Apache-2.0
// Rows of the table audit.
#include "store/audit.h"

#include "store/tables.h"

#define AT(field) offsetof(struct audit_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "workspace_id", COLUMN_TEXT_OPTIONAL, AT(workspace_id) },
    { "actor_type", COLUMN_TEXT, AT(actor_type) },
    { "actor_id", COLUMN_TEXT, AT(actor_id) },
    { "action", COLUMN_TEXT, AT(action) },
    { "target_type", COLUMN_TEXT, AT(target_type) },
    { "target_id", COLUMN_TEXT, AT(target_id) },
    { "target_name", COLUMN_TEXT, AT(target_name) },
    { "ip", COLUMN_TEXT_OPTIONAL, AT(ip) },
    { "user_agent", COLUMN_TEXT_OPTIONAL, AT(user_agent) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
};

static const struct table table = {
    .name = "audit",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct audit_row),
};

enum err store_audit_add(struct store_tx *tx, struct audit_row *row,
                         struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = tx_now_ms(tx);
    return table_insert(tx, &table, row, ret_problem);
}

enum err store_audit_list(struct store_tx *tx, str organization_id, str workspace_id,
                          const struct store_page *page, struct audit_row **ret_rows,
                          size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table,
                      "WHERE organization_id = $1 AND (workspace_id = $2 OR $2 = '')"
                      " ORDER BY created_ms DESC, id DESC LIMIT $3 OFFSET $4",
                      DB_VALUES(DB_TEXT(organization_id), DB_TEXT(workspace_id),
                                page_limit(page), page_offset(page)),
                      (void **)ret_rows, ret_count, ret_problem);
}
