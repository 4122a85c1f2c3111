// SPDX-License-Identifier: Apache-2.0
// What the files of this room share.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "store/destinations.h"
#include "store/groups.h"
#include "store/members.h"
#include "store/organizations.h"
#include "store/personal_tokens.h"
#include "store/policies.h"
#include "store/service_tokens.h"
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
    struct map *organizations; // id → struct organization_row
    struct map *groups;        // id → struct group_row
    struct map *group_members; // user id → his first struct group_member_row; others follow
    const struct group_member_row *group_members_end;
    struct map *policies; // "workspace id,kind,subject id" → struct policy
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

// --- Access: access.c

enum err picture_add_access(struct picture *picture, struct store_tx *tx,
                            struct observer *observer, struct problem *ret_problem);
// Fills in what gives the member rights in the principal's workspace; nothing if he does not
// belong to it.
void picture_add_member_sources(const struct picture *picture, str user_id, struct arena *arena,
                                struct principal *principal);
// The same for a service token of the workspace with a policy of its own.
void picture_add_token_sources(const struct picture *picture, const struct policy *own,
                               struct arena *arena, struct principal *principal);

// --- Tokens: a table of digests in shards, each with a lock of its own.

struct token_table;

struct token_table *token_table_new(void);
void token_table_free(struct token_table *table);

// What a token is bound to.
struct token_binding {
    enum principal_kind kind;
    str id;
    str name;
    str user_id;         // of personal ones
    str organization_id; // of service tokens
    str workspace_id;
    enum token_scope scope;
    unsigned grants;
    int64_t not_before_ms;
    int64_t ends_ms; // 0: never
    str policy;      // JSON that can be read; empty: none
    str allowed_ips; // empty: any
};

// False: the row cannot be understood. Texts are the row's.
bool binding_of_personal(const struct personal_token_row *row,
                         struct token_binding *ret_binding);
bool binding_of_service(const struct service_token_row *row, struct token_binding *ret_binding);

// Puts the token in or replaces it; a binding of NULL takes it out. Texts are copied.
void token_table_put(struct token_table *table, const uint8_t digest[TOKEN_DIGEST_LEN],
                     const struct token_binding *binding);

// Texts are copied into the arena. False: unknown.
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
