// SPDX-License-Identifier: Apache-2.0
// Committing a batch, on the log thread: forms a group, writes and syncs it once, and tells
// those who wait for it.
#include "journal/inner.h"
#include "journal/record.h"
#include "journal/remember.h"
#include "journal/retain.h"

// How much goes into one group, if it is not a single record. Small ones share as many as
// wait; in the time that a portion of large ones takes they come in again.
static const size_t group_bytes[LANE_COUNT] = {
    [LANE_SMALL] = SIZE_MAX,
    [LANE_LARGE] = 4 * 1024 * 1024,
};

// A failure within so long after another one is no accident.
static const int64_t FAILING_NS = 10 * INT64_C(1000000000);

// The records of a batch that go into one group.
struct forming {
    struct group group;
    enum lane lane;
    char *records; // payload_bytes of them
    struct journal_append *first;
    struct journal_append *end; // exclusive
    int64_t first_wall_ms;
    uint32_t chain;         // of the last one
    uint32_t known_until_s; // of its messageIds
    uint64_t duplicates;
};

static void complete(struct journal_append *append, const struct journal_append *end,
                     enum err err)
{
    while (append != end) {
        struct journal_append *next = append->next; // done may free it
        append->done(append, err);
        append = next;
    }
}

static uint64_t room(const struct writer *writer)
{
    if (!writer->segment)
        return 0;
    uint64_t begin = writer->segment->end_offset + sizeof(struct group_wire);
    uint64_t size = writer->segment->file_bytes;
    return begin < size ? size - begin : 0;
}

// Takes as many records from the front of the batch as fit; the first is known to.
static void form(const struct journal *journal, const struct queue *batch,
                 struct forming *ret_forming)
{
    const struct segment *segment = journal->writer.segment;
    char *records = batch->bytes.data + batch->begin;
    uint64_t limit = MAX(MIN(room(&journal->writer), (uint64_t)group_bytes[batch->lane]),
                         record_length(records));
    struct forming forming = {
        .lane = batch->lane,
        .records = records,
        .first = batch->first,
        .end = batch->first,
    };
    struct group *group = &forming.group;
    *group = (struct group){
        .segment = segment->sequence,
        .number = segment->group_count,
        .first_record = journal->end_record,
        .chain = journal->writer.chain,
        .last_wall_ms = journal->last_wall_ms,
    };
    while (forming.end && group->payload_bytes + record_length(records) <= limit) {
        size_t length = record_length(records);
        group->last_wall_ms = MAX(group->last_wall_ms, record_wall_ms(records));
        if (group->record_count == 0)
            forming.first_wall_ms = group->last_wall_ms;
        group->payload_bytes += (uint32_t)length;
        group->event_count += record_event_count(records);
        group->record_count++;
        records += length;
        forming.end = forming.end->next;
    }
    assert(group->record_count > 0);
    *ret_forming = forming;
}

// Numbers and chains the records, now that the header's CRC stands.
static void stamp(struct journal *journal, struct forming *forming)
{
    char *at = forming->records;
    struct journal_append *append = forming->first;
    struct record_stamp stamp = {
        .segment = forming->group.segment,
        .record = forming->group.first_record,
    };
    uint32_t seed = forming->group.crc;
    for (; append != forming->end; append = append->next, stamp.record++) {
        // Also of a group that fails: its bytes may be in the file.
        if (append->is_transient)
            journal->writer.segment->is_transient = true;
        if (append->is_deduplicated) {
            append->duplicate_count = remember_record(journal, at, &forming->known_until_s);
            forming->duplicates += append->duplicate_count;
        }
        seed = record_finish(at, &stamp, seed);
        append->position = (struct position){ .record = stamp.record };
        at += record_length(at);
    }
    forming->chain = seed;
}

static int write_group(struct journal *journal, struct forming *forming)
{
    struct group_wire wire;
    format_put_group(&wire, journal->marker, &forming->group);
    stamp(journal, forming);
    int64_t begin_ns = clock_mono_ns(journal->clock);
    int failed = writer_put(&journal->writer, str_make((const char *)&wire, sizeof(wire)),
                            str_make(forming->records, forming->group.payload_bytes));
    journal->writer.put_ns = clock_mono_ns(journal->clock) - begin_ns;
    return failed;
}

// Moves the durable end over the group.
static void publish(struct journal *journal, const struct forming *forming)
{
    struct segment *segment = journal->writer.segment;
    const struct group *group = &forming->group;
    uint64_t bytes = sizeof(struct group_wire) + group->payload_bytes;
    pthread_mutex_lock(&journal->lock);
    segment_index_add(segment, group->first_record, segment->end_offset,
                      forming->first_wall_ms);
    if (segment->group_count == 0)
        segment->first_wall_ms = forming->first_wall_ms;
    segment->last_wall_ms = journal->last_wall_ms = group->last_wall_ms;
    segment->end_offset = format_sector_up(segment->end_offset + bytes);
    segment->end_record += group->record_count;
    segment->event_count += group->event_count;
    segment->group_count++;
    segment->known_until_s = MAX(segment->known_until_s, forming->known_until_s);
    journal->stats.duplicates += forming->duplicates;
    remember_durably(journal);
    journal->end_record = segment->end_record;
    journal->queued_bytes[forming->lane] -= group->payload_bytes;
    journal->stats.records += group->record_count;
    journal->stats.events += group->event_count;
    journal->stats.bytes += bytes;
    journal->stats.groups++;
    journal->stats.fsyncs++;
    pthread_mutex_unlock(&journal->lock);
    journal->writer.chain = forming->chain;
}

