// SPDX-License-Identifier: Apache-2.0
// The bytes of the journal's files: what README.md in this folder lays down, as structs of byte
// arrays and the functions that check them. Pure.
#pragma once

#include "base/base.h"

enum {
    FORMAT_VERSION = 1,
    SECTOR_BYTES = 512,      // what a disk writes whole or not at all
    PAGE_BYTES = 4096,       // what the kernel keeps whole or not at all
    GROUPS_OFFSET = 4096,    // where a segment's groups begin; before: header and seal
    SEAL_OFFSET = 512,       // in a segment
    INDEX_ENTRIES_MAX = 128, // of a segment
    RECORD_CODEC_PLAIN = 0,  // the body as it came in
};

// DIR/head: which journal this is.
struct head_wire {
    uint8_t magic[8]; // "PINTLEJH"
    uint8_t version[4];
    uint8_t zero[4];
    uint8_t id[16];
    uint8_t reserved[28];
    uint8_t crc[4]; // of the bytes before
};
_Static_assert(sizeof(struct head_wire) == 64, "on disk");

// The first sector of a segment.
struct segment_wire {
    uint8_t magic[8]; // "PINTLESG"
    uint8_t version[4];
    uint8_t zero[4];
    uint8_t id[16];
    uint8_t segment[8];
    uint8_t first_record[8]; // the number the first record gets
    uint8_t created_wall_ms[8];
    uint8_t reserved[452];
    uint8_t crc[4]; // of the bytes before
};
_Static_assert(sizeof(struct segment_wire) == SECTOR_BYTES, "on disk");

struct index_wire {
    uint8_t record[8];
    uint8_t offset[8]; // of the group that begins with it
    uint8_t wall_ms[8];
};
_Static_assert(sizeof(struct index_wire) == 24, "on disk");

// Sectors 1 to 7: written once, when nothing more is appended.
struct seal_wire {
    uint8_t magic[8]; // "PINTLESL"
    uint8_t version[4];
    uint8_t index_count[4];
    uint8_t segment[8];
    uint8_t first_record[8];
    uint8_t end_record[8]; // exclusive
    uint8_t end_offset[8];
    uint8_t first_wall_ms[8];
    uint8_t last_wall_ms[8];
    uint8_t event_count[8];
    uint8_t group_count[8];
    struct index_wire index[INDEX_ENTRIES_MAX];
    uint8_t known_until_s[4]; // the last second in which a messageId of it counts; 0: none does
    uint8_t is_transient[4];  // 1: the file is emptied when the segment goes, not used again
    uint8_t reserved[420];
    uint8_t crc[4]; // of the bytes before
};
_Static_assert(sizeof(struct seal_wire) == GROUPS_OFFSET - SEAL_OFFSET, "on disk");

// Begins a group; a group begins at a multiple of SECTOR_BYTES.
struct group_wire {
    uint8_t marker[8]; // format_marker(id): nobody outside can place one in a body
    uint8_t version[2];
    uint8_t header_bytes[2];
    uint8_t record_count[4];
    uint8_t segment[8];
    uint8_t number[8]; // of the group within the segment, from 0
    uint8_t first_record[8];
    uint8_t payload_bytes[4]; // the records behind this header
    uint8_t chain[4];         // the CRC of the record before; 0 in a segment's first group
    uint8_t last_wall_ms[8];
    uint8_t event_count[4];
    uint8_t crc[4]; // of the bytes before; the seed of the first record's
};
_Static_assert(sizeof(struct group_wire) == 64, "on disk");

// Begins a record; envelope, event table and body follow.
struct record_wire {
    uint8_t crc[4];    // of everything behind, seeded with the CRC of the record before
    uint8_t length[4]; // of all, this header included
    uint8_t version[1];
    uint8_t codec[1];
    uint8_t field_count[2];
    uint8_t event_count[4];
    uint8_t segment[8];
    uint8_t record[8];
    uint8_t received_wall_ms[8];
    uint8_t envelope_bytes[4];
    uint8_t body_bytes[4];
};
_Static_assert(sizeof(struct record_wire) == 48, "on disk");

struct field_wire {
    uint8_t tag[2];
    uint8_t zero[2];
    uint8_t length[4]; // the value follows
};
_Static_assert(sizeof(struct field_wire) == 8, "on disk");

struct event_wire {
    uint8_t offset[4];
    uint8_t length[4];
    uint8_t type[1];
    uint8_t flags[1];
    uint8_t zero[2];
    uint8_t user_hash[8];
    uint8_t anon_hash[8];
    uint8_t message_hash[8];
};
_Static_assert(sizeof(struct event_wire) == 36, "on disk");

// A group's header in the machine's numbers.
struct group {
    uint64_t segment;
    uint64_t number;
    uint64_t first_record;
    int64_t last_wall_ms;
    uint32_t record_count;
    uint32_t payload_bytes;
    uint32_t event_count;
    uint32_t chain;
    uint32_t crc;
};

enum format_check {
    FORMAT_GOOD,
    FORMAT_BAD,   // not one, or damaged
    FORMAT_NEWER, // whole, but of a later version
};

uint64_t format_marker(const uint8_t id[16]);

void format_put_head(struct head_wire *wire, const uint8_t id[16]);
enum format_check format_check_head(const struct head_wire *wire);

void format_put_segment(struct segment_wire *wire, const uint8_t id[16], uint64_t segment,
                        uint64_t first_record, int64_t created_wall_ms);
enum format_check format_check_segment(const struct segment_wire *wire);

// The caller has filled everything but magic, version and CRC.
void format_finish_seal(struct seal_wire *wire);
enum format_check format_check_seal(const struct seal_wire *wire);
// Whether it is whole, of this segment, and nothing in it contradicts itself or the file's
// size: only as a whole it is believed.
bool format_is_seal_of(const struct seal_wire *wire, uint64_t segment, uint64_t file_bytes);

// Sets group->crc.
void format_put_group(struct group_wire *wire, uint64_t marker, struct group *group);
bool format_get_group(const struct group_wire *wire, uint64_t marker, struct group *ret_group);

// Whether it has the marker, but for one bit: most places are none where a header was.
bool format_is_near_group(const struct group_wire *wire, uint64_t marker);

// The same for a header of which one bit is wrong. It cannot be taken for another one: headers
// whose CRCs are right differ in six bits or more.
bool format_mend_group(const struct group_wire *wire, uint64_t marker, struct group *ret_group);

// Where the group that begins at offset ends, and where the next one begins.
uint64_t format_group_end(uint64_t offset, uint32_t payload_bytes);
uint64_t format_sector_up(uint64_t offset);
