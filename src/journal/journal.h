// SPDX-License-Identifier: Apache-2.0
// The durable log: records go in at the end, readers follow with cursors, nothing that was
// acknowledged is lost. Format, recovery and measurements: README.md in this folder.
#pragma once

#include <stdatomic.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "os/fs.h"

struct journal;

// Where an event stands: stable and ordered, the same in cursors, dead letters, explain and
// replay. The local journal is partition 0. Records are numbered from 1 without gaps.
struct position {
    uint32_t partition;
    uint32_t event; // index within the record
    uint64_t record;
};
#define POSITION_START ((struct position){ .record = 1 })
int position_cmp(struct position a, struct position b);
// "0-4711-3" and back; for JSON, logs and URLs. ret_text needs 48 bytes.
void position_format(struct position position, char ret_text[48]);
bool position_parse(str text, struct position *ret_position) MUST_CHECK;

// One row of a record's event table.
enum event_flag {
    EVENT_SUPPRESSED = 1 << 0,
    EVENT_BLOCKED = 1 << 1,
    EVENT_BOT = 1 << 2,
    EVENT_DUPLICATE = 1 << 3,
};
struct journal_event {
    uint32_t offset; // of the event's JSON within the body
    uint32_t length;
    uint8_t type; // enum event_type of the event room
    uint8_t flags;
    uint64_t user_hash; // keyed hashes of the normalised ids; 0: none
    uint64_t anon_hash;
    uint64_t message_hash;
};

// Tagged fields of a record's envelope; unknown tags are skipped by readers.
enum envelope_tag {
    ENVELOPE_SOURCE_ID = 1,
    ENVELOPE_CLIENT_ADDRESS = 2,
    ENVELOPE_ENDPOINT = 3, // "track", "batch", "pixel" …
    ENVELOPE_RANDOM = 4,   // 16 bytes: generated ids are functions of these
    ENVELOPE_JOB_RUN_ID = 5,
    ENVELOPE_TASK_RUN_ID = 6,
    ENVELOPE_DESTINATION_ID = 7, // pinned destination
    ENVELOPE_TRACEPARENT = 8,
    ENVELOPE_ANONYMOUS_ID_HEADER = 9,
    ENVELOPE_RECEIVED_AT = 10, // ms since 1970 in digits, where another gateway had received it
    ENVELOPE_DEDUP = 11,       // what journal_dedup_field makes
    ENVELOPE_TRANSIENT = 12,   // "1": the events are for their destinations and nobody's eyes
};
enum { ENVELOPE_FIELDS_MAX = 16 };
struct envelope_field {
    enum envelope_tag tag;
    str value;
};

// A record as it goes in and as it comes out.
struct journal_record {
    int64_t received_wall_ms; // as the clock stood: it may run backwards, positions do not
    struct envelope_field fields[ENVELOPE_FIELDS_MAX];
    size_t field_count;
    const struct journal_event *events;
    size_t event_count;
    str body;
};
str journal_record_field(const struct journal_record *record,
                         enum envelope_tag tag); // STR_NONE: absent

// The value of ENVELOPE_DEDUP: the messageIds of the record's events are remembered for
// window_s, and events whose ids are known already get EVENT_DUPLICATE. checks: for each event,
// a keyed hash of everything that makes two of them the same, another one than message_hash; 0:
// the event is not looked at. In the arena.
str journal_dedup_field(uint32_t window_s, const uint64_t *checks, size_t count,
                        struct arena *arena);

struct journal_limits {
    size_t segment_bytes;   // 64 MiB; a multiple of 4096, at least 16 KiB
    size_t queue_bytes;     // waiting for commit or being committed; above: ERR_BUSY
    size_t large_bytes;     // 640 KiB; longer records let shorter ones go first, and leave them
                            // the last eighth of the queue
    int64_t gather_ns;      // an append waits at most so long for others, to share a sync
    size_t spare_segments;  // kept for recycling
    int64_t retention_ms;   // 7 days: older records go, whoever still needs them
    uint64_t max_bytes;     // beyond, the oldest segment goes; 0: half of the file system
    size_t dedup_bytes;     // for messageIds, once one is to be remembered
    uint64_t reserve_bytes; // kept free: segments that every cursor has passed go early, then
                            // ERR_DISK_FULL
};
extern const struct journal_limits journal_limits_default;

// Opens or creates the journal in directory dir. `id` are the 16 bytes of DIR/id: another one
// inside is ERR_CONFLICT. A torn tail, as a crash leaves it, is sealed at the last whole group.
// Starts the log thread. ERR_IO: cannot be read or written; ERR_CORRUPT: the journal's own
// header is unreadable; ERR_NEWER_FORMAT: written by a newer version; ERR_LOCKED: it is open
// already. Damage inside a segment is told to the observer. A journal without room for a new
// segment opens too, and refuses appends until there is room.
enum err journal_open(struct fs *fs, str dir, const uint8_t id[16],
                      const struct journal_limits *limits, const struct clock *clock,
                      struct observer *observer, struct journal **ret_journal,
                      struct problem *ret_problem);

