// SPDX-License-Identifier: Apache-2.0
// What is known of one segment file; inside of the journal room.
#pragma once

#include "journal/format.h"
#include "journal/pages.h"
#include "journal/ranges.h"

struct index_entry {
    uint64_t record;
    uint64_t offset;
    int64_t wall_ms;
};

// One segment file. What readers use is changed under the journal's lock only.
struct segment {
    uint64_t sequence;
    uint64_t first_record;
    uint64_t end_record; // exclusive; durable
    uint64_t end_offset; // durable
    int64_t first_wall_ms;
    int64_t last_wall_ms;
    uint64_t event_count;
    uint64_t group_count;
    uint32_t known_until_s; // as in the seal
    uint64_t file_bytes;
    uint64_t ids_bytes; // of the file beside it; 0: there is none
    bool is_sealed;
    bool is_strange, is_headless; // its first page is no journal's; its first groups are gone
    bool is_transient;            // emptied when it goes, and not kept as a spare
    size_t index_count;
    struct index_entry index[INDEX_ENTRIES_MAX]; // one for every 1/128 of the file
    struct ranges damage;                        // records, found so far
    struct ranges mended;         // offsets of groups whose headers were set right
    struct pages refused;         // given up
    struct waiting_page *waiting; // refused.h
    size_t waiting_count;
};

static inline bool segment_is_empty(const struct segment *segment)
{
    return segment->first_record == segment->end_record;
}
