// SPDX-License-Identifier: Apache-2.0
// ids-<sequence>: which messageIds of a sealed segment were remembered, so that opening need
// not read the segment again. An aid like the seal: nothing rests on it, and what is not whole
// or does not fit its segment is made again from it. So it is not synced, which all who wait
// for the log thread would feel; the kernel is only told to begin writing it.
#include "journal/ids.h"

#include "base/mem.h"
#include "codec/hash.h"
#include "journal/bytes.h"

enum { IDS_VERSION = 1, CHUNK_IDS = 4096 };

struct ids_wire {
    uint8_t magic[8]; // "PINTLEID"
    uint8_t version[4];
    uint8_t count[4];
    uint8_t id[16];
    uint8_t segment[8];
    uint8_t first_record[8];
    uint8_t end_record[8];  // exclusive
    uint8_t entries_crc[4]; // seeded with the CRC of the bytes before
    uint8_t crc[4];         // of the bytes before
};
_Static_assert(sizeof(struct ids_wire) == 64, "on disk");

struct entry_wire {
    uint8_t check[8];
    uint8_t hash[4];
    uint8_t expires_s[4];
};
_Static_assert(sizeof(struct entry_wire) == 16, "on disk");

static const char magic[] = "PINTLEID";

// --- Writing

// Everything up to the CRCs. What must be the same for the file to be believed.
static void put_header(const struct journal *journal, const struct segment *segment,
                       uint64_t count, struct ids_wire *ret_wire)
{
    *ret_wire = (struct ids_wire){ 0 };
    memcpy(ret_wire->magic, magic, sizeof(ret_wire->magic));
    LE_PUT(ret_wire->version, IDS_VERSION);
    LE_PUT(ret_wire->count, count);
    memcpy(ret_wire->id, journal->id, sizeof(ret_wire->id));
    LE_PUT(ret_wire->segment, segment->sequence);
    LE_PUT(ret_wire->first_record, segment->first_record);
    LE_PUT(ret_wire->end_record, segment->end_record);
}

static uint32_t entries_seed(const struct ids_wire *wire)
{
    return hash_crc32c(0, wire, offsetof(struct ids_wire, entries_crc));
}

static uint32_t header_crc(const struct ids_wire *wire)
{
    return hash_crc32c(0, wire, offsetof(struct ids_wire, crc));
}

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
    struct entry_wire *chunk = mem_alloc(CHUNK_IDS * sizeof(*chunk));
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
    put_header(journal, segment, count, &wire);
    uint32_t crc = entries_seed(&wire);
    int failed = journal->fs->ops->open(journal->fs, path, FS_WRITE, &file);
    if (failed)
        return failed;
    segment->ids_bytes = sizeof(wire) + count * sizeof(struct entry_wire);
    failed = file->ops->truncate(file, 0); // what was there is not whole
    if (!failed)
        failed = write_entries(file, journal->dedup, from, &crc);
    if (failed)
        return failed;
    LE_PUT(wire.entries_crc, crc);
    LE_PUT(wire.crc, header_crc(&wire));
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
    uint64_t count; // 0: none, or not to be believed
};

static bool is_header_good(const struct journal *journal, const struct segment *segment,
                           const struct ids_file *ids)
{
    struct ids_wire wanted;
    uint64_t count = LE_GET(ids->wire.count);
    put_header(journal, segment, count, &wanted);
    return memcmp(&wanted, &ids->wire, offsetof(struct ids_wire, entries_crc)) == 0 &&
           segment->ids_bytes == sizeof(wanted) + count * sizeof(struct entry_wire);
}

// False: it cannot be read, is none, or is damaged.
static bool read_header(struct fs_file *file, struct ids_wire *ret_wire)
{
    return file->ops->pread(file, ret_wire, sizeof(*ret_wire), 0) == sizeof(*ret_wire) &&
           memcmp(ret_wire->magic, magic, sizeof(ret_wire->magic)) == 0 &&
           LE_GET(ret_wire->crc) == header_crc(ret_wire);
}

// ERR_NOT_FOUND: there is none, or it is not to be believed.
static enum err open_file(struct journal *journal, const struct segment *segment,
                          struct ids_file *ret_ids, struct problem *ret_problem)
{
    char path[PATH_MAX];
    if (segment->ids_bytes == 0)
        return ERR_NOT_FOUND;
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct ids_file ids = { 0 };
    journal_path(journal, NAME_IDS, segment->sequence, path);
    if (journal->fs->ops->open(journal->fs, path, FS_READ, &file) ||
        !read_header(file, &ids.wire))
        return ERR_NOT_FOUND;
    if (LE_GET(ids.wire.version) > IDS_VERSION)
        return journal_is_newer(path, ret_problem);
    if (!is_header_good(journal, segment, &ids))
        return ERR_NOT_FOUND;
    ids.count = LE_GET(ids.wire.count);
    ids.file = TAKE(file);
    *ret_ids = ids;
    return OK;
}

// Those of a chunk that still count.
static size_t unpack(const struct entry_wire *chunk, size_t count, uint32_t now_s,
                     struct dedup_id *ret_ids)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        ret_ids[kept] = (struct dedup_id){
            .check = LE_GET(chunk[i].check),
            .hash = (uint32_t)LE_GET(chunk[i].hash),
            .expires_s = (uint32_t)LE_GET(chunk[i].expires_s),
        };
        kept += ret_ids[kept].expires_s >= now_s;
    }
    return kept;
}

// Goes over the entries; into *dedup, if it is given, go those that still count. False: they
// could not be read, or their CRC is wrong.
static bool read_entries(const struct ids_file *ids, struct dedup *dedup, uint32_t now_s)
{
    uint32_t crc = entries_seed(&ids->wire);
    struct entry_wire *chunk = mem_alloc(CHUNK_IDS * sizeof(*chunk));
    struct dedup_id *added = mem_alloc(CHUNK_IDS * sizeof(*added));
    uint64_t done = 0;
    while (done < ids->count) {
        size_t count = (size_t)MIN(ids->count - done, (uint64_t)CHUNK_IDS);
        size_t len = count * sizeof(*chunk);
        ssize_t got = ids->file->ops->pread(ids->file, chunk, len,
                                            sizeof(ids->wire) + done * sizeof(*chunk));
        if (got != (ssize_t)len)
            break;
        crc = hash_crc32c(crc, chunk, len);
        if (dedup)
            dedup_add(dedup, added, unpack(chunk, count, now_s, added));
        done += count;
    }
    mem_free(added);
    mem_free(chunk);
    return done == ids->count && crc == LE_GET(ids->wire.entries_crc);
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
    bool is_whole =
        read_entries(&ids, NULL, now_s) && read_entries(&ids, journal->dedup, now_s);
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
    *ret_count = ids.count;
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
