// SPDX-License-Identifier: Apache-2.0
// Walks the whole records of one segment file in order. Damaged ones are passed over: the
// caller sees a gap in the numbers. Used by readers and by recovery.
#pragma once

#include "journal/format.h"
#include "journal/pages.h"

struct walk {
    struct fs_file *file;
    uint64_t segment;
    uint64_t marker;
    uint64_t limit; // bytes from here on are not looked at

    uint64_t group_offset; // of the group that is being walked
    struct group group;    // its header; record_count 0 before the first
    uint64_t offset;       // of the next record, or of the next group when none are left
    uint32_t left;         // records of the group that are still to come
    uint32_t seed;         // the CRC of the record before
    uint64_t mended_count; // group headers met so far with a bit that was wrong
    uint64_t searched;     // no group begins between here and the offset; 0: nobody has looked
    uint64_t work;         // bytes read, looked at and hashed for what is not as it should be
    uint64_t group_work;   // of it, what the group may still cost
    bool is_chained;       // seed is that of a whole record: the next group must name it
    struct pages pages;    // those given up read as zeros

    char *buffer;
    size_t buffer_cap;
    size_t buffer_len;
    uint64_t buffer_offset;
};

struct walk_record {
    const char *bytes; // valid until the next walk_next
    uint64_t record;
};

enum walk_result {
    WALK_RECORD,
    WALK_END,    // nothing more below the limit
    WALK_FAILED, // the file could not be read, and pages.asked; the same call may be tried
                 // again
};

// Starts at a group's offset (GROUPS_OFFSET: at the first). The file is the caller's. A walk
// that is zeroed or was used before may be started; its buffer is kept.
void walk_start(struct walk *walk, struct fs_file *file, uint64_t segment, uint64_t offset);
void walk_done(struct walk *walk);
void walk_shrink(struct walk *walk); // frees a large buffer

// However much of a file is damaged, and whatever stands there: walking it once takes no more
// work than so much for each byte below the limit.
enum { WALK_WORK_MAX = 256 };
enum walk_result walk_next(struct walk *walk, struct walk_record *ret_record);
