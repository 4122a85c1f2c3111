// SPDX-License-Identifier: Apache-2.0
// The journal's inside: who owns which state, and what its files offer each other. Only files
// of this folder include it.
#pragma once

#include <limits.h>
#include <pthread.h>

#include "journal/dedup.h"
#include "journal/format.h"
#include "journal/journal.h"
#include "journal/names.h"
#include "journal/queue.h"
#include "journal/segment.h"
#include "journal/silence.h"

// The end of the active segment, where the log thread writes.
struct writer {
    struct segment *segment; // NULL: none can be written; the next commit opens one
    struct fs_file *file;
    uint32_t chain;            // CRC of the last record
    uint64_t written_offset;   // blocks before it hold bytes already, if only zeros
    size_t usual_bytes;        // of a group lately; 0: there was none
    int64_t put_ns;            // how long the last group took
    uint64_t first_id;         // of the segment, among what is remembered
    uint64_t forgotten_offset; // what is before it need not stay in memory
    bool is_split_tried;       // there was no room for a segment behind it
};

// The wall clock as retention believes it: kept up by the monotonic one.
struct retain_clock {
    int64_t offset_ms;     // wall minus monotonic
    bool is_ahead;         // the wall clock has been set forward
    int64_t ahead_mono_ms; // since when that is known
    int64_t held_wall_ms;  // for a while after open it is not later than this
    int64_t held_until_mono_ms;
};

struct journal {
    struct fs *fs;
    char *dir;
    uint8_t id[16];
    uint64_t marker;
    struct journal_limits limits; // max_bytes resolved
    const struct clock *clock;
    struct observer *observer;
    struct fs_file *head; // locked as long as the journal is open
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t wake; // of the log thread
    struct queue lanes[LANE_COUNT];
    size_t queued_bytes[LANE_COUNT]; // waiting, and being committed
    size_t wake_count; // the log thread sleeps until anything (1) or so many small records
                       // wait; 0: it does not sleep, or has been woken
    bool is_closing;
    bool is_full;         // no segment can be made or written: appends are refused
    bool is_failing;      // and it is not for want of room
    bool is_retry_wanted; // look again whether there is room
    int64_t full_checked_ns;
    struct position low;
    bool has_low;
    struct segment **segments; // by sequence; the active one, if any, is the last
    size_t segment_count;
    size_t segment_cap;
    uint64_t end_record; // exclusive; durable
    struct journal_stats stats;

    // Only the log thread's (and open's and close's, while there is none).
    struct writer writer;
    uint64_t next_sequence;
    int64_t last_wall_ms;
    struct retain_clock retain_clock;
    int64_t retained_mono_ms; // when retention last looked
    struct dedup *dedup;      // NULL: no messageId was ever to be remembered
    uint64_t *spares;         // sequences of their last lives
    size_t spare_count;
    size_t spare_cap;
    uint64_t disk_bytes;
    bool is_nearly_full_told;
    bool has_failed; // a write, or making a segment, last at failed_ns
    int64_t failed_ns;

    struct silence silence; // of the disk

    pthread_mutex_t watch_lock; // held while a watch is woken
    struct journal_watch *watches;
};

void journal_path(const struct journal *journal, enum name_kind kind, uint64_t sequence,
                  char ret_path[PATH_MAX]);

// segment.c: the table of segments. Finders want the lock, changers take it.
struct segment *segment_new(uint64_t sequence, uint64_t first_record);
void segment_free(struct segment *segment);
void segment_index_add(struct segment *segment, uint64_t record, uint64_t offset,
                       int64_t wall_ms);
// The last entry that begins at the record or before it; NULL: none does.
const struct index_entry *segment_index_find(const struct segment *segment, uint64_t record);
void segments_add(struct journal *journal, struct segment *segment);
void segments_put_back(struct journal *journal, struct segment *segment);
void segments_remove(struct journal *journal, const struct segment *segment);
// The first whose end_record is behind record; NULL: none.
struct segment *segments_find(const struct journal *journal, uint64_t record);
struct segment *segments_get(const struct journal *journal, uint64_t sequence);
// Counts and tells damage that was not known yet. `range` may lie in no segment's file.
void journal_tell_damage(struct journal *journal, uint64_t sequence, struct record_range range);
// Tells that a header was set right, once for each. Nothing is lost, but the disk is not what
// it should be.
void journal_tell_mended(struct journal *journal, uint64_t sequence, uint64_t group_offset);
// Sets the parts of the statistics that describe the table.
void segments_count(struct journal *journal);

// create.c: segment files come and go; all on the log thread.
// Opens the next segment and makes it the writer's; the one before is sealed.
enum err segment_rotate(struct journal *journal, struct problem *ret_problem);
// Seals what the writer has; is_trimmed: gives back the rest of its file. Failures are told: a
// missing seal only costs time at open.
void writer_close(struct journal *journal, bool is_trimmed);
int segment_write_seal(struct fs_file *file, const struct segment *segment);
// The same, with the header before it: a page that cannot be read cannot be written in part.
int segment_write_page(const struct journal *journal, struct fs_file *file,
                       const struct segment *segment);
// Takes the oldest segment, or an empty one, out; its file becomes a spare or is removed.
// false: it could not be, and is still there: a younger one with records must not go before it.
bool segment_retire(struct journal *journal, struct segment *segment);
void spare_add(struct journal *journal, uint64_t sequence);
bool spare_remove(struct journal *journal); // one of them; false: it could not be

// A call that failed, and that nothing rests on.
void segment_tell(const struct journal *journal, const char *what, int negative_errno,
                  uint64_t sequence);

// Gives back what a mostly empty sealed segment has preallocated; failing costs only space.
void segment_trim(struct journal *journal, struct segment *segment, struct fs_file *file);

// writer.c
// How much of a file that is recycled was written in its life before.
static inline uint64_t writer_recycled_bytes(uint64_t file_bytes)
{
    return file_bytes / 4 * 3;
}
// Writes one group, its header and its records, and syncs it. 0 or -errno: nobody knows then
// what of it is on disk.
int writer_put(struct writer *writer, str head, str records);
// Lets the kernel drop what is well behind the end. A log that stayed in memory would push
// everything else out of it, and a page that is new to the kernel costs more than what is
// written into it; readers that keep up still find what they need.
void writer_forget(struct writer *writer);

// head.c
// Reads, or in a directory without segments writes, DIR/head, and locks it. One that the disk
// refuses is written again if a segment proves whose it is.
enum err head_open(struct journal *journal, const struct sequences *segments,
                   struct problem *ret_problem);
enum err journal_is_newer(const char *path, struct problem *ret_problem);

// scan.c: `bound` is the next segment's first record; UINT64_MAX: there is none.
enum err scan_segment(struct journal *journal, struct segment *segment, uint64_t bound,
                      struct problem *ret_problem);

// recover.c
enum err journal_recover(struct journal *journal, struct problem *ret_problem);

// commit.c
// Commits what is small as a whole, of what is large one group, and takes it off the batch.
void commit_batch(struct journal *journal, struct queue *batch);
// Opens the next segment. OK, ERR_DISK_FULL or ERR_IO, which are told.
enum err commit_rotate(struct journal *journal);

// thread.c
void *thread_run(void *journal); // the log thread
