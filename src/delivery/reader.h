// SPDX-License-Identifier: Apache-2.0
// The reader of one destination; inside of the delivery room. All but its status belongs to the
// loop's thread.
#pragma once

#include "base/list.h"
#include "delivery/circuit.h"
#include "delivery/delivery.h"
#include "delivery/obituary.h"
#include "delivery/progress.h"
#include "delivery/routes.h"
#include "delivery/tail.h"
#include "delivery/transport.h"
#include "delivery/window.h"

struct reader_status {
    struct position low;
    bool is_carried; // nothing is unfinished: low moves with the tail
    size_t in_flight;
    size_t parked;
    bool is_circuit_open;
    int64_t retry_at_wall_ms;
    char last_error[384];
};

#define READER_PREFIX "dest:" // of a cursor's name

struct reader {
    struct list_node in_delivery;
    struct delivery *delivery;
    char id[32];
    char name[40]; // of the cursor: READER_PREFIX and the id

    struct routes routes;
    int64_t snapshot_revision; // that the routes are from
    int64_t made; // the version of the destination that they are from; 0: there was none
    int64_t settings_revision;
    enum destination_order order;

    struct follower follower;
    struct journal_reader *ahead; // reads on; NULL: it follows, or has nothing to read yet
    struct journal_reader *again; // reads shelved events again; NULL until it is needed
    struct block *again_block;    // the last one that was read again: often the next one too
    struct block *current;        // being admitted; NULL: read the next record
    uint32_t current_event;
    struct position read_end; // everything before has been admitted or skipped
    struct progress progress; // what the cursor said about positions above read_end
    struct window *window;
    size_t used_bytes;                    // of blocks, and task_bytes
    size_t counted_bytes, counted_parked; // as they stand in the delivery's sum and the metrics

    const struct transport_ops *transport_ops; // NULL: none delivers its kind
    void *transport;
    struct list tasks;
    size_t task_count;
    size_t task_bytes; // of requests and what is told of them
    struct circuit circuit;
    char last_error[384]; // empty: all is well

    struct obituary note; // about many events at once; reading waits for it
    bool is_noting;
    struct arena *note_arena;
    struct position note_end; // where read_end goes then; record 0: nowhere

    struct timer wake;        // next retry, probe or reading again after an I/O error
    int64_t read_again_at_ms; // 0: reading is well
    int64_t stepped_ms;       // when the last step looked at what is due
    struct list_node in_touched;
    struct loop_post again_post;
    bool is_posted;
    struct reader_status status; // guarded by the delivery's lock
};

// --- reader.c

// Opens the reader of a destination with connections, or of one (NULL: that is gone) whose
// cursor still has some. A new cursor is stored at once.
void reader_open(struct delivery *delivery, str id, const struct ws_destination *destination);
void reader_close(struct reader *reader); // it is idle (asserted)
bool reader_is_idle(const struct reader *reader);
bool reader_is_over(const struct reader *reader); // it has nothing left to do, now or later

// Does what can be done now; may close the reader.
void reader_pump(struct reader *reader);
// The same in a later turn of the loop.
void reader_post(struct reader *reader);

// Takes over changes of sources, settings and connections. The snapshot is that of this moment.
const struct snapshot *reader_refresh(struct reader *reader);

// A dead letter could not be stored, and will be tried again.
void reader_letter_failed(struct reader *reader);
// Something is under way that may still come to an end.
bool reader_has_hope(const struct reader *reader);
// Cancels what can be cancelled, for the end of the process.
void reader_cancel(struct reader *reader);

// Brings the delivery's sum and the metrics up to what the reader holds now.
void reader_count_use(struct reader *reader);

void reader_set_error(struct reader *reader, str text);

// --- reading.c

// One step further: reads a record or admits events of the current one. False: nothing to read
// for now, or no room.
bool reader_read(struct reader *reader);
// A reader that has just left the tail at this record takes it, if it would go on reading.
void reader_take(struct reader *reader, const struct journal_read *read);
// The record is for one destination, and for another than this.
bool reader_is_passed_over(const struct reader *reader, const struct journal_record *record);
// Reading failed; tries again after a second.
void reader_read_again_later(struct reader *reader, enum err err);

// --- note.c: reading waits until a note is durable

// So many records in the range are lost that were not finished. Goes on at `next`.
void reader_note_lost(struct reader *reader, struct position_range range, uint64_t count,
                      struct position next);
// Leaves a note about what was dropped of the route, and takes it out.
void reader_note_disconnected(struct reader *reader, struct route *route);

// --- save.c

// The cursor has changed: it is stored soon.
void reader_touch(struct reader *reader);
void reader_save(struct reader *reader);
// Stores the cursors of all readers that are touched.
void delivery_on_save(struct timer *timer);
// The tail has moved: so have those who follow it.
void delivery_save_carried(struct delivery *delivery);
void delivery_on_save_carried(struct timer *timer);

// --- dispatch.c

// Sends one event that is in flight, or finishes it another way. False: its record could not be
// read, the event is back in the window.
bool dispatch(struct reader *reader, struct window_event *event);
// Cancels the reader's tasks; those whose letter is with the log thread stay until it is done.
void dispatch_cancel(struct reader *reader);
// False: there are no events on their way but those whose dead letters the disk does not take.
bool dispatch_has_hope(const struct reader *reader);
