// SPDX-License-Identifier: Apache-2.0
// Heads and the copy of the audit log.
#include "api/trail.h"

#include <pthread.h>

#include "api/audit_entry.h"
#include "base/log.h"
#include "base/mem.h"
#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/meta.h"

enum {
    HEAD_DELAY_MS = 60 * 1000,
    COPY_DELAY_MS = 1000,
    RETRY_DELAY_MS = 60 * 1000,
    BATCH_MAX = 500,
    ARENA_MAX = 32 << 20,
};

#define META_SINK STR("audit_sink") // "SEQ PATH": up to where it was copied, and where to

struct trail {
    struct trail_parts parts;
    struct pool_task head_task;
    struct pool_task copy_task;
    pthread_mutex_t lock; // one head, one copy at a time
    int64_t signed_seq;
};

// --- Heads

static enum err sign_head(struct trail *trail, struct audit_head *ret_head,
                          struct audit_signature *ret_signature, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    struct audit_head head;
    enum err err = store_begin(trail->parts.store, STORE_NOTE, arena, &tx, problem);
    if (!err)
        err = store_audit_head(tx, &head, problem);
    if (!err && head.seq > trail->signed_seq)
        err = store_audit_sign(tx, &head, ret_signature, problem);
    if (!err)
        err = store_commit(tx, problem);
    if (!err)
        *ret_head = head;
    return err;
}

static void log_head(const struct audit_head *head, const struct audit_signature *signature)
{
    char hash[2 * AUDIT_HASH_LEN + 1];
    char key[2 * AUDIT_KEY_LEN + 1];
    char bytes[2 * AUDIT_SIGNATURE_LEN + 1];
    hex_encode(head->hash, AUDIT_HASH_LEN, hash);
    hex_encode(signature->key, AUDIT_KEY_LEN, key);
    hex_encode(signature->bytes, AUDIT_SIGNATURE_LEN, bytes);
    log_event(LOG_INFO, "audit head", LOG_INT("seq", head->seq), LOG_CSTR("hash", hash),
              LOG_CSTR("key", key), LOG_CSTR("signature", bytes));
}

static void run_head(struct pool_task *task)
{
    struct trail *trail = CONTAINER_OF(task, struct trail, head_task);
    struct problem problem = { 0 };
    struct audit_head head;
    struct audit_signature signature;
    pthread_mutex_lock(&trail->lock);
    enum err err = sign_head(trail, &head, &signature, &problem);
    if (err) {
        log_event(LOG_ERROR, "the head of the audit log cannot be signed",
                  LOG_CSTR("field", problem.field), LOG_CSTR("detail", problem.text),
                  LOG_ERR(err));
        pool_retry_task(trail->parts.pool, task, RETRY_DELAY_MS);
    } else if (head.seq > trail->signed_seq) {
        log_head(&head, &signature);
        trail->signed_seq = head.seq;
    }
    pthread_mutex_unlock(&trail->lock);
}

// --- The copy

static enum err begin(struct trail *trail, enum store_mode mode, struct arena *arena,
                      struct store_tx **ret_tx, struct problem *problem)
{
    return store_begin(trail->parts.store, mode, arena, ret_tx, problem);
}

// 0 when the file is another than the last time.
static enum err read_position(const struct trail *trail, struct store_tx *tx, int64_t *ret_seq,
                              struct problem *problem)
{
    str value, digits;
    *ret_seq = 0;
    enum err err = store_meta_get(tx, META_SINK, &value, problem);
    if (err)
        return err == ERR_NOT_FOUND ? OK : err;
    if (!str_next(&value, ' ', &digits) || !str_eq(value, trail->parts.sink_file))
        return OK;
    return str_to_i64(digits, ret_seq)
               ? OK
               : problem_set(problem, ERR_CORRUPT, META_SINK, "is no position");
}

static enum err write_position(struct trail *trail, int64_t seq, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    str value =
        arena_printf(arena, "%lld %" PRIstr, (long long)seq, STR_ARG(trail->parts.sink_file));
    enum err err = begin(trail, STORE_NOTE, arena, &tx, problem);
    if (!err)
        err = store_meta_put(tx, META_SINK, value, problem);
    return err ? err : store_commit(tx, problem);
}

