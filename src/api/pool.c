// SPDX-License-Identifier: Apache-2.0
// The threads behind the management API.
#include "api/pool.h"

#include <errno.h>
#include <pthread.h>

#include "base/mem.h"

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_job *first;
    struct pool_job **end;
    size_t queued;
    size_t queue_max;
    bool is_ending;
    struct pool_task *tasks; // that were asked for
    size_t thread_count;
    pthread_t threads[];
};

static struct timespec monotonic_in(int64_t delay_ms)
{
    struct timespec due;
    (void)clock_gettime(CLOCK_MONOTONIC, &due);
    due.tv_sec += delay_ms / 1000;
    due.tv_nsec += delay_ms % 1000 * 1000000;
    if (due.tv_nsec >= 1000000000) {
        due.tv_sec++;
        due.tv_nsec -= 1000000000;
    }
    return due;
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

// Where the task that is due first is linked; NULL: none was asked for.
static struct pool_task **first_task(struct pool *pool)
{
    struct pool_task **first = NULL;
    for (struct pool_task **at = &pool->tasks; *at; at = &(*at)->next)
        if (!first || is_before(&(*at)->due, &(*first)->due))
            first = at;
    return first;
}

static bool is_task_due(struct pool *pool)
{
    struct pool_task **first = first_task(pool);
    if (!first)
        return false;
    struct timespec now = monotonic_in(0);
    return pool->is_ending || !is_before(&now, &(*first)->due);
}

// With the lock, which is given up while the job runs.
static void run_first(struct pool *pool)
{
    struct pool_job *job = pool->first;
    pool->first = job->next;
    if (!pool->first)
        pool->end = &pool->first;
    pool->queued--;
    pthread_mutex_unlock(&pool->lock);
    job->run(job);
    pthread_mutex_lock(&pool->lock);
}

static void run_task(struct pool *pool)
{
    struct pool_task **first = first_task(pool);
    struct pool_task *task = *first;
    *first = task->next;
    task->is_asked = false;
    pthread_mutex_unlock(&pool->lock);
    task->run(task);
    pthread_mutex_lock(&pool->lock);
}

static void wait_for_work(struct pool *pool)
{
    struct pool_task **first = first_task(pool);
    if (first) {
        struct timespec due = (*first)->due; // the task may be gone before the wait ends
        (void)pthread_cond_timedwait(&pool->wake, &pool->lock, &due);
    } else {
        (void)pthread_cond_wait(&pool->wake, &pool->lock);
    }
}

static void *thread_main(void *arg)
{
    struct pool *pool = arg;
    pthread_mutex_lock(&pool->lock);
    while (true) {
        if (pool->first)
            run_first(pool);
        else if (is_task_due(pool))
            run_task(pool);
        else if (pool->is_ending)
            break;
        else
            wait_for_work(pool);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

struct pool *pool_new(size_t threads, size_t queue_max)
{
    assert(threads > 0 && queue_max > 0);
    struct pool *pool = mem_zalloc(1, sizeof(*pool) + threads * sizeof(pthread_t));
    pool->end = &pool->first;
    pool->queue_max = queue_max;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    for (; pool->thread_count < threads; pool->thread_count++) {
        int rc = pthread_create(&pool->threads[pool->thread_count], NULL, thread_main, pool);
        assert(rc == 0);
        (void)rc;
    }
    return pool;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->is_ending = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    assert(!pool->first && !pool->tasks);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool);
}

bool pool_submit(struct pool *pool, struct pool_job *job)
{
    pthread_mutex_lock(&pool->lock);
    bool has_room = pool->queued < pool->queue_max;
    if (has_room) {
        job->next = NULL;
        *pool->end = job;
        pool->end = &job->next;
        pool->queued++;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    return has_room;
}

static void ask(struct pool *pool, struct pool_task *task, int64_t delay_ms)
{
    struct timespec due = monotonic_in(delay_ms);
    if (task->is_asked && !is_before(&due, &task->due))
        return;
    task->due = due;
    if (!task->is_asked) {
        task->next = pool->tasks;
        pool->tasks = task;
    }
    task->is_asked = true;
    // Whoever waits without an end has to wait for this moment instead.
    pthread_cond_signal(&pool->wake);
}

void pool_ask_task(struct pool *pool, struct pool_task *task, int64_t delay_ms)
{
    assert(task->run);
    pthread_mutex_lock(&pool->lock);
    ask(pool, task, delay_ms);
    pthread_mutex_unlock(&pool->lock);
}

void pool_retry_task(struct pool *pool, struct pool_task *task, int64_t delay_ms)
{
    pthread_mutex_lock(&pool->lock);
    if (!pool->is_ending)
        ask(pool, task, delay_ms);
    pthread_mutex_unlock(&pool->lock);
}
