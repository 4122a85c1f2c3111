// SPDX-License-Identifier: Apache-2.0
// The bytes of ids-<sequence>, and when they are believed. For the journal, which reads and
// writes such files, and for whoever only looks at them. Inside of the journal room.
#pragma once

#include "journal/dedup.h"
#include "os/fs.h"

struct ids_wire {
    uint8_t magic[8]; // "PINTLEID"
    uint8_t version[4];
    uint8_t count[4];
    uint8_t id[16];
    uint8_t segment[8];
    uint8_t first_record[8];
    uint8_t end_record[8];  // exclusive
    uint8_t entries_crc[4]; // seeded with the CRC of the bytes before
    uint8_t crc[4];         // of the bytes before
};
_Static_assert(sizeof(struct ids_wire) == 64, "on disk");

struct ids_entry_wire {
    uint8_t check[8];
    uint8_t hash[4];
    uint8_t expires_s[4];
};
_Static_assert(sizeof(struct ids_entry_wire) == 16, "on disk");

// Whose ids they are: all of it must be the same for a file to be believed.
struct ids_owner {
    const uint8_t *id; // 16 bytes, of the data directory
    uint64_t segment;
    uint64_t first_record;
    uint64_t end_record; // exclusive
};

uint64_t ids_file_bytes(uint64_t count);
// Everything up to the CRCs, and from what the CRC of the entries goes on.
void ids_file_put_header(const struct ids_owner *owner, uint64_t count,
                         struct ids_wire *ret_wire);
uint32_t ids_file_entries_seed(const struct ids_wire *wire);
void ids_file_finish_header(struct ids_wire *wire, uint32_t entries_crc);

enum ids_state {
    IDS_WHOLE,
    IDS_DAMAGED, // cannot be read, or is none
    IDS_FOREIGN, // another's: of a segment with this name that held other records, say
    IDS_NEWER,   // of a later version
};

// What the header says; of the entries only that they have the size for it. size: the file's.
enum ids_state ids_file_header(struct fs_file *file, uint64_t size,
                               const struct ids_owner *owner, struct ids_wire *ret_wire);

// Goes over the entries; into *dedup, if it is given, go those that still count. False: they
// cannot be read, or their CRC is wrong.
bool ids_file_entries(struct fs_file *file, const struct ids_wire *wire, struct dedup *dedup,
                      uint32_t now_s);
