// SPDX-License-Identifier: Apache-2.0
// Retention: what is old goes; beyond max_bytes the oldest goes first; the reserve of the file
// system is left alone.
#include "journal/retain.h"

enum {
    UNKNOWN = 0,     // no low watermark was ever set
    SPLIT_PARTS = 8, // of retention
};

static uint64_t low_record(struct journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    uint64_t record = journal->has_low ? journal->low.record : UNKNOWN;
    pthread_mutex_unlock(&journal->lock);
    return record;
}

// The oldest segment that may go. The last one stays, whatever its age: the number of the next
// record is known from it.
static struct segment *oldest(const struct journal *journal)
{
    return journal->segment_count > 1 ? journal->segments[0] : NULL;
}

// false: it could not be retired, so that no younger one may go either. After a long time many
// go in a row, each of which the disk has answered.
static bool drop(struct journal *journal, struct segment *segment, const char *what)
{
    uint64_t low = low_record(journal);
    bool is_loss = low != UNKNOWN && segment->end_record > MAX(low, segment->first_record);
    bool is_perhaps = low == UNKNOWN && !segment_is_empty(segment); // the cursors come later
    observe(journal->observer,
            is_loss      ? LOG_WARN
            : is_perhaps ? LOG_INFO
                         : LOG_DEBUG,
            what, LOG_CSTR("dir", journal->dir), LOG_INT("segment", (int64_t)segment->sequence),
            LOG_INT("first", (int64_t)segment->first_record),
            LOG_INT("end", (int64_t)segment->end_record),
            LOG_INT("lowest_cursor", (int64_t)low));
    bool is_gone = segment_retire(journal, segment);
    silence_go_on(&journal->silence);
    return is_gone;
}

static int64_t offset_now_ms(const struct journal *journal)
{
    return clock_wall_ms(journal->clock) - clock_mono_ms(journal->clock);
}

// Believes the wall clock as it is now.
static void clock_believe(struct journal *journal)
{
    journal->retain_clock.offset_ms = offset_now_ms(journal);
    journal->retain_clock.is_ahead = false;
}

void retain_clock_open(struct journal *journal)
{
    struct retain_clock *clock = &journal->retain_clock;
    int64_t due_wall_ms = retain_due_wall_ms(journal);
    clock_believe(journal);
    clock->held_wall_ms = due_wall_ms - 1;
    clock->held_until_mono_ms = clock_mono_ms(journal->clock) +
                                MIN((int64_t)RETAIN_STEP_MS, journal->limits.retention_ms);
    if (due_wall_ms <= clock_wall_ms(journal->clock))
        observe(journal->observer, LOG_INFO,
                "records are past retention, if the clock is right; they stay a while",
                LOG_CSTR("dir", journal->dir));
}

// The wall clock, but for a step ahead.
static int64_t now_without_step_ms(struct journal *journal)
{
    struct retain_clock *clock = &journal->retain_clock;
    int64_t mono_ms = clock_mono_ms(journal->clock), offset_ms = offset_now_ms(journal);
    if (offset_ms <= clock->offset_ms + RETAIN_STEP_SLACK_MS) { // as before, or set back
        clock->offset_ms = offset_ms;
        clock->is_ahead = false;
        return mono_ms + offset_ms;
    }
    if (!clock->is_ahead) {
        clock->is_ahead = true;
        clock->ahead_mono_ms = mono_ms;
        observe(journal->observer, LOG_WARN, "clock was set forward; retention waits an hour",
                LOG_CSTR("dir", journal->dir),
                LOG_INT("step_ms", offset_ms - clock->offset_ms));
    }
    if (mono_ms - clock->ahead_mono_ms >= RETAIN_STEP_MS)
        clock_believe(journal);
    return mono_ms + clock->offset_ms;
}

static bool is_held(const struct journal *journal)
{
    return clock_mono_ms(journal->clock) < journal->retain_clock.held_until_mono_ms;
}

int64_t retain_now_ms(struct journal *journal)
{
    int64_t now_ms = now_without_step_ms(journal);
    return is_held(journal) ? MIN(now_ms, journal->retain_clock.held_wall_ms) : now_ms;
}

static bool is_old(struct journal *journal, const struct segment *segment)
{
    bool is_empty = segment_is_empty(segment);
    bool is_withheld = is_empty && segment->refused.room > 0; // by the disk: nobody knows
    int64_t age_ms = retain_now_ms(journal) - segment->last_wall_ms;
    return (is_empty && !is_withheld) || age_ms > journal->limits.retention_ms;
}

void retain_old(struct journal *journal)
{
    struct segment *segment;
    journal->retained_mono_ms = clock_mono_ms(journal->clock);
    while ((segment = oldest(journal)) && is_old(journal, segment)) {
        if (!drop(journal, segment, "journal segment is past retention"))
            return;
    }
}

// What the next segment's header says keeps standing: where the one before it ends. What is
// damaged stays for those who may look at it.
void retain_no_empty(struct journal *journal)
{
    for (size_t i = journal->segment_count; i-- > 0;) {
        struct segment *segment = journal->segments[i];
        bool is_kept = segment == journal->writer.segment || !segment_is_empty(segment) ||
                       segment->is_strange || segment->refused.room > 0;
        if (!is_kept)
            (void)drop(journal, segment, "journal segment was never used");
    }
}

