// SPDX-License-Identifier: Apache-2.0
#include "api/runs.h"

#include "base/mem.h"
#include "codec/json.h"

enum { ARENA_MAX = 16 << 20, RETRY_MS = 60 * 1000 };

struct runs {
    struct runs_parts parts;
    struct pool_task task;
};

// --- Telling

str runs_ring(struct arena *arena, str source_id)
{
    return arena_printf(arena, "run:%" PRIstr, STR_ARG(source_id));
}

static void show(struct runs *runs, const struct source_run_row *run)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(buf_done) struct buf text = { 0 };
    struct json json;
    if (!runs->parts.outcome)
        return;
    json_init(&json, &text);
    json_open_object(&json);
    json_put_str(&json, "runId", run->id);
    json_put_str(&json, "status", str_of(run_state_word(run->state)));
    json_close_object(&json);
    outcome_live(runs->parts.outcome, runs_ring(arena, run->source_id), buf_str(&text));
}

void runs_tell(struct runs *runs, const struct source_run_row *run)
{
    show(runs, run);
    if (run->state == RUN_RUNNING)
        pool_ask_task(runs->parts.pool, &runs->task, SOURCE_RUN_SILENCE_MS);
}

// --- Ending

// A reason: whatever runs. Nothing is written when nothing ends.
static enum err end(struct runs *runs, str reason, int64_t *ret_next_ms,
                    struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    struct source_runs_ended ended = { 0 };
    enum err err = store_begin(runs->parts.store, STORE_NOTE, arena, &tx, problem);
    if (!err)
        err = store_source_runs_end(tx, reason, &ended, problem);
    if (!err && ended.count > 0)
        err = store_commit(tx, problem);
    if (err)
        return err;
    for (size_t i = 0; i < ended.count; i++)
        show(runs, &ended.rows[i]);
    *ret_next_ms = ended.next_silent_ms;
    return OK;
}

void runs_look(struct runs *runs)
{
    struct problem problem = { 0 };
    int64_t next_ms = 0, now_ms = clock_wall_ms(runs->parts.clock);
    enum err err = end(runs, STR_NONE, &next_ms, &problem);
    if (err)
        log_event(LOG_ERROR, "silent runs of sources cannot be ended; it is tried again",
                  LOG_CSTR("detail", problem.text), LOG_ERR(err));
    if (err || next_ms > 0)
        pool_retry_task(runs->parts.pool, &runs->task,
                        err ? RETRY_MS : MAX(next_ms - now_ms, (int64_t)1));
}

static void run(struct pool_task *task)
{
    runs_look(CONTAINER_OF(task, struct runs, task));
}

// --- Making and ending

enum err runs_new(const struct runs_parts *parts, struct runs **ret_runs,
                  struct problem *ret_problem)
{
    struct runs *runs = NEW(struct runs);
    int64_t next_ms;
    runs->parts = *parts;
    runs->task.run = run;
    enum err err = end(runs, STR("Pintle ended while this ran"), &next_ms, ret_problem);
    if (err) {
        runs_free(runs);
        return err;
    }
    *ret_runs = runs;
    return OK;
}

void runs_free(struct runs *runs)
{
    mem_free(runs);
}
