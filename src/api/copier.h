// SPDX-License-Identifier: Apache-2.0
// Carries the audit log to one sink, on a thread of its own, so that neither who writes entries
// nor another sink waits for a slow one. The store keeps how far it came: after a crash nothing
// is left out, and the last entries may come twice (`seq` tells). What cannot be sent is tried
// again after a second, then after twice as long each time, up to five minutes.
#pragma once

#include "api/sink.h"
#include "store/audit_chain.h"

// A signed head: "SEQ:HASH:KEY:SIGNATURE", as `pintle audit verify --head` takes it.
struct signed_head {
    int64_t seq; // 0: none yet
    int64_t wall_ms;
    char text[AUDIT_KNOWN_TEXT_MAX];
    char directory_id[2 * STORE_DIRECTORY_ID_LEN + 1]; // that it is bound to, in hexadecimal
};

struct copier_parts {
    struct store *store;
    struct sink *sink; // taken over
    // The latest head; from any thread.
    void (*head)(void *ctx, struct signed_head *ret_head);
    void *ctx;
};

struct copier *copier_new(const struct copier_parts *parts);
// Copies what is there, without trying again, and ends the thread.
void copier_free(struct copier *copier);

// There are entries or a head. They are gathered for a second, unless is_urgent.
void copier_ask(struct copier *copier, bool is_urgent);

// In the caller's transaction: the last entry that is in the copy for certain.
enum err copier_position(const struct copier *copier, struct store_tx *tx, int64_t *ret_seq,
                         struct problem *ret_problem);
