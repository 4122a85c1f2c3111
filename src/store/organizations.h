// SPDX-License-Identifier: Apache-2.0
// Organizations: the outermost owner of everything.
#pragma once

#include "store/store.h"

struct organization_row {
    str id;
    str name;
    int64_t created_ms;
    int64_t updated_ms;
};

enum err store_organization_create(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_organization_get(struct store_tx *tx, str id, struct organization_row *ret_row,
                                struct problem *ret_problem);
// Writes the name of the row with the id; fills in updated_ms.
enum err store_organization_update(struct store_tx *tx, struct organization_row *row,
                                   struct problem *ret_problem);
enum err store_organization_list(struct store_tx *tx, struct organization_row **ret_rows,
                                 size_t *ret_count, struct problem *ret_problem);
