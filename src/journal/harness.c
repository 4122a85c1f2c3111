// SPDX-License-Identifier: Apache-2.0
// What the journal's tests share.
#include "journal/harness.h"

#include "base/test.h"

#include "base/buf.h"
#include "os/fault.h"

static void count_notice(struct observer *observer, enum log_level level, const char *what,
                         const struct log_pair *pairs)
{
    (void)what, (void)pairs;
    CONTAINER_OF(observer, struct harness, observer)->notices[level]++;
}

static int64_t wall_ms(const struct clock *clock)
{
    return CONTAINER_OF(clock, struct harness_clock, clock)->wall_ms_now;
}

static int64_t mono_ns(const struct clock *clock)
{
    return CONTAINER_OF(clock, struct harness_clock, clock)->mono_ns_now;
}

void harness_advance_ms(struct harness *harness, int64_t ms)
{
    harness->clock.wall_ms_now += ms;
    harness->clock.mono_ns_now += ms * 1000000;
}

void harness_init(struct harness *harness, struct fs *fs, const char *dir)
{
    *harness = (struct harness){
        .fs = fs,
        .id = "0123456789abcdef",
        .limits = {
            .segment_bytes = 32 * 1024,
            .queue_bytes = 1024 * 1024,
            .large_bytes = journal_limits_default.large_bytes,
            .gather_ns = journal_limits_default.gather_ns,
            .spare_segments = 2,
            .retention_ms = 1000000,
            .max_bytes = 100 * 1024 * 1024,
        },
        .clock = {
            .clock = { .wall_ms = wall_ms, .mono_ns = mono_ns },
            .wall_ms_now = 1700000000000,
            .mono_ns_now = 1000000000,
        },
        .observer = { .notice = count_notice },
    };
    assert_true(str_copy(str_of(dir), harness->dir, sizeof(harness->dir)));
}

enum err harness_try_open(struct harness *harness)
{
    return journal_open(harness->fs, str_of(harness->dir), harness->id, &harness->limits,
                        &harness->clock.clock, &harness->observer, &harness->journal,
                        &harness->problem);
}

void harness_open(struct harness *harness)
{
    enum err err = harness_try_open(harness);
    if (err != OK)
        fail_msg("%s: %s", harness->problem.field, harness->problem.text);
}

void harness_close(struct harness *harness)
{
    journal_close(TAKE(harness->journal));
}

static void on_done(struct journal_append *append, enum err err)
{
    struct waited *waited = CONTAINER_OF(append, struct waited, append);
    pthread_mutex_lock(&waited->lock);
    waited->err = err;
    waited->is_done = true;
    pthread_cond_signal(&waited->done);
    pthread_mutex_unlock(&waited->lock);
}

void waited_init(struct waited *waited)
{
    *waited = (struct waited){ .append.done = on_done };
    pthread_mutex_init(&waited->lock, NULL);
    pthread_cond_init(&waited->done, NULL);
}

enum err waited_result(struct waited *waited)
{
    pthread_mutex_lock(&waited->lock);
    while (!waited->is_done)
        pthread_cond_wait(&waited->done, &waited->lock);
    pthread_mutex_unlock(&waited->lock);
    return waited->err;
}

enum err harness_append(struct harness *harness, const struct journal_record *record,
                        struct position *ret_position)
{
    struct waited waited;
    waited_init(&waited);
    enum err err = journal_append(harness->journal, record, &waited.append);
    if (err == OK)
        err = waited_result(&waited);
    if (err == OK && ret_position)
        *ret_position = waited.append.position;
    return err;
}

static void make_body(struct buf *body, uint64_t number, size_t bytes)
{
    buf_addf(body, "%020llu", (unsigned long long)number);
    while (body->len < bytes)
        buf_add_u8(body, (uint8_t)(number * 31 + body->len * 7));
}

enum err harness_start_number(struct harness *harness, uint64_t number, size_t bytes,
                              struct waited *waited)
{
    AUTO(buf_done) struct buf body = { 0 };
    make_body(&body, number, bytes);
    harness->clock.wall_ms_now += harness->is_restless ? (number % 2 ? 20000 : -20000) : 0;
    struct journal_event event = { .length = (uint32_t)body.len, .message_hash = number };
    struct journal_record record = {
        .received_wall_ms = clock_wall_ms(&harness->clock.clock),
        .events = &event,
        .event_count = 1,
        .body = buf_str(&body),
    };
    waited_init(waited);
    waited->append.is_transient = harness->is_restless && number % 3 == 0;
    return journal_append(harness->journal, &record, &waited->append);
}

enum err harness_append_number(struct harness *harness, uint64_t number, size_t bytes,
                               struct position *ret_position)
{
    struct waited waited;
    enum err err = harness_start_number(harness, number, bytes, &waited);
    if (err == OK)
        err = waited_result(&waited);
    if (err == OK && ret_position)
        *ret_position = waited.append.position;
    return err;
}

