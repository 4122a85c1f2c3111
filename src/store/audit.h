// SPDX-License-Identifier: Apache-2.0
// The audit log: one row for each administrative action, written in the transaction of the
// action itself.
#pragma once

#include "store/store.h"

struct audit_row {
    str id;
    str organization_id;
    str workspace_id; // STR_NONE: of the organization
    str actor_type;   // "user", "personal_access_token", "system"
    str actor_id;
    str action;      // "created", "updated", "deleted" …
    str target_type; // "source", "destination", "connection", "personal_access_token" …
    str target_id;
    str target_name;
    str ip;
    str user_agent;
    int64_t created_ms;
};

// Fills id and created_ms.
enum err store_audit_add(struct store_tx *tx, struct audit_row *row,
                         struct problem *ret_problem);
// Newest first; workspace_id empty: of the whole organization.
enum err store_audit_list(struct store_tx *tx, str organization_id, str workspace_id,
                          const struct store_page *page, struct audit_row **ret_rows,
                          size_t *ret_count, struct problem *ret_problem);
