// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"

#include <pthread.h>
#include <stdatomic.h>

#include "api/pool.h"

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int waiting;
    bool is_open;
};

struct job {
    struct pool_job job;
    struct gate *gate;
    atomic_int *done;
};

static void gate_init(struct gate *gate)
{
    *gate = (struct gate){ 0 };
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->changed, NULL);
}

static void gate_open(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->is_open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void gate_await(struct gate *gate, int waiting)
{
    pthread_mutex_lock(&gate->lock);
    while (gate->waiting < waiting)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void run(struct pool_job *pool_job)
{
    struct job *job = CONTAINER_OF(pool_job, struct job, job);
    struct gate *gate = job->gate;
    pthread_mutex_lock(&gate->lock);
    gate->waiting++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    (void)atomic_fetch_add(job->done, 1);
}

static void a_full_queue_refuses_and_what_is_queued_is_run(void **state)
{
    (void)state;
    struct gate gate;
    atomic_int done = 0;
    struct job jobs[5];
    gate_init(&gate);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        jobs[i] = (struct job){ .job.run = run, .gate = &gate, .done = &done };
    struct pool *pool = pool_new(2, 2);
    assert_true(pool_submit(pool, &jobs[0].job));
    assert_true(pool_submit(pool, &jobs[1].job));
    gate_await(&gate, 2); // both threads are busy
    assert_true(pool_submit(pool, &jobs[2].job));
    assert_true(pool_submit(pool, &jobs[3].job));
    assert_false(pool_submit(pool, &jobs[4].job));
    gate_open(&gate);
    pool_free(pool);
    assert_int_equal(done, 4);
}

struct counter {
    struct pool_task task;
    struct pool *pool;
    atomic_int runs;
};

static void count_up(struct pool_task *task)
{
    struct counter *counter = CONTAINER_OF(task, struct counter, task);
    (void)atomic_fetch_add(&counter->runs, 1);
}

static void the_task_runs_once_however_often_it_is_asked_for(void **state)
{
    (void)state;
    struct counter counter = { .task.run = count_up };
    struct pool *pool = pool_new(2, 4);
    for (int i = 0; i < 10; i++)
        pool_ask_task(pool, &counter.task, 3600 * 1000);
    pool_free(pool); // does not wait for the hour
    assert_int_equal(counter.runs, 1);
}

static void the_task_is_not_run_unasked(void **state)
{
    (void)state;
    struct counter counter = { .task.run = count_up };
    struct pool *pool = pool_new(1, 4);
    pool_free(pool);
    assert_int_equal(counter.runs, 0);
}

struct bell {
    struct pool_task task;
    struct gate *gate;
};

static void ring(struct pool_task *task)
{
    struct gate *gate = CONTAINER_OF(task, struct bell, task)->gate;
    pthread_mutex_lock(&gate->lock);
    gate->waiting++;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void a_task_that_is_due_earlier_does_not_wait_for_a_later_one(void **state)
{
    (void)state;
    struct gate gate;
    gate_init(&gate);
    struct counter later = { .task.run = count_up };
    struct bell sooner = { .task.run = ring, .gate = &gate };
    struct pool *pool = pool_new(1, 4);
    pool_ask_task(pool, &later.task, 3600 * 1000);
    pool_ask_task(pool, &sooner.task, 0);
    gate_await(&gate, 1);
    assert_int_equal(later.runs, 0);
    pool_free(pool);
    assert_int_equal(later.runs, 1);
}

static void fail_again(struct pool_task *task)
{
    struct counter *counter = CONTAINER_OF(task, struct counter, task);
    (void)atomic_fetch_add(&counter->runs, 1);
    pool_retry_task(counter->pool, task, 0);
}

static void a_task_that_fails_does_not_keep_the_pool_from_ending(void **state)
{
    (void)state;
    struct counter counter = { .task.run = fail_again };
    struct pool *pool = pool_new(1, 4);
    counter.pool = pool;
    pool_ask_task(pool, &counter.task, 3600 * 1000);
    pool_free(pool);
    assert_int_equal(counter.runs, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_refuses_and_what_is_queued_is_run),
        cmocka_unit_test(the_task_runs_once_however_often_it_is_asked_for),
        cmocka_unit_test(the_task_is_not_run_unasked),
        cmocka_unit_test(a_task_that_is_due_earlier_does_not_wait_for_a_later_one),
        cmocka_unit_test(a_task_that_fails_does_not_keep_the_pool_from_ending),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
