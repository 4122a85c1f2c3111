// SPDX-License-Identifier: Apache-2.0
// The log thread: takes what waits, lets it be committed, and keeps house when nothing does.
// An idle thread sleeps on its condition.
#include <time.h>

#include "journal/inner.h"
#include "journal/retain.h"

enum { REST_MS = 1000 };

struct thread {
    struct journal *journal;
    struct queue batches[LANE_COUNT]; // being committed
};

static bool has_big_queue(const struct queue queues[LANE_COUNT])
{
    return queue_is_big(&queues[LANE_SMALL]) || queue_is_big(&queues[LANE_LARGE]);
}

// How long there is nothing to do if nobody comes; INT64_MAX: for ever. The memory of a busy
// time is given back a while after it.
static int64_t rest_ms(const struct thread *thread)
{
    struct journal *journal = thread->journal;
    int64_t due_wall_ms = retain_due_wall_ms(journal), wait_ms = INT64_MAX;
    if (due_wall_ms != INT64_MAX) {
        wait_ms = due_wall_ms - retain_now_ms(journal);
        if (journal->retain_clock.is_ahead)
            wait_ms = MIN(wait_ms, (int64_t)RETAIN_STEP_MS);
        wait_ms = MAX(wait_ms, (int64_t)RETAIN_PAUSE_MS);
    }
    bool is_big = has_big_queue(thread->batches) || has_big_queue(journal->lanes);
    return is_big ? REST_MS : wait_ms;
}

// With the lock held: sleeps until there is something to do. False: nobody has come.
static bool sleep_until_woken(struct thread *thread)
{
    struct journal *journal = thread->journal;
    int64_t wait_ms = rest_ms(thread);
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

static bool has_records(const struct queue queues[LANE_COUNT])
{
    return queues[LANE_SMALL].first || queues[LANE_LARGE].first;
}

// With the lock held. What is left of large records is taken up again between small ones.
static bool has_work(const struct thread *thread)
{
    const struct journal *journal = thread->journal;
    return has_records(thread->batches) || has_records(journal->lanes) || journal->is_closing ||
           (journal->is_full && journal->is_retry_wanted);
}

static void give_back(struct queue queues[LANE_COUNT])
{
    for (int lane = 0; lane < LANE_COUNT; lane++)
        queue_shrink(&queues[lane]);
}

// Waits for something to do and takes what has come. False: there will be nothing more.
static bool take(struct thread *thread)
{
    struct journal *journal = thread->journal;
    pthread_mutex_lock(&journal->lock);
    if (!has_work(thread) && !sleep_until_woken(thread)) {
        give_back(thread->batches);
        give_back(journal->lanes);
    }
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (!thread->batches[lane].first)
            queue_swap(&thread->batches[lane],
                       &journal->lanes[lane]); // its memory is used again
    bool is_over = journal->is_closing && !has_records(thread->batches);
    pthread_mutex_unlock(&journal->lock);
    return !is_over;
}

static void work(struct thread *thread)
{
    struct journal *journal = thread->journal;
    if (!has_records(thread->batches)) {
        keep_house(journal);
        return;
    }
    retain_in_passing(journal); // with a little traffic it never sleeps until something is due
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        if (thread->batches[lane].first)
            commit_batch(journal, &thread->batches[lane]);
}

void *thread_run(void *journal)
{
    struct thread thread = { .journal = journal };
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        queue_init(&thread.batches[lane], lane);
    while (take(&thread))
        work(&thread);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        queue_done(&thread.batches[lane]);
    return NULL;
}
