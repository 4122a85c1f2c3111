// SPDX-License-Identifier: Apache-2.0
// An immutable snapshot of what the data plane and the access checks need, built from the store
// and published by swapping one pointer. The data plane never asks the store.
#pragma once

#include "access/access.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "destinations/destination.h"
#include "loop/loop.h"
#include "store/store.h"

// --- The snapshot: plain structs, arrays sorted by id. Snapshots that follow each other share
// what did not change; every pointer and text is valid as long as the snapshot

struct ws_connection {
    str id;
    str source_id; // both are in the snapshot
    str destination_id;
    bool is_enabled;
    // Events of the source that stand before this are not for this connection (journal position
    // as record and event number; partition 0).
    uint64_t from_record;
    uint32_t from_event;
};

struct ws_source {
    str id;
    str workspace_id;
    str name;
    str type;
    enum source_kind kind; // by its type
    str write_key;
    bool is_enabled;
    bool is_event_stream;      // its events come as they happen, not by runs
    bool is_transient;         // they are kept until they are delivered, and shown nowhere
    bool is_webhook;           // of the category of sources that take any request
    bool is_replay;            // of the category of sources whose events were received before
    bool puts_request_details; // a webhook's events say how their request looked
    const struct ws_connection *const *connections; // sorted by destination_id
    size_t connection_count;
    int64_t updated_wall_ms;
};

struct ws_destination {
    str id;
    str workspace_id;
    str name;
    bool is_enabled;
    const struct destination *definition;
    yyjson_val *config;   // as it is stored
    const void *settings; // what definition->delivery gets; NULL: not built, or unusable
    const char *unusable; // why it cannot be given any event; NULL: it can
    unsigned by_device;   // bits 1 << enum source_kind: of those, the device sends the events
    int64_t revision;     // changes with every edit
    int64_t updated_wall_ms;
    const struct ws_connection *const *connections; // sorted by source_id
    size_t connection_count;
    int64_t made; // of two snapshots that show it with the same number it is the same in both
};

enum { SNAPSHOT_KEY_SHARDS = 256 };

struct index; // the room's own

struct snapshot {
    int64_t revision;
    const struct ws_source *const *sources;
    size_t source_count;
    const struct ws_destination *const *destinations;
    size_t destination_count;
    const struct ws_connection *const *connections;
    size_t connection_count;
    // The map of a key is that of snapshot_key_shard; NULL: an empty one.
    const struct map *const *sources_by_write_key;
    const struct index *suppressions; // rules.h …
    const struct index *rules;
};

static inline size_t snapshot_key_shard(str write_key)
{
    return (size_t)(str_hash(write_key) >> 56);
}

// NULL when there is none.
const struct ws_source *snapshot_source(const struct snapshot *snapshot, str id);
const struct ws_source *snapshot_source_by_write_key(const struct snapshot *snapshot,
                                                     str write_key);
const struct ws_destination *snapshot_destination(const struct snapshot *snapshot, str id);
// The connection between both, or NULL.
const struct ws_connection *snapshot_connection(const struct ws_destination *destination,
                                                str source_id);

// --- Publishing

struct workspace;

// Builds the first snapshot. Everything is borrowed. A destination whose type is unknown or
// whose settings cannot be decoded says so (`unusable`) and is told to the observer.
enum err workspace_open(struct store *store, const struct clock *clock,
                        struct observer *observer, struct workspace **ret_workspace,
                        struct problem *ret_problem);
void workspace_close(struct workspace *workspace); // all views and watches must be closed
AUTO_DEFINE(struct workspace *, workspace_close)

// Reads from the store what changed, makes the next snapshot of it and swaps. Returns when
// every later workspace_view_get sees the change and revoked tokens are refused; called by the
// api after each committed write, before the call is answered. Costs one small read when
// another thread has published the change already. Thread-safe, in revision order. On an error
// the old snapshot stays.
enum err workspace_publish(struct workspace *workspace);

