// SPDX-License-Identifier: Apache-2.0
// When a page that the disk refuses to read is given up, so that its records count as damaged
// and what stands behind them is read. A refusal that passes must cost nothing: so a page is
// asked for again before, and only a disk that still gives back something else is believed
// (docs/decisions/0025). Inside of the journal room.
#pragma once

#include "journal/inner.h"
#include "journal/walk.h"

enum {
    REFUSED_TRIES = 4,           // at least, before a page is given up
    REFUSED_PATIENCE_MS = 30000, // and for so long, where a reader can come again
    REFUSED_PAUSE_MS = 300000,   // without a try: what came before does not count
};

// A page that the disk has refused to readers, who ask for it again.
struct waiting_page {
    uint64_t page; // its offset
    int64_t since_mono_ms;
    int64_t last_mono_ms;
    uint32_t tries;
};

// Where nobody waits: the next record, with the page in its way asked for several times and
// then given up by the walk. WALK_FAILED: the disk does not give back the journal's head
// either, or the failure is another.
enum walk_result refused_walk_next(struct fs_file *head, struct walk *walk,
                                   struct walk_record *ret_record);
// The same for reading bytes.
ssize_t refused_read(struct fs_file *head, struct pages *pages, struct fs_file *file,
                     const struct pages_read *read);
// The same for small files, which are read as a whole or not at all: asks several times.
ssize_t refused_pread(struct fs_file *file, void *dest, size_t len, uint64_t offset);

// A reader's walk was refused walk->pages.asked. true: the page is given up, also by the walk;
// false: it is to be tried again later.
bool refused_go_on(struct journal *journal, struct walk *walk);
// What a reader's walk has read since the last call is not refused after all, whoever was.
void refused_forgive(struct journal *journal, struct walk *walk);
// What was given up of the segment before, a walk need not ask for.
void refused_share(struct journal *journal, struct walk *walk);

// What opening has given up of a segment is the segment's; told. The caller has it alone.
void refused_keep(const struct journal *journal, struct segment *segment,
                  const struct pages *pages);
