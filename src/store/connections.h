// SPDX-License-Identifier: Apache-2.0
// Connections: which source's events go to which destination. Deleting is soft: creating the
// same pair again brings the row back under its old id.
#pragma once

#include "store/store.h"

struct connection_row {
    str id;
    str workspace_id; // of source and destination
    str source_id;
    str destination_id;
    bool is_enabled;
    str external_id; // the caller's, unique in the workspace; STR_NONE: none
    // Events of the source that stand before this are not for this connection.
    uint64_t from_record;
    uint32_t from_event;
    int64_t created_ms;
    int64_t updated_ms;
};

// Connects source_id and destination_id, both of workspace_id. A deleted pair comes back with
// its old id; a live pair is brought up to date and returned when the row has no external id
// (its from_… stay unless it becomes enabled by this). Fills in the rest. ERR_NOT_FOUND naming
// `sourceId` or `destinationId`; ERR_CONFLICT: the pair is live and the row has an external id,
// or `externalId` is taken.
enum err store_connection_create(struct store_tx *tx, struct connection_row *row,
                                 struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, deleted, or of another workspace.
enum err store_connection_get(struct store_tx *tx, str workspace_id, str id,
                              struct connection_row *ret_row, struct problem *ret_problem);
enum err store_connection_list(struct store_tx *tx, str workspace_id,
                               const struct store_page *page, struct store_list *ret_list,
                               struct problem *ret_problem);
// What changed after a revision, for snapshots; after < 0: all there are, of every workspace.
enum err store_connection_each_changed(struct store_tx *tx, int64_t after,
                                       const struct store_visitor *visitor,
                                       struct problem *ret_problem);
// Writes is_enabled, and from_… if that enables it, of the row with id and workspace_id; fills
// in the rest. source_id and destination_id cannot change: ERR_INVALID if they are set and
// differ. ERR_NOT_FOUND.
enum err store_connection_update(struct store_tx *tx, struct connection_row *row,
                                 struct problem *ret_problem);
// ERR_NOT_FOUND; ERR_CONFLICT: `externalId` is taken.
enum err store_connection_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                          str external_id, struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_connection_delete(struct store_tx *tx, str workspace_id, str id,
                                 struct problem *ret_problem);
// Those of a destination that is enabled again get what comes from here on.
enum err store_connections_begin(struct store_tx *tx, str destination_id, uint64_t from_record,
                                 uint32_t from_event, struct problem *ret_problem);