// When the current snapshot was last known to be what the store holds: now, or, while
// publishing fails, when that began. Thread-safe.
int64_t workspace_synced_wall_ms(struct workspace *workspace);

// A thread's window on the current snapshot. workspace_view_get costs one atomic load while
// nothing changes; the pointer stays valid until the next workspace_view_get on the same view.
// To keep a snapshot longer (over an asynchronous step), hold it.
struct workspace_view;
struct workspace_view *workspace_view_open(struct workspace *workspace);
void workspace_view_close(struct workspace_view *view);
AUTO_DEFINE(struct workspace_view *, workspace_view_close)
const struct snapshot *workspace_view_get(struct workspace_view *view);
// What the last workspace_view_get gave, whatever has been published since.
const struct snapshot *workspace_view_again(const struct workspace_view *view);
const struct snapshot *snapshot_hold(const struct snapshot *snapshot);
void snapshot_release(const struct snapshot *snapshot);

// Runs on the publishing thread after each swap (post to a loop; no call into this room), with
// the ids of the destinations that came, went or changed, or whose connections did; they end
// with the call. Embedded in its owner; once workspace_unwatch has returned, it does not run
// any more.
struct workspace_watch {
    struct workspace_watch *next;
    void (*changed)(struct workspace_watch *watch, const str *destination_ids, size_t count);
};
void workspace_watch(struct workspace *workspace, struct workspace_watch *watch);
void workspace_unwatch(struct workspace *workspace, struct workspace_watch *watch);

// --- Tokens and sessions

// Why a token does not work. The caller is not told; counters are.
enum token_refusal {
    TOKEN_UNKNOWN, // or revoked
    TOKEN_EXPIRED,
    TOKEN_NOT_YET,
    TOKEN_WRONG_ADDRESS,
    TOKEN_OWNER_GONE, // from the organization or the workspace
    TOKEN_KIND_OFF,   // the organization does not allow tokens of its kind
};

// Looks the digest up in a concurrent table that is updated in place when the store changes.
// Fills the principal with the rights of this moment: the owner's policies and the token's own;
// all is copied into the arena. address: the client's; a token with a list of addresses works
// from no other. ERR_UNAUTHORIZED for every reason, which is in *ret_refusal (NULL is fine).
struct arena;
enum err workspace_token_principal(struct workspace *workspace,
                                   const uint8_t digest[TOKEN_DIGEST_LEN], str address,
                                   struct arena *arena, struct principal *ret_principal,
                                   enum token_refusal *ret_refusal);

// The same without a look at time and address: what the token may when it works.
enum err workspace_token_describe(struct workspace *workspace,
                                  const uint8_t digest[TOKEN_DIGEST_LEN], struct arena *arena,
                                  struct principal *ret_principal);

// Fills the principal for a signed-in user who works in workspace_id (empty: in none, with the
// organization he belongs to). ERR_UNAUTHORIZED: no member of any organization; ERR_NOT_FOUND:
// the workspace does not exist or he does not belong to it.
enum err workspace_session_principal(struct workspace *workspace, str user_id, str workspace_id,
                                     struct arena *arena, struct principal *ret_principal);

// Whether the user may see the workspace: as an organization Admin, or by a policy there.
bool workspace_has_member(struct workspace *workspace, str workspace_id, str user_id);

// The ids of what is in the workspace now, for saving a policy that names "all".
void workspace_existing(struct workspace *workspace, str workspace_id, struct arena *arena,
                        struct policy_existing *ret_existing);

// Notes a use of the token (time, address, agent) in memory; never waits for the store. True
// when nothing was waiting to be stored before: the caller then sees to it that
// workspace_flush_last_used is called within 60 s.
bool workspace_token_used(struct workspace *workspace, const uint8_t digest[TOKEN_DIGEST_LEN],
                          str ip, str user_agent);

// Stores the noted uses, one transaction for all. After an error they are kept for the next
// call.
enum err workspace_flush_last_used(struct workspace *workspace, struct problem *ret_problem);
