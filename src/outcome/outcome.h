// SPDX-License-Identifier: Apache-2.0
// What became of events: dead letters, exceptional outcomes, counters per minute, live rings.
// "Delivered" follows from the cursor and is not stored per event. Own files, own limits, no
// SQL. Thread-safe.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "journal/journal.h"
#include "os/fs.h"

struct outcome;

struct outcome_parts {
    struct fs *fs;
    str dir;           // where the files live; created
    const uint8_t *id; // 16 bytes: the data directory's
    const struct clock *clock;
    struct observer *observer;
    uint64_t reserve_bytes; // at which the journal of events stops: letters go on below it
    size_t event_max_bytes; // of an event as it came; its letter holds it whole
};

// Dead letters are a journal of their own, so that they are as durable as events; counters and
// rings live in memory. The parts need not outlive the call, but for what they point to.
enum err outcome_open(const struct outcome_parts *parts, struct outcome **ret_outcome,
                      struct problem *ret_problem);
void outcome_close(struct outcome *outcome);

// --- Dead letters

// name, word on the wire, prose
#define OUTCOME_REASON_TABLE(X)                                                                \
    X(REASON_REJECTED, "rejected", "the destination answered that it will not take the event") \
    X(REASON_BUILD_FAILED, "build_failed", "the event cannot be turned into a request")        \
    X(REASON_RETRIES_EXHAUSTED, "retries_exhausted", "tried until the retry limit")            \
    X(REASON_NOT_IMPLEMENTED, "not_implemented",                                               \
      "this destination's delivery is not built yet")                                          \
    X(REASON_NOT_CONNECTED, "not_connected",                                                   \
      "source and destination are not connected any more")                                     \
    X(REASON_FILTERED, "filtered",                                                             \
      "the event's own `integrations` or type leave this one out")                             \
    X(REASON_LOST, "lost", "past retention or damaged on disk before it could be delivered")

enum outcome_reason {
#define X(name, word, prose) name,
    OUTCOME_REASON_TABLE(X)
#undef X
        OUTCOME_REASON_COUNT,
};
const char *outcome_reason_word(enum outcome_reason reason);

// By so much an event in a letter may be longer than it came.
enum { OUTCOME_EVENT_GROWTH_BYTES = 128 << 10 };

struct dead_letter {
    struct position position;
    struct position end; // of a range, the place behind it; record 0: this is one event
    str source_id;
    str destination_id;
    enum outcome_reason reason;
    int status; // HTTP status of the last answer, 0: none
    uint32_t attempts;
    int64_t at_wall_ms;
    str detail;   // a sentence for people
    str event;    // the event as it was (JSON)
    str request;  // what was sent: "POST https://…", without configured headers' values
    str response; // first 10 KiB of what came back
};

// Durable when done runs (on the dead letter journal's log thread). Only then may a cursor
// pass.
struct outcome_store {
    struct journal_append append;
    void (*done)(struct outcome_store *store, enum err err);
};
enum err outcome_dead_letter(struct outcome *outcome, const struct dead_letter *letter,
                             struct outcome_store *store);

// Newest first; at most max letters of the destination (empty id: of all) that are older than
// `before` (record 0: from the newest). Lives in the arena.
enum err outcome_dead_letters(struct outcome *outcome, str destination_id,
                              struct position before, size_t max, struct arena *arena,
                              struct dead_letter **ret_letters, struct position **ret_cursors,
                              size_t *ret_count);

// --- Counters

enum outcome_counter {
    COUNT_RECEIVED,
    COUNT_DELIVERED,
    COUNT_FAILED,
    COUNT_RETRIED,
    COUNT_DROPPED,
    COUNT_SUPPRESSED, // because of their user; destinations count them as dropped, too
    COUNT_BLOCKED,    // because of their name
    COUNT_DUPLICATES, // because of their messageId
    OUTCOME_COUNTER_COUNT
};
// id: source id (received; suppressed, blocked, duplicates at the gateway) or destination id
// (the others).
void outcome_count(struct outcome *outcome, str id, enum outcome_counter counter, uint64_t by);
// Sums over the last `minutes` (at most 1440).
void outcome_counts(struct outcome *outcome, str id, unsigned minutes,
                    uint64_t ret_counts[OUTCOME_COUNTER_COUNT]);

// --- Live events

// One thing that happened, as one JSON object (for people's eyes; see api/openapi.yaml
// LiveEvent). The newest 100 per id are kept, 16 MiB in all: beyond, those of the id that has
// been quiet longest go first. A text longer than OUTCOME_LIVE_BYTES is not taken (asserted).
enum { OUTCOME_LIVE_EVENTS = 100, OUTCOME_LIVE_BYTES = 16 << 10 };
void outcome_live(struct outcome *outcome, str id, str json);
// False when nobody watches id, its ring is full and has got an event within the last tenth of
// a second: callers may skip making the JSON then, so that a busy stream costs ten events a
// second and not all of them.
bool outcome_live_wanted(struct outcome *outcome, str id);

// on_event runs on the thread that called outcome_live, under the rings' lock: it copies and
// posts to a loop, and calls nothing of this door. The kept ones are replayed by
// outcome_live_watch before it returns, oldest first. After outcome_live_unwatch it never runs
// again. Embedded in its owner.
struct outcome_watch {
    struct outcome_watch *next;
    char id[32];
    void (*on_event)(struct outcome_watch *watch, str json);
};
void outcome_live_watch(struct outcome *outcome, str id, struct outcome_watch *watch);
void outcome_live_unwatch(struct outcome *outcome, struct outcome_watch *watch);
