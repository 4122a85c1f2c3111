// SPDX-License-Identifier: Apache-2.0
// Where a group goes on behind a damaged record, and the proof. Pure. Inside of the journal
// room.
#pragma once

#include "base/base.h"

struct behind {
    const char *bytes; // from the damaged record to the end of its group's records
    size_t len;
    uint64_t segment;
    uint64_t number; // of the damaged record
    uint64_t end;    // number of the group's last record, and one
    uint32_t seed;   // of the damaged record
    uint64_t work;   // bytes that may still be looked at or hashed: then nothing is found

    // Found: record `next` begins so many bytes behind the damaged one and is chained to crc.
    size_t skip;
    uint64_t next; // == end: nothing more of the group can be read
    uint32_t crc;
};

// The record right behind the damaged one, proved by what is left of that one's CRC: the one
// that stands in it, or that of its bytes.
bool behind_directly(struct behind *behind);

// Any record behind it, proved by `last`, the CRC of the group's last record as the next
// group's header has it. A header is looked for that begins an unbroken chain to there. The
// record that it belongs to is not proved itself: what its CRC was seeded with is lost.
bool behind_by_chain(struct behind *behind, uint32_t last);
