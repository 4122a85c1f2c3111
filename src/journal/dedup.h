// SPDX-License-Identifier: Apache-2.0
// Which messageIds came within their windows: a ring in order of arrival and a table that finds
// them in it. Used by the log thread alone. Everything follows from durable records, so that
// reading them again makes the same. Inside of the journal room.
#pragma once

#include "base/base.h"

struct dedup;

// 96 bits of keyed hashes stand for an id: those of its source, its run and its text. Ids that
// nobody can choose meet by chance once in 10^16 windows of a million.
struct dedup_id {
    uint64_t check;
    uint32_t hash;
    uint32_t expires_s; // the last second in which it counts
};

// Takes at most max_bytes, of which the system gives what is touched.
struct dedup *dedup_new(size_t max_bytes);
void dedup_free(struct dedup *dedup);

// True: the id is there and has not expired; nothing changes. Otherwise it is remembered; when
// there is no room, instead of the oldest. A clock that steps back only makes ids count longer.
bool dedup_see(struct dedup *dedup, const struct dedup_id *id, uint32_t now_s);

// Remembers ids again that were new when they came; when there is no room, instead of the
// oldest. Of two that are the same the later one counts.
void dedup_add(struct dedup *dedup, const struct dedup_id *ids, size_t count);

// What is there, in the order in which it came: entries `first` to `end` (exclusive) of a
// numbering without end. NULL: none.
uint64_t dedup_first(const struct dedup *dedup);
uint64_t dedup_end(const struct dedup *dedup);
const struct dedup_id *dedup_at(const struct dedup *dedup, uint64_t entry);

// What was remembered since the mark is forgotten again: its records are not durable.
void dedup_mark(struct dedup *dedup);
void dedup_undo(struct dedup *dedup);

struct dedup_counts {
    uint64_t ids;
    uint64_t evicted; // before their time, for want of room
    size_t ids_max;
};
struct dedup_counts dedup_counts(const struct dedup *dedup);
