// SPDX-License-Identifier: Apache-2.0
// What personal and service tokens have in common: where, when and how far they work.
#pragma once

#include "store/store.h"

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
