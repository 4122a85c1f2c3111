// SPDX-License-Identifier: Apache-2.0
// Segment files: made or recycled, sealed, retired. A segment's name is durable before its
// first group is written, and a spare's before it is used again, so that after a crash no file
// stands under a name that its records do not belong to.
#include <errno.h>

#include "base/mem.h"
#include "journal/bytes.h"
#include "journal/ids.h"
#include "journal/inner.h"
#include "journal/retain.h"

void segment_tell(const struct journal *journal, const char *what, int negative_errno,
                  uint64_t sequence)
{
    struct problem problem;
    enum err err = fs_error(negative_errno, journal->dir, &problem);
    observe(journal->observer, LOG_WARN, what, LOG_CSTR("dir", journal->dir),
            LOG_INT("segment", (int64_t)sequence), LOG_ERR(err),
            LOG_CSTR("reason", problem.text));
}

void spare_add(struct journal *journal, uint64_t sequence)
{
    if (journal->spare_count == journal->spare_cap) {
        journal->spare_cap = MAX((size_t)8, journal->spare_cap * 2);
        journal->spares =
            mem_realloc(journal->spares, journal->spare_cap * sizeof(*journal->spares));
    }
    journal->spares[journal->spare_count++] = sequence;
}

bool spare_remove(struct journal *journal)
{
    uint64_t sequence = journal->spares[journal->spare_count - 1];
    char path[PATH_MAX];
    journal_path(journal, NAME_SPARE, sequence, path);
    int failed = journal->fs->ops->remove(journal->fs, path);
    if (failed && failed != -ENOENT) {
        segment_tell(journal, "journal spare could not be removed", failed, sequence);
        return false;
    }
    journal->spare_count--;
    journal->disk_bytes -= journal->limits.segment_bytes;
    return true;
}

// A file of the right size under the segment's name.
static int file_make(struct journal *journal, const char *path, struct fs_file **ret_file)
{
    struct fs *fs = journal->fs;
    int failed;
    if (journal->spare_count == 0) {
        failed = fs->ops->open(fs, path, FS_CREATE_NEW, ret_file);
    } else {
        char spare[PATH_MAX];
        journal_path(journal, NAME_SPARE, journal->spares[--journal->spare_count], spare);
        journal->disk_bytes -= journal->limits.segment_bytes; // counted again by the caller
        failed = fs->ops->rename(fs, spare, path);
        if (!failed)
            failed = fs->ops->open(fs, path, FS_WRITE, ret_file);
    }
    if (failed)
        return failed;
    return (*ret_file)->ops->allocate(*ret_file, journal->limits.segment_bytes);
}

static int write_durably(struct fs_file *file, void *bytes, size_t len, uint64_t offset)
{
    struct iovec part = { .iov_base = bytes, .iov_len = len };
    ssize_t written = file->ops->pwritev(file, &part, 1, offset);
    return written < 0 ? (int)written : file->ops->datasync(file);
}

static int file_begin(struct journal *journal, struct fs_file *file,
                      const struct segment *segment)
{
    struct segment_wire wire;
    format_put_segment(&wire, journal->id, segment->sequence, segment->first_record,
                       clock_wall_ms(journal->clock));
    int failed = write_durably(file, &wire, sizeof(wire), 0);
    return failed ? failed : journal->fs->ops->sync_dir(journal->fs, journal->dir);
}

// *ret_is_left: it could not be, and its file stays.
static int segment_create(struct journal *journal, struct segment *segment,
                          struct fs_file **ret_file, bool *ret_is_left)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    char path[PATH_MAX];
    journal_path(journal, NAME_SEGMENT, segment->sequence, path);
    int failed = file_make(journal, path, &file);
    bool is_begun = !failed;
    if (is_begun)
        failed = file_begin(journal, file, segment);
    if (!failed) {
        *ret_file = TAKE(file);
        return 0;
    }
    // A header that outlives the removal says where the segment before it ends: so nothing more
    // may be appended to that one.
    if (is_begun)
        writer_close(journal, false);
    int kept = journal->fs->ops->remove(journal->fs, path);
    *ret_is_left |= is_begun && kept && kept != -ENOENT;
    return failed;
}

