// SPDX-License-Identifier: Apache-2.0
// How far each reader has come, durable: all cursors in one snapshot, written in turn to two
// files with generation and CRC, one fdatasync each while anything changes. The next one comes
// after twenty times what the last one took, 10 ms to a second (a failed one: a second): so a
// reader sees after a crash what it had stored that long before. Format: README.md in this
// folder.
#pragma once

#include "base/arena.h"
#include "base/log.h"
#include "journal/journal.h"

struct cursors;

struct position_range {
    struct position first; // inclusive
    struct position end;   // exclusive
};

// An event that failed and waits for its next try.
struct cursor_parked {
    struct position position;
    uint32_t output; // which output of the event
    uint32_t attempts;
    int64_t first_failure_wall_ms;
    int64_t not_before_wall_ms;
};

// A source whose records the reader gets, or got until it was cut off from it: then those
// before `until` still have to be counted. Kept here, because nothing else remembers what is
// gone.
struct cursor_route {
    char source_id[32];
    struct position from;
    struct position until; // record 0: it gets them still
    uint64_t dropped;      // counted already, of the finished ones
};

// reader: at most 64 bytes, for example "dest:2Hx…". Everything below `low` is finished; ranges
// are the finished ones above it, in order.
struct cursor {
    str reader;
    struct position low;
    const struct position_range *finished;
    size_t finished_count;
    const struct cursor_parked *parked;
    size_t parked_count;
    const struct cursor_route *routes;
    size_t route_count;
};

// Files live in dir (the journal's). Starts the writer thread.
enum err cursors_open(struct fs *fs, str dir, const uint8_t id[16], const struct clock *clock,
                      struct observer *observer, struct cursors **ret_cursors,
                      struct problem *ret_problem);
// Writes what changed, then closes. What the disk does not take is told: those events may be
// sent again.
void cursors_close(struct cursors *cursors);

// Copies; durable within a second and the time that a write takes. From any thread.
void cursors_put(struct cursors *cursors, const struct cursor *cursor);
void cursors_remove(struct cursors *cursors, str reader);

// ERR_NOT_FOUND: no such reader. Copies into the arena.
enum err cursors_get(struct cursors *cursors, str reader, struct arena *arena,
                     struct cursor *ret_cursor);
// All of them, in no order, in the arena. Returns how many.
size_t cursors_readers(struct cursors *cursors, struct arena *arena, str **ret_readers);

// The lowest low watermark of all readers and who has it; false when there are none.
bool cursors_lowest(struct cursors *cursors, struct position *ret_low, char ret_reader[65]);

// Returns when everything put before the call is durable.
enum err cursors_sync(struct cursors *cursors);

// For how long something that was put has not been on disk. 0: all of it is.
int64_t cursors_unwritten_ms(struct cursors *cursors);

// Tells the lowest low watermark of what has just become durable (not of what was only put):
// `durable` runs on the writer thread after each write that holds a cursor, and once inside of
// cursors_watch for what was found at open. Keep it short; it must not watch or unwatch. One
// watch at a time, embedded; cursors_unwatch returns when durable is not running and never
// will.
struct cursors_watch {
    void (*durable)(struct cursors_watch *watch, struct position low);
};
void cursors_watch(struct cursors *cursors, struct cursors_watch *watch);
void cursors_unwatch(struct cursors *cursors);
