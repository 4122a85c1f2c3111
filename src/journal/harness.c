// SPDX-License-Identifier: Apache-2.0
// What the journal's tests share.
#include "journal/harness.h"

#include "base/test.h"

#include "base/buf.h"

static void count_notice(struct observer *observer, enum log_level level, const char *what,
                         const struct log_pair *pairs)
{
    (void)what;
    (void)pairs;
    CONTAINER_OF(observer, struct harness, observer)->notices[level]++;
}

void harness_init(struct harness *harness, struct fs *fs, const char *dir)
{
    *harness = (struct harness){
        .fs = fs,
        .id = "0123456789abcdef",
        .limits = {
            .segment_bytes = 32 * 1024,
            .queue_bytes = 1024 * 1024,
            .spare_segments = 2,
            .retention_ms = 1000000,
            .max_bytes = 100 * 1024 * 1024,
        },
        .observer = { .notice = count_notice },
    };
    assert_true(str_copy(str_of(dir), harness->dir, sizeof(harness->dir)));
    clock_fake_init(&harness->clock, 1700000000000);
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

struct waited {
    struct journal_append append;
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    enum err err;
};

static void on_done(struct journal_append *append, enum err err)
{
    struct waited *waited = CONTAINER_OF(append, struct waited, append);
    pthread_mutex_lock(&waited->lock);
    waited->err = err;
    waited->is_done = true;
    pthread_cond_signal(&waited->done);
    pthread_mutex_unlock(&waited->lock);
}

enum err harness_append(struct harness *harness, const struct journal_record *record,
                        struct position *ret_position)
{
    struct waited waited = {
        .append.done = on_done,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .done = PTHREAD_COND_INITIALIZER,
    };
    enum err err = journal_append(harness->journal, record, &waited.append);
    if (err != OK)
        return err;
    pthread_mutex_lock(&waited.lock);
    while (!waited.is_done)
        pthread_cond_wait(&waited.done, &waited.lock);
    pthread_mutex_unlock(&waited.lock);
    if (waited.err == OK && ret_position)
        *ret_position = waited.append.position;
    return waited.err;
}

static void make_body(struct buf *body, uint64_t number, size_t bytes)
{
    buf_addf(body, "%020llu", (unsigned long long)number);
    while (body->len < bytes)
        buf_add_u8(body, (uint8_t)(number * 31 + body->len * 7));
}

enum err harness_append_number(struct harness *harness, uint64_t number, size_t bytes,
                               struct position *ret_position)
{
    AUTO(buf_done) struct buf body = { 0 };
    make_body(&body, number, bytes);
    struct journal_event event = { .length = (uint32_t)body.len, .message_hash = number };
    struct journal_record record = {
        .received_wall_ms = clock_wall_ms(&harness->clock.clock),
        .events = &event,
        .event_count = 1,
        .body = buf_str(&body),
    };
    return harness_append(harness, &record, ret_position);
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
