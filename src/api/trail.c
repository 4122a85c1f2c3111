// SPDX-License-Identifier: Apache-2.0
// Heads and the copy of the audit log.
#include "api/trail.h"

#include <pthread.h>

#include "api/audit_entry.h"
#include "base/log.h"
#include "base/mem.h"
#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/audit_sink.h"

enum {
    HEAD_DELAY_MS = 60 * 1000,
    COPY_DELAY_MS = 1000,
    RETRY_DELAY_MS = 60 * 1000,
    BATCH_MAX = 500,
    ARENA_MAX = 32 << 20,
};

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
    enum err err = store_begin(trail->parts.store, STORE_READ, arena, &tx, problem);
    if (!err)
        err = store_audit_sink_position(tx, trail->parts.sink_file, &position, problem);
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
    return store_audit_sink_append(trail->parts.store, trail->parts.sink_file, buf_str(&lines),
                                   seq, problem);
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
