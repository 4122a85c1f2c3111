// SPDX-License-Identifier: Apache-2.0
// A delivery; inside of the delivery room. All but `lock` and what it guards belongs to the
// loop's thread.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/list.h"
#include "delivery/delivery.h"
#include "delivery/reader.h"
#include "delivery/tail.h"
#include "loop/rest.h"

// A post from another thread that is not queued twice.
struct nudge {
    struct loop *loop;
    struct loop_post post;
    atomic_bool is_posted;
};

// What the end of the process cut off.
struct left {
    size_t requests; // that were not answered
    size_t letters;  // dead letters, and notes about many events, that were not stored
};

struct delivery {
    struct delivery_parts parts;
    struct loop *loop;
    pthread_t thread;
    struct workspace_view *view;
    struct list readers; // struct reader.in_delivery
    size_t used_bytes;   // of all windows, as of each reader's last turn
    struct rest rest;

    struct journal_watch journal_watch;
    struct nudge journal_moved;
    struct tail tail;
    struct workspace_watch workspace_watch;
    struct nudge workspace_changed;
    pthread_mutex_t change_lock;
    struct buf changed;    // guarded: ids of destinations that changed, each with a NUL
    bool must_look_at_all; // guarded: more than one wants to remember, or the first time
    struct position began; // where the journal did when stale cursors were looked for

    struct loop_post stop;
    struct timer stop_deadline;
    int64_t stop_timeout_ms;
    bool is_stopping;
    bool is_past_deadline;
    struct left left;

    struct cursors_watch cursors_watch; // retention may drop what every durable cursor passed
    struct timer save;                  // stores the cursors of readers that are touched
    struct list touched;                // struct reader.in_touched: not stored as they are now
    int64_t saved_ms;                   // when it last did
    int64_t save_every_ms;              // at most so often
    struct timer save_carried;          // stores the cursors of those whom the tail carries
    int64_t save_carried_every_ms;

    pthread_mutex_t lock;
    struct position carried; // guarded: the tail's end
    struct map *by_id;       // guarded: id → struct reader, whose `status` is guarded too
};

// A turn of the tail, in a later turn of the loop.
void delivery_turn_soon(struct delivery *delivery);
// Looks at the destinations that have changed, if any have.
void delivery_take_changes(struct delivery *delivery);

// A reader or a task has come to its end while the delivery is stopping.
void delivery_check_stopped(struct delivery *delivery);
