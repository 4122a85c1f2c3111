// SPDX-License-Identifier: Apache-2.0
// An unsealed segment, as a crash or a failed write leaves it: walked to its last whole group
// and sealed there.
//
// Only the last group can be torn, because the next is written when it is durable. So a group
// that is not whole is damaged, and its whole records count, if another one stands behind it;
// otherwise it is the torn tail, which nobody was told is stored, and is left out. Its header
// still proves that everything before it was stored. One that reaches into what the disk
// refuses may have been whole, so it counts as damaged, too.
#include <errno.h>

#include "base/mem.h"
#include "journal/hidden.h"
#include "journal/inner.h"
#include "journal/refused.h"
#include "journal/remember.h"
#include "journal/walk.h"

struct scan {
    struct segment *segment;
    struct walk walk;
    struct group group;       // the one the last seen record is in
    uint64_t group_offset;    // 0: none yet
    uint64_t accepted_offset; // of the last group that counts
    uint32_t seen;            // whole records of it
    uint64_t expected;        // the next record; 0: any
    struct record_range *gaps;
    size_t gap_count;
};

static void scan_done(struct scan *scan)
{
    walk_done(&scan->walk);
    mem_free(scan->gaps);
}

static inline void scan_done_auto_(struct scan *scan)
{
    scan_done(scan);
}

static void add_gap(struct scan *scan, uint64_t first, uint64_t end)
{
    size_t bytes = (scan->gap_count + 1) * sizeof(*scan->gaps);
    scan->gaps = mem_realloc(scan->gaps, bytes);
    scan->gaps[scan->gap_count++] = (struct record_range){ .first = first, .end = end };
}

static void accept_group(struct scan *scan)
{
    struct segment *segment = scan->segment;
    const struct group *group = &scan->group;
    if (scan->group_offset == 0)
        return;
    if (segment->first_record == 0) {
        segment->first_record = group->first_record;
        segment->is_headless = group->number > 0;
    }
    if (segment->group_count == 0)
        segment->first_wall_ms = group->last_wall_ms;
    segment_index_add(segment, group->first_record, scan->group_offset, group->last_wall_ms);
    segment->end_record = group->first_record + group->record_count;
    segment->end_offset = format_group_end(scan->group_offset, group->payload_bytes);
    scan->accepted_offset = scan->group_offset;
    segment->last_wall_ms = group->last_wall_ms;
    segment->event_count += group->event_count;
    segment->group_count = group->number + 1;
}

static void see(struct scan *scan, uint64_t record)
{
    if (scan->group_offset != scan->walk.group_offset) {
        accept_group(scan); // another one stands behind it
        scan->group = scan->walk.group;
        scan->group_offset = scan->walk.group_offset;
        scan->seen = 0;
    }
    if (scan->expected == 0)
        scan->expected = scan->group.first_record;
    if (record > scan->expected)
        add_gap(scan, scan->expected, record);
    scan->expected = record + 1;
    scan->seen++;
}

static bool is_refused(const struct scan *scan, const struct group *group, uint64_t offset)
{
    uint64_t end = format_group_end(offset, group->payload_bytes);
    return group->record_count > 0 && pages_touch(&scan->walk.pages, offset, end);
}

static enum walk_result walk_all(const struct journal *journal, struct scan *scan,
                                 uint64_t bound)
{
    struct walk_record record;
    enum walk_result result;
    while ((result = refused_walk_next(journal->head, &scan->walk, &record)) == WALK_RECORD) {
        if (record.record >= bound)
            break; // failed when it was written; the next segment has these numbers
        see(scan, record.record);
        scan->segment->known_until_s =
            MAX(scan->segment->known_until_s, remembered_until_s(record.bytes));
    }
    bool has_later = scan->walk.group_offset > scan->group_offset;
    bool is_whole = has_later || scan->seen == scan->group.record_count;
    if (scan->group_offset != 0 &&
        (is_whole || is_refused(scan, &scan->group, scan->group_offset)))
        accept_group(scan);
    return result;
}

// Where the acknowledged records end by what stands behind them: the next segment, or the last
// group whose header was found, torn or not. 0: nothing does. What may stand in refused headers
// behind it counts: its numbers must not be given again to those who have read it.
static uint64_t proved_end(struct scan *scan, uint64_t bound)
{
    const struct group *last = &scan->walk.group;
    uint64_t offset = scan->segment->end_offset, record = last->first_record;
    if (bound != UINT64_MAX)
        return bound;
    if (is_refused(scan, last, scan->walk.group_offset)) {
        offset = format_group_end(scan->walk.group_offset, last->payload_bytes);
        record += last->record_count;
    }
    return hidden_end(&scan->walk, offset, MAX(record, scan->segment->end_record));
}

// The records up to there that are missing behind the last whole one.
static void close_end(struct scan *scan, uint64_t bound)
{
    struct segment *segment = scan->segment;
    if (segment->first_record == 0 && bound == UINT64_MAX) { // its header and all records are
        segment->first_record = proved_end(scan, bound);     // gone
        segment->is_headless = scan->walk.group.number > 0;
    }
    if (segment->first_record != 0)
        segment->end_record = MAX(segment->end_record, proved_end(scan, bound));
    uint64_t expected = scan->expected != 0 ? scan->expected : segment->first_record;
    if (expected != 0 && expected < segment->end_record)
        add_gap(scan, expected, segment->end_record);
}

