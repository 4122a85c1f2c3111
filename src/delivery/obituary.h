// SPDX-License-Identifier: Apache-2.0
// Puts one dead letter on disk and comes back on the loop. It does not give up: an event whose
// letter cannot be stored now (queue full, disk full) is not finished, so it tries again.
#pragma once

#include "base/arena.h"
#include "loop/loop.h"
#include "outcome/outcome.h"

struct obituary {
    struct loop *loop;
    struct outcome *outcome;
    struct observer *observer;
    struct dead_letter letter;
    struct outcome_store store;
    struct loop_post stored; // from the log thread
    struct timer again;
    enum err err;     // of the last try
    bool is_with_log; // the log thread has it: its memory must stay
    bool is_told;
    // On the loop, when the letter is durable; and each time that it could not be stored.
    void (*done)(struct obituary *obituary);
    void (*failed)(struct obituary *obituary);
};

// The letter's texts stay alive until done.
void obituary_init(struct obituary *obituary, struct loop *loop, struct outcome *outcome,
                   struct observer *observer);
void obituary_start(struct obituary *obituary, const struct dead_letter *letter,
                    void (*done)(struct obituary *obituary),
                    void (*failed)(struct obituary *obituary));

// It waits for its next try, and not because the queue was full: what hinders is the disk.
bool obituary_is_refused(const struct obituary *obituary);

// Gives up a letter that waits for its next try. False: the log thread has it, done will run
// soon.
bool obituary_cancel(struct obituary *obituary) MUST_CHECK;
