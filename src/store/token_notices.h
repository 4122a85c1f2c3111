// SPDX-License-Identifier: Apache-2.0
// What people are told of new tokens until they say that they have seen it.
#pragma once

#include "store/store.h"

struct token_notice {
    str id;
    str name;
    str workspace_id; // empty: of the organization
    int64_t created_ms;
    int64_t revoked_ms; // 0: live
};

enum { TOKEN_NOTICES_MAX = 20 };

// The user's own tokens made since he dismissed what there was, the newest ones, newest first;
// ended ones too.
enum err store_token_notice_list_personal(struct store_tx *tx, str user_id,
                                          struct token_notice **ret_rows, size_t *ret_count,
                                          struct problem *ret_problem);
// The same of the organization's service tokens, for its Admin.
enum err store_token_notice_list_service(struct store_tx *tx, str user_id, str organization_id,
                                         struct token_notice **ret_rows, size_t *ret_count,
                                         struct problem *ret_problem);
// What was made up to this moment; an earlier one than before changes nothing. In STORE_NOTE.
enum err store_token_notice_dismiss(struct store_tx *tx, str user_id, int64_t until_ms,
                                    struct problem *ret_problem);
