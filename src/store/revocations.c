// SPDX-License-Identifier: Apache-2.0
// The log of revoked token digests. Format: revocations.h.
#include "store/revocations.h"

#include "base/buf.h"
#include "base/mem.h"
#include "codec/hash.h"

enum { HEADER_LEN = 40, ENTRY_LEN = 48, FORMAT = 1, FILE_BYTES_MAX = 1 << 30 };

#define MAGIC "PTLREVOC"

struct revocations {
    struct fs *fs;
    struct fs_file *file;
    char *path;
    struct revocation *entries;
    size_t count;
    uint64_t end; // where the next entry goes
};

static uint32_t get_u32(const char *bytes)
{
    const uint8_t *b = (const uint8_t *)bytes;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get_u64(const char *bytes)
{
    return get_u32(bytes) | (uint64_t)get_u32(bytes + 4) << 32;
}

// The last four bytes are the CRC of those before.
static bool has_right_crc(const char *bytes, size_t len)
{
    return hash_crc32c(0, bytes, len - 4) == get_u32(bytes + len - 4);
}

static void add_crc(struct buf *out, size_t from)
{
    buf_add_u32(out, hash_crc32c(0, out->data + from, out->len - from));
}

static enum err write_at(struct revocations *log, uint64_t offset, const struct buf *bytes,
                         struct problem *problem)
{
    struct iovec part = { .iov_base = bytes->data, .iov_len = bytes->len };
    ssize_t written = log->file->ops->pwritev(log->file, &part, 1, offset);
    if (written >= 0 && (size_t)written < bytes->len)
        return problem_set(problem, ERR_DISK_FULL, str_of(log->path),
                           "only a part could be written");
    int rc = written < 0 ? (int)written : log->file->ops->datasync(log->file);
    return rc < 0 ? fs_error(rc, log->path, problem) : OK;
}

static enum err create(const struct revocations *log, const uint8_t id[16],
                       struct problem *problem)
{
    AUTO(buf_done) struct buf header = { 0 };
    buf_add_str(&header, STR(MAGIC));
    buf_add_u32(&header, FORMAT);
    buf_add_u32(&header, 0);
    buf_add(&header, id, 16);
    buf_add_u32(&header, 0);
    add_crc(&header, 0);
    assert(header.len == HEADER_LEN);
    return fs_write_file(log->fs, log->path, buf_str(&header), problem);
}

static enum err check_header(const struct revocations *log, str data, const uint8_t id[16],
                             struct problem *problem)
{
    str path = str_of(log->path);
    if (data.len < HEADER_LEN || !str_starts(data, STR(MAGIC)))
        return problem_set(problem, ERR_CORRUPT, path, "this is not a log of revocations");
    uint32_t format = get_u32(data.data + 8);
    if (format > FORMAT)
        return problem_set(problem, ERR_NEWER_FORMAT, path,
                           "the file has format %u, this release knows format %u", format,
                           FORMAT);
    if (!has_right_crc(data.data, HEADER_LEN))
        return problem_set(problem, ERR_CORRUPT, path, "the header is damaged");
    if (memcmp(data.data + 16, id, 16) != 0)
        return problem_set(problem, ERR_CONFLICT, path,
                           "the file belongs to another data directory");
    return OK;
}

// Damage before the last entry is not a crash's: it is told, and the rest is used.
static void read_entries(struct revocations *log, str data, struct observer *observer)
{
    size_t whole = (data.len - HEADER_LEN) / ENTRY_LEN;
    log->entries = mem_zalloc(whole + 1, sizeof(struct revocation));
    for (size_t i = 0; i < whole; i++) {
        uint64_t at = HEADER_LEN + i * ENTRY_LEN;
        const char *entry = data.data + at;
        if (has_right_crc(entry, ENTRY_LEN)) {
            memcpy(log->entries[log->count].digest, entry, 32);
            log->entries[log->count++].revoked_ms = (int64_t)get_u64(entry + 32);
            log->end = at + ENTRY_LEN;
        } else if (i + 1 < whole) {
            observe(observer, LOG_ERROR, "damaged entry in the log of revocations",
                    LOG_CSTR("file", log->path), LOG_INT("offset", (int64_t)at));
        }
    }
}

static enum err load(struct revocations *log, const uint8_t id[16], struct observer *observer,
                     struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    str data = STR_NONE;
    enum err err = fs_read_file(log->fs, log->path, FILE_BYTES_MAX, arena, &data, problem);
    if (err == ERR_NOT_FOUND) {
        log->end = HEADER_LEN;
        return create(log, id, problem);
    }
    if (!err)
        err = check_header(log, data, id, problem);
    if (err)
        return err;
    log->end = HEADER_LEN;
    read_entries(log, data, observer);
    return OK;
}

enum err revocations_open(struct fs *fs, str path, const uint8_t id[16],
                          struct observer *observer, struct revocations **ret_revocations,
                          struct problem *ret_problem)
{
    AUTO(revocations_close) struct revocations *log = NEW(struct revocations);
    log->fs = fs;
    log->path = mem_alloc(path.len + 1);
    str_copy(path, log->path, path.len + 1);
    enum err err = load(log, id, observer, ret_problem);
    if (err)
        return err;
    int rc = fs->ops->open(fs, log->path, FS_WRITE, &log->file);
    if (rc < 0)
        return fs_error(rc, log->path, ret_problem);
    *ret_revocations = TAKE(log);
    return OK;
}

void revocations_close(struct revocations *revocations)
{
    if (!revocations)
        return;
    if (revocations->file)
        revocations->file->ops->close(revocations->file);
    mem_free(revocations->entries);
    mem_free(revocations->path);
    mem_free(revocations);
}

const struct revocation *revocations_all(const struct revocations *revocations,
                                         size_t *ret_count)
{
    *ret_count = revocations->count;
    return revocations->entries;
}

enum err revocations_add(struct revocations *revocations, const struct revocation *entries,
                         size_t count, struct problem *ret_problem)
{
    AUTO(buf_done) struct buf bytes = { 0 };
    for (size_t i = 0; i < count; i++) {
        size_t from = bytes.len;
        buf_add(&bytes, entries[i].digest, 32);
        buf_add_u64(&bytes, (uint64_t)entries[i].revoked_ms);
        buf_add_u32(&bytes, 0);
        add_crc(&bytes, from);
        assert(bytes.len - from == ENTRY_LEN);
    }
    enum err err = write_at(revocations, revocations->end, &bytes, ret_problem);
    if (!err)
        revocations->end += bytes.len;
    return err;
}