void harness_append_numbers(struct harness *harness, uint64_t from, uint64_t to, size_t bytes)
{
    for (uint64_t number = from; number <= to; number++) {
        struct position position;
        assert_int_equal(harness_append_number(harness, number, bytes, &position), OK);
        assert_int_equal(position.record, number);
    }
}

uint64_t harness_number(const struct journal_record *record)
{
    AUTO(buf_done) struct buf body = { 0 };
    uint64_t number;
    assert_true(str_to_u64(str_sub(record->body, 0, 20), &number));
    make_body(&body, number, record->body.len);
    assert_true(str_eq(record->body, buf_str(&body)));
    assert_int_equal(record->event_count, 1);
    assert_int_equal(record->events[0].message_hash, number);
    return number;
}

void harness_expect(struct harness *harness, uint64_t from, uint64_t to)
{
    struct position start = { .record = from };
    struct journal_reader *reader = journal_reader_open(harness->journal, start);
    struct journal_read read;
    for (uint64_t number = from; number <= to; number++) {
        assert_int_equal(journal_read(reader, &read), OK);
        assert_int_equal(read.position.record, number);
        assert_int_equal(read.lost_from.record, number);
        assert_int_equal(harness_number(&read.record), number);
    }
    assert_int_equal(journal_read(reader, &read), ERR_NOT_FOUND);
    assert_int_equal(journal_reader_position(reader).record, to + 1);
    journal_reader_close(reader);
}

static void at_gate(void *ctx, enum fault_call call)
{
    struct gate *gate = ctx;
    if (!(gate->calls & (unsigned)call))
        return;
    pthread_mutex_lock(&gate->lock);
    gate->is_reached = true;
    pthread_cond_broadcast(&gate->changed);
    while (gate->is_closed)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

void gate_close(struct gate *gate, struct fault *fault, unsigned calls)
{
    *gate = (struct gate){ .fault = fault, .calls = calls, .is_closed = true };
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->changed, NULL);
    fault_set_hook(fault, at_gate, gate);
}

void gate_await(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    while (!gate->is_reached)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

void gate_open(struct gate *gate)
{
    fault_set_hook(gate->fault, NULL, NULL);
    pthread_mutex_lock(&gate->lock);
    gate->is_closed = false;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

void harness_append_group(struct harness *harness, struct fault *fault, uint64_t from,
                          uint64_t to, size_t bytes)
{
    static struct waited waited[64];
    struct waited first;
    struct gate gate;
    assert_true(to - from < ARRAY_LEN(waited));
    gate_close(&gate, fault, FAULT_DATASYNC);
    assert_int_equal(harness_start_number(harness, from - 1, bytes, &first), OK);
    gate_await(&gate);
    for (uint64_t number = from; number <= to; number++)
        assert_int_equal(harness_start_number(harness, number, bytes, &waited[number - from]),
                         OK);
    gate_open(&gate);
    assert_int_equal(waited_result(&first), OK);
    for (uint64_t number = from; number <= to; number++)
        assert_int_equal(waited_result(&waited[number - from]), OK);
}

int scene_set_up(void **state)
{
    static struct scene scene;
    scene.fault = fault_new(1, SCENE_CAPACITY);
    harness_init(&scene.h, fault_fs(scene.fault), "/j");
    scene.h.limits.segment_bytes = SCENE_SEGMENT;
    *state = &scene;
    return 0;
}

int scene_tear_down(void **state)
{
    struct scene *scene = *state;
    harness_close(&scene->h);
    fault_free(TAKE(scene->fault));
    return 0;
}

struct journal_stats scene_stats(const struct scene *scene)
{
    struct journal_stats stats;
    journal_stats(scene->h.journal, &stats);
    return stats;
}

enum err scene_append_id(struct scene *scene, uint64_t id, uint32_t window_s,
                         bool *ret_is_duplicate)
{
    AUTO(arena_free) struct arena *arena = arena_new(1 << 16);
    struct waited waited;
    char body[1500] = { 0 };
    (void)snprintf(body, sizeof(body), "%020llu", (unsigned long long)id);
    struct journal_event event = { .length = sizeof(body), .message_hash = id };
    uint64_t check = 1000 + id;
    struct journal_record record = {
        .received_wall_ms = clock_wall_ms(&scene->h.clock.clock),
        .events = &event,
        .event_count = 1,
        .body = str_make(body, sizeof(body)),
        .fields = { { ENVELOPE_DEDUP, journal_dedup_field(window_s, &check, 1, arena) } },
        .field_count = window_s ? 1 : 0,
    };
    waited_init(&waited);
    waited.append.is_deduplicated = window_s > 0;
    enum err err = journal_append(scene->h.journal, &record, &waited.append);
    if (!err)
        err = waited_result(&waited);
    *ret_is_duplicate = !err && waited.append.duplicate_count == 1;
    return err;
}

bool scene_comes_again(struct scene *scene, uint64_t id, uint32_t window_s)
{
    bool is_duplicate;
    assert_int_equal(scene_append_id(scene, id, window_s, &is_duplicate), OK);
    return is_duplicate;
}
