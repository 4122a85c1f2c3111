// SPDX-License-Identifier: Apache-2.0
// Workspaces: what sources, destinations and tokens belong to.
#pragma once

#include "store/store.h"

struct workspace_row {
    str id;
    str organization_id;
    str name;                 // unique in the organization
    str environment;          // "DEVELOPMENT" or "PRODUCTION"
    bool api_reveals_secrets; // to tokens that may edit a destination
    int64_t created_ms;
    int64_t updated_ms;
};

// ERR_CONFLICT: `name` is taken.
enum err store_workspace_create(struct store_tx *tx, struct workspace_row *row,
                                struct problem *ret_problem);
// Writes name, environment and api_reveals_secrets of the row with the id; fills in updated_ms.
// ERR_CONFLICT: `name` is taken.
enum err store_workspace_update(struct store_tx *tx, struct workspace_row *row,
                                struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_workspace_get(struct store_tx *tx, str id, struct workspace_row *ret_row,
                             struct problem *ret_problem);
enum err store_workspace_get_by_name(struct store_tx *tx, str organization_id, str name,
                                     struct workspace_row *ret_row,
                                     struct problem *ret_problem);
// Those of one organization.
enum err store_workspace_list(struct store_tx *tx, str organization_id,
                              struct workspace_row **ret_rows, size_t *ret_count,
                              struct problem *ret_problem);
// Those of all organizations, for the snapshot.
enum err store_workspace_list_all(struct store_tx *tx, struct workspace_row **ret_rows,
                                  size_t *ret_count, struct problem *ret_problem);
