// SPDX-License-Identifier: Apache-2.0
#include "api/usage.h"

#include <pthread.h>

#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "store/usage.h"

enum {
    GATHER_MS = 10 * 1000,    // so that many small records make one transaction
    RETRY_MS = 60 * 1000,     // after an error
    PART_RECORDS_MAX = 50000, // read before they are written …
    PART_BYTES_MAX = 4 << 20, // … and this much of the journal
    TURN_PARTS = 16,
    ARENA_MAX = 64 << 20, // more than a count for each record of a part
};

struct usage {
    struct usage_parts parts;
    struct journal_watch watch;
    struct pool_task task;
    pthread_mutex_t
        lock; // of the following; held for a part, as its reading and writing are one
    struct journal_reader *reader; // NULL: where to read on is not known yet
    uint64_t reached;              // the next record that is not counted
};

// --- Reading

// What a part of the journal amounts to.
struct sums {
    struct arena *arena;
    struct map *counts; // "DAY PRODUCT SOURCE" → struct usage_count
    uint64_t lost;      // records that nobody can count any more
    bool is_end;        // nothing more is durable
};

static const char *product_of(const struct journal_record *record)
{
    str endpoint = journal_record_field(record, ENVELOPE_ENDPOINT);
    if (str_eq(endpoint, STR("retl")) || str_eq(endpoint, STR("audiencelist")))
        return "reverseEtl";
    return str_eq(endpoint, STR("extract")) ? "etl" : "eventStream";
}

static void count_record(struct sums *sums, const struct journal_record *record)
{
    str source_id = journal_record_field(record, ENVELOPE_SOURCE_ID);
    const char *product = product_of(record);
    int64_t day = usage_day_of(record->received_wall_ms);
    char text[128];
    int len = snprintf(text, sizeof(text), "%lld %s %" PRIstr, (long long)day, product,
                       STR_ARG(source_id));
    if (len < 0 || (size_t)len >= sizeof(text) || source_id.len == 0 ||
        record->event_count == 0)
        return; // no id of ours
    struct usage_count *count = map_get(sums->counts, str_make(text, (size_t)len));
    if (!count) {
        count = ARENA_NEW(sums->arena, struct usage_count);
        count->source_id = arena_dup(sums->arena, source_id);
        count->product = str_of(product);
        count->day = day;
        str key = arena_dup(sums->arena, str_make(text, (size_t)len));
        (void)map_put(sums->counts, key, count);
    }
    count->events += (int64_t)record->event_count;
}

static enum err read_part(struct usage *usage, struct sums *sums, struct problem *problem)
{
    size_t bytes = 0;
    for (size_t i = 0; i < PART_RECORDS_MAX && bytes < PART_BYTES_MAX; i++) {
        struct journal_read read;
        enum err err = journal_read(usage->reader, &read);
        sums->is_end = err == ERR_NOT_FOUND;
        if (sums->is_end)
            return OK;
        if (err)
            return problem_set(problem, err, STR("journal"), "cannot be read");
        sums->lost += read.position.record - read.lost_from.record;
        bytes += read.record.body.len;
        count_record(sums, &read.record);
    }
    return OK;
}

// --- Writing

static enum err write_part(struct usage *usage, const struct sums *sums, uint64_t reached,
                           struct problem *problem)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    size_t at = 0;
    const struct usage_count *count;
    enum err err = store_begin(usage->parts.store, STORE_NOTE, sums->arena, &tx, problem);
    while (!err && (count = map_each(sums->counts, &at)))
        err = store_usage_add(tx, count, problem);
    if (!err)
        err =
            store_usage_drop_old(tx, usage_day_of(clock_wall_ms(usage->parts.clock)), problem);
    if (!err)
        err = store_usage_reached(tx, reached, problem);
    return err ? err : store_commit(tx, problem);
}

