// SPDX-License-Identifier: Apache-2.0
// Service Access Tokens. As with personal ones (personal_tokens.h) only digest, prefix and last
// four characters are stored, and revoked ones stay as rows.
#pragma once

#include "store/sessions.h"
#include "store/token_life.h"

struct service_token_row {
    str id;
    str organization_id;
    str level;        // "organization" or "workspace"
    str workspace_id; // empty at the level of the organization
    str name;
    str grants; // of organization tokens, as access/access.h has them
    uint8_t digest[STORE_DIGEST_LEN];
    str prefix; // "ptl_sat_"
    str last4;
    str created_by; // user id
    int64_t created_ms;
    int64_t last_used_ms; // 0: never
    str last_used_ip;
    str last_used_agent;
    int64_t revoked_ms; // 0: live
    int64_t revision;   // in which it was created, changed or revoked
    struct token_life life;
};

// ERR_CONFLICT: the digest is known (a value is used once for ever).
enum err store_service_token_create(struct store_tx *tx, struct service_token_row *row,
                                    struct problem *ret_problem);
// A live token. ERR_NOT_FOUND: unknown, of another organization or revoked.
enum err store_service_token_get(struct store_tx *tx, str organization_id, str id,
                                 struct service_token_row *ret_row,
                                 struct problem *ret_problem);
// Whichever has the digest, ended ones too. ERR_NOT_FOUND.
enum err store_service_token_find(struct store_tx *tx, const uint8_t digest[STORE_DIGEST_LEN],
                                  struct service_token_row *ret_row,
                                  struct problem *ret_problem);
// The organization's live ones.
enum err store_service_token_list(struct store_tx *tx, str organization_id,
                                  const struct store_page *page, struct store_list *ret_list,
                                  struct problem *ret_problem);
// Writes the policy and the list of addresses of the row with the id.
enum err store_service_token_update(struct store_tx *tx, struct service_token_row *row,
                                    struct problem *ret_problem);
// Creates `successor` (its digest, prefix and last4 are the caller's, the rest is taken from
// the live row `old`) and lets the old value work until overlap_until_ms; at or before now it
// is revoked.
enum err store_service_token_replace(struct store_tx *tx, struct service_token_row *old,
                                     struct service_token_row *successor,
                                     int64_t overlap_until_ms, struct problem *ret_problem);
// Ends the token, and every value it took over from, for ever. ERR_NOT_FOUND: as for get.
enum err store_service_token_revoke(struct store_tx *tx, str organization_id, str id,
                                    struct problem *ret_problem);
// Ends all live ones of the organization; ret_ended are their rows.
enum err store_service_token_revoke_all(struct store_tx *tx, str organization_id,
                                        struct store_list *ret_ended,
                                        struct problem *ret_problem);

// --- For the workspace room, as personal_tokens.h has them

enum err store_service_token_used(struct store_tx *tx, const struct token_use *use,
                                  struct problem *ret_problem);
enum err store_service_token_each_changed(struct store_tx *tx, int64_t after,
                                          const struct token_visitor *visitor,
                                          struct problem *ret_problem);
