// SPDX-License-Identifier: Apache-2.0
// Heads of the audit log, and the copiers.
#include "api/trail.h"

#include <pthread.h>

#include "base/log.h"
#include "base/mem.h"
#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/organizations.h"

enum {
    HEAD_DELAY_MS = 60 * 1000,
    RETRY_DELAY_MS = 60 * 1000,
    RETAIN_DELAY_MS = 6 * 3600 * 1000,
    RETAIN_MAX = 20000, // entries at once: others wait to write meanwhile
    ARENA_MAX = 1 << 20,
};

struct trail {
    struct trail_parts parts;
    struct pool_task head_task;
    struct pool_task retain_task;
    struct copier *copiers[TRAIL_SINKS_MAX];
    size_t copier_count;
    pthread_mutex_t signing; // one at a time
    pthread_mutex_t lock;    // of head
    struct signed_head head;
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
    if (!err && head.seq > trail->head.seq)
        err = store_audit_sign(tx, &head, ret_signature, problem);
    if (!err)
        err = store_commit(tx, problem);
    if (!err)
        *ret_head = head;
    return err;
}

static void tell_head(struct trail *trail, const struct audit_head *head,
                      const struct audit_signature *signature)
{
    char hash[2 * AUDIT_HASH_LEN + 1];
    char key[2 * AUDIT_KEY_LEN + 1];
    char bytes[2 * AUDIT_SIGNATURE_LEN + 1];
    uint8_t directory_id[STORE_DIRECTORY_ID_LEN];
    hex_encode(head->hash, AUDIT_HASH_LEN, hash);
    hex_encode(signature->key, AUDIT_KEY_LEN, key);
    hex_encode(signature->bytes, AUDIT_SIGNATURE_LEN, bytes);
    log_event(LOG_INFO, "audit head", LOG_INT("seq", head->seq), LOG_CSTR("hash", hash),
              LOG_CSTR("key", key), LOG_CSTR("signature", bytes));
    pthread_mutex_lock(&trail->lock);
    trail->head.seq = head->seq;
    trail->head.wall_ms = clock_wall_ms(trail->parts.clock);
    const struct audit_known known = { *head, true, *signature };
    audit_known_format(&known, trail->head.text);
    store_audit_directory_id(trail->parts.store, directory_id);
    hex_encode(directory_id, sizeof(directory_id), trail->head.directory_id);
    pthread_mutex_unlock(&trail->lock);
    for (size_t i = 0; i < trail->copier_count; i++)
        copier_ask(trail->copiers[i], false);
}

// copier_parts.head
static void latest_head(void *ctx, struct signed_head *ret_head)
{
    struct trail *trail = ctx;
    pthread_mutex_lock(&trail->lock);
    *ret_head = trail->head;
    pthread_mutex_unlock(&trail->lock);
}

static void run_head(struct pool_task *task)
{
    struct trail *trail = CONTAINER_OF(task, struct trail, head_task);
    struct problem problem = { 0 };
    struct audit_head head;
    struct audit_signature signature;
    pthread_mutex_lock(&trail->signing);
    enum err err = sign_head(trail, &head, &signature, &problem);
    if (err) {
        log_event(LOG_ERROR, "the head of the audit log cannot be signed",
                  LOG_CSTR("field", problem.field), LOG_CSTR("detail", problem.text),
                  LOG_ERR(err));
        pool_retry_task(trail->parts.pool, task, RETRY_DELAY_MS);
    } else if (head.seq > trail->head.seq) {
        tell_head(trail, &head, &signature);
    }
    pthread_mutex_unlock(&trail->signing);
}

// --- Retention

static enum err wants_retention(struct store_tx *tx, bool *ret_wants, struct problem *problem)
{
    struct organization_row *rows = NULL;
    size_t count = 0;
    enum err err = store_organization_list(tx, &rows, &count, problem);
    *ret_wants = false;
    for (size_t i = 0; i < count && !err; i++)
        *ret_wants |= rows[i].settings.audit_days > 0;
    return err;
}

