// SPDX-License-Identifier: Apache-2.0
// The two files that hold all cursors: each a whole snapshot, written in turn, so that the one
// that is not being written is always whole.
#pragma once

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "journal/cursors.h"

enum { CURSOR_READER_MAX = 64, SNAPSHOT_SLOTS = 2, SNAPSHOT_VERSION = 2 };

// A cursor with its own memory.
struct cursor_entry {
    char reader[CURSOR_READER_MAX + 1];
    struct position low;
    struct position_range *finished;
    size_t finished_count;
    struct cursor_parked *parked;
    size_t parked_count;
    struct cursor_route *routes;
    size_t route_count;
};
void cursor_entry_free(struct cursor_entry *entry);
struct cursor cursor_entry_copy(const struct cursor_entry *entry, struct arena *arena);
// Takes the first one off the payload of a snapshot of that version. NULL: inconsistent.
struct cursor_entry *cursor_entry_decode(str *payload, uint32_t version);

struct snapshots {
    struct fs_file *files[SNAPSHOT_SLOTS];
    uint8_t id[16];
    uint64_t generation; // of the last whole one; 0: none
    int next_slot;
    bool is_next_refused; // the disk has refused to read what is in it
};

// Opens or creates the files and puts the entries of the newest whole snapshot into the map
// (keys: the readers' names within the entries). Errors as cursors_open.
enum err snapshots_open(struct snapshots *snapshots, struct fs *fs, str dir,
                        struct observer *observer, struct map *entries,
                        struct problem *ret_problem);
void snapshots_close(struct snapshots *snapshots);

// The entries alone, without a hand on the files. ERR_CORRUPT: both are damaged.
struct snapshots_found {
    struct map *entries;
    bool is_damaged[SNAPSHOT_SLOTS]; // or is being written
};
enum err snapshots_read(struct fs *fs, str dir, const uint8_t id[16],
                        struct snapshots_found *found, struct problem *ret_problem);

void snapshot_encode(const struct map *entries, struct buf *payload);
// Written and synced. A failed one may be followed by another: it goes to the same file, all of
// it anew. So is one that the disk does not give back, after it refused what was there before.
int snapshots_write(struct snapshots *snapshots, const struct buf *payload, size_t count);
