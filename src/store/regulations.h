// SPDX-License-Identifier: Apache-2.0
// Regulations: users whose events a workspace does not want any more. They are never deleted,
// only canceled, so that it can be shown later who was suppressed when.
#pragma once

#include "store/store.h"

struct regulation_row {
    str id;
    str workspace_id;
    str kind;       // "suppress"
    str source_ids; // separated by commas; empty: every source
    str user_id;    // sealed on disk, as the attributes are
    str attributes; // a JSON object, as it was given
    bool is_canceled;
    int64_t created_ms;
    int64_t updated_ms;
};

// Fills in id and times.
enum err store_regulation_create(struct store_tx *tx, struct regulation_row *row,
                                 struct problem *ret_problem);
// ERR_NOT_FOUND: unknown or of another workspace.
enum err store_regulation_get(struct store_tx *tx, str workspace_id, str id,
                              struct regulation_row *ret_row, struct problem *ret_problem);
// Changes nothing in one that is canceled already. ERR_NOT_FOUND.
enum err store_regulation_cancel(struct store_tx *tx, struct regulation_row *row,
                                 struct problem *ret_problem);
// At most `limit` of the workspace's, newest first, that are older than the one with the id
// `before` (empty: the newest).
enum err store_regulation_list(struct store_tx *tx, str workspace_id, str before, size_t limit,
                               struct store_list *ret_list, struct problem *ret_problem);
// Those that are not canceled.
enum err store_regulation_count(struct store_tx *tx, str workspace_id, int64_t *ret_count,
                                struct problem *ret_problem);
// What changed after a revision, for snapshots; after < 0: all that are not canceled, of every
// workspace. A user id that does not open is read as STR_NONE.
enum err store_regulation_each_changed(struct store_tx *tx, int64_t after,
                                       void (*each)(void *ctx, const void *row), void *ctx,
                                       struct problem *ret_problem);
