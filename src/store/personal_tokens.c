// SPDX-License-Identifier: Apache-2.0
// Rows of the table personal_tokens.
#include "store/personal_tokens.h"

#include "store/audit.h"
#include "store/owned.h"

#define AT(field) offsetof(struct personal_token_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "user_id", COLUMN_TEXT, AT(user_id) },
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "scope", COLUMN_TEXT, AT(scope) },
    { "digest", COLUMN_DIGEST, AT(digest) },
    { "prefix", COLUMN_TEXT, AT(prefix) },
    { "last4", COLUMN_TEXT, AT(last4) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "last_used_ms", COLUMN_INT, AT(last_used_ms) },
    { "last_used_ip", COLUMN_TEXT_OPTIONAL, AT(last_used_ip) },
    { "last_used_agent", COLUMN_TEXT_OPTIONAL, AT(last_used_agent) },
    { "revoked_ms", COLUMN_INT, AT(revoked_ms) },
    { "revision", COLUMN_INT, AT(revision) },
    { "kind", COLUMN_TEXT, AT(kind) },
    TOKEN_LIFE_COLUMNS(AT(life)),
};

static const struct table table = {
    .name = "personal_tokens",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct personal_token_row),
    .owner = "user_id",
    .live = "revoked_ms = 0",
    .missing = "no such token",
};

enum err store_personal_token_create(struct store_tx *tx, struct personal_token_row *row,
                                     struct problem *ret_problem)
{
    row->kind = row->kind.len > 0 ? row->kind : STR("personal");
    return token_row_create(tx, &table, row, ret_problem);
}

enum err store_personal_token_get(struct store_tx *tx, str user_id, str id,
                                  struct personal_token_row *ret_row,
                                  struct problem *ret_problem)
{
    return owned_get(tx, &table, user_id, id, ret_row, ret_problem);
}

enum err store_personal_token_find(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                                   struct personal_token_row *ret_row,
                                   struct problem *ret_problem)
{
    return token_row_find(tx, &table, digest, ret_row, ret_problem);
}

enum err store_personal_token_list(struct store_tx *tx, str user_id,
                                   const struct store_page *page, struct store_list *ret_list,
                                   struct problem *ret_problem)
{
    return owned_list(tx, &table, user_id, page, ret_list, ret_problem);
}

enum err store_personal_token_list_of_organization(struct store_tx *tx, str organization_id,
                                                   const struct store_page *page,
                                                   struct store_list *ret_list,
                                                   struct problem *ret_problem)
{
#define OF_ORGANIZATION                                                                        \
    "WHERE revoked_ms = 0 AND workspace_id IN"                                                 \
    " (SELECT id FROM workspaces WHERE organization_id = $1)"
    struct store_list list;
    int64_t total = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM personal_tokens " OF_ORGANIZATION,
                          DB_VALUES(DB_TEXT(organization_id)), &total, ret_problem);
    if (!err)
        err = table_list(
            tx, &table, OF_ORGANIZATION " ORDER BY created_ms, id LIMIT $2 OFFSET $3",
            DB_VALUES(DB_TEXT(organization_id), page_limit(page), page_offset(page)),
            &list.rows, &list.count, ret_problem);
    if (err)
        return err;
    list.total = (size_t)total;
    *ret_list = list;
    return OK;
}

enum err store_personal_token_get_of_organization(struct store_tx *tx, str organization_id,
                                                  str id, struct personal_token_row *ret_row,
                                                  struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table,
                  "id = $2 AND revoked_ms = 0 AND workspace_id IN"
                  " (SELECT id FROM workspaces WHERE organization_id = $1)",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", table.missing, ret_problem);
}

enum err store_personal_token_replace(struct store_tx *tx, struct personal_token_row *old,
                                      struct personal_token_row *successor,
                                      int64_t overlap_until_ms, struct problem *ret_problem)
{
    const struct token_change change = { old, successor };
    return token_row_replace(tx, &table, &change, overlap_until_ms, ret_problem);
}

enum err store_personal_token_revoke(struct store_tx *tx, str user_id, str id,
                                     struct problem *ret_problem)
{
    return token_row_revoke(tx, &table, user_id, id, ret_problem);
}

enum err store_personal_token_revoke_all(struct store_tx *tx, str user_id, str workspace_id,
                                         struct store_list *ret_ended,
                                         struct problem *ret_problem)
{
    return token_row_revoke_all(
        tx, &table, "WHERE user_id = $1 AND (workspace_id = $2 OR $2 = '') AND revoked_ms = 0",
        DB_VALUES(DB_TEXT(user_id), DB_TEXT(workspace_id)), ret_ended, ret_problem);
}

enum err store_personal_token_used(struct store_tx *tx, const struct token_use *use,
                                   struct problem *ret_problem)
{
    struct personal_token_row row;
    bool is_first;
    enum err err = token_row_used(tx, &table, use, &row, &is_first, ret_problem);
    if (err || !is_first)
        return err;
    struct audit_row token = {
        .workspace_id = row.workspace_id,
        .target_type = STR("personal_access_token"),
        .target_id = row.id,
        .target_name = row.name,
    };
    err = tx_bytes(tx, "SELECT organization_id FROM workspaces WHERE id = $1",
                   DB_VALUES(DB_TEXT(row.workspace_id)), &token.organization_id, ret_problem);
    if (!err)
        err = tx_bytes(tx, "SELECT email FROM users WHERE id = $1",
                       DB_VALUES(DB_TEXT(row.user_id)), &token.actor_name, ret_problem);
    return err ? err : token_use_audit(tx, use, &token, ret_problem);
}

enum err store_personal_token_each_changed(struct store_tx *tx, int64_t after,
                                           const struct token_visitor *visitor,
                                           struct problem *ret_problem)
{
    return token_row_each_changed(tx, &table, after, visitor, ret_problem);
}
