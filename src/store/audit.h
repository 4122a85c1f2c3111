// SPDX-License-Identifier: Apache-2.0
// The audit log: one row for each administrative action, written in the transaction of the
// action itself, and chained to the row before it (audit_chain.h).
#pragma once

#include "store/store.h"

enum { AUDIT_HASH_LEN = 32 };

struct audit_row {
    str id;
    str organization_id;
    str workspace_id; // STR_NONE: of the organization
    str actor_type;   // "user", the kind of token, "anonymous" (before a sign-in) or "system"
    str actor_id;
    str actor_name;  // as it was then: e-mail address, name of the token
    str action;      // "created", "updated", "deleted" …
    str target_type; // "source", "destination", "connection", "personal_access_token" …
    str target_id;
    str target_name;
    str ip;
    str user_agent;
    str details; // a JSON object, without secrets; STR_NONE: none
    int64_t created_ms;
    int64_t seq; // from 1, without a gap
    uint8_t hash[AUDIT_HASH_LEN];
};

// Fills id, created_ms, seq and hash.
enum err store_audit_add(struct store_tx *tx, struct audit_row *row,
                         struct problem *ret_problem);

// Which rows are wanted; empty texts and 0: any.
struct audit_filter {
    str organization_id; // always given
    str workspace_id;
    str actor_id;
    str target_type;
    str target_id;
    str action;
    int64_t created_after_ms; // later than this
    int64_t before_seq;       // older than this row
};

// Newest first, at most `limit`.
enum err store_audit_list(struct store_tx *tx, const struct audit_filter *filter, size_t limit,
                          struct audit_row **ret_rows, size_t *ret_count,
                          struct problem *ret_problem);
// How many there are, whatever before_seq says.
enum err store_audit_count(struct store_tx *tx, const struct audit_filter *filter,
                           size_t *ret_count, struct problem *ret_problem);

// The seq of one of the organization's rows. ERR_NOT_FOUND, without a problem.
enum err store_audit_seq(struct store_tx *tx, str organization_id, str id, int64_t *ret_seq,
                         struct problem *ret_problem);

// Rows of all organizations behind `seq`, oldest first, at most `limit`: for copying the log.
enum err store_audit_list_after(struct store_tx *tx, int64_t seq, size_t limit,
                                struct audit_row **ret_rows, size_t *ret_count,
                                struct problem *ret_problem);
