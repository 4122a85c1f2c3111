// SPDX-License-Identifier: Apache-2.0
// Users: people who sign in.
#pragma once

#include "store/store.h"

struct user_row {
    str id;
    str email; // as it was given; unique without regard to ASCII case
    str name;
    str password_hash; // of store/password.h; empty: cannot sign in by password
    int64_t created_ms;
    int64_t updated_ms;
};

// ERR_CONFLICT: `email` is taken.
enum err store_user_create(struct store_tx *tx, struct user_row *row,
                           struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_user_get(struct store_tx *tx, str id, struct user_row *ret_row,
                        struct problem *ret_problem);
enum err store_user_get_by_email(struct store_tx *tx, str email, struct user_row *ret_row,
                                 struct problem *ret_problem);
enum err store_user_set_password(struct store_tx *tx, str id, str password_hash,
                                 struct problem *ret_problem);
// ERR_NOT_FOUND.
enum err store_user_set_name(struct store_tx *tx, str id, str name,
                             struct problem *ret_problem);
enum err store_user_list_all(struct store_tx *tx, struct user_row **ret_rows, size_t *ret_count,
                             struct problem *ret_problem);
