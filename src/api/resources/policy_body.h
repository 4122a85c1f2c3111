// SPDX-License-Identifier: Apache-2.0
// Policies in request bodies.
#pragma once

#include "access/policy.h"
#include "api/body.h"

enum { POLICY_BYTES_MAX = 256 << 10 }; // max_len of such a member

// The member "policy" for a workspace: "all" without "includeFuture" is written out as what is
// there now; null grants nothing. ERR_INVALID: the details name the member, also when it names
// something that is not in the workspace.
enum err policy_body_read(struct call *call, struct store_tx *tx, str workspace_id,
                          const struct body_value *value, struct policy *ret_policy);
