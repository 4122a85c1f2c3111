// SPDX-License-Identifier: Apache-2.0
// A journal as a fuzz target's start: what was written into it, and its files byte for byte.
#pragma once

#include "base/clock.h"
#include "journal/format.h"
#include "journal/journal.h"
#include "os/fault.h"

enum {
    WRITTEN_SEGMENT_BYTES = 16 << 10,
    WRITTEN_CAPACITY_BYTES = 1 << 20,
    WRITTEN_RECORDS = 80, // the oldest are past retention when all are written
    WRITTEN_WINDOW_S = 1000,
    WRITTEN_FILES_MAX = 16,
    WRITTEN_GROUPS_MAX = 64,
    WRITTEN_SEQUENCES_MAX = 32,
};

extern const uint8_t written_id[16];

struct image {
    char path[48];
    uint64_t sequence;
    bool is_ids;
    bool is_there;
    size_t size;
    uint8_t bytes[WRITTEN_SEGMENT_BYTES];
};

struct placed_group {
    size_t image;
    uint64_t offset;
    uint64_t end;
    uint64_t first_record;
    uint64_t end_record; // exclusive
};

struct written {
    uint8_t head[sizeof(struct head_wire)];
    struct image images[WRITTEN_FILES_MAX];
    size_t image_count;
    struct placed_group groups[WRITTEN_GROUPS_MAX];
    size_t group_count;
    uint64_t begin; // of the records that are still there
    uint64_t end;
    uint32_t digests[WRITTEN_RECORDS + 1]; // by number
};

// Groups of one and of several records over some segments, the later ones in files that were
// used before; the last one sealed or, after a crash, not. The same bytes each time.
void written_make(struct written *written, bool is_crashed);

// NULL: it does not open. A journal that only adds has room for all.
struct journal *written_open(struct fault *disk, struct clock_fake *clock, bool is_for_adding);

// Of all that the record says.
uint32_t written_digest(const struct journal_record *record);

// The messageId of record `number`; some come a second time.
uint64_t written_message(uint64_t number);
// Appends one record with these messageIds and waits. False: it was not stored. *ret_append
// says where it is.
bool written_append_ids(struct journal *journal, const uint64_t *ids, size_t count,
                        struct journal_append *ret_append);