// What stands before new lines: a break, if a crash has torn the last one.
static int line_break(struct fs_file *file, int64_t size, size_t *ret_len)
{
    char last = '\n';
    ssize_t got = size > 0 ? file->ops->pread(file, &last, 1, (uint64_t)size - 1) : 0;
    *ret_len = last == '\n' ? 0 : 1;
    return got < 0 ? (int)got : 0;
}

static int append_lines(struct fs_file *file, const struct buf *lines)
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
        { .iov_base = lines->data, .iov_len = lines->len },
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

static enum err append(const struct trail *trail, const struct buf *lines,
                       struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(8192);
    AUTO(fs_file_close) struct fs_file *file = NULL;
    struct fs *fs = trail->parts.fs;
    const char *path = arena_cstr(arena, trail->parts.sink_file);
    int failed = fs->ops->open(fs, path, FS_WRITE, &file);
    bool is_new = !failed && file->ops->size(file) == 0;
    if (!failed)
        failed = append_lines(file, lines);
    if (!failed && is_new)
        failed = sync_parent(fs, path);
    return failed ? fs_error(failed, path, problem) : OK;
}

// The next entries as lines; *ret_seq is the last one's, untouched when there are none.
static enum err read_lines(struct trail *trail, struct buf *lines, int64_t *ret_seq,
                           struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    struct audit_row *rows = NULL;
    struct json json;
    int64_t position = 0;
    size_t count = 0;
    enum err err = begin(trail, STORE_READ, arena, &tx, problem);
    if (!err)
        err = read_position(trail, tx, &position, problem);
    if (!err)
        err = store_audit_list_after(tx, position, BATCH_MAX, &rows, &count, problem);
    for (size_t i = 0; i < count && !err; i++) {
        json_init(&json, lines);
        audit_entry_write(&rows[i], &json);
        buf_add_char(lines, '\n');
        *ret_seq = rows[i].seq;
    }
    return err;
}

static enum err copy_batch(struct trail *trail, bool *ret_is_done, struct problem *problem)
{
    AUTO(buf_done) struct buf lines = { 0 };
    int64_t seq = 0;
    enum err err = read_lines(trail, &lines, &seq, problem);
    *ret_is_done = seq == 0;
    if (err || seq == 0)
        return err;
    err = append(trail, &lines, problem);
    return err ? err : write_position(trail, seq, problem);
}

static void run_copy(struct pool_task *task)
{
    struct trail *trail = CONTAINER_OF(task, struct trail, copy_task);
    struct problem problem = { 0 };
    bool is_done = false;
    enum err err = OK;
    pthread_mutex_lock(&trail->lock);
    while (!err && !is_done)
        err = copy_batch(trail, &is_done, &problem);
    pthread_mutex_unlock(&trail->lock);
    if (!err)
        return;
    log_event(LOG_ERROR, "the audit log cannot be copied; it is tried again",
              LOG_STR("audit_sink_file", trail->parts.sink_file),
              LOG_CSTR("detail", problem.text), LOG_ERR(err));
    pool_retry_task(trail->parts.pool, task, RETRY_DELAY_MS);
}

// --- The door

struct trail *trail_new(const struct trail_parts *parts)
{
    struct trail *trail = NEW(struct trail);
    trail->parts = *parts;
    trail->head_task.run = run_head;
    trail->copy_task.run = run_copy;
    pthread_mutex_init(&trail->lock, NULL);
    return trail;
}

void trail_free(struct trail *trail)
{
    if (!trail)
        return;
    pthread_mutex_destroy(&trail->lock);
    mem_free(trail);
}

static void ask(struct trail *trail, int64_t head_delay_ms, int64_t copy_delay_ms)
{
    if (trail->parts.signs_heads)
        pool_ask_task(trail->parts.pool, &trail->head_task, head_delay_ms);
    if (trail->parts.sink_file.len > 0)
        pool_ask_task(trail->parts.pool, &trail->copy_task, copy_delay_ms);
}

void trail_start(struct trail *trail)
{
    ask(trail, 0, 0);
}

void trail_note(struct trail *trail)
{
    ask(trail, HEAD_DELAY_MS, COPY_DELAY_MS);
}
