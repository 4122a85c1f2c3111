// SPDX-License-Identifier: Apache-2.0
// What the files of this room share.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "event/event.h"
#include "store/destinations.h"
#include "store/groups.h"
#include "store/members.h"
#include "store/organizations.h"
#include "store/personal_tokens.h"
#include "store/policies.h"
#include "store/service_tokens.h"
#include "store/users.h"
#include "store/workspaces.h"
#include "workspace/index.h"
#include "workspace/pieces.h"
#include "workspace/workspace.h"

// Who there is and who may what: built as a whole when one of its tables changed. A piece.
struct people {
    struct arena *arena;
    struct map *workspaces; // id → struct workspace_row
    struct map *users;      // id → struct user_row
    struct map *members;    // user id → his first struct member_row; the others follow
    const struct member_row *members_end;
    struct map *organizations; // id → struct organization_row
    struct map *groups;        // id → struct group_row
    struct map *group_members; // user id → his first struct group_member_row; others follow
    const struct group_member_row *group_members_end;
    struct map *policies; // "workspace id,kind,subject id" → struct policy
};

// Sources by write key, in shards; a change copies one. A piece, as its shards are.
struct key_shard {
    struct map *map;
};
struct write_keys {
    const struct map *maps[SNAPSHOT_KEY_SHARDS];
    struct key_shard *shards[SNAPSHOT_KEY_SHARDS];
};

// A snapshot and what only this room sees of it. But for itself it is made of pieces.
struct picture {
    struct picture *older; // in workspace.pictures
    struct snapshot snapshot;
    int64_t number; // counted from 1
    atomic_size_t holds;
    int64_t config_revision;
    int64_t tables_revision;
    const struct index *sources;
    const struct index *destinations;
    const struct index *connections;
    const struct index *suppressions;
    const struct index *rules;
    const struct write_keys *write_keys;
    const struct people *people;
    // Of the destinations, since the one before; until the watches have been told.
    struct arena *changed_arena;
    const str *changed;
    size_t changed_count;
};

// Makes the picture that follows `previous` (NULL: the first) out of what changed since, in one
// transaction. The new pieces are in the draft, which the caller keeps or discards.
enum err picture_build(struct store *store, const struct picture *previous,
                       struct observer *observer, struct draft *draft,
                       struct picture **ret_picture, struct problem *ret_problem);
void picture_hold(struct picture *picture);
void picture_release(struct picture *picture); // the publisher frees it when nobody holds it

// --- A picture in the making

struct build {
    struct store_tx *tx;
    struct arena *arena; // until the picture is ready
    struct observer *observer;
    struct draft *draft;
    const struct picture *base; // what is built on; NULL: nothing
    struct changes sources;
    struct changes destinations;
    struct changes connections;
    struct changes suppressions;
    struct changes rules;
    struct suppression_change *suppression_changes;
    size_t suppression_change_count;
    struct event_hash_key hash_key;
    struct link *links; // of connections to be hung up or taken down at their ends
    size_t link_count;
};

// The sources of a picture: sources.c. The items of changes are not const before the draft is
// kept.
enum err build_sources(struct build *build, struct problem *ret_problem);
struct ws_source *source_copy(struct draft *draft, const struct ws_source *source);
const struct write_keys *build_write_keys(struct build *build);

// The destinations of a picture: destinations.c.
enum err build_destinations(struct build *build, struct problem *ret_problem);
struct ws_destination *destination_copy(struct draft *draft,
                                        const struct ws_destination *destination);

// Connections, and what their ends have of them: connections.c. After sources and destinations.
enum err build_connections(struct build *build, struct problem *ret_problem);

// --- Access: people.c, access.c

// rows_take is the transaction's arena: the rows that are read stay in it.
enum err build_people(struct build *build, struct arena *rows_take,
                      const struct people **ret_people, struct problem *ret_problem);
enum err people_add_access(struct people *people, struct store_tx *tx,
                           struct observer *observer, struct problem *ret_problem);
// Fills in what gives the member rights in the principal's workspace; nothing if he does not
// belong to it.
void people_add_member_sources(const struct people *people, str user_id, struct arena *arena,
                               struct principal *principal);
// The same for a service token of the workspace with a policy of its own.
void people_add_token_sources(const struct people *people, const struct policy *own,
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
    struct picture *pictures;        // all that are held, the newest first; under publish_lock
    struct pieces pieces;            // under publish_lock
    atomic_uint_fast64_t generation; // counted up with each swap
    atomic_int_fast64_t behind_since_wall_ms; // publishing fails since; 0: it does not
    pthread_mutex_t watch_lock;
    struct workspace_watch *watches;
};

// The current picture, held.
struct picture *workspace_picture(struct workspace *workspace);
