// SPDX-License-Identifier: Apache-2.0
// Policies in workspaces: the baseline, those of groups, those of members. A member belongs to
// a workspace when he or one of his groups has a policy there, be it an empty one, or when he
// is an organization Admin. A baseline that nobody has written gives all of PII or nothing, as
// the organization's setting baseline_pii has it.
#pragma once

#include "store/store.h"

struct policy_row {
    str workspace_id;
    str kind;       // POLICY_BASELINE, POLICY_GROUP or POLICY_MEMBER
    str subject_id; // of the group or the user; "" of baselines
    str policy;     // JSON in canonical form, as access/policy.h writes it
    int64_t created_ms;
    int64_t updated_ms;
};
#define POLICY_BASELINE STR("baseline")
#define POLICY_GROUP    STR("group")
#define POLICY_MEMBER   STR("member")
#define POLICY_EMPTY    STR("{\"resources\":{},\"pii\":{}}")

// Writes the policy of row's workspace, kind and subject, whether there is one or not; fills in
// updated_ms.
enum err store_policy_put(struct store_tx *tx, struct policy_row *row,
                          struct problem *ret_problem);
// ERR_NOT_FOUND: there is none.
enum err store_policy_get(struct store_tx *tx, str workspace_id, str kind, str subject_id,
                          struct policy_row *ret_row, struct problem *ret_problem);
enum err store_policy_delete(struct store_tx *tx, str workspace_id, str kind, str subject_id,
                             struct problem *ret_problem);
// Those of a group or member in the workspaces of an organization.
enum err store_policy_list(struct store_tx *tx, str organization_id, str kind, str subject_id,
                           struct policy_row **ret_rows, size_t *ret_count,
                           struct problem *ret_problem);
enum err store_policy_list_all(struct store_tx *tx, struct policy_row **ret_rows,
                               size_t *ret_count, struct problem *ret_problem);

// Takes the member into all workspaces of the organization that he has no policy in, with an
// empty one.
enum err store_policy_join_all(struct store_tx *tx, str organization_id, str user_id,
                               struct problem *ret_problem);
// Removes all his policies in the organization's workspaces.
enum err store_policy_leave_all(struct store_tx *tx, str organization_id, str user_id,
                                struct problem *ret_problem);
