// SPDX-License-Identifier: Apache-2.0
// One reading of the journal's end for all readers that have caught up: each record is read
// and decoded once and given to those its source is connected to; the others are carried
// along without being touched. Who cannot take a record when it comes leaves and reads for
// itself until it has caught up again.
#pragma once

#include "delivery/feed.h"
#include "journal/journal.h"
#include "loop/loop.h"

struct delivery;

struct tail {
    struct journal_reader *journal; // NULL: nobody has followed yet
    struct position end;            // everything before was given to those who follow
    struct position seen_end;       // the journal's, as of the last turn
    size_t follower_count;
    bool is_turning;
    struct map *feeds;   // source id → struct feed
    struct list waiting; // readers at the journal's end that do not follow
    struct list turn;    // readers to be pumped at the end of this turn
    struct timer gather; // until the next turn, while there is traffic
};

// A reader's part of it.
struct follower {
    bool follows; // it stands between two records: at its read_end or at the tail's end,
                  // whichever comes later
    struct subscriptions subscriptions;
    struct list_node in_tail; // waiting, or concerned by the record at hand
    struct list_node in_turn;
};

void tail_init(struct tail *tail, struct loop *loop);
void tail_done(struct tail *tail); // its timer is stopped

// Gives what has come since the last turn to those it concerns, and sees to it that there is
// a next turn when there will be more.
void tail_turn(struct delivery *delivery);

// After a start, once: those that stand where most do follow from there on. A crash leaves the
// cursors of all who were carried along at one place before what the tail had read, so that
// otherwise each of them would read the same for itself.
void tail_begin(struct delivery *delivery);

// --- For a reader

// Takes over the sources that are connected now.
void tail_subscribe(struct reader *reader);
// It is about to be freed.
void tail_forget(struct reader *reader);

// It follows from now on, if it stands where the tail is and has nothing to count of routes
// that are gone. is_at_end: nothing more was durable when it looked.
bool tail_follow(struct reader *reader, bool is_at_end);
// It does not, and is pumped when the journal grows.
void tail_wait(struct reader *reader);

// It reads for itself from now on, at its place; nothing happens if it does already.
void tail_leave(struct reader *reader);
// Makes its read_end true.
void tail_catch_up(struct reader *reader);
