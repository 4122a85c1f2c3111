// SPDX-License-Identifier: Apache-2.0
// Sessions: signed-in browsers. The cookie's value is never stored, only its SHA-256 digest.
#pragma once

#include "store/store.h"

enum { STORE_DIGEST_LEN = 32 };

struct session_row {
    uint8_t digest[STORE_DIGEST_LEN];
    str user_id;
    str csrf; // the value that writing requests must bring; sealed on disk
    int64_t created_ms;
    int64_t last_seen_ms;
    int64_t expires_ms;
    int64_t confirmed_ms; // when the password was given last
    str ip;               // where it was seen last; empty: not known
    str user_agent;
};

// created_ms, last_seen_ms and confirmed_ms are filled in.
enum err store_session_create(struct store_tx *tx, struct session_row *row,
                              struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, or past its expiry.
enum err store_session_get(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                           struct session_row *ret_row, struct problem *ret_problem);
// Sets last_seen_ms to now, and expires_ms, ip and user_agent to those of the row with the
// digest (STORE_NOTE will do). ERR_NOT_FOUND.
enum err store_session_touch(struct store_tx *tx, const struct session_row *row,
                             struct problem *ret_problem);
// Unknown ones are fine.
enum err store_session_delete(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                              struct problem *ret_problem);
enum err store_session_delete_of_user(struct store_tx *tx, str user_id,
                                      struct problem *ret_problem);
// All of the user's but the one with the digest.
enum err store_session_delete_others(struct store_tx *tx, str user_id,
                                     const uint8_t digest[STORE_DIGEST_LEN],
                                     struct problem *ret_problem);
// Sets confirmed_ms to now. Unknown ones are fine.
enum err store_session_confirm(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                               struct problem *ret_problem);
// Those that have not expired, newest first.
enum err store_session_list_of_user(struct store_tx *tx, str user_id,
                                    struct session_row **ret_rows, size_t *ret_count,
                                    struct problem *ret_problem);
// Removes those past their expiry.
enum err store_session_purge(struct store_tx *tx, struct problem *ret_problem);