// Writes the bytes of the last group over themselves. After the death of a process they may
// stand in memory only, and after a failed sync they may count as written without being so;
// now the next sync covers them. The groups before were synced before this one was written.
// What the disk refuses stays as it is.
static int write_part_again(struct fs_file *file, struct iovec part, uint64_t offset)
{
    ssize_t got = file->ops->pread(file, part.iov_base, part.iov_len, offset);
    if (got == (ssize_t)part.iov_len)
        got = file->ops->pwritev(file, &part, 1, offset);
    return got < 0 ? (int)got : got < (ssize_t)part.iov_len ? -EIO : 0;
}

static int write_again(struct fs_file *file, const struct pages *refused, uint64_t offset,
                       uint64_t end)
{
    enum { CHUNK_BYTES = 1024 * 1024 };
    uint64_t room = pages_touch(refused, offset, end) ? PAGE_BYTES : CHUNK_BYTES;
    char *chunk = mem_alloc((size_t)MIN(room, end - offset));
    int failed = 0;
    while (offset < end && !failed) {
        uint64_t len = MIN(room - offset % PAGE_BYTES, end - offset);
        struct iovec part = { .iov_base = chunk, .iov_len = (size_t)len };
        if (!pages_touch(refused, offset, offset + len))
            failed = write_part_again(file, part, offset);
        offset += len;
    }
    mem_free(chunk);
    return failed;
}

static int seal(struct journal *journal, const struct scan *scan, struct fs_file *file)
{
    struct segment *segment = scan->segment;
    if (segment->group_count == 0)
        return 0; // nothing to keep; it goes when a new segment stands
    // Of a file that was cut, the zeros behind the last record may be missing.
    uint64_t end = MIN(segment->end_offset, segment->file_bytes);
    int failed = write_again(file, &scan->walk.pages, scan->accepted_offset, end);
    if (!failed)
        failed = pages_is_given_up(&segment->refused, 0)
                     ? segment_write_page(journal, file, segment)
                     : segment_write_seal(file, segment);
    if (failed)
        return failed;
    segment->is_sealed = true;
    // What the disk may give back another day is not cut off.
    if (!pages_touch(&scan->walk.pages, segment->end_offset, segment->file_bytes))
        segment_trim(journal, segment, file);
    return 0;
}

// A torn tail is what a crash leaves. But the last group may also have been damaged later, and
// nobody can tell which; so it is mentioned when its header can be read.
static void tell_torn_tail(const struct journal *journal, const struct scan *scan,
                           uint64_t bound)
{
    const struct group *group = &scan->walk.group;
    bool is_left_out = group->record_count > 0 && group->first_record < bound &&
                       group->first_record >= scan->segment->end_record &&
                       scan->walk.group_offset >= scan->segment->end_offset;
    if (is_left_out)
        observe(journal->observer, LOG_INFO, "journal ends in a torn group, which is left out",
                LOG_CSTR("dir", journal->dir),
                LOG_INT("segment", (int64_t)scan->segment->sequence),
                LOG_INT("first", (int64_t)group->first_record),
                LOG_INT("records", group->record_count));
}

// A last segment of which nothing can be read is away: who went on would give its numbers
// again.
static bool is_away(const struct scan *scan, uint64_t bound)
{
    const struct segment *segment = scan->segment;
    return bound == UINT64_MAX && segment->group_count == 0 &&
           pages_is_given_up(&segment->refused, 0) &&
           pages_touch(&scan->walk.pages, GROUPS_OFFSET, segment->file_bytes);
}

enum err scan_segment(struct journal *journal, struct segment *segment, uint64_t bound,
                      struct problem *ret_problem)
{
    AUTO(scan_done)
    struct scan scan = { .segment = segment, .expected = segment->first_record };
    AUTO(fs_file_close) struct fs_file *file = NULL;
    char path[PATH_MAX];
    journal_path(journal, NAME_SEGMENT, segment->sequence, path);
    int failed = journal->fs->ops->open(journal->fs, path, FS_UPDATE, &file);
    if (failed)
        return fs_error(failed, path, ret_problem);
    segment->is_transient = true; // nobody knows what a torn group has left in the file
    scan.walk.marker = journal->marker;
    scan.walk.limit = segment->file_bytes;
    walk_start(&scan.walk, file, segment->sequence, GROUPS_OFFSET);
    if (walk_all(journal, &scan, bound) == WALK_FAILED)
        return problem_set(ret_problem, ERR_IO, str_of(path), "cannot be read");
    if (is_away(&scan, bound))
        return problem_set(ret_problem, ERR_IO, str_of(path), "cannot be read");
    close_end(&scan, bound);
    refused_keep(journal, segment, &scan.walk.pages);
    if (segment->group_count == 0)
        segment->last_wall_ms = clock_wall_ms(journal->clock); // what is withheld ages from now
    tell_torn_tail(journal, &scan, bound);
    failed = seal(journal, &scan, file);
    if (failed)
        return fs_error(failed, path, ret_problem);
    for (size_t i = 0; i < scan.gap_count; i++) {
        // What of it is in the torn tail was nobody's.
        struct record_range gap = { .first = scan.gaps[i].first,
                                    .end = MIN(scan.gaps[i].end, segment->end_record) };
        if (gap.first < gap.end)
            journal_tell_damage(journal, segment->sequence, gap);
    }
    return OK;
}
