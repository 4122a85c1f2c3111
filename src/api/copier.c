// SPDX-License-Identifier: Apache-2.0
#include "api/copier.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "api/audit_entry.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics/metrics.h"
#include "store/audit_sink.h"

enum {
    GATHER_MS = 1000,
    RETRY_FIRST_MS = 1000,
    RETRY_MAX_MS = 5 * 60 * 1000,
    SEND_TIMEOUT_MS = 10 * 1000,
    LAST_TIMEOUT_MS = 2 * 1000, // when the server is stopping
    BATCH_MAX = 500,
    ARENA_MAX = 32 << 20,
};

struct copier {
    struct copier_parts parts;
    pthread_t thread;
    pthread_mutex_t lock; // of the following
    pthread_cond_t wake;
    bool is_asked;
    bool is_urgent;
    bool is_ending;
    // The thread's own:
    int64_t sent_head; // seq
    int64_t wait_ms;   // before the next try; 0: the last one went well
};

// --- One batch

// Room for the head behind the entries.
struct gathered {
    struct sink_line lines[BATCH_MAX + 1];
    size_t count;
    int64_t reached; // seq of the last entry; 0: there are none
};

static void add_entries(const struct audit_row *rows, size_t count, struct arena *arena,
                        struct gathered *gathered)
{
    for (size_t i = 0; i < count; i++) {
        AUTO(buf_done) struct buf text = { 0 };
        struct json json;
        json_init(&json, &text);
        audit_entry_write(&rows[i], &json);
        gathered->lines[gathered->count++] = (struct sink_line){
            .json = arena_dup(arena, buf_str(&text)),
            .wall_ms = rows[i].created_ms,
        };
        gathered->reached = rows[i].seq;
    }
}

// A head follows the entries that it vouches for.
static void add_head(const struct copier *copier, int64_t position, struct arena *arena,
                     struct gathered *gathered, int64_t *ret_seq)
{
    struct signed_head head;
    copier->parts.head(copier->parts.ctx, &head);
    if (head.seq <= copier->sent_head || head.seq > MAX(position, gathered->reached))
        return;
    gathered->lines[gathered->count++] = (struct sink_line){
        .json = arena_printf(arena, "{\"auditHead\":\"%s\",\"directoryId\":\"%s\"}", head.text,
                             head.directory_id),
        .wall_ms = head.wall_ms,
        .is_head = true,
    };
    *ret_seq = head.seq;
}

static enum err gather(struct copier *copier, struct arena *arena, struct gathered *gathered,
                       int64_t *ret_head, struct problem *problem)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct audit_row *rows = NULL;
    int64_t position = 0;
    size_t count = 0;
    enum err err = store_begin(copier->parts.store, STORE_READ, arena, &tx, problem);
    if (!err)
        err = copier_position(copier, tx, &position, problem);
    if (!err)
        err = store_audit_list_after(tx, position, BATCH_MAX, &rows, &count, problem);
    if (err)
        return err;
    add_entries(rows, count, arena, gathered);
    add_head(copier, position, arena, gathered, ret_head);
    return OK;
}

static enum err copy_batch(struct copier *copier, int64_t timeout_ms, bool *ret_is_done,
                           struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    struct gathered *gathered = ARENA_NEW(arena, struct gathered);
    int64_t head = copier->sent_head;
    enum err err = gather(copier, arena, gathered, &head, problem);
    *ret_is_done = gathered->count == 0;
    if (err || gathered->count == 0)
        return err;
    const struct sink_batch batch = { gathered->lines, gathered->count, timeout_ms };
    err = sink_send(copier->parts.sink, &batch, problem);
    if (!err && gathered->reached > 0)
        err = store_audit_sink_reached(copier->parts.store, sink_name(copier->parts.sink),
                                       gathered->reached, problem);
    if (!err)
        copier->sent_head = head;
    return err;
}