// A file that stays goes in its turn as an empty segment: if the older ones went alone, an
// opening would miss what lies between its header and the segment behind it.
static void segment_drop(struct journal *journal, struct segment *segment, bool is_left)
{
    if (!is_left) {
        segment_free(segment);
        return;
    }
    segment->is_sealed = true;
    segment->file_bytes = journal->limits.segment_bytes;
    journal->disk_bytes += segment->file_bytes;
    segments_add(journal, segment);
}

enum err segment_rotate(struct journal *journal, struct problem *ret_problem)
{
    enum err err = retain_make_room(journal, ret_problem);
    if (err != OK)
        return err;
    struct segment *segment = segment_new(journal->next_sequence++, journal->end_record);
    struct fs_file *file = NULL;
    bool is_recycled = journal->spare_count > 0, is_left = false;
    int failed = segment_create(journal, segment, &file, &is_left);
    // A quota, or files that are too many, do not show in the free space.
    while ((failed == -ENOSPC || failed == -EDQUOT) && retain_give_way(journal)) {
        is_recycled = journal->spare_count > 0;
        failed = segment_create(journal, segment, &file, &is_left);
    }
    if (failed) {
        segment_drop(journal, segment, is_left);
        return fs_error(failed, journal->dir, ret_problem);
    }
    size_t usual_bytes = journal->writer.usual_bytes;
    writer_close(journal, false);
    segment->file_bytes = journal->limits.segment_bytes;
    journal->disk_bytes += segment->file_bytes;
    journal->writer = (struct writer){
        .segment = segment,
        .file = file,
        .written_offset = is_recycled ? writer_recycled_bytes(segment->file_bytes) : 0,
        .usual_bytes = usual_bytes,
        .first_id = dedup_end(journal->dedup),
    };
    segments_add(journal, segment);
    retain_old(journal);
    retain_no_empty(journal);
    segments_count(journal);
    return OK;
}

static void seal_put(struct seal_wire *ret_wire, const struct segment *segment)
{
    struct seal_wire wire = { 0 };
    LE_PUT(wire.index_count, segment->index_count);
    LE_PUT(wire.segment, segment->sequence);
    LE_PUT(wire.first_record, segment->first_record);
    LE_PUT(wire.end_record, segment->end_record);
    LE_PUT(wire.end_offset, segment->end_offset);
    LE_PUT(wire.first_wall_ms, segment->first_wall_ms);
    LE_PUT(wire.last_wall_ms, segment->last_wall_ms);
    LE_PUT(wire.event_count, segment->event_count);
    LE_PUT(wire.group_count, segment->group_count);
    LE_PUT(wire.known_until_s, segment->known_until_s);
    LE_PUT(wire.is_transient, segment->is_transient);
    for (size_t i = 0; i < segment->index_count; i++) {
        LE_PUT(wire.index[i].record, segment->index[i].record);
        LE_PUT(wire.index[i].offset, segment->index[i].offset);
        LE_PUT(wire.index[i].wall_ms, segment->index[i].wall_ms);
    }
    format_finish_seal(&wire);
    *ret_wire = wire;
}

int segment_write_seal(struct fs_file *file, const struct segment *segment)
{
    struct seal_wire wire;
    seal_put(&wire, segment);
    return write_durably(file, &wire, sizeof(wire), SEAL_OFFSET);
}

int segment_write_page(const struct journal *journal, struct fs_file *file,
                       const struct segment *segment)
{
    struct {
        struct segment_wire header;
        struct seal_wire seal;
    } page;
    _Static_assert(sizeof(page) == PAGE_BYTES, "on disk");
    format_put_segment(&page.header, journal->id, segment->sequence, segment->first_record,
                       segment->first_wall_ms);
    seal_put(&page.seal, segment);
    return write_durably(file, &page, sizeof(page), 0);
}