// What has not been copied yet stays.
static enum err find_limit(struct trail *trail, struct store_tx *tx, int64_t *ret_limit,
                           struct problem *problem)
{
    int64_t limit = INT64_MAX, position;
    enum err err = OK;
    for (size_t i = 0; i < trail->copier_count && !err; i++) {
        err = copier_position(trail->copiers[i], tx, &position, problem);
        if (!err)
            limit = MIN(limit, position);
    }
    if (!err)
        *ret_limit = limit;
    return err;
}

// One transaction's worth.
static enum err retain(struct trail *trail, bool *ret_wants, int64_t *ret_removed,
                       struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    int64_t limit = 0;
    enum err err = store_begin(trail->parts.store, STORE_NOTE, arena, &tx, problem);
    if (!err)
        err = wants_retention(tx, ret_wants, problem);
    if (err || !*ret_wants)
        return err;
    err = find_limit(trail, tx, &limit, problem);
    if (!err)
        err = store_audit_retain(tx, limit, RETAIN_MAX, ret_removed, problem);
    return err ? err : store_commit(tx, problem);
}

static void run_retain(struct pool_task *task)
{
    struct trail *trail = CONTAINER_OF(task, struct trail, retain_task);
    struct problem problem = { 0 };
    bool wants = false;
    int64_t removed = 0;
    enum err err = retain(trail, &wants, &removed, &problem);
    if (err)
        log_event(LOG_ERROR, "old entries of the audit log cannot be removed",
                  LOG_CSTR("field", problem.field), LOG_CSTR("detail", problem.text),
                  LOG_ERR(err));
    if (removed > 0) {
        log_event(LOG_INFO, "old entries of the audit log were removed",
                  LOG_INT("entries", removed));
        trail_note(trail); // that is an entry too
    }
    if (err || wants)
        pool_retry_task(trail->parts.pool, task, removed == RETAIN_MAX ? 0 : RETAIN_DELAY_MS);
}

// --- The door

static enum err open_copiers(struct trail *trail, struct problem *problem)
{
    str rest = trail->parts.sinks, text;
    enum err err = OK;
    while (!err && str_next(&rest, ' ', &text)) {
        struct sink *sink = NULL;
        if (str_trim(text).len == 0)
            continue;
        if (trail->copier_count == TRAIL_SINKS_MAX)
            return problem_set(problem, ERR_INVALID, STR("audit_sink"),
                               "there are more than %d", TRAIL_SINKS_MAX);
        err = sink_open(str_trim(text), &trail->parts.sink_parts, &sink, problem);
        if (!err)
            trail->copiers[trail->copier_count++] = copier_new(&(struct copier_parts){
                .store = trail->parts.store,
                .sink = sink,
                .head = latest_head,
                .ctx = trail,
            });
    }
    return err;
}

enum err trail_new(const struct trail_parts *parts, struct trail **ret_trail,
                   struct problem *ret_problem)
{
    struct trail *trail = NEW(struct trail);
    trail->parts = *parts;
    trail->head_task.run = run_head;
    trail->retain_task.run = run_retain;
    pthread_mutex_init(&trail->signing, NULL);
    pthread_mutex_init(&trail->lock, NULL);
    enum err err = open_copiers(trail, ret_problem);
    if (err)
        trail_free(trail);
    else
        *ret_trail = trail;
    return err;
}

void trail_free(struct trail *trail)
{
    if (!trail)
        return;
    for (size_t i = 0; i < trail->copier_count; i++)
        copier_free(trail->copiers[i]);
    pthread_mutex_destroy(&trail->lock);
    pthread_mutex_destroy(&trail->signing);
    mem_free(trail);
}

static void ask(struct trail *trail, bool is_urgent)
{
    if (trail->parts.signs_heads)
        pool_ask_task(trail->parts.pool, &trail->head_task, is_urgent ? 0 : HEAD_DELAY_MS);
    for (size_t i = 0; i < trail->copier_count; i++)
        copier_ask(trail->copiers[i], is_urgent);
}

void trail_start(struct trail *trail)
{
    ask(trail, true);
    trail_retain(trail);
}

void trail_retain(struct trail *trail)
{
    if (trail->parts.signs_heads)
        pool_ask_task(trail->parts.pool, &trail->retain_task, 0);
}

void trail_note(struct trail *trail)
{
    ask(trail, false);
}
