// SPDX-License-Identifier: Apache-2.0
// Which events may go now. Pure: no clock, no input, no loop.
//
// The window knows every event that was read and is not finished, in the order of the journal.
// Each event stands in the queue of each of its user keys and may go when it is the first in
// all of them. An event that failed is parked until its time; it keeps its places, and those
// behind it are shelved: kept as positions only, their bytes are read again when it is their
// turn. README.md in this folder has the invariants.
#pragma once

#include "base/base.h"
#include "base/list.h"
#include "delivery/block.h"
#include "journal/journal.h"

struct window;
struct window_key;

enum window_state {
    WINDOW_WAITING,   // behind an earlier event of the same user
    WINDOW_SHELVED,   // behind a parked one: without its block
    WINDOW_READY,     // may go
    WINDOW_IN_FLIGHT, // has been taken by window_next
    WINDOW_PARKED,    // failed, waits until due_ms
};

struct window_link {
    struct list_node node;
    struct window_key *key; // NULL: the event has no such key
    struct window_event *event;
};

// The owner reads the first group and may change the second.
struct window_event {
    struct position position;
    bool is_last; // of its record
    enum window_state state;
    int64_t due_ms;      // while parked
    struct block *block; // NULL: to be read again

    uint32_t attempts;
    int64_t first_failure_mono_ms; // when attempts > 0; may lie before the clock's start
    int64_t first_failure_wall_ms; // both as the wall clock showed it at the last failure
    int64_t not_before_wall_ms;

    struct window_link links[2];
    struct list_node in_order;
    struct list_node in_ready;
    size_t heap_index;
};

struct window_limits {
    size_t events; // that wait or are on their way, with their bytes
    size_t bytes;  // of live blocks
    size_t parked; // events that are parked or shelved
};

// used_bytes: where the reader counts its blocks, and what is kept of what is on its way.
struct window *window_new(const struct window_limits *limits, const size_t *used_bytes);
void window_free(struct window *window); // with all events that are left
AUTO_DEFINE(struct window *, window_free)

// False: the reader stops reading ahead.
bool window_has_room(const struct window *window);

// Takes an event in, in the order of the journal (asserted). The keys are hashes of user id and
// anonymous id, 0: none. A reference to the block is taken unless the event is shelved.
struct window_event *window_admit(struct window *window, struct position position,
                                  const uint64_t keys[2], bool is_last, struct block *block);

// The next one that may go, now in flight; NULL: none.
struct window_event *window_next(struct window *window);

// In flight → gone.
void window_finish(struct window *window, struct window_event *event);

// In flight, or ready and just admitted → parked until due_ms.
void window_park(struct window *window, struct window_event *event, int64_t due_ms);

// In flight → ready again, as if it had never been taken.
void window_put_back(struct window *window, struct window_event *event);

// Parked events that are due become ready.
void window_unpark_due(struct window *window, int64_t now_ms);
void window_unpark_all(struct window *window);
// The parked event that is due first becomes ready, due or not; false: none is parked.
bool window_unpark_first(struct window *window);

// When the first parked event is due; -1: none is parked.
int64_t window_next_due_ms(const struct window *window);

// Walks the unfinished events in order: NULL gives the first, NULL comes after the last.
struct window_event *window_after(const struct window *window,
                                  const struct window_event *event);

struct window_counts {
    size_t ready;
    size_t in_flight;
    size_t held;    // waiting, ready and in flight
    size_t parked;  // waiting for their time
    size_t shelved; // behind parked ones
};
struct window_counts window_counts(const struct window *window);
