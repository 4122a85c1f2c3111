// SPDX-License-Identifier: Apache-2.0
// One-time links that let a user set a new password. The link's token is never stored, only its
// SHA-256 digest; a user has at most one.
#pragma once

#include "store/sessions.h"
#include "store/store.h"

struct password_reset_row {
    uint8_t digest[STORE_DIGEST_LEN];
    str user_id;
    int64_t created_ms;
    int64_t expires_ms;
};

// Fills created_ms. Takes the place of an earlier one of the user.
enum err store_password_reset_create(struct store_tx *tx, struct password_reset_row *row,
                                     struct problem *ret_problem);
// Reads and removes it, so that it works once. ERR_NOT_FOUND: unknown, or past its expiry.
enum err store_password_reset_take(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                                   struct password_reset_row *ret_row,
                                   struct problem *ret_problem);
// Unknown ones are fine.
enum err store_password_reset_delete_of_user(struct store_tx *tx, str user_id,
                                             struct problem *ret_problem);
