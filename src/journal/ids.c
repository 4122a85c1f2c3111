// SPDX-License-Identifier: Apache-2.0
// ids-<sequence>: which messageIds of a sealed segment were remembered, so that opening need
// not read the segment again. An aid like the seal: nothing rests on it, and what is not whole
// or does not fit its segment is made again from it. So it is not synced, which all who wait
// for the log thread would feel; the kernel is only told to begin writing it.
#include "journal/ids.h"

#include "base/mem.h"
#include "codec/hash.h"
#include "journal/bytes.h"
#include "journal/ids_file.h"

enum { CHUNK_IDS = 4096 };

static struct ids_owner owner_of(const struct journal *journal, const struct segment *segment)
{
    return (struct ids_owner){
        .id = journal->id,
        .segment = segment->sequence,
        .first_record = segment->first_record,
        .end_record = segment->end_record,
    };
}

// --- Writing

static int write_bytes(struct fs_file *file, void *bytes, size_t len, uint64_t offset)
{
    struct iovec part = { .iov_base = bytes, .iov_len = len };
    ssize_t written = file->ops->pwritev(file, &part, 1, offset);
    return written < 0 ? (int)written : 0;
}

// The entries from `entry` on, one chunk at a time; *crc goes on over them.
static int write_entries(struct fs_file *file, const struct dedup *dedup, uint64_t entry,
                         uint32_t *crc)
{
    uint64_t end = dedup_end(dedup), offset = sizeof(struct ids_wire);
    struct ids_entry_wire *chunk = mem_alloc(CHUNK_IDS * sizeof(*chunk));
    int failed = 0;
    while (entry < end && !failed) {
        size_t count = (size_t)MIN(end - entry, (uint64_t)CHUNK_IDS);
        for (size_t i = 0; i < count; i++) {
            const struct dedup_id *id = dedup_at(dedup, entry + i);
            LE_PUT(chunk[i].check, id->check);
            LE_PUT(chunk[i].hash, id->hash);
            LE_PUT(chunk[i].expires_s, id->expires_s);
        }
        *crc = hash_crc32c(*crc, chunk, count * sizeof(*chunk));
        failed = write_bytes(file, chunk, count * sizeof(*chunk), offset);
        entry += count;
        offset += count * sizeof(*chunk);
    }
    mem_free(chunk);
    return failed;
}

static int write_file(struct journal *journal, struct segment *segment, uint64_t from,
                      const char *path)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    uint64_t count = dedup_end(journal->dedup) - from;
    struct ids_wire wire;
    struct ids_owner owner = owner_of(journal, segment);
    ids_file_put_header(&owner, count, &wire);
    uint32_t crc = ids_file_entries_seed(&wire);
    int failed = journal->fs->ops->open(journal->fs, path, FS_WRITE, &file);
    if (failed)
        return failed;
    segment->ids_bytes = ids_file_bytes(count);
    failed = file->ops->truncate(file, 0); // what was there is not whole
    if (!failed)
        failed = write_entries(file, journal->dedup, from, &crc);
    if (failed)
        return failed;
    ids_file_finish_header(&wire, crc);
    failed = write_bytes(file, &wire, sizeof(wire), 0);
    file->ops->forget(file, 0, segment->ids_bytes);
    return failed;
}

void ids_store(struct journal *journal, struct segment *segment, uint64_t from)
{
    char path[PATH_MAX];
    if (segment->known_until_s == 0 || !journal->dedup)
        return;
    ids_remove(journal, segment);
    journal_path(journal, NAME_IDS, segment->sequence, path);
    int failed = write_file(journal, segment, MAX(from, dedup_first(journal->dedup)), path);
    journal->disk_bytes += segment->ids_bytes;
    if (!failed)
        return;
    segment_tell(journal, "messageIds of a segment were not written", failed,
                 segment->sequence);
    ids_remove(journal, segment);
}

void ids_remove(struct journal *journal, struct segment *segment)
{
    char path[PATH_MAX];
    if (segment->ids_bytes == 0)
        return;
    journal->disk_bytes -= segment->ids_bytes;
    segment->ids_bytes = 0;
    journal_path(journal, NAME_IDS, segment->sequence, path);
    int failed = journal->fs->ops->remove(journal->fs, path);
    if (failed) // the next open does it
        segment_tell(journal, "messageIds of a segment were not removed", failed,
                     segment->sequence);
}

// --- Reading

struct ids_file {
    struct fs_file *file;
    struct ids_wire wire;
};

// ERR_NOT_FOUND: there is none, or it is not to be believed.
static enum err open_file(struct journal *journal, const struct segment *segment,
                          struct ids_file *ret_ids, struct problem *ret_problem)
{
    char path[PATH_MAX];
    if (segment->ids_bytes == 0)
        return ERR_NOT_FOUND;
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct ids_wire wire;
    struct ids_owner owner = owner_of(journal, segment);
    journal_path(journal, NAME_IDS, segment->sequence, path);
    if (journal->fs->ops->open(journal->fs, path, FS_READ, &file))
        return ERR_NOT_FOUND;
    switch (ids_file_header(file, segment->ids_bytes, &owner, &wire)) {
    case IDS_WHOLE:
        break;
    case IDS_DAMAGED:
    case IDS_FOREIGN:
        return ERR_NOT_FOUND;
    case IDS_NEWER:
        return journal_is_newer(path, ret_problem);
    }
    *ret_ids = (struct ids_file){ .file = TAKE(file), .wire = wire };
    return OK;
}

// First over all, then again to remember them: what a damaged file says must not take the place
// of what others say.
enum err ids_load(struct journal *journal, const struct segment *segment, uint32_t now_s,
                  struct problem *ret_problem)
{
    struct ids_file ids = { 0 };
    enum err err = open_file(journal, segment, &ids, ret_problem);
    if (err)
        return err;
    bool is_whole = ids_file_entries(ids.file, &ids.wire, NULL, now_s) &&
                    ids_file_entries(ids.file, &ids.wire, journal->dedup, now_s);
    fs_file_close(ids.file);
    return is_whole ? OK : ERR_NOT_FOUND;
}

enum err ids_count(struct journal *journal, const struct segment *segment, uint64_t *ret_count,
                   struct problem *ret_problem)
{
    struct ids_file ids = { 0 };
    enum err err = open_file(journal, segment, &ids, ret_problem);
    if (err && err != ERR_NOT_FOUND)
        return err;
    *ret_count = LE_GET(ids.wire.count);
    fs_file_close(ids.file);
    return OK;
}

// --- After opening

static int64_t size_of(struct journal *journal, const char *path)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    int failed = journal->fs->ops->open(journal->fs, path, FS_READ, &file);
    return failed ? failed : file->ops->size(file);
}

void ids_find(struct journal *journal, const struct sequences *found, uint32_t now_s)
{
    for (size_t i = 0; i < found->count; i++) {
        char path[PATH_MAX];
        struct segment *segment = segments_get(journal, found->items[i]);
        journal_path(journal, NAME_IDS, found->items[i], path);
        int64_t size = segment && segment->known_until_s >= now_s
                           ? size_of(journal, path)
                           : journal->fs->ops->remove(journal->fs, path);
        if (size < 0)
            segment_tell(journal, "messageIds of a segment are of no use", (int)size,
                         found->items[i]);
        else if (segment)
            segment->ids_bytes = (uint64_t)size;
        journal->disk_bytes += (uint64_t)MAX(size, (int64_t)0);
    }
}