// Commits what is queued, then closes. Readers must be closed before.
void journal_close(struct journal *journal);

// An append, embedded in whoever waits for it. journal_append copies the record into the commit
// queue (encoded: the caller's memory is free at return) and returns; `done` runs on the log
// thread when the record is on disk (fdatasync returned) or could not be stored. `position` is
// set on OK: it is behind those of all appends that were done before this one, and behind those
// that wait, except that of two that wait together a large one may come behind a small one that
// was appended later. The struct stays alive until done. ERR_BUSY: the queue is full;
// ERR_TOO_BIG: larger than a segment takes; ERR_DISK_FULL: the reserve is reached, or the disk
// takes nothing (looked at again once a second): then done is not called. It gets OK, ERR_IO or
// ERR_DISK_FULL, and may append again.
struct journal_append {
    struct journal_append *next; // the journal's
    void (*done)(struct journal_append *append, enum err err);
    struct position position;
    bool is_deduplicated;     // the record has ENVELOPE_DEDUP
    bool is_transient;        // the record has ENVELOPE_TRANSIENT
    bool is_with_large;       // it keeps its place behind large ones that wait
    uint32_t duplicate_count; // set on OK: how many events got EVENT_DUPLICATE
};
enum err journal_append(struct journal *journal, const struct journal_record *record,
                        struct journal_append *append);

// Behind the last durable record: where a reader starts that wants only new events.
struct position journal_end(struct journal *journal);
// The oldest record that is still there.
struct position journal_begin(struct journal *journal);

// Wakes a reader: `wake` runs on the log thread once for each journal_await, when the durable
// end moves (keep it short: post to a loop; it must not watch or unwatch). Between the two the
// log thread pays nothing for the watch. The watch is embedded; journal_unwatch returns when
// wake is not running and never will.
struct journal_watch {
    struct journal_watch *next;
    void (*wake)(struct journal_watch *watch);
    atomic_bool is_awaited;
};
void journal_watch(struct journal *journal, struct journal_watch *watch);
// From any thread, also from inside of wake. Await first and look at journal_end (or read until
// ERR_NOT_FOUND) afterwards: what became durable before that look may not wake anybody.
void journal_await(struct journal_watch *watch);
void journal_unwatch(struct journal *journal, struct journal_watch *watch);

// Reads durable records in order. Each reader belongs to one thread at a time. A position
// behind the end (of a cursor that outlived what a lying disk confirmed) is set back to it.
struct journal_reader;
struct journal_reader *journal_reader_open(struct journal *journal, struct position from);
void journal_reader_close(struct journal_reader *reader);

struct journal_read {
    struct journal_record
        record; // views into the reader's memory, valid until the next journal_read
    struct position position; // of the record's first event
    // Records [lost_from, position) were skipped because they are damaged or past retention;
    // equal positions: nothing was lost.
    struct position lost_from;
};
// ERR_NOT_FOUND: nothing more is durable now (wait for a wake). ERR_IO: it may be tried again.
enum err journal_read(struct journal_reader *reader, struct journal_read *ret_read);
// Frees the memory of a large record that was read; what was read last is gone. NULL is fine.
void journal_reader_shrink(struct journal_reader *reader);
// The next record to be read.
struct position journal_reader_position(const struct journal_reader *reader);
void journal_reader_seek(struct journal_reader *reader, struct position to);

// The lowest position that somebody still needs. Records below it may go early when the disk is
// nearly full; records above it that go at the end of retention or at max_bytes are told to the
// observer as a warning. From any thread; cheap.
void journal_set_low_watermark(struct journal *journal, struct position low);

struct journal_stats {
    // Committed since open. Damage is counted when a reader or recovery comes upon it.
    uint64_t records, events, bytes, groups, fsyncs;
    uint64_t queue_bytes;
    uint64_t segments, spare_segments, disk_bytes;
    uint64_t max_bytes; // the limit, as resolved
    uint64_t damaged_records;
    uint64_t duplicates;    // events that got EVENT_DUPLICATE
    uint64_t known_ids;     // messageIds that are remembered
    uint64_t forgotten_ids; // before their time, for want of dedup_bytes
    uint64_t silent_ms;     // so long the disk has not answered
    bool is_full;           // appends are refused with ERR_DISK_FULL
};
void journal_stats(struct journal *journal, struct journal_stats *ret_stats);
// Tells the observer of a disk that is silent for at_least_ms, once, and then that it answers.
void journal_tell_silence(struct journal *journal, int64_t at_least_ms);
