// SPDX-License-Identifier: Apache-2.0
// Groups of members. What a group may do in a workspace: policies.h.
#pragma once

#include "store/store.h"

struct group_row {
    str id;
    str organization_id;
    str name; // unique in the organization
    str description;
    int64_t created_ms;
    int64_t updated_ms;
};

struct group_member_row {
    str group_id;
    str user_id;
    int64_t created_ms;
};

// ERR_CONFLICT: `name` is taken.
enum err store_group_create(struct store_tx *tx, struct group_row *row,
                            struct problem *ret_problem);
// Writes name and description; fills in updated_ms. ERR_CONFLICT: `name` is taken.
enum err store_group_update(struct store_tx *tx, struct group_row *row,
                            struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, or of another organization.
enum err store_group_get(struct store_tx *tx, str organization_id, str id,
                         struct group_row *ret_row, struct problem *ret_problem);
enum err store_group_list(struct store_tx *tx, str organization_id,
                          const struct store_page *page, struct store_list *ret_list,
                          struct problem *ret_problem);
// With its memberships and policies. ERR_NOT_FOUND.
enum err store_group_delete(struct store_tx *tx, str organization_id, str id,
                            struct problem *ret_problem);

// Whoever is in it already is fine. The caller knows that both are of one organization.
enum err store_group_add_member(struct store_tx *tx, str group_id, str user_id,
                                struct problem *ret_problem);
// ERR_NOT_FOUND: is not in it.
enum err store_group_remove_member(struct store_tx *tx, str group_id, str user_id,
                                   struct problem *ret_problem);
enum err store_group_list_members(struct store_tx *tx, str group_id,
                                  struct group_member_row **ret_rows, size_t *ret_count,
                                  struct problem *ret_problem);
// The organization's groups that the user is in.
enum err store_group_list_of_user(struct store_tx *tx, str organization_id, str user_id,
                                  struct group_row **ret_rows, size_t *ret_count,
                                  struct problem *ret_problem);
// Out of all of the organization's groups.
enum err store_group_leave_all(struct store_tx *tx, str organization_id, str user_id,
                               struct problem *ret_problem);

// For the snapshot. Memberships are in the order of their users.
enum err store_group_list_all(struct store_tx *tx, struct group_row **ret_rows,
                              size_t *ret_count, struct problem *ret_problem);
enum err store_group_list_all_members(struct store_tx *tx, struct group_member_row **ret_rows,
                                      size_t *ret_count, struct problem *ret_problem);
