// SPDX-License-Identifier: Apache-2.0
// What a destination was: one row for each change, the newest DESTINATION_REVISIONS_MAX of
// them.
#pragma once

#include "store/destinations.h"

enum { DESTINATION_REVISIONS_MAX = 100 };

struct destination_revision_row {
    str id;
    str destination_id;
    int64_t revision;
    str name;
    bool is_enabled;
    int64_t version;
    str config;     // sealed on disk
    str actor_type; // as in the audit log; empty: nobody kept who it was
    str actor_id;
    str actor_name;
    int64_t created_ms;
};

// Keeps what the destination is now, unless this revision is kept already. Taken of *actor: the
// three texts.
enum err store_destination_revision_add(struct store_tx *tx,
                                        const struct destination_row *destination,
                                        const struct destination_revision_row *actor,
                                        struct problem *ret_problem);
// ERR_NOT_FOUND: none, or no longer kept. The caller knows that the destination is his.
enum err store_destination_revision_get(struct store_tx *tx, str destination_id,
                                        int64_t revision,
                                        struct destination_revision_row *ret_row,
                                        struct problem *ret_problem);
// A page of them, newest first.
enum err store_destination_revision_list(struct store_tx *tx, str destination_id,
                                         const struct store_page *page,
                                         struct store_list *ret_list,
                                         struct problem *ret_problem);
