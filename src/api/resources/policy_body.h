// SPDX-License-Identifier: Apache-2.0
// Policies in request bodies.
#pragma once

#include "access/policy.h"
#include "api/body.h"

enum { POLICY_BYTES_MAX = 256 << 10 }; // max_len of such a member

// The member "policy" for a workspace, and what it is to replace (NULL: nothing).
struct policy_wish {
    str workspace_id;
    const struct body_value *value;
    const struct policy *before;
};

// "all" without "includeFuture" is written out as what is there now; null grants nothing. What
// stood in the policy before and has been deleted since is left out: it grants nothing, and
// whoever edits a policy sends it back without knowing. ERR_INVALID: the details name the
// member, also when it names anything else that is not in the workspace.
enum err policy_body_read(struct call *call, struct store_tx *tx,
                          const struct policy_wish *wish, struct policy *ret_policy);
