// SPDX-License-Identifier: Apache-2.0
// Tests of runs: one at a time, ended once, never running for ever.
#include "base/test.h"

#include "store/source_runs.h"
#include "store/testing.h"

static struct store_fixture fixture;
static struct store_tx *tx; // a write transaction, never committed
static struct problem problem;
static struct source_row source;

static int start(void **state)
{
    (void)state;
    store_fixture_start(&fixture);
    source = store_fixture_source(&fixture, "profiles");
    tx = store_fixture_begin(&fixture, STORE_WRITE);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    store_end(TAKE(tx));
    store_fixture_stop(&fixture);
    return 0;
}

static struct source_run_row begun(void)
{
    struct source_run_row run = { .source_id = source.id,
                                  .workspace_id = fixture.workspace_id,
                                  .parameters = STR("[]") };
    assert_int_equal(store_source_run_begin(tx, &run, &problem), OK);
    return run;
}

static struct source_run_row latest(void)
{
    struct source_run_row run;
    assert_int_equal(
        store_source_run_latest(tx, fixture.workspace_id, source.id, &run, &problem), OK);
    return run;
}

static void a_source_runs_once_at_a_time(void **state)
{
    (void)state;
    struct source_run_row first = begun(), second = first;
    assert_int_equal(store_source_run_begin(tx, &second, &problem), ERR_CONFLICT);
    assert_int_equal(store_source_run_finish(tx, first.id, &problem), OK);
    assert_int_equal(latest().state, RUN_FINISHED);
    assert_true(latest().finished_ms > 0);
    second = begun();
    assert_int_equal(store_source_run_fail(tx, second.id, STR("no rows"), &problem), OK);
    assert_int_equal(latest().state, RUN_FAILED);
    assert_true(str_eq(latest().error, STR("no rows")));
}

static void a_run_ends_once(void **state)
{
    (void)state;
    struct source_run_row run = begun();
    assert_int_equal(store_source_run_finish(tx, run.id, &problem), OK);
    assert_int_equal(store_source_run_finish(tx, run.id, &problem), ERR_CONFLICT);
    assert_int_equal(store_source_run_fail(tx, run.id, STR("x"), &problem), ERR_CONFLICT);
    assert_int_equal(store_source_run_progress(tx, run.id, NULL, &problem), ERR_CONFLICT);
    assert_int_equal(store_source_run_finish(tx, STR("nothing"), &problem), ERR_NOT_FOUND);
}

static void tasks_tell_how_far_a_run_is(void **state)
{
    (void)state;
    struct source_run_row run = begun();
    struct source_run_task_row task = { .name = STR("users") }, *tasks;
    size_t count;
    assert_int_equal(store_source_run_progress(tx, run.id, &task, &problem), OK);
    task.state = RUN_FAILED;
    task.error = STR("no such table");
    assert_int_equal(store_source_run_progress(tx, run.id, &task, &problem), OK);
    task = (struct source_run_task_row){ .name = STR("orders") };
    assert_int_equal(store_source_run_progress(tx, run.id, &task, &problem), OK);
    assert_int_equal(store_source_run_finish(tx, run.id, &problem), OK);
    assert_int_equal(store_source_run_tasks(tx, run.id, &tasks, &count, &problem), OK);
    assert_int_equal(count, 2);
    assert_int_equal(tasks[0].state, RUN_FAILED);
    assert_true(str_eq(tasks[0].error, STR("no such table")));
    assert_int_equal(tasks[1].state, RUN_FINISHED);
}

static void a_run_without_news_for_an_hour_has_failed(void **state)
{
    (void)state;
    struct source_run_row run = begun();
    clock_fake_advance_ms(&fixture.clock, SOURCE_RUN_SILENCE_MS - 1);
    assert_int_equal(latest().state, RUN_RUNNING);
    clock_fake_advance_ms(&fixture.clock, 1);
    assert_int_equal(latest().state, RUN_FAILED);
    assert_int_equal(store_source_run_progress(tx, run.id, NULL, &problem), ERR_CONFLICT);
    struct source_run_row next = begun();
    assert_false(str_eq(next.id, run.id));
    assert_int_equal(latest().state, RUN_RUNNING);
}

static void what_ran_when_the_process_ended_has_failed(void **state)
{
    (void)state;
    struct source_runs_ended ended;
    (void)begun();
    assert_int_equal(store_source_runs_end(tx, STR("ended"), &ended, &problem), OK);
    assert_int_equal(ended.count, 1);
    assert_int_equal(latest().state, RUN_FAILED);
    assert_true(str_eq(latest().error, STR("ended")));
    assert_int_equal(store_source_runs_end(tx, STR("ended"), &ended, &problem), OK);
    assert_int_equal(ended.count, 0);
}

static void runs_without_news_are_ended_when_their_hour_is_over(void **state)
{
    (void)state;
    struct source_run_row run = begun();
    struct source_runs_ended ended;
    clock_fake_advance_ms(&fixture.clock, SOURCE_RUN_SILENCE_MS - 1);
    assert_int_equal(store_source_runs_end(tx, STR_NONE, &ended, &problem), OK);
    assert_int_equal(ended.count, 0);
    assert_int_equal(ended.next_silent_ms, run.updated_ms + SOURCE_RUN_SILENCE_MS);
    clock_fake_advance_ms(&fixture.clock, 1);
    assert_int_equal(store_source_runs_end(tx, STR_NONE, &ended, &problem), OK);
    assert_int_equal(ended.count, 1);
    assert_true(str_eq(ended.rows[0].id, run.id));
    assert_int_equal(ended.rows[0].state, RUN_FAILED);
    assert_int_equal(ended.next_silent_ms, 0);
}

static struct store_list listed(void)
{
    struct store_list list;
    struct store_page page = { .offset = 0, .limit = SOURCE_RUNS_MAX + 10 };
    assert_int_equal(store_source_run_list(tx, source.id, &page, &list, &problem), OK);
    return list;
}

static void the_newest_runs_are_kept(void **state)
{
    (void)state;
    struct source_run_row run, first = { 0 };
    struct source_run_task_row task = { .name = STR("users") }, *tasks;
    size_t count;
    for (int i = 0; i <= SOURCE_RUNS_MAX; i++) {
        run = begun();
        if (i == 0)
            first = run;
        assert_int_equal(store_source_run_progress(tx, run.id, &task, &problem), OK);
        assert_int_equal(store_source_run_finish(tx, run.id, &problem), OK);
    }
    struct store_list list = listed();
    const struct source_run_row *runs = list.rows;
    assert_int_equal(list.total, SOURCE_RUNS_MAX);
    assert_true(str_eq(runs[0].id, run.id));
    assert_int_equal(runs[0].state, RUN_FINISHED);
    assert_int_equal(store_source_run_find(tx, first.id, &run, &problem), ERR_NOT_FOUND);
    assert_int_equal(store_source_run_tasks(tx, first.id, &tasks, &count, &problem), OK);
    assert_int_equal(count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(a_source_runs_once_at_a_time),
        TEST(a_run_ends_once),
        TEST(tasks_tell_how_far_a_run_is),
        TEST(a_run_without_news_for_an_hour_has_failed),
        TEST(the_newest_runs_are_kept),
        TEST(what_ran_when_the_process_ended_has_failed),
        TEST(runs_without_news_are_ended_when_their_hour_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
