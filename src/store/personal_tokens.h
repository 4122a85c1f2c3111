// SPDX-License-Identifier: Apache-2.0
// Personal Access Tokens. A value is never stored: only its SHA-256 digest, prefix and last
// four characters. Revoked ones stay as rows, so that they can be told from unknown ones and a
// restored older store does not revive them (revocations.h).
#pragma once

#include "store/sessions.h"
#include "store/token_life.h"

struct personal_token_row {
    str id;
    str user_id;
    str workspace_id;
    str name;
    str scope; // "read-only" or "read-write"
    uint8_t digest[STORE_DIGEST_LEN];
    str prefix; // "ptl_pat_"
    str last4;
    int64_t created_ms;
    int64_t last_used_ms; // 0: never
    str last_used_ip;
    str last_used_agent;
    int64_t revoked_ms; // 0: live
    int64_t revision;   // in which it was created, changed or revoked
    str kind;           // "personal" (also when empty at creation) or "legacy-admin"
    struct token_life life;
};

// ERR_CONFLICT: the digest is known (a value is used once for ever).
enum err store_personal_token_create(struct store_tx *tx, struct personal_token_row *row,
                                     struct problem *ret_problem);
// A live token of the user. ERR_NOT_FOUND: unknown, somebody else's or revoked.
enum err store_personal_token_get(struct store_tx *tx, str user_id, str id,
                                  struct personal_token_row *ret_row,
                                  struct problem *ret_problem);
// Whichever has the digest, ended ones too. ERR_NOT_FOUND.
enum err store_personal_token_find(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                                   struct personal_token_row *ret_row,
                                   struct problem *ret_problem);
// The user's live tokens.
enum err store_personal_token_list(struct store_tx *tx, str user_id,
                                   const struct store_page *page, struct store_list *ret_list,
                                   struct problem *ret_problem);
// Live ones of all members in the organization's workspaces.
enum err store_personal_token_list_of_organization(struct store_tx *tx, str organization_id,
                                                   const struct store_page *page,
                                                   struct store_list *ret_list,
                                                   struct problem *ret_problem);
// A live one of any member. ERR_NOT_FOUND: unknown, of another organization or revoked.
enum err store_personal_token_get_of_organization(struct store_tx *tx, str organization_id,
                                                  str id, struct personal_token_row *ret_row,
                                                  struct problem *ret_problem);
// Creates `successor` (its digest, prefix and last4 are the caller's, the rest is taken from
// the live row `old`) and lets the old value work until overlap_until_ms; at or before now it
// is revoked.
enum err store_personal_token_replace(struct store_tx *tx, struct personal_token_row *old,
                                      struct personal_token_row *successor,
                                      int64_t overlap_until_ms, struct problem *ret_problem);
// Ends the token, and every value it took over from, for ever. ERR_NOT_FOUND: as for get.
enum err store_personal_token_revoke(struct store_tx *tx, str user_id, str id,
                                     struct problem *ret_problem);
// Ends all live tokens of the user; workspace_id empty: in all workspaces. ret_ended are their
// rows.
enum err store_personal_token_revoke_all(struct store_tx *tx, str user_id, str workspace_id,
                                         struct store_list *ret_ended,
                                         struct problem *ret_problem);

// --- For the workspace room

// Writes down a use (in STORE_NOTE); an older time than the stored one changes nothing.
// Unknown ids are fine. The first use goes into the audit log.
enum err store_personal_token_used(struct store_tx *tx, const struct token_use *use,
                                   struct problem *ret_problem);
// Calls `each` for every token, revoked ones too, that changed in a revision above `after`
// (0: all live ones). The row is valid during the call only.
enum err store_personal_token_each_changed(struct store_tx *tx, int64_t after,
                                           const struct token_visitor *visitor,
                                           struct problem *ret_problem);
