// SPDX-License-Identifier: Apache-2.0
// Members: which user belongs to which organization, in which role.
#pragma once

#include "store/store.h"

struct member_row {
    str organization_id;
    str user_id;
    str role; // "admin" or "member"
    int64_t created_ms;
};

// Whoever is added as "member", or becomes one, begins in all workspaces of the organization
// with an empty policy of his own (policies.h); to keep him out of one, delete it.
// ERR_CONFLICT: is a member already.
enum err store_member_add(struct store_tx *tx, struct member_row *row,
                          struct problem *ret_problem);
// ERR_NOT_FOUND: no such member.
enum err store_member_set_role(struct store_tx *tx, str organization_id, str user_id, str role,
                               struct problem *ret_problem);
// With his policies and his places in groups.
enum err store_member_remove(struct store_tx *tx, str organization_id, str user_id,
                             struct problem *ret_problem);
// ERR_NOT_FOUND: no such member.
enum err store_member_get(struct store_tx *tx, str organization_id, str user_id,
                          struct member_row *ret_row, struct problem *ret_problem);
// A page of the organization's, oldest first.
enum err store_member_list(struct store_tx *tx, str organization_id,
                           const struct store_page *page, struct store_list *ret_list,
                           struct problem *ret_problem);
// ERR_CONFLICT when no member of the organization has the role "admin" (any more).
enum err store_member_must_have_admin(struct store_tx *tx, str organization_id,
                                      struct problem *ret_problem);
// Memberships of one user.
enum err store_member_list_of_user(struct store_tx *tx, str user_id,
                                   struct member_row **ret_rows, size_t *ret_count,
                                   struct problem *ret_problem);
enum err store_member_list_all(struct store_tx *tx, struct member_row **ret_rows,
                               size_t *ret_count, struct problem *ret_problem);
