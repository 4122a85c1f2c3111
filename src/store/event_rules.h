// SPDX-License-Identifier: Apache-2.0
// What a workspace wants of its events: one row for each workspace that ever said something.
#pragma once

#include "store/store.h"

struct event_rules_row {
    str workspace_id;
    str blocked_track;      // a JSON array of event names
    int64_t dedup_window_s; // 0: messageIds are not compared
    str dedup_source_ids;   // separated by commas; empty: every source
    int64_t created_ms;
    int64_t updated_ms; // 0: nothing was ever said
};

// Of a workspace that said nothing: nothing is blocked, nothing compared.
enum err store_event_rules_get(struct store_tx *tx, str workspace_id,
                               struct event_rules_row *ret_row, struct problem *ret_problem);
// Writes the row, which may be the workspace's first; fills in the times.
enum err store_event_rules_put(struct store_tx *tx, struct event_rules_row *row,
                               struct problem *ret_problem);
// A source that is deleted: the rules do not name it any more. Where it was the only one,
// nothing is compared from then on: an empty list would mean every source.
enum err store_event_rules_forget_source(struct store_tx *tx, str workspace_id, str source_id,
                                         struct problem *ret_problem);
// What changed after a revision, for snapshots; after < 0: all.
enum err store_event_rules_each_changed(struct store_tx *tx, int64_t after,
                                        void (*each)(void *ctx, const void *row), void *ctx,
                                        struct problem *ret_problem);
