// SPDX-License-Identifier: Apache-2.0
// Sources: where events come from. Deleting is soft: the row stays, its name is free again and
// its write key is never given out twice.
#pragma once

#include "store/store.h"

struct source_row {
    str id;
    str workspace_id;
    str name; // unique among the workspace's sources
    str type; // name of the source definition
    str write_key;
    bool is_enabled;
    str config; // JSON text, exactly as given; sealed on disk
    bool is_transient;
    bool has_geo_enrichment;
    str external_id; // the caller's, unique in the workspace; STR_NONE: none
    int64_t created_ms;
    int64_t updated_ms;
};

// Fills created_ms, updated_ms, and id and write_key unless they are set and were never used.
// ERR_CONFLICT: `name` or `externalId` is taken.
enum err store_source_create(struct store_tx *tx, struct source_row *row,
                             struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, deleted, or of another workspace.
enum err store_source_get(struct store_tx *tx, str workspace_id, str id,
                          struct source_row *ret_row, struct problem *ret_problem);
enum err store_source_list(struct store_tx *tx, str workspace_id, const struct store_page *page,
                           struct store_list *ret_list, struct problem *ret_problem);
// What changed after a revision, for snapshots; after < 0: all there are, of every workspace. A
// config that does not open is read as STR_NONE.
enum err store_source_each_changed(struct store_tx *tx, int64_t after,
                                   const struct store_visitor *visitor,
                                   struct problem *ret_problem);
// Writes name, type, is_enabled, config, is_transient, has_geo_enrichment of the row with id
// and workspace_id; fills in the rest. ERR_NOT_FOUND; ERR_CONFLICT: `name` is taken.
enum err store_source_update(struct store_tx *tx, struct source_row *row,
                             struct problem *ret_problem);
// ERR_NOT_FOUND; ERR_CONFLICT: `externalId` is taken.
enum err store_source_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                      str external_id, struct problem *ret_problem);
// ERR_NOT_FOUND; ERR_CONFLICT: has connections (the problem names one).
enum err store_source_delete(struct store_tx *tx, str workspace_id, str id,
                             struct problem *ret_problem);

// Makes room for others before it is renamed in the same transaction (owned.h).
enum err store_source_park_name(struct store_tx *tx, str id, struct problem *ret_problem);