static enum err open_reader(struct usage *usage, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    struct position from = { 0 };
    if (usage->reader)
        return OK;
    enum err err = store_begin(usage->parts.store, STORE_READ, arena, &tx, problem);
    if (!err)
        err = store_usage_position(tx, &from.record, problem);
    if (err)
        return err;
    if (from.record == 0)
        from = journal_begin(usage->parts.journal);
    usage->reader = journal_reader_open(usage->parts.journal, from);
    usage->reached = from.record;
    return OK;
}

// With the lock. After an error nothing of the part is counted, and it is read again.
static enum err count_part(struct usage *usage, bool *ret_is_end, struct problem *problem)
{
    enum err err = open_reader(usage, problem);
    if (err)
        return err;
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(map_free) struct map *counts = map_new();
    struct sums sums = { .arena = arena, .counts = counts };
    err = read_part(usage, &sums, problem);
    uint64_t reached = journal_reader_position(usage->reader).record;
    if (!err && reached != usage->reached)
        err = write_part(usage, &sums, reached, problem);
    if (err) {
        journal_reader_seek(usage->reader, (struct position){ .record = usage->reached });
        return err;
    }
    if (sums.lost > 0)
        log_event(LOG_WARN, "records are gone before they were counted for usage reports",
                  LOG_INT("records", (int64_t)sums.lost));
    usage->reached = reached;
    *ret_is_end = sums.is_end;
    return OK;
}

// --- When

// Once for each turn.
static void ask_on_growth(struct journal_watch *watch)
{
    struct usage *usage = CONTAINER_OF(watch, struct usage, watch);
    pool_ask_task(usage->parts.pool, &usage->task, GATHER_MS);
}

// Up to the record `end`, at most a turn's parts. Whoever else counts meanwhile takes parts of
// the same work, and nobody waits for more than one of them before he gets on or finds it done.
static enum err count_turn(struct usage *usage, uint64_t end, bool *ret_is_end,
                           struct problem *problem)
{
    enum err err = OK;
    bool is_end = false;
    for (int i = 0; !err && !is_end && i < TURN_PARTS; i++) {
        pthread_mutex_lock(&usage->lock);
        is_end = usage->reached >= end;
        if (!is_end)
            err = count_part(usage, &is_end, problem);
        pthread_mutex_unlock(&usage->lock);
    }
    *ret_is_end = is_end;
    return err;
}

static void run(struct pool_task *task)
{
    struct usage *usage = CONTAINER_OF(task, struct usage, task);
    struct problem problem = { 0 };
    bool is_end;
    journal_await(&usage->watch); // before reading, so that nothing is missed
    enum err err = count_turn(usage, UINT64_MAX, &is_end, &problem);
    if (err)
        log_event(LOG_ERROR, "events cannot be counted for usage reports; it is tried again",
                  LOG_CSTR("detail", problem.text), LOG_ERR(err));
    if (err || !is_end)
        pool_retry_task(usage->parts.pool, &usage->task, err ? RETRY_MS : 0);
}

enum err usage_catch_up(struct usage *usage, struct problem *ret_problem)
{
    bool is_end;
    uint64_t end = journal_end(usage->parts.journal).record;
    return count_turn(usage, end, &is_end, ret_problem);
}

// --- Making and ending

struct usage *usage_new(const struct usage_parts *parts)
{
    struct usage *usage = NEW(struct usage);
    usage->parts = *parts;
    usage->watch.wake = ask_on_growth;
    usage->task.run = run;
    pthread_mutex_init(&usage->lock, NULL);
    journal_watch(parts->journal, &usage->watch);
    ask_on_growth(&usage->watch);
    return usage;
}

void usage_stop(struct usage *usage)
{
    if (usage)
        journal_unwatch(usage->parts.journal, &usage->watch);
}

void usage_free(struct usage *usage)
{
    if (!usage)
        return;
    if (usage->reader)
        journal_reader_close(usage->reader);
    pthread_mutex_destroy(&usage->lock);
    mem_free(usage);
}
