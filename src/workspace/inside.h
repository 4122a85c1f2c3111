// SPDX-License-Identifier: Apache-2.0
// What the files of this room share.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "store/members.h"
#include "store/personal_tokens.h"
#include "store/users.h"
#include "store/workspaces.h"
#include "workspace/workspace.h"

// A snapshot and what only this room sees of it. Everything lives in the arena.
struct picture {
    struct snapshot snapshot;
    atomic_size_t holds;
    struct arena *arena;
    int64_t config_revision;
    struct map *write_keys;
    struct map *workspaces; // id → struct workspace_row
    struct map *users;      // id → struct user_row
    struct map *members;    // user id → his first struct member_row; the others follow
    const struct member_row *members_end;
    struct map *left_out; // id → struct destination_row
};

// Reads everything in one transaction. `previous` (may be NULL) tells what the observer has
// been told already.
enum err picture_build(struct store *store, const struct picture *previous,
                       struct observer *observer, struct picture **ret_picture,
                       struct problem *ret_problem);
void picture_hold(struct picture *picture);
void picture_release(struct picture *picture); // the last one frees; NULL is accepted

// The destinations of a picture: destinations.c.
enum err picture_add_destinations(struct picture *picture, struct store_tx *tx,
                                  const struct picture *previous, struct observer *observer,
                                  struct problem *ret_problem);

// --- Tokens: a table of digests in shards, each with a lock of its own.

struct token_table;

struct token_table *token_table_new(void);
void token_table_free(struct token_table *table);

// Puts the row in, or takes it out if it is revoked. False: the row cannot be understood.
bool token_table_apply(struct token_table *table, const struct personal_token_row *row);

// What a token is bound to; texts are copied into the arena. False: unknown.
struct token_binding {
    str id;
    str user_id;
    str workspace_id;
    enum token_scope scope;
};
bool token_table_find(struct token_table *table, const uint8_t digest[TOKEN_DIGEST_LEN],
                      struct arena *arena, struct token_binding *ret_binding);

// Notes a use. True: the first one since the last flush.
struct token_use_note {
    int64_t at_ms;
    str ip;
    str user_agent;
};
bool token_table_note(struct token_table *table, const uint8_t digest[TOKEN_DIGEST_LEN],
                      const struct token_use_note *note);
enum err token_table_flush(struct token_table *table, struct store *store,
                           struct problem *ret_problem);

// --- The workspace

struct workspace {
    struct store *store;
    const struct clock *clock;
    struct observer *observer;
    struct token_table *tokens;
    pthread_mutex_t publish_lock; // one publisher at a time
    int64_t revision;             // published, under publish_lock
    pthread_mutex_t lock;         // current
    struct picture *current;
    atomic_uint_fast64_t generation; // counted up with each swap
    pthread_mutex_t watch_lock;
    struct workspace_watch *watches;
};

// The current picture, held.
struct picture *workspace_picture(struct workspace *workspace);
