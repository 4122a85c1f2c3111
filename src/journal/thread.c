// SPDX-License-Identifier: Apache-2.0
// The log thread: takes what waits, lets it be committed, and keeps house when nothing does.
// An idle thread sleeps on its condition.
#include <time.h>

#include "journal/inner.h"
#include "journal/retain.h"

enum {
    REST_MS = 1000,
    NS_PER_MS = 1000 * 1000,
    NS_PER_S = 1000 * NS_PER_MS,
};

struct thread {
    struct journal *journal;
    struct queue batches[LANE_COUNT]; // being committed
    size_t usual_count;               // of the last batch of small records
};

static bool has_big_queue(const struct queue queues[LANE_COUNT])
{
    return queue_is_big(&queues[LANE_SMALL]) || queue_is_big(&queues[LANE_LARGE]);
}

// How long there is nothing to do if nobody comes; INT64_MAX: for ever. The memory of a busy
// time is given back a while after it.
static int64_t rest_ns(const struct thread *thread)
{
    struct journal *journal = thread->journal;
    int64_t wait_ms = retain_wait_ms(journal);
    bool is_big = has_big_queue(thread->batches) || has_big_queue(journal->lanes);
    if (is_big)
        wait_ms = REST_MS;
    return wait_ms > INT64_MAX / NS_PER_MS ? INT64_MAX : wait_ms * NS_PER_MS;
}

// With the lock held: sleeps until so many records wait, or something else is to be done, at
// most for wait_ns; INT64_MAX: for ever. False: it took that long.
static bool sleep_until_woken(struct journal *journal, size_t count, int64_t wait_ns)
{
    int failed;
    journal->wake_count = count;
    if (wait_ns == INT64_MAX) {
        failed = pthread_cond_wait(&journal->wake, &journal->lock);
    } else {
        struct timespec until;
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t ns = until.tv_nsec + wait_ns % NS_PER_S;
        until.tv_sec += wait_ns / NS_PER_S + ns / NS_PER_S;
        until.tv_nsec = ns % NS_PER_S;
        failed = pthread_cond_timedwait(&journal->wake, &journal->lock, &until);
    }
    journal->wake_count = 0;
    return failed == 0;
}

// With the lock held. Where many append at once they do so again soon after they are answered:
// a batch waits for as many as the one before had, as long as the last group took to write. So
// half as many syncs do, and who goes on alone waits for nobody.
static void gather(struct thread *thread)
{
    struct journal *journal = thread->journal;
    size_t count = journal->lanes[LANE_SMALL].added_count;
    int64_t wait_ns = MIN(journal->writer.put_ns, journal->limits.gather_ns);
    if (count > 0 && count < thread->usual_count && wait_ns > 0 && !journal->is_closing)
        (void)sleep_until_woken(journal, thread->usual_count, wait_ns);
    thread->usual_count = journal->lanes[LANE_SMALL].added_count;
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
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        queue_shrink(&queues[lane]);
}

// Waits for something to do and takes what has come. False: there will be nothing more.
static bool take(struct thread *thread)
{
    struct journal *journal = thread->journal;
    pthread_mutex_lock(&journal->lock);
    if (!has_work(thread) && !sleep_until_woken(journal, 1, rest_ns(thread))) {
        give_back(thread->batches);
        give_back(journal->lanes);
    }
    gather(thread);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        if (!thread->batches[lane].first) // its memory is used again
            queue_swap(&thread->batches[lane], &journal->lanes[lane]);
    bool is_over = journal->is_closing && !has_records(thread->batches);
    pthread_mutex_unlock(&journal->lock);
    return !is_over;
}

static void work_with_disk(struct thread *thread)
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

static void work(struct thread *thread)
{
    silence_ask(&thread->journal->silence);
    work_with_disk(thread);
    silence_end(&thread->journal->silence);
}

void *thread_run(void *journal)
{
    struct thread thread = { .journal = journal };
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        queue_init(&thread.batches[lane], lane);
    while (take(&thread))
        work(&thread);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        queue_done(&thread.batches[lane]);
    return NULL;
}
