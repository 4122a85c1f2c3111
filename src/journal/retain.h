// SPDX-License-Identifier: Apache-2.0
// What goes, and when; on the log thread, and when the journal is opened. Inside of the journal
// room.
#pragma once

#include "journal/inner.h"

// While records come, retention looks no more often than this.
enum { RETAIN_PAUSE_MS = 60000 };
// Retires what is past retention.
void retain_old(struct journal *journal);
// Retires what holds no records, but for the active segment: where an opening wrote nothing, or
// the first write failed.
void retain_no_empty(struct journal *journal);
// As retain_old, if it has not looked for RETAIN_PAUSE_MS.
void retain_in_passing(struct journal *journal);
// Makes room for one more segment within max_bytes and reserve_bytes.
enum err retain_make_room(struct journal *journal, struct problem *ret_problem);
// Retires the oldest segment if every cursor has passed it. false: nothing has gone.
bool retain_give_way(struct journal *journal);
// Seals the active segment, in which something is old; without room for another it goes on.
void retain_rotate(struct journal *journal);
// Seals it before a record of that time, if its transient events would stay for as long as it
// takes to fill, and then for all of retention.
void retain_split(struct journal *journal, int64_t wall_ms);
// When the oldest records reach the end of retention; INT64_MAX: never.
int64_t retain_due_wall_ms(const struct journal *journal);
// How long nothing is to be done about it; INT64_MAX: for ever.
int64_t retain_wait_ms(struct journal *journal);

// The time by which retention judges is the wall clock, but a step ahead only once it has
// lasted RETAIN_STEP_MS: retention removes for good, and a clock that is set wrong for a while
// must not make everything old.
enum { RETAIN_STEP_MS = 3600 * 1000, RETAIN_STEP_SLACK_MS = 60 * 1000 };
int64_t retain_now_ms(struct journal *journal);
// A machine may come up with a wrong clock, or have had one when the last records came: so what
// open finds stays for as long as a step must last, or for retention where that is shorter.
// Whoever opens more often than that keeps all that fits: no time on disk tells a clock that is
// wrong now from one that was wrong when the last records came.
void retain_clock_open(struct journal *journal);
