// SPDX-License-Identifier: Apache-2.0
// What a workspace does not want of the events that come in: blocked names, messageIds that
// came before, users who are suppressed. Looked up for each event without a lock, and a
// workspace without rules costs one look-up by its id for each request.
#pragma once

#include "workspace/workspace.h"

// What a workspace wants of its events; part of the snapshot.
struct ws_rules {
    str workspace_id;
    const struct map *blocked_track; // of names of track events; NULL: none
    uint32_t dedup_window_s;         // 0: messageIds are not compared
    const char *dedup_sources; // ids, a NUL behind each and one at the end; NULL: every source
};

// NULL: it said nothing.
const struct ws_rules *snapshot_rules(const struct snapshot *snapshot, str workspace_id);

bool rules_block(const struct ws_rules *rules, str track_name);
// For how long a messageId of the source is not to come again; 0: it may.
uint32_t rules_dedup_window_s(const struct ws_rules *rules, str source_id);

// Whom a workspace suppresses; part of the snapshot.
struct ws_suppressions;

// NULL: nobody.
const struct ws_suppressions *snapshot_suppressions(const struct snapshot *snapshot,
                                                    str workspace_id);

// Whether somebody with this keyed hash of his userId is suppressed. False is certain, true is
// to be confirmed by suppressions_cover.
bool suppressions_may_cover(const struct ws_suppressions *suppressions, uint64_t user_hash);

// Whether the events of the source that bear the userId (normalised) are suppressed. user_hash:
// its keyed hash, as the journal has it.
bool suppressions_cover(const struct ws_suppressions *suppressions, uint64_t user_hash,
                        str user_id, str source_id);

// The same of an event as people are shown it; slower, as its userId has to be read.
bool suppressions_cover_event(const struct ws_suppressions *suppressions, str event_json,
                              str source_id, struct arena *arena);

// Whether an event can bear this userId at all; regulations of others would cover nobody.
bool suppressions_can_cover(str user_id, struct arena *arena);

size_t suppressions_count(const struct ws_suppressions *suppressions); // for tests