void segment_trim(struct journal *journal, struct segment *segment, struct fs_file *file)
{
    uint64_t unused = segment->file_bytes - MIN(segment->file_bytes, segment->end_offset);
    if (unused <= segment->file_bytes / 4 || file->ops->truncate(file, segment->end_offset))
        return;
    segment->file_bytes -= unused;
    journal->disk_bytes -= unused;
}

void writer_close(struct journal *journal, bool is_trimmed)
{
    struct writer writer = journal->writer;
    journal->writer = (struct writer){ 0 };
    if (!writer.segment)
        return;
    int failed = segment_write_seal(writer.file, writer.segment);
    if (failed)
        segment_tell(journal, "journal segment was not sealed", failed,
                     writer.segment->sequence);
    pthread_mutex_lock(&journal->lock);
    writer.segment->is_sealed = true;
    pthread_mutex_unlock(&journal->lock);
    if (is_trimmed || (!failed && writer.segment->is_transient))
        segment_trim(journal, writer.segment, writer.file);
    writer.file->ops->forget(writer.file, 0, writer.segment->file_bytes);
    ids_store(journal, writer.segment, writer.first_id);
    fs_file_close(writer.file);
}

// Opened first: once the name is gone for good, the file is emptied, so that the space comes
// back even while a reader still has it open. Not before: a crash could leave a segment whose
// records seem to be damaged.
static int file_remove(struct journal *journal, const char *path, struct fs_file **ret_file)
{
    struct fs *fs = journal->fs;
    int failed = fs->ops->open(fs, path, FS_UPDATE, ret_file);
    return failed ? failed : fs->ops->remove(fs, path);
}

static void file_empty(struct journal *journal, struct fs_file *file, uint64_t sequence)
{
    int failed = file->ops->truncate(file, 0);
    if (failed)
        segment_tell(journal, "journal segment was retired, but not emptied", failed, sequence);
}

static bool is_used_again(const struct journal *journal, const struct segment *segment)
{
    return !segment->is_transient && segment->refused.room == 0 &&
           segment->waiting_count == 0 &&
           segment->file_bytes == journal->limits.segment_bytes &&
           journal->spare_count < journal->limits.spare_segments;
}

bool segment_retire(struct journal *journal, struct segment *segment)
{
    struct fs *fs = journal->fs;
    AUTO(fs_file_close) struct fs_file *removed = NULL;
    char path[PATH_MAX], spare[PATH_MAX];
    assert(segment != journal->writer.segment &&
           (segment == journal->segments[0] || segment_is_empty(segment)));
    journal_path(journal, NAME_SEGMENT, segment->sequence, path);
    journal_path(journal, NAME_SPARE, segment->sequence, spare);
    segments_remove(journal, segment);               // before readers could miss the file
    bool is_spare = is_used_again(journal, segment); // which readers no longer change
    int failed =
        is_spare ? fs->ops->rename(fs, path, spare) : file_remove(journal, path, &removed);
    bool is_gone = failed == -ENOENT; // somebody has removed it: it is no reason to keep others
    if (failed)
        segment_tell(journal,
                     is_gone ? "journal segment to be retired was gone already"
                             : "journal segment could not be retired",
                     failed, segment->sequence);
    if (failed && !is_gone) {
        segments_put_back(journal, segment);
        return false;
    }
    is_spare = is_spare && !is_gone;
    ids_remove(journal, segment);
    failed = fs->ops->sync_dir(fs, journal->dir);
    if (failed) // found again by the next open; until then it is not used
        segment_tell(journal, "journal segment was retired, but not durably", failed,
                     segment->sequence);
    else if (is_spare)
        spare_add(journal, segment->sequence);
    else if (removed)
        file_empty(journal, removed, segment->sequence);
    if (!is_spare)
        journal->disk_bytes -= segment->file_bytes;
    segment_free(segment);
    segments_count(journal);
    return true;
}
