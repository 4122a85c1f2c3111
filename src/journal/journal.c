// SPDX-License-Identifier: Apache-2.0
// The door: opening and closing, appending, watching, asking.
#include "journal/journal.h"

#include "base/mem.h"
#include "journal/inner.h"
#include "journal/record.h"
#include "journal/remember.h"
#include "journal/retain.h"

enum { FULL_RECHECK_NS = 1000000000, NAMES_BYTES = 32, SMALL_SHARE = 8 };

const struct journal_limits journal_limits_default = {
    .segment_bytes = 64u * 1024 * 1024,
    .queue_bytes = 32u * 1024 * 1024,
    .large_bytes = 640u * 1024,
    .gather_ns = 200 * 1000,
    .spare_segments = 4,
    .retention_ms = 7 * 24 * 3600 * (int64_t)1000,
    .max_bytes = 0,
    .dedup_bytes = 64u * 1024 * 1024,
    .reserve_bytes = (uint64_t)1 << 30,
};

static struct journal *journal_new(struct fs *fs, str dir, const uint8_t id[16])
{
    struct journal *journal = NEW(struct journal);
    pthread_condattr_t monotonic;
    journal->fs = fs;
    journal->dir = mem_alloc(dir.len + 1);
    (void)str_copy(dir, journal->dir, dir.len + 1);
    memcpy(journal->id, id, sizeof(journal->id));
    journal->marker = format_marker(id);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        queue_init(&journal->lanes[lane], lane);
    pthread_mutex_init(&journal->lock, NULL);
    pthread_mutex_init(&journal->watch_lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&journal->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return journal;
}

static void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    assert(!journal->watches);
    for (size_t i = 0; i < journal->segment_count; i++)
        segment_free(journal->segments[i]);
    fs_file_close(journal->writer.file);
    fs_file_close(journal->head);
    silence_done(&journal->silence);
    pthread_cond_destroy(&journal->wake);
    pthread_mutex_destroy(&journal->watch_lock);
    pthread_mutex_destroy(&journal->lock);
    for (enum lane lane = 0; lane < LANE_COUNT; lane++)
        queue_done(&journal->lanes[lane]);
    dedup_free(journal->dedup);
    mem_free(journal->segments);
    mem_free(journal->spares);
    mem_free(journal->dir);
    mem_free(journal);
}
AUTO_DEFINE(struct journal *, journal_free)

static enum err resolve_max_bytes(struct journal *journal, struct problem *ret_problem)
{
    uint64_t free_bytes, total_bytes;
    if (journal->limits.max_bytes > 0)
        return OK;
    int failed =
        journal->fs->ops->free_bytes(journal->fs, journal->dir, &free_bytes, &total_bytes);
    if (failed)
        return fs_error(failed, journal->dir, ret_problem);
    journal->limits.max_bytes = total_bytes / 2;
    return OK;
}

// What must stand before the log thread starts.
static enum err prepare(struct journal *journal, struct problem *ret_problem)
{
    enum err err = fs_make_dir(journal->fs, journal->dir, ret_problem);
    if (err == OK)
        err = resolve_max_bytes(journal, ret_problem);
    if (err == OK)
        err = journal_recover(journal, ret_problem);
    if (err == OK)
        err = remember_all(journal, ret_problem);
    if (err != OK)
        return err;
    remember_durably(journal);
    retain_clock_open(journal);
    err = segment_rotate(journal, ret_problem);
    journal->is_full = err == ERR_DISK_FULL; // what is there can still be read
    journal->full_checked_ns = clock_mono_ns(journal->clock);
    segments_count(journal);
    return journal->is_full ? OK : err;
}

enum err journal_open(struct fs *fs, str dir, const uint8_t id[16],
                      const struct journal_limits *limits, const struct clock *clock,
                      struct observer *observer, struct journal **ret_journal,
                      struct problem *ret_problem)
{
    assert(limits->segment_bytes >= 4 * GROUPS_OFFSET && limits->segment_bytes < UINT32_MAX);
    assert(limits->segment_bytes % GROUPS_OFFSET == 0 && limits->queue_bytes > 0);
    if (dir.len == 0 || dir.len + NAMES_BYTES > PATH_MAX)
        return problem_set(ret_problem, ERR_INVALID, dir, "is too long or empty for a path");
    AUTO(journal_free) struct journal *journal = journal_new(fs, dir, id);
    silence_init(&journal->silence, clock, observer, journal->dir);
    journal->limits = *limits;
    journal->clock = clock;
    journal->observer = observer;
    enum err err = prepare(journal, ret_problem);
    if (err != OK)
        return err;
    if (journal->is_full)
        observe(observer, LOG_ERROR, "journal is full: events are refused",
                LOG_CSTR("dir", journal->dir), LOG_CSTR("reason", ret_problem->text));
    if (pthread_create(&journal->thread, NULL, thread_run, journal) != 0)
        return problem_set(ret_problem, ERR_IO, dir, "the log thread cannot be started");
    *ret_journal = TAKE(journal);
    return OK;
}

