// SPDX-License-Identifier: Apache-2.0
// Single values that belong to the store as a whole.
#pragma once

#include "store/store.h"

// Names in use outside this room.
#define META_SETUP_TOKEN_DIGEST STR("setup_token_digest") // SHA-256 of the one-time setup token

// ERR_NOT_FOUND: not set. (A problem is not filled for that: it is a normal answer.)
enum err store_meta_get(struct store_tx *tx, str name, str *ret_value,
                        struct problem *ret_problem);
enum err store_meta_put(struct store_tx *tx, str name, str value, struct problem *ret_problem);
// Removes the value; ERR_NOT_FOUND when there was none, so that of two callers only one wins.
enum err store_meta_take(struct store_tx *tx, str name, struct problem *ret_problem);
