// SPDX-License-Identifier: Apache-2.0
// The objects of a delivery; inside of the delivery room. All but `lock` and what it guards
// belongs to the loop's thread.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "base/list.h"
#include "delivery/circuit.h"
#include "delivery/delivery.h"
#include "delivery/obituary.h"
#include "delivery/progress.h"
#include "delivery/routes.h"
#include "delivery/transport.h"
#include "delivery/window.h"
#include "loop/rest.h"

// A post from another thread that is not queued twice.
struct nudge {
    struct loop *loop;
    struct loop_post post;
    atomic_bool is_posted;
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
    struct position journal_end; // as of the last look at it
    struct timer gather;         // until the next look, while there is traffic
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

    struct cursors_watch cursors_watch; // retention may drop what every durable cursor passed
    struct timer save;                  // stores the cursors of readers that are touched
    int64_t saved_ms;                   // when it last did
    int64_t save_every_ms;              // at most so often

    pthread_mutex_t lock;
    struct map *by_id; // guarded: id → struct reader, whose `status` is guarded too
};

struct reader_status {
    struct position low;
    size_t in_flight;
    size_t parked;
    bool is_circuit_open;
    int64_t retry_at_wall_ms;
    char last_error[384];
};

struct reader {
    struct list_node in_delivery;
    struct delivery *delivery;
    char id[32];
    char name[40]; // of the cursor: "dest:" and the id

    struct routes routes;
    int64_t snapshot_revision; // that the routes are from
    int64_t made; // the version of the destination that they are from; 0: there was none
    int64_t settings_revision;
    enum destination_order order;

    struct journal_reader *ahead; // reads on
    struct journal_reader *again; // reads shelved events again; NULL until it is needed
    struct block *again_block;    // the last one that was read again: often the next one too
    struct block *current;        // being admitted; NULL: read the next record
    uint32_t current_event;
    struct position read_end; // everything before has been admitted or skipped
    struct progress progress; // what the cursor said about positions above read_end
    struct window *window;
    size_t used_bytes;                    // of blocks
    size_t counted_bytes, counted_parked; // as they stand in the delivery's sum and the metrics

    const struct transport_ops *transport_ops; // NULL: not implemented
    void *transport;
    struct list tasks;
    size_t task_count;
    size_t task_bytes;
    struct circuit circuit;
    char last_error[384]; // empty: all is well

    struct obituary note; // about many events at once; reading waits for it
    bool is_noting;
    struct arena *note_arena;
    struct position note_end; // where read_end goes then; record 0: nowhere

    struct timer wake;        // next retry, probe or reading again after an I/O error
    int64_t read_again_at_ms; // 0: reading is well
    int64_t stepped_ms;       // when the last step looked at what is due
    bool is_touched;          // the cursor is not stored as it is now
    struct loop_post again_post;
    bool is_posted;
    struct reader_status status; // guarded by the delivery's lock
};

// --- reader.c

// Opens the reader of a destination with connections. A new cursor is stored at once.
void reader_open(struct delivery *delivery, const struct ws_destination *destination);
void reader_close(struct reader *reader); // it is idle (asserted)
bool reader_is_idle(const struct reader *reader);

// Does what can be done now; may close the reader.
void reader_pump(struct reader *reader);
// The same in a later turn of the loop.
void reader_post(struct reader *reader);

// Takes over changes of sources, settings and connections. The snapshot is that of this moment.
const struct snapshot *reader_refresh(struct reader *reader);

// Cancels what can be cancelled, for the end of the process.
void reader_cancel(struct reader *reader);

void reader_set_error(struct reader *reader, str text);

// --- reading.c

// One step further: reads a record or admits events of the current one. False: nothing to read
// for now, or no room.
bool reader_read(struct reader *reader);
// Reading failed; tries again after a second.
void reader_read_again_later(struct reader *reader, enum err err);
// Takes the route out and leaves a note about what was dropped of it.
void reader_note_disconnected(struct reader *reader, struct route *route);

// --- save.c

// The cursor has changed: it is stored soon.
void reader_touch(struct reader *reader);
void reader_save(struct reader *reader);
// Stores the cursors of all readers that are touched.
void delivery_on_save(struct timer *timer);

// --- dispatch.c

// Sends one event that is in flight, or finishes it another way. False: its record could not be
// read, the event is back in the window.
bool dispatch(struct reader *reader, struct window_event *event);
// Cancels the reader's tasks; those whose letter is with the log thread stay until it is done.
void dispatch_cancel(struct reader *reader);

// --- delivery.c

// There is a reader, which wants to know when the journal grows.
void delivery_await_journal(struct delivery *delivery);

// A reader or a task has come to its end while the delivery is stopping.
void delivery_check_stopped(struct delivery *delivery);
