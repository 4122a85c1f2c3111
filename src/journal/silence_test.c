// SPDX-License-Identifier: Apache-2.0
// A disk that does not answer: when that is told, how often, and who waits for the log.
#include "journal/silence.h"

#include "base/test.h"

#include "journal/harness.h"
#include "os/fault.h"

static void a_disk_that_does_not_answer_is_told_once_and_so_is_its_answer(void **state)
{
    struct scene *scene = *state;
    struct waited waited;
    struct gate gate;
    struct harness *h = &scene->h;
    harness_open(h);
    int infos = h->notices[LOG_INFO];
    gate_close(&gate, scene->fault, FAULT_DATASYNC);
    assert_int_equal(harness_start_number(h, 1, 50, &waited), OK);
    gate_await(&gate);
    harness_advance_ms(h, 4999);
    journal_tell_silence(h->journal, 5000);
    assert_int_equal(h->notices[LOG_ERROR], 0);
    harness_advance_ms(h, 1);
    assert_int_equal(scene_stats(scene).silent_ms, 5000);
    journal_tell_silence(h->journal, 5000);
    journal_tell_silence(h->journal, 5000);
    gate_open(&gate);
    assert_int_equal(waited_result(&waited), OK); // when both have been told
    assert_int_equal(h->notices[LOG_ERROR], 1);
    assert_int_equal(h->notices[LOG_INFO], infos + 1);
    harness_append_numbers(h, 2, 2, 50);
    assert_int_equal(scene_stats(scene).silent_ms, 0);
    journal_tell_silence(h->journal, 5000);
    assert_int_equal(h->notices[LOG_INFO], infos + 1);
    assert_int_equal(h->notices[LOG_ERROR], 1);
}

static void nothing_is_silent_while_nothing_is_asked(void **state)
{
    struct scene *scene = *state;
    harness_open(&scene->h);
    harness_append_numbers(&scene->h, 1, 1, 50);
    harness_close(&scene->h); // the log thread has ended its work
    harness_open(&scene->h);
    harness_advance_ms(&scene->h, 3600 * 1000);
    journal_tell_silence(scene->h.journal, 0);
    assert_int_equal(scene_stats(scene).silent_ms, 0);
    assert_int_equal(scene->h.notices[LOG_ERROR], 0);
}

// A disk that takes six seconds for each of them.
static void take_long(void *ctx, enum fault_call call)
{
    struct harness *h = ctx;
    if (call != FAULT_SYNC_DIR)
        return;
    harness_advance_ms(h, 6000);
    journal_tell_silence(h->journal, 10000);
}

static void a_disk_that_answers_for_each_of_many_files_is_not_silent(void **state)
{
    struct scene *scene = *state;
    struct harness *h = &scene->h;
    harness_open(h);
    harness_append_numbers(h, 1, 25, 2800); // over several segments
    uint64_t segments = scene_stats(scene).segments;
    assert_true(segments > 5);
    harness_advance_ms(h, h->limits.retention_ms + 60000);
    fault_set_hook(scene->fault, take_long, h);
    harness_append_numbers(h, 26, 26, 50); // all but the last go
    fault_set_hook(scene->fault, NULL, NULL);
    assert_int_equal(scene_stats(scene).segments, 1);
    assert_int_equal(h->notices[LOG_ERROR], 0);
}

// A log each of whose lines takes until it is let.
struct stuck_log {
    struct observer observer;
    pthread_t asker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int begun;
    int let;
    bool has_held_asker;
};

static void write_line(struct observer *observer, enum log_level level, const char *what,
                       const struct log_pair *pairs)
{
    (void)level, (void)what, (void)pairs;
    struct stuck_log *log = CONTAINER_OF(observer, struct stuck_log, observer);
    pthread_mutex_lock(&log->lock);
    int line = ++log->begun;
    pthread_cond_broadcast(&log->changed);
    log->has_held_asker |= pthread_equal(pthread_self(), log->asker) != 0;
    while (log->let < line && !log->has_held_asker)
        pthread_cond_wait(&log->changed, &log->lock);
    pthread_mutex_unlock(&log->lock);
}

static void await_line(struct stuck_log *log, int line)
{
    pthread_mutex_lock(&log->lock);
    while (log->begun < line)
        pthread_cond_wait(&log->changed, &log->lock);
    assert_false(log->has_held_asker);
    pthread_mutex_unlock(&log->lock);
}

static void let_line(struct stuck_log *log, int line)
{
    pthread_mutex_lock(&log->lock);
    log->let = line;
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->lock);
}

static void *end(void *silence)
{
    silence_end(silence);
    return NULL;
}

static void who_asks_does_not_wait_for_the_log(void **state)
{
    (void)state;
    struct stuck_log log = {
        .observer = { .notice = write_line },
        .asker = pthread_self(),
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
    };
    struct clock_fake clock;
    struct silence silence;
    pthread_t log_thread;
    clock_fake_init(&clock, 1700000000000);
    silence_init(&silence, &clock.clock, &log.observer, "/j");
    silence_ask(&silence);
    clock_fake_advance_ms(&clock, 5000);
    silence_tell(&silence, 5000);
    await_line(&log, 1); // that the disk does not answer
    assert_int_equal(silence_ms(&silence), 5000);
    silence_tell(&silence, 5000);
    assert_int_equal(pthread_create(&log_thread, NULL, end, &silence), 0);
    let_line(&log, 1);
    await_line(&log, 2); // that it answers
    assert_int_equal(silence_ms(&silence), 0);
    silence_tell(&silence, 0);
    let_line(&log, 2);
    assert_int_equal(pthread_join(log_thread, NULL), 0);
    assert_int_equal(log.begun, 2);
    silence_done(&silence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_SCENE(a_disk_that_does_not_answer_is_told_once_and_so_is_its_answer),
        IN_SCENE(nothing_is_silent_while_nothing_is_asked),
        IN_SCENE(a_disk_that_answers_for_each_of_many_files_is_not_silent),
        cmocka_unit_test(who_asks_does_not_wait_for_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