static void wake_watches(struct journal *journal)
{
    pthread_mutex_lock(&journal->watch_lock);
    for (struct journal_watch *watch = journal->watches; watch; watch = watch->next) {
        if (atomic_load(&watch->is_awaited) && atomic_exchange(&watch->is_awaited, false))
            watch->wake(watch);
    }
    pthread_mutex_unlock(&journal->watch_lock);
}

// Appends are refused because of `what`, or taken again (NULL).
static void set_full(struct journal *journal, const char *what, const struct problem *problem)
{
    pthread_mutex_lock(&journal->lock);
    bool is_news = journal->is_full != (what != NULL);
    journal->is_full = what != NULL;
    journal->is_failing = false;
    journal->full_checked_ns = clock_mono_ns(journal->clock);
    pthread_mutex_unlock(&journal->lock);
    if (is_news && what)
        observe(journal->observer, LOG_ERROR, what, LOG_CSTR("dir", journal->dir),
                LOG_CSTR("reason", problem->text));
    else if (is_news)
        observe(journal->observer, LOG_INFO, "journal takes events again",
                LOG_CSTR("dir", journal->dir));
}

// Notes that the disk took something ill. One failure costs those who wait for it. On a disk
// that fails again and again everybody waits a while: each try takes a file and a line of the
// log, and what is still needed would go for them.
static void note_failure(struct journal *journal, const struct problem *problem)
{
    int64_t now_ns = clock_mono_ns(journal->clock);
    bool is_again = journal->has_failed && now_ns - journal->failed_ns < FAILING_NS;
    journal->has_failed = true;
    journal->failed_ns = now_ns;
    if (!is_again)
        return;
    set_full(journal, "journal cannot be written: events are refused", problem);
    pthread_mutex_lock(&journal->lock);
    journal->is_failing = true;
    pthread_mutex_unlock(&journal->lock);
}

enum err commit_rotate(struct journal *journal)
{
    struct problem problem;
    enum err err = segment_rotate(journal, &problem);
    if (err == OK || err == ERR_DISK_FULL) {
        set_full(journal, err ? "journal is full: events are refused" : NULL, &problem);
        return err;
    }
    observe(journal->observer, LOG_ERROR, "journal segment cannot be made",
            LOG_CSTR("dir", journal->dir), LOG_ERR(err), LOG_CSTR("reason", problem.text));
    note_failure(journal, &problem);
    return ERR_IO;
}

// A failed write or sync is never repeated: nobody knows what of it is on disk. The segment
// ends at its last durable group; the next commit opens another.
static void give_up_segment(struct journal *journal, int negative_errno)
{
    struct problem problem;
    enum err err = fs_error(negative_errno, journal->dir, &problem);
    observe(journal->observer, LOG_ERROR, "journal write failed", LOG_ERR(err),
            LOG_CSTR("dir", journal->dir), LOG_CSTR("reason", problem.text),
            LOG_INT("segment", (int64_t)journal->writer.segment->sequence));
    writer_close(journal, true);
    segments_count(journal);
    note_failure(journal, &problem);
}

// Commits one group from the front of the batch; *ret_forming says which appends it held.
static enum err commit_group(struct journal *journal, const struct queue *batch,
                             struct forming *ret_forming)
{
    const char *first = batch->bytes.data + batch->begin;
    retain_split(journal, record_wall_ms(first));
    if (record_length(first) > room(&journal->writer)) {
        if (journal->is_full && !journal->writer.segment)
            return ERR_IO; // it is looked at again when its time has come
        enum err err = commit_rotate(journal);
        if (err != OK)
            return err;
    }
    form(journal, batch, ret_forming);
    int failed = write_group(journal, ret_forming);
    if (failed) {
        if (journal->dedup)
            dedup_undo(journal->dedup);
        give_up_segment(journal, failed);
        return ERR_IO;
    }
    publish(journal, ret_forming);
    return OK;
}

static void fail(struct journal *journal, struct queue *batch, enum err err)
{
    struct journal_append *first = batch->first;
    size_t bytes = queue_bytes(batch).len;
    pthread_mutex_lock(&journal->lock);
    journal->queued_bytes[batch->lane] -= bytes;
    pthread_mutex_unlock(&journal->lock);
    queue_pass(batch, bytes, NULL);
    complete(first, NULL, err);
}

void commit_batch(struct journal *journal, struct queue *batch)
{
    do {
        struct forming forming;
        enum err err = commit_group(journal, batch, &forming);
        silence_ask(&journal->silence);
        if (err != OK) {
            fail(journal, batch, err);
            return;
        }
        queue_pass(batch, forming.group.payload_bytes, forming.end);
        complete(forming.first, forming.end, OK);
        wake_watches(journal);
        writer_forget(&journal->writer);
    } while (batch->lane == LANE_SMALL && batch->first);
}
