// SPDX-License-Identifier: Apache-2.0
// A disk that does not answer: how long the log thread has been waiting for it, for whoever
// asks, and a word in the log when it begins and when it is over. Nobody watches the time for
// it: those who have waited too long ask. A line of the log may take as long as the disk, if it
// goes there: so it is written by the log thread, which waits for the disk anyway, or by a
// thread of its own, and never under the lock.
#pragma once

#include <pthread.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"

struct silence {
    const struct clock *clock;
    struct observer *observer;
    const char *dir;
    pthread_mutex_t lock;
    // Guarded; written by the log thread only: when the disk was asked; INT64_MAX: it is not.
    int64_t since_ns;
    bool is_told;     // guarded: until it is told, too, that the disk answers again
    pthread_t teller; // while is_told
    int64_t told_ms;  // what the teller says
};

void silence_init(struct silence *silence, const struct clock *clock, struct observer *observer,
                  const char *dir);
void silence_done(struct silence *silence);

// On the log thread: the disk is asked for something, or for nothing more. What was asked of it
// before, it has answered.
void silence_ask(struct silence *silence);
void silence_end(struct silence *silence);
// The same in the midst of what is asked, between one file and the next. Nothing, where nothing
// is asked: while the journal is opened, nobody waits.
void silence_go_on(struct silence *silence);

// How long the disk has not answered. 0: nothing is asked of it.
int64_t silence_ms(struct silence *silence);
// Tells, if it has not been told, when that is so for at_least_ms. Waits for nothing.
void silence_tell(struct silence *silence, int64_t at_least_ms);