void journal_close(struct journal *journal)
{
    if (!journal)
        return;
    pthread_mutex_lock(&journal->lock);
    journal->is_closing = true;
    pthread_cond_signal(&journal->wake);
    pthread_mutex_unlock(&journal->lock);
    pthread_join(journal->thread, NULL);
    writer_close(journal, true);
    journal_free(journal);
}

static size_t queued_bytes(const struct journal *journal)
{
    return journal->queued_bytes[LANE_SMALL] + journal->queued_bytes[LANE_LARGE];
}

// A record that is bigger than the whole queue goes alone.
static bool is_over(size_t used_bytes, size_t bytes, size_t limit_bytes)
{
    return used_bytes > 0 && used_bytes + bytes > limit_bytes;
}

// With the lock: whether the record may enter the queue. The last part of it is for small ones.
static enum err admit(struct journal *journal, enum lane lane, size_t bytes)
{
    assert(!journal->is_closing);
    if (journal->is_full) {
        int64_t now_ns = clock_mono_ns(journal->clock);
        if (now_ns - journal->full_checked_ns >= FULL_RECHECK_NS) {
            journal->is_retry_wanted = true; // this one is refused, perhaps not the next
            pthread_cond_signal(&journal->wake);
        }
        return ERR_DISK_FULL;
    }
    size_t limit = journal->limits.queue_bytes;
    if (is_over(queued_bytes(journal), bytes, limit) ||
        (lane == LANE_LARGE &&
         is_over(journal->queued_bytes[lane], bytes, limit - limit / SMALL_SHARE)))
        return ERR_BUSY;
    return OK;
}

// With the lock.
static void wake_if_enough(struct journal *journal)
{
    size_t count = journal->lanes[LANE_SMALL].added_count;
    if (journal->wake_count == 0 || (journal->wake_count > 1 && count < journal->wake_count))
        return;
    journal->wake_count = 0; // once
    pthread_cond_signal(&journal->wake);
}

enum err journal_append(struct journal *journal, const struct journal_record *record,
                        struct journal_append *append)
{
    size_t bytes = record_encoded_bytes(record);
    if (bytes > journal->limits.segment_bytes - GROUPS_OFFSET - sizeof(struct group_wire))
        return ERR_TOO_BIG;
    bool is_large = append->is_with_large || bytes > journal->limits.large_bytes;
    enum lane lane = is_large ? LANE_LARGE : LANE_SMALL;
    pthread_mutex_lock(&journal->lock);
    enum err err = admit(journal, lane, bytes);
    if (err == OK) {
        queue_add(&journal->lanes[lane], record, bytes, append);
        journal->queued_bytes[lane] += bytes;
        wake_if_enough(journal);
    }
    pthread_mutex_unlock(&journal->lock);
    return err;
}

struct position journal_end(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    struct position end = { .record = journal->end_record };
    pthread_mutex_unlock(&journal->lock);
    return end;
}

struct position journal_begin(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    const struct segment *first = journal->segment_count ? journal->segments[0] : NULL;
    struct position begin = { .record = first ? first->first_record : journal->end_record };
    pthread_mutex_unlock(&journal->lock);
    return begin;
}

void journal_watch(struct journal *journal, struct journal_watch *watch)
{
    pthread_mutex_lock(&journal->watch_lock);
    watch->next = journal->watches;
    journal->watches = watch;
    pthread_mutex_unlock(&journal->watch_lock);
}

// The look at the end that follows takes the lock under which the end is moved: so either it
// sees the new end, or the log thread sees that it is awaited.
void journal_await(struct journal_watch *watch)
{
    atomic_store(&watch->is_awaited, true);
}

void journal_unwatch(struct journal *journal, struct journal_watch *watch)
{
    pthread_mutex_lock(&journal->watch_lock);
    struct journal_watch **at = &journal->watches;
    while (*at && *at != watch)
        at = &(*at)->next;
    if (*at)
        *at = watch->next;
    pthread_mutex_unlock(&journal->watch_lock);
}

void journal_set_low_watermark(struct journal *journal, struct position low)
{
    pthread_mutex_lock(&journal->lock);
    journal->low = low;
    journal->has_low = true;
    if (journal->is_full && !journal->is_failing) {
        journal->is_retry_wanted = true;
        pthread_cond_signal(&journal->wake);
    }
    pthread_mutex_unlock(&journal->lock);
}

void journal_stats(struct journal *journal, struct journal_stats *ret_stats)
{
    pthread_mutex_lock(&journal->lock);
    *ret_stats = journal->stats;
    ret_stats->queue_bytes = queued_bytes(journal);
    ret_stats->max_bytes = journal->limits.max_bytes;
    ret_stats->is_full = journal->is_full;
    pthread_mutex_unlock(&journal->lock);
    ret_stats->silent_ms = (uint64_t)silence_ms(&journal->silence);
}

void journal_tell_silence(struct journal *journal, int64_t at_least_ms)
{
    silence_tell(&journal->silence, at_least_ms);
}
