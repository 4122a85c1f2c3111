// SPDX-License-Identifier: Apache-2.0
// Destinations: where events go. Deleting is soft: the row stays, its name is free again.
#pragma once

#include "store/store.h"

struct destination_row {
    str id;
    str workspace_id;
    str name; // unique among the workspace's destinations
    str type; // name of the definition: "WEBHOOK"
    bool is_enabled;
    str config;       // JSON text, exactly as given; the whole of it is sealed on disk
    int64_t version;  // the caller's, at least 1
    str external_id;  // the caller's, unique in the workspace; STR_NONE: none
    int64_t revision; // 1, counted up by each update
    int64_t created_ms;
    int64_t updated_ms;
};

// Fills revision, created_ms, updated_ms, and id unless it is set and was never used.
// ERR_CONFLICT: `name` or `externalId` is taken.
enum err store_destination_create(struct store_tx *tx, struct destination_row *row,
                                  struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, deleted, or of another workspace.
enum err store_destination_get(struct store_tx *tx, str workspace_id, str id,
                               struct destination_row *ret_row, struct problem *ret_problem);
enum err store_destination_list(struct store_tx *tx, str workspace_id,
                                const struct store_page *page, struct store_list *ret_list,
                                struct problem *ret_problem);
// What changed after a revision, for snapshots; after < 0: all there are, of every workspace. A
// config that does not open is read as STR_NONE.
enum err store_destination_each_changed(struct store_tx *tx, int64_t after,
                                        const struct store_visitor *visitor,
                                        struct problem *ret_problem);
// Writes name, type, is_enabled, config, version of the row with id and workspace_id; fills in
// the rest. ERR_NOT_FOUND; ERR_CONFLICT: `name` is taken.
enum err store_destination_update(struct store_tx *tx, struct destination_row *row,
                                  struct problem *ret_problem);
// ERR_NOT_FOUND; ERR_CONFLICT: `externalId` is taken.
enum err store_destination_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                           str external_id, struct problem *ret_problem);
// ERR_NOT_FOUND; ERR_CONFLICT: has connections (the problem names one).
enum err store_destination_delete(struct store_tx *tx, str workspace_id, str id,
                                  struct problem *ret_problem);

// Makes room for others before it is renamed in the same transaction (owned.h).
enum err store_destination_park_name(struct store_tx *tx, str id, struct problem *ret_problem);
