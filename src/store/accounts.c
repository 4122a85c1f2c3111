// SPDX-License-Identifier: Apache-2.0
// Rows of the table accounts.
#include "store/accounts.h"

#include "store/owned.h"

#define AT(field) offsetof(struct account_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "definition", COLUMN_TEXT, AT(definition) },
    { "options_sealed", COLUMN_SEALED, AT(options) },
    { "secret_sealed", COLUMN_SEALED, AT(secret) },
    { "external_id", COLUMN_TEXT_OPTIONAL, AT(external_id) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct unique unique[] = {
    { "external_id", "externalId", "another account of the workspace has this external id" },
    { 0 },
};

static const struct table table = {
    .name = "accounts",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct account_row),
    .owner = "workspace_id",
    .live = "deleted_ms IS NULL",
    .missing = "no such account",
    .unique = unique,
};

enum err store_account_create(struct store_tx *tx, struct account_row *row,
                              struct problem *ret_problem)
{
    enum err err = owned_choose_id(tx, &table, &row->id, ret_problem);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return err ? err : owned_insert(tx, &table, row, ret_problem);
}

enum err store_account_get(struct store_tx *tx, str workspace_id, str id,
                           struct account_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, workspace_id, id, ret_row, ret_problem);
}

enum err store_account_list(struct store_tx *tx, str workspace_id,
                            const struct store_page *page, struct store_list *ret_list,
                            struct problem *ret_problem)
{
    return owned_list(tx, &table, workspace_id, page, ret_list, ret_problem);
}

enum err store_account_update(struct store_tx *tx, struct account_row *row,
                              struct problem *ret_problem)
{
    static const char *const changed[] = { "name", "options_sealed", "secret_sealed",
                                           "updated_ms", NULL };
    row->updated_ms = tx_now_ms(tx);
    return owned_update(tx, &table, row, changed, ret_problem);
}

enum err store_account_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                       str external_id, struct problem *ret_problem)
{
    return owned_set_external_id(tx, &table, workspace_id, id, external_id, ret_problem);
}

enum err store_account_delete(struct store_tx *tx, str workspace_id, str id,
                              struct problem *ret_problem)
{
    return owned_delete(tx, &table, workspace_id, id, ret_problem);
}
