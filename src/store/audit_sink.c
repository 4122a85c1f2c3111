// SPDX-License-Identifier: Apache-2.0
// How far copies of the audit log have come; appending to one that is a file.
#include "store/audit_sink.h"

#include "codec/hash.h"
#include "codec/hex.h"
#include "store/meta.h"
#include "store/tx.h"

enum { ARENA_MAX = 64 * 1024 };

// "audit_sink " and the hexadecimal SHA-256 of the name, which may hold what nobody shall read.
static str meta_name(str name, struct arena *arena)
{
    uint8_t digest[HASH_SHA256_LEN];
    char text[2 * HASH_SHA256_LEN + 1];
    hash_sha256(name.data, name.len, digest);
    hex_encode(digest, sizeof(digest), text);
    return arena_printf(arena, "audit_sink %s", text);
}

enum err store_audit_sink_position(struct store_tx *tx, str name, int64_t *ret_seq,
                                   struct problem *ret_problem)
{
    str digits;
    *ret_seq = 0;
    enum err err = store_meta_get(tx, meta_name(name, tx->arena), &digits, ret_problem);
    if (err)
        return err == ERR_NOT_FOUND ? OK : err;
    return str_to_i64(digits, ret_seq)
               ? OK
               : problem_set(ret_problem, ERR_CORRUPT, STR("audit_sink"), "is no position");
}

enum err store_audit_sink_reached(struct store *store, str name, int64_t seq,
                                  struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    str value = arena_printf(arena, "%lld", (long long)seq);
    enum err err = store_begin(store, STORE_NOTE, arena, &tx, ret_problem);
    if (!err)
        err = store_meta_put(tx, meta_name(name, arena), value, ret_problem);
    return err ? err : store_commit(tx, ret_problem);
}

// What stands before new lines: a break, if a crash has torn the last one.
static int line_break(struct fs_file *file, int64_t size, size_t *ret_len)
{
    char last = '\n';
    ssize_t got = size > 0 ? file->ops->pread(file, &last, 1, (uint64_t)size - 1) : 0;
    *ret_len = last == '\n' ? 0 : 1;
    return got < 0 ? (int)got : 0;
}

static int append_lines(struct fs_file *file, str lines)
{
    int64_t size = file->ops->size(file);
    size_t break_len = 0;
    if (size < 0)
        return (int)size;
    int failed = line_break(file, size, &break_len);
    if (failed)
        return failed;
    struct iovec parts[] = {
        { .iov_base = (char[]){ '\n' }, .iov_len = break_len },
        { .iov_base = (char *)lines.data, .iov_len = lines.len },
    };
    bool is_torn = break_len > 0;
    ssize_t wrote =
        file->ops->pwritev(file, is_torn ? parts : parts + 1, is_torn ? 2 : 1, (uint64_t)size);
    return wrote < 0 ? (int)wrote : file->ops->datasync(file);
}

// The entry of a new file is made durable too, before its lines count as copied.
static int sync_parent(struct fs *fs, const char *path)
{
    AUTO(arena_free) struct arena *arena = arena_new(8192);
    const char *slash = strrchr(path, '/');
    const char *dir = ".";
    if (slash)
        dir = slash == path ? "/" : arena_cstr(arena, str_make(path, (size_t)(slash - path)));
    return fs->ops->sync_dir(fs, dir);
}

static enum err append(struct fs *fs, const char *path, str lines, struct problem *problem)
{
    AUTO(fs_file_close) struct fs_file *file = NULL;
    int failed = fs->ops->open(fs, path, FS_WRITE, &file);
    bool is_new = !failed && file->ops->size(file) == 0;
    if (!failed)
        failed = append_lines(file, lines);
    if (!failed && is_new)
        failed = sync_parent(fs, path);
    return failed ? fs_error(failed, path, problem) : OK;
}

enum err store_audit_sink_append(struct store *store, str path, str lines,
                                 struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    return append(store->fs, arena_cstr(arena, path), lines, ret_problem);
}
