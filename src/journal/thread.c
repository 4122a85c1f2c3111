// SPDX-License-Identifier: Apache-2.0
// The log thread: takes what waits, lets it be committed, and keeps house when nothing does.
// An idle thread sleeps on its condition.
#include <time.h>

#include "journal/inner.h"
#include "journal/retain.h"

enum {
    QUEUE_KEPT_BYTES = 1024 * 1024, // by a journal at rest
    REST_MS = 1000,
};

void queue_init(struct queue *queue)
{
    *queue = (struct queue){ 0 };
    queue->last = &queue->first;
}

// How long there is nothing to do if nobody comes; INT64_MAX: for ever. The memory of a busy
// time is given back a while after it.
static int64_t rest_ms(struct journal *journal, const struct queue *own)
{
    int64_t due_wall_ms = retain_due_wall_ms(journal), wait_ms = INT64_MAX;
    if (due_wall_ms != INT64_MAX) {
        wait_ms = due_wall_ms - retain_now_ms(journal);
        if (journal->retain_clock.is_ahead)
            wait_ms = MIN(wait_ms, (int64_t)RETAIN_STEP_MS);
        wait_ms = MAX(wait_ms, (int64_t)RETAIN_PAUSE_MS);
    }
    bool is_big = MAX(own->bytes.cap, journal->queue.bytes.cap) > QUEUE_KEPT_BYTES;
    return is_big ? REST_MS : wait_ms;
}

// With the lock held: sleeps until there is something to do. False: nobody has come.
static bool sleep_until_woken(struct journal *journal, const struct queue *own)
{
    int64_t wait_ms = rest_ms(journal, own);
    int failed;
    journal->is_waiting = true;
    if (wait_ms == INT64_MAX) {
        failed = pthread_cond_wait(&journal->wake, &journal->lock);
    } else {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += wait_ms / 1000;
        failed = pthread_cond_timedwait(&journal->wake, &journal->lock, &until);
    }
    journal->is_waiting = false;
    return failed == 0;
}

static void give_back(struct queue *queue)
{
    if (queue->bytes.cap > QUEUE_KEPT_BYTES)
        buf_done(&queue->bytes);
}

// What is due when nothing waits to be committed: retention, and looking for room again.
static void keep_house(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    bool is_retry = journal->is_full && journal->is_retry_wanted;
    journal->is_retry_wanted = false;
    pthread_mutex_unlock(&journal->lock);
    const struct segment *active = journal->writer.segment;
    bool is_stale = active && active->first_record < active->end_record &&
                    retain_due_wall_ms(journal) <= retain_now_ms(journal) &&
                    journal->segments[0] == active;
    if (is_stale)
        retain_rotate(journal);
    else if (!is_retry || commit_rotate(journal) != OK) // what hindered is told to the observer
        retain_old(journal);
}

static bool has_work(const struct journal *journal)
{
    return journal->queue.first || journal->is_closing ||
           (journal->is_full && journal->is_retry_wanted);
}

static void work(struct journal *journal, struct queue *batch)
{
    if (!batch->first) {
        keep_house(journal);
        return;
    }
    retain_in_passing(journal); // with a little traffic it never sleeps until something is due
    commit_batch(journal, batch);
}

void *thread_run(void *arg)
{
    struct journal *journal = arg;
    struct queue batch;
    queue_init(&batch);
    for (;;) {
        pthread_mutex_lock(&journal->lock);
        if (!has_work(journal) && !sleep_until_woken(journal, &batch) &&
            !journal->queue.first) {
            give_back(&batch);
            give_back(&journal->queue);
        }
        bool is_over = journal->is_closing && !journal->queue.first;
        struct queue swapped = journal->queue;
        journal->queue = batch; // empty, its memory is used again
        journal->queue.last = &journal->queue.first;
        batch = swapped;
        pthread_mutex_unlock(&journal->lock);
        if (is_over)
            break;
        work(journal, &batch);
    }
    buf_done(&batch.bytes);
    return NULL;
}