static void copy(struct copier *copier, int64_t timeout_ms)
{
    struct problem problem = { 0 };
    bool is_done = false;
    enum err err = OK;
    while (!err && !is_done)
        err = copy_batch(copier, timeout_ms, &is_done, &problem);
    if (!err) {
        copier->wait_ms = 0;
        return;
    }
    copier->wait_ms =
        copier->wait_ms ? MIN(copier->wait_ms * 2, (int64_t)RETRY_MAX_MS) : RETRY_FIRST_MS;
    metric_add(METRIC_AUDIT_COPY_FAILURES, 1);
    log_event(LOG_ERROR, "the audit log cannot be copied; it is tried again",
              LOG_STR("audit_sink", sink_label(copier->parts.sink)),
              LOG_CSTR("detail", problem.text), LOG_ERR(err));
}

// --- The thread

// With the lock; only the end, or something urgent, is a reason to wait less.
static void wait_for(struct copier *copier, int64_t wait_ms, bool is_retry)
{
    struct timespec due;
    (void)clock_gettime(CLOCK_MONOTONIC, &due);
    due.tv_sec += wait_ms / 1000;
    due.tv_nsec += wait_ms % 1000 * 1000000;
    if (due.tv_nsec >= 1000000000) {
        due.tv_sec++;
        due.tv_nsec -= 1000000000;
    }
    int rc = 0;
    while (rc != ETIMEDOUT && !copier->is_ending && (is_retry || !copier->is_urgent))
        rc = pthread_cond_timedwait(&copier->wake, &copier->lock, &due);
}

static void wait_for_work(struct copier *copier)
{
    while (!copier->is_asked && !copier->is_ending && copier->wait_ms == 0)
        (void)pthread_cond_wait(&copier->wake, &copier->lock);
    wait_for(copier, copier->wait_ms ? copier->wait_ms : GATHER_MS, copier->wait_ms > 0);
    copier->is_asked = false;
    copier->is_urgent = false;
}

static void *thread_main(void *arg)
{
    struct copier *copier = arg;
    bool is_last = false;
    pthread_mutex_lock(&copier->lock);
    while (!is_last) {
        wait_for_work(copier);
        is_last = copier->is_ending;
        pthread_mutex_unlock(&copier->lock);
        copy(copier, is_last ? LAST_TIMEOUT_MS : SEND_TIMEOUT_MS);
        pthread_mutex_lock(&copier->lock);
    }
    pthread_mutex_unlock(&copier->lock);
    return NULL;
}

// --- The door

struct copier *copier_new(const struct copier_parts *parts)
{
    struct copier *copier = NEW(struct copier);
    pthread_condattr_t attributes;
    copier->parts = *parts;
    pthread_mutex_init(&copier->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&copier->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    int rc = pthread_create(&copier->thread, NULL, thread_main, copier);
    assert(rc == 0);
    (void)rc;
    return copier;
}

void copier_free(struct copier *copier)
{
    if (!copier)
        return;
    pthread_mutex_lock(&copier->lock);
    copier->is_ending = true;
    pthread_cond_signal(&copier->wake);
    pthread_mutex_unlock(&copier->lock);
    pthread_join(copier->thread, NULL);
    sink_close(copier->parts.sink);
    pthread_cond_destroy(&copier->wake);
    pthread_mutex_destroy(&copier->lock);
    mem_free(copier);
}

void copier_ask(struct copier *copier, bool is_urgent)
{
    pthread_mutex_lock(&copier->lock);
    copier->is_asked = true;
    copier->is_urgent |= is_urgent;
    pthread_cond_signal(&copier->wake);
    pthread_mutex_unlock(&copier->lock);
}

enum err copier_position(const struct copier *copier, struct store_tx *tx, int64_t *ret_seq,
                         struct problem *ret_problem)
{
    return store_audit_sink_position(tx, sink_name(copier->parts.sink), ret_seq, ret_problem);
}
