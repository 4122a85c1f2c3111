// SPDX-License-Identifier: Apache-2.0
// Which transformation a destination has: at most one.
#pragma once

#include "store/store.h"

struct transformation_link_row {
    str destination_id;
    str transformation_id;
    int64_t created_ms;
    int64_t updated_ms;
};

// ERR_NOT_FOUND: none. The caller knows that the destination exists.
enum err store_transformation_link_get(struct store_tx *tx, str destination_id,
                                       struct transformation_link_row *ret_row,
                                       struct problem *ret_problem);
// Sets or replaces it; fills in the times.
enum err store_transformation_link_set(struct store_tx *tx, struct transformation_link_row *row,
                                       struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_transformation_link_delete(struct store_tx *tx, str destination_id,
                                          struct problem *ret_problem);
