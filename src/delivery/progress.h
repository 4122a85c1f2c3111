// SPDX-License-Identifier: Apache-2.0
// Between a reader's window and its durable cursor: what a restart must know, and what it knew.
#pragma once

#include "base/arena.h"
#include "delivery/window.h"
#include "journal/cursors.h"

// What a cursor said above its low watermark, asked in the order of the journal while the
// reader reads through it again.
struct progress {
    struct arena *arena; // NULL: nothing is left to know
    struct position_range *finished;
    size_t finished_count;
    size_t finished_at;
    struct cursor_parked *parked;
    size_t parked_count;
    size_t parked_at;
};

// Takes over a stored cursor (copied). What it says about positions at or behind `end`, the
// journal's end, is forgotten: those records were lost with a disk's cache and their numbers
// will be given again. Returns where reading starts.
struct position progress_restore(struct progress *progress, const struct cursor *cursor,
                                 struct position end);
void progress_done(struct progress *progress);

// Positions must be asked in ascending order.
bool progress_is_finished(struct progress *progress, struct position position);
// NULL: the event was not parked.
const struct cursor_parked *progress_parked(struct progress *progress,
                                            struct position position);

// What of [first, end) was not finished: how many records, and from where to where they are
// (untouched when there are none).
uint64_t progress_unfinished(struct progress *progress, struct position first,
                             struct position end, struct position_range *ret_range);

// The cursor of this moment: everything below read_end is unfinished in the window or finished;
// above it what the progress still knows. Lives in the arena.
struct cursor progress_cursor(const struct progress *progress, const struct window *window,
                              struct position read_end, str reader, struct arena *arena);
