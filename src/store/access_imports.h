// SPDX-License-Identifier: Apache-2.0
// Imports of members and tokens that were read and are reviewed: at most one for each
// organization, until it is deployed or thrown away.
#pragma once

#include "store/store.h"

struct access_import_row {
    str organization_id;
    str id;
    str mode;      // "members" or "members-with-policies"
    str document;  // JSON, as access/import.h reads it, without values of tokens
    str staged_by; // e-mail address; empty: a command on the server
    int64_t staged_ms;
};

// Takes the place of an earlier one; fills in id and staged_ms.
enum err store_access_import_put(struct store_tx *tx, struct access_import_row *row,
                                 struct problem *ret_problem);
// ERR_NOT_FOUND: none waits.
enum err store_access_import_get(struct store_tx *tx, str organization_id,
                                 struct access_import_row *ret_row,
                                 struct problem *ret_problem);
// None is fine.
enum err store_access_import_delete(struct store_tx *tx, str organization_id,
                                    struct problem *ret_problem);
