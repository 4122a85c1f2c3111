// SPDX-License-Identifier: Apache-2.0
// What personal and service tokens have in common: where, when and how far they work, and how
// their rows begin, go over to another value, are used and end.
#pragma once

#include "store/sessions.h"
#include "store/tables.h"

struct audit_row;

struct token_life {
    str policy;      // canonical JSON (access/policy.h); empty: none
    str allowed_ips; // addresses and networks, separated by commas; empty: any
    int64_t not_before_ms;
    int64_t expires_ms;     // 0: never
    bool is_rotation_fixed; // selfRotate: false
    str predecessor_id;     // the token that this one took over from
    str successor_id;       // the one that took over; until overlap_until_ms this one works too
    int64_t overlap_until_ms;
    bool is_imported;
};

// The columns, for a struct table. `offset`: of a struct token_life in the row.
#define TOKEN_LIFE_COLUMNS(offset)                                                             \
    { "policy", COLUMN_TEXT_OPTIONAL, (offset) + offsetof(struct token_life, policy) },        \
        { "allowed_ips", COLUMN_TEXT, (offset) + offsetof(struct token_life, allowed_ips) },   \
        { "not_before_ms", COLUMN_INT,                                                         \
          (offset) + offsetof(struct token_life, not_before_ms) },                             \
        { "expires_ms", COLUMN_INT, (offset) + offsetof(struct token_life, expires_ms) },      \
        { "rotation_fixed", COLUMN_BOOL,                                                       \
          (offset) + offsetof(struct token_life, is_rotation_fixed) },                         \
        { "predecessor_id", COLUMN_TEXT_OPTIONAL,                                              \
          (offset) + offsetof(struct token_life, predecessor_id) },                            \
        { "successor_id", COLUMN_TEXT_OPTIONAL,                                                \
          (offset) + offsetof(struct token_life, successor_id) },                              \
        { "overlap_until_ms", COLUMN_INT,                                                      \
          (offset) + offsetof(struct token_life, overlap_until_ms) },                          \
    {                                                                                          \
        "imported", COLUMN_BOOL, (offset) + offsetof(struct token_life, is_imported)           \
    }

// --- Rows of the tables personal_tokens and service_tokens, which have the columns above and
// id, digest, prefix, last4, created_ms, last_used_…, revoked_ms and revision. The resources'
// headers say what their functions do; these do it.

// Fills in id, created_ms and revision. ERR_CONFLICT: the digest is known.
enum err token_row_create(struct store_tx *tx, const struct table *table, void *row,
                          struct problem *ret_problem);

enum err token_row_find(struct store_tx *tx, const struct table *table,
                        const uint8_t digest[STORE_DIGEST_LEN], void *ret_row,
                        struct problem *ret_problem);

// The row, and for ever.
enum err token_row_end(struct store_tx *tx, const struct table *table, void *row,
                       struct problem *ret_problem);
// The owner's token with the id, and every value it took over from, as those may still work.
enum err token_row_revoke(struct store_tx *tx, const struct table *table, str owner, str id,
                          struct problem *ret_problem);
// All rows of the query; ret_ended are they.
enum err token_row_revoke_all(struct store_tx *tx, const struct table *table, const char *where,
                              const struct db_value *values, struct store_list *ret_ended,
                              struct problem *ret_problem);

struct token_change {
    void *old;       // live
    void *successor; // digest, prefix and last4 are given, the rest comes from `old`
};
enum err token_row_replace(struct store_tx *tx, const struct table *table,
                           const struct token_change *change, int64_t overlap_until_ms,
                           struct problem *ret_problem);

struct token_use {
    str id;
    int64_t at_ms;
    str ip;
    str user_agent;
};
// Writes the use down, unless a later one is; of the first one ret_row is the row as it was
// before. An id that nobody has is fine.
enum err token_row_used(struct store_tx *tx, const struct table *table,
                        const struct token_use *use, void *ret_row, bool *ret_is_first,
                        struct problem *ret_problem);
// Puts the first use into the audit log. `token` has organization, workspace, target_… and
// actor_name; the token itself is who does it.
enum err token_use_audit(struct store_tx *tx, const struct token_use *use,
                         const struct audit_row *token, struct problem *ret_problem);

// Rows, revoked ones too, that changed in a revision above `after` (0: all live ones).
struct token_visitor {
    void (*each)(void *ctx, const void *row);
    void *ctx;
};
enum err token_row_each_changed(struct store_tx *tx, const struct table *table, int64_t after,
                                const struct token_visitor *visitor,
                                struct problem *ret_problem);
