// SPDX-License-Identifier: Apache-2.0
// Several threads append, others follow, one keeps asking: everybody sees one order.
#include "journal/journal.h"

#include "base/test.h"

#include "base/buf.h"
#include "journal/harness.h"
#include "os/fault.h"

enum { WRITERS = 4, READERS = 2, APPENDS = 300, SEGMENT = 64 * 1024, CAPACITY = 64 << 20 };

static uint64_t number_of(uint64_t writer, uint64_t i)
{
    return writer * 1000000 + i;
}

struct writer {
    struct harness *harness;
    uint64_t index;
    uint64_t records[APPENDS + 1];
    pthread_t thread;
};

static void *write_some(void *arg)
{
    struct writer *writer = arg;
    for (uint64_t i = 1; i <= APPENDS; i++) {
        struct position position = { 0 };
        size_t bytes = 50 + i % 7 * 300;
        enum err err = harness_append_number(writer->harness, number_of(writer->index, i),
                                             bytes, &position);
        writer->records[i] = err == OK ? position.record : 0;
    }
    return NULL;
}

static int64_t real_mono_ns(const struct clock *clock)
{
    (void)clock;
    return clock_mono_ns(clock_system());
}

struct reader {
    struct harness *harness;
    struct journal_watch watch;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool has_more;
    uint64_t seen[WRITERS * APPENDS + 1]; // by record: the number
    pthread_t thread;
};

static void on_wake(struct journal_watch *watch)
{
    struct reader *reader = CONTAINER_OF(watch, struct reader, watch);
    pthread_mutex_lock(&reader->lock);
    reader->has_more = true;
    pthread_cond_signal(&reader->woken);
    pthread_mutex_unlock(&reader->lock);
}

static void await_more(struct reader *reader)
{
    pthread_mutex_lock(&reader->lock);
    while (!reader->has_more)
        pthread_cond_wait(&reader->woken, &reader->lock);
    reader->has_more = false;
    pthread_mutex_unlock(&reader->lock);
}

static void *read_all(void *arg)
{
    struct reader *reader = arg;
    struct journal *journal = reader->harness->journal;
    struct journal_reader *from = journal_reader_open(journal, POSITION_START);
    struct journal_read read;
    uint64_t record = 0;
    journal_watch(journal, &reader->watch);
    while (record < WRITERS * APPENDS) {
        enum err err = journal_read(from, &read);
        if (err == ERR_NOT_FOUND) {
            journal_await(&reader->watch);
            if (journal_end(journal).record == record + 1)
                await_more(reader);
            continue;
        }
        bool is_next = err == OK && read.position.record == record + 1 &&
                       read.lost_from.record == record + 1;
        if (!is_next)
            break; // the check finds it missing
        reader->seen[++record] = read.record.events[0].message_hash;
    }
    journal_unwatch(journal, &reader->watch);
    journal_reader_close(from);
    return NULL;
}

static void appends_and_reads_from_many_threads_agree(void **state)
{
    static struct harness harness;
    static struct writer writers[WRITERS];
    static struct reader readers[READERS];
    (void)state;
    AUTO(fault_free) struct fault *fault = fault_new(1, CAPACITY);
    harness_init(&harness, fault_fs(fault), "/j");
    harness.limits.segment_bytes = SEGMENT;
    harness.limits.large_bytes = 1500;          // both lanes are used,
    harness.clock.clock.mono_ns = real_mono_ns; // and batches wait for each other
    harness_open(&harness);
    for (size_t i = 0; i < READERS; i++) {
        readers[i].harness = &harness;
        readers[i].watch.wake = on_wake;
        pthread_mutex_init(&readers[i].lock, NULL);
        pthread_cond_init(&readers[i].woken, NULL);
        pthread_create(&readers[i].thread, NULL, read_all, &readers[i]);
    }
    for (size_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){ .harness = &harness, .index = i };
        pthread_create(&writers[i].thread, NULL, write_some, &writers[i]);
    }
    for (uint64_t record = 1; record < 500; record++) {
        struct journal_stats stats;
        journal_set_low_watermark(harness.journal, (struct position){ .record = record });
        journal_stats(harness.journal, &stats);
        assert_true(journal_begin(harness.journal).record <=
                    journal_end(harness.journal).record);
    }
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(readers[i].thread, NULL);
    for (uint64_t writer = 0; writer < WRITERS; writer++) {
        for (uint64_t i = 1; i <= APPENDS; i++) {
            uint64_t record = writers[writer].records[i];
            assert_true(record > writers[writer].records[i - 1]); // its own order is kept
            for (size_t reader = 0; reader < READERS; reader++)
                assert_int_equal(readers[reader].seen[record], number_of(writer, i));
        }
    }
    harness_close(&harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_and_reads_from_many_threads_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
