// SPDX-License-Identifier: Apache-2.0
// Invitations into an organization. The link's token is never stored, only its SHA-256 digest.
#pragma once

#include "store/sessions.h"
#include "store/store.h"

struct invitation_row {
    str id;
    str organization_id;
    str email;
    str role;          // "admin" or "member"
    str group_ids;     // separated by commas; empty: none
    str workspace_ids; // the same
    uint8_t digest[STORE_DIGEST_LEN];
    int64_t created_ms;
    int64_t expires_ms;
};

// Fills id and created_ms. Takes the place of an earlier one to the same address.
enum err store_invitation_create(struct store_tx *tx, struct invitation_row *row,
                                 struct problem *ret_problem);
// ERR_NOT_FOUND: unknown, of another organization, or past its expiry.
enum err store_invitation_get(struct store_tx *tx, str organization_id, str id,
                              struct invitation_row *ret_row, struct problem *ret_problem);
enum err store_invitation_get_by_digest(struct store_tx *tx,
                                        const uint8_t digest[STORE_DIGEST_LEN],
                                        struct invitation_row *ret_row,
                                        struct problem *ret_problem);
// Those that have not expired, oldest first.
enum err store_invitation_list(struct store_tx *tx, str organization_id,
                               const struct store_page *page, struct store_list *ret_list,
                               struct problem *ret_problem);
// Accepted or cancelled. Unknown ones are fine.
enum err store_invitation_delete(struct store_tx *tx, str id, struct problem *ret_problem);
