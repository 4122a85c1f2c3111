// SPDX-License-Identifier: Apache-2.0
// Accounts: the credentials of somebody else's system, kept once for all who use them. Deleting
// is soft.
#pragma once

#include "store/store.h"

struct account_row {
    str id;
    str workspace_id;
    str name;
    str definition;  // "SOURCE_POSTGRES"
    str options;     // a JSON object, exactly as given; sealed on disk
    str secret;      // the same; never given out
    str external_id; // the caller's, unique in the workspace; STR_NONE: none
    int64_t created_ms;
    int64_t updated_ms;
};

// Fills created_ms, updated_ms, and id unless it is set and was never used. ERR_CONFLICT:
// `externalId` is taken.
enum err store_account_create(struct store_tx *tx, struct account_row *row,
                              struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, deleted, or of another workspace.
enum err store_account_get(struct store_tx *tx, str workspace_id, str id,
                           struct account_row *ret_row, struct problem *ret_problem);
enum err store_account_list(struct store_tx *tx, str workspace_id,
                            const struct store_page *page, struct store_list *ret_list,
                            struct problem *ret_problem);
// Writes name, options, secret of the row, which was read in the same transaction; fills in
// updated_ms.
enum err store_account_update(struct store_tx *tx, struct account_row *row,
                              struct problem *ret_problem);
// ERR_NOT_FOUND; ERR_CONFLICT: `externalId` is taken.
enum err store_account_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                       str external_id, struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_account_delete(struct store_tx *tx, str workspace_id, str id,
                              struct problem *ret_problem);
