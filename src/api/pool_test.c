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

static void count_up(void *ctx)
{
    (void)atomic_fetch_add((atomic_int *)ctx, 1);
}

static void the_task_runs_once_however_often_it_is_asked_for(void **state)
{
    (void)state;
    atomic_int runs = 0;
    struct pool *pool = pool_new(2, 4);
    pool_set_task(pool, count_up, &runs);
    for (int i = 0; i < 10; i++)
        pool_ask_task(pool, 3600 * 1000);
    pool_free(pool); // does not wait for the hour
    assert_int_equal(runs, 1);
}

static void the_task_is_not_run_unasked(void **state)
{
    (void)state;
    atomic_int runs = 0;
    struct pool *pool = pool_new(1, 4);
    pool_set_task(pool, count_up, &runs);
    pool_free(pool);
    assert_int_equal(runs, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_refuses_and_what_is_queued_is_run),
        cmocka_unit_test(the_task_runs_once_however_often_it_is_asked_for),
        cmocka_unit_test(the_task_is_not_run_unasked),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
