// SPDX-License-Identifier: Apache-2.0
// Looks at a journal's files without opening the journal: beside a running server, or in a copy
// of them. Nothing is locked or changed. What a server appends meanwhile may or may not be
// seen.
#pragma once

#include "journal/cursors.h"
#include "journal/journal.h"

struct inspect;

// ERR_NOT_FOUND: no journal; ERR_CORRUPT, ERR_NEWER_FORMAT: its head, as journal_open has it;
// ERR_IO: also if the disk refuses to read the head and no segment says the id.
enum err inspect_open(struct fs *fs, str dir, struct inspect **ret_inspect,
                      struct problem *ret_problem);
void inspect_close(struct inspect *inspect);
AUTO_DEFINE(struct inspect *, inspect_close)

const uint8_t *inspect_id(const struct inspect *inspect); // 16 bytes
// The disk refuses to read the head: a segment says the id. The next opening writes it again.
bool inspect_is_head_refused(const struct inspect *inspect);

struct inspect_segment {
    uint64_t sequence;
    bool is_sealed; // otherwise the numbers are what was found in it
    uint64_t first_record;
    uint64_t end_record; // exclusive
    uint64_t event_count;
    uint64_t used_bytes;
    uint64_t file_bytes;
    int64_t first_wall_ms; // 0: no records
    int64_t last_wall_ms;
    uint32_t known_until_s; // the last second in which a messageId of it counts; 0: none does
    uint64_t ids_bytes;     // of the file of its messageIds; 0: there is none
};
// In order; valid until inspect_close.
const struct inspect_segment *inspect_segments(const struct inspect *inspect,
                                               size_t *ret_count);
size_t inspect_spare_count(const struct inspect *inspect);

// The file of a segment's messageIds. It spares reading the segment when the journal is opened;
// one that is not whole is then made again from the segment.
enum inspect_ids {
    INSPECT_IDS_NONE,    // there is none
    INSPECT_IDS_WHOLE,   // and the segment's
    INSPECT_IDS_DAMAGED, // or cannot be read, or is being written
    INSPECT_IDS_FOREIGN, // of other records than the segment's
    INSPECT_IDS_NEWER,   // of a later version: this one will not open the journal
};
enum inspect_ids inspect_ids(const struct inspect *inspect,
                             const struct inspect_segment *segment);
// Files of messageIds whose segment is gone: the next opening removes them.
size_t inspect_stray_ids_count(const struct inspect *inspect);

// The next inspect_next gives the first record from here on.
void inspect_seek(struct inspect *inspect, uint64_t record);

// The next whole record; views are valid until the next call. ERR_NOT_FOUND: there is none;
// also then lost_from and position tell the damaged records before it, if any. ERR_IO.
enum err inspect_next(struct inspect *inspect, struct journal_read *ret_read,
                      struct problem *ret_problem);

// Group headers met since inspect_seek of which one bit is wrong; their records are whole.
uint64_t inspect_mended_count(const struct inspect *inspect);

// Pages that the disk refuses to read, of heads of segments and of what was read since
// inspect_seek; records in them count as damaged. Known when inspect_next has come to the end
// of their segment.
uint64_t inspect_refused_count(const struct inspect *inspect);

// All cursors as the newest whole snapshot has them, in no order. ERR_CORRUPT: both snapshots
// are damaged, and the journal's readers cannot be opened.
enum err inspect_cursors(struct inspect *inspect, struct arena *arena,
                         struct cursor **ret_cursors, size_t *ret_count,
                         struct problem *ret_problem);
// How many of the two inspect_cursors found damaged. One may be, or is being written: the other
// one counts.
size_t inspect_damaged_cursors(const struct inspect *inspect);
