// SPDX-License-Identifier: Apache-2.0
// Rows of the table policies.
#include "store/policies.h"

#include "store/tables.h"

#define AT(field) offsetof(struct policy_row, field)

static const struct column columns[] = {
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "kind", COLUMN_TEXT, AT(kind) },
    { "subject_id", COLUMN_TEXT, AT(subject_id) },
    { "policy", COLUMN_TEXT, AT(policy) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct table table = {
    .name = "policies",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct policy_row),
    .is_config = true,
};

#define OF_ORGANIZATION "workspace_id IN (SELECT id FROM workspaces WHERE organization_id = $1)"
#define THIS_ONE        "workspace_id = $1 AND kind = $2 AND subject_id = $3"

enum err store_policy_put(struct store_tx *tx, struct policy_row *row,
                          struct problem *ret_problem)
{
    row->updated_ms = tx_now_ms(tx);
    return tx_run(tx, &table,
                  "INSERT INTO policies"
                  " (workspace_id, kind, subject_id, policy, created_ms, updated_ms)"
                  " VALUES ($1, $2, $3, $4, $5, $5)"
                  " ON CONFLICT (workspace_id, kind, subject_id)"
                  " DO UPDATE SET policy = excluded.policy, updated_ms = excluded.updated_ms",
                  DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(row->kind),
                            DB_TEXT(row->subject_id), DB_TEXT(row->policy),
                            DB_INT(row->updated_ms)),
                  NULL, ret_problem);
}

enum err store_policy_get(struct store_tx *tx, str workspace_id, str kind, str subject_id,
                          struct policy_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, THIS_ONE,
                  DB_VALUES(DB_TEXT(workspace_id), DB_TEXT(kind), DB_TEXT(subject_id)), ret_row,
                  ret_problem);
    return tx_not_found(err, "workspaceId", "no such policy", ret_problem);
}

enum err store_policy_delete(struct store_tx *tx, str workspace_id, str kind, str subject_id,
                             struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err = tx_run(tx, &table, "DELETE FROM policies WHERE " THIS_ONE,
                          DB_VALUES(DB_TEXT(workspace_id), DB_TEXT(kind), DB_TEXT(subject_id)),
                          &changed, ret_problem);
    return tx_not_found(!err && changed == 0 ? ERR_NOT_FOUND : err, "workspaceId",
                        "no such policy", ret_problem);
}

enum err store_policy_list(struct store_tx *tx, str organization_id, str kind, str subject_id,
                           struct policy_row **ret_rows, size_t *ret_count,
                           struct problem *ret_problem)
{
    return table_list(tx, &table,
                      "WHERE " OF_ORGANIZATION
                      " AND kind = $2 AND subject_id = $3 ORDER BY workspace_id",
                      DB_VALUES(DB_TEXT(organization_id), DB_TEXT(kind), DB_TEXT(subject_id)),
                      (void **)ret_rows, ret_count, ret_problem);
}

enum err store_policy_list_all(struct store_tx *tx, struct policy_row **ret_rows,
                               size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY workspace_id, kind, subject_id", DB_VALUES(),
                      (void **)ret_rows, ret_count, ret_problem);
}

enum err store_policy_join_all(struct store_tx *tx, str organization_id, str user_id,
                               struct problem *ret_problem)
{
    return tx_run(tx, &table,
                  "INSERT INTO policies"
                  " (workspace_id, kind, subject_id, policy, created_ms, updated_ms)"
                  " SELECT id, $3, $2, $4, $5, $5 FROM workspaces WHERE organization_id = $1"
                  " ON CONFLICT (workspace_id, kind, subject_id) DO NOTHING",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id), DB_TEXT(POLICY_MEMBER),
                            DB_TEXT(POLICY_EMPTY), DB_INT(tx_now_ms(tx))),
                  NULL, ret_problem);
}

enum err store_policy_leave_all(struct store_tx *tx, str organization_id, str user_id,
                                struct problem *ret_problem)
{
    return tx_run(tx, &table,
                  "DELETE FROM policies WHERE " OF_ORGANIZATION
                  " AND kind = $3 AND subject_id = $2",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id), DB_TEXT(POLICY_MEMBER)),
                  NULL, ret_problem);
}