void retain_in_passing(struct journal *journal)
{
    if (clock_mono_ms(journal->clock) - journal->retained_mono_ms >= RETAIN_PAUSE_MS)
        retain_old(journal);
}

int64_t retain_due_wall_ms(const struct journal *journal)
{
    for (size_t i = 0; i < journal->segment_count; i++) {
        const struct segment *segment = journal->segments[i];
        if (segment->first_record < segment->end_record)
            return segment->last_wall_ms + journal->limits.retention_ms + 1;
    }
    return INT64_MAX;
}

int64_t retain_wait_ms(struct journal *journal)
{
    const struct retain_clock *clock = &journal->retain_clock;
    int64_t due_wall_ms = retain_due_wall_ms(journal);
    if (due_wall_ms == INT64_MAX)
        return INT64_MAX;
    int64_t wait_ms = due_wall_ms - retain_now_ms(journal);
    if (clock->is_ahead)
        wait_ms = MIN(wait_ms, (int64_t)RETAIN_STEP_MS);
    if (is_held(journal))
        wait_ms = MAX(wait_ms, clock->held_until_mono_ms - clock_mono_ms(journal->clock));
    return MAX(wait_ms, (int64_t)RETAIN_PAUSE_MS);
}

static void tell_nearly_full(struct journal *journal)
{
    uint64_t used = journal->disk_bytes - journal->spare_count * journal->limits.segment_bytes;
    bool is_nearly_full = used / 4 >= journal->limits.max_bytes / 5;
    const struct segment *first = oldest(journal);
    uint64_t low = low_record(journal);
    if (is_nearly_full && !journal->is_nearly_full_told && first && low != UNKNOWN &&
        first->end_record > low)
        observe(journal->observer, LOG_WARN, "journal is at 80 % of its size limit",
                LOG_CSTR("dir", journal->dir),
                LOG_INT("max_bytes", (int64_t)journal->limits.max_bytes),
                LOG_INT("lowest_cursor", (int64_t)low));
    journal->is_nearly_full_told = is_nearly_full;
}

// ERR_DISK_FULL: one more segment would reach into the reserve.
static enum err check_reserve(struct journal *journal, struct problem *ret_problem)
{
    uint64_t free_bytes, total_bytes;
    int failed =
        journal->fs->ops->free_bytes(journal->fs, journal->dir, &free_bytes, &total_bytes);
    if (failed)
        return fs_error(failed, journal->dir, ret_problem);
    uint64_t wanted = journal->limits.segment_bytes + journal->limits.reserve_bytes;
    if (free_bytes >= wanted)
        return OK;
    return problem_set(ret_problem, ERR_DISK_FULL, str_of(journal->dir),
                       "%llu bytes are free, %llu are needed with the reserve",
                       (unsigned long long)free_bytes, (unsigned long long)wanted);
}

// Whether one more segment, for which a spare need not be made, takes more than there may be.
static bool is_over_limit(const struct journal *journal)
{
    uint64_t fresh_bytes = journal->spare_count > 0 ? 0 : journal->limits.segment_bytes;
    return journal->disk_bytes + fresh_bytes > journal->limits.max_bytes;
}

// Where the limit was lowered, spares go as well: else each segment that goes would become one,
// and the journal would never grow smaller.
static bool shrink(struct journal *journal)
{
    struct segment *segment = oldest(journal);
    if (journal->spare_count > 0)
        return spare_remove(journal);
    return segment &&
           drop(journal, segment, "journal is at its size limit: the oldest segment goes");
}

bool retain_give_way(struct journal *journal)
{
    struct segment *segment = oldest(journal);
    return segment && segment->end_record <= low_record(journal) &&
           drop(journal, segment, "disk is full: a segment that all have passed goes");
}

enum err retain_make_room(struct journal *journal, struct problem *ret_problem)
{
    retain_old(journal);
    tell_nearly_full(journal);
    while (is_over_limit(journal)) {
        if (!shrink(journal))
            break; // the reserve is the bound that counts
    }
    while (journal->spare_count == 0) {
        enum err err = check_reserve(journal, ret_problem);
        if (err != ERR_DISK_FULL || !retain_give_way(journal))
            return err;
    }
    return OK;
}

void retain_rotate(struct journal *journal)
{
    struct problem problem;
    enum err err = segment_rotate(journal, &problem);
    if (err != OK) // appends go on in the old one, if it is still open
        observe(journal->observer, LOG_WARN, "old journal records stay for want of room",
                LOG_CSTR("dir", journal->dir), LOG_ERR(err), LOG_CSTR("reason", problem.text));
}

void retain_split(struct journal *journal, int64_t wall_ms)
{
    struct writer *writer = &journal->writer;
    const struct segment *segment = writer->segment;
    if (!segment || !segment->is_transient || segment->group_count == 0 ||
        writer->is_split_tried ||
        wall_ms - segment->first_wall_ms <= journal->limits.retention_ms / SPLIT_PARTS)
        return;
    writer->is_split_tried = true;
    retain_rotate(journal);
}
