// SPDX-License-Identifier: Apache-2.0
// How a run of a source goes on and ends: reports of the program on the same machine that works
// on it, people who stop it, and the stream that tells who watches.
#include "api/resources/resources.h"
#include "api/resources/source_runs.h"
#include "api/router.h"

enum { REASON_LEN_MAX = 2000 };

// --- Watching

enum err handle_watch_source_runs(struct call *call)
{
    struct source_row source;
    enum err err = source_find_runnable(call, &source);
    if (err)
        return err;
    call->watched_id = runs_ring(call->arena, source.id);
    reply_empty(call, 200);
    return OK;
}

// --- Stopping

struct stop {
    const struct source_row *source;
    struct source_run_row run; // afterwards
};

static enum err stop_newest(struct call *call, struct store_tx *tx, void *ctx,
                            struct call_change *ret_change)
{
    struct stop *stop = ctx;
    struct audit_row actor = { 0 };
    const struct source_row *source = stop->source;
    enum err err = store_source_run_latest(tx, source->workspace_id, source->id, &stop->run,
                                           &call->problem);
    if (err == ERR_NOT_FOUND || (!err && stop->run.state != RUN_RUNNING))
        return call_fail(call, ERR_CONFLICT, "The source is not running");
    if (err)
        return err;
    call_actor(call, &actor);
    str reason = arena_printf(call->arena, "stopped by %" PRIstr, STR_ARG(actor.actor_name));
    *ret_change = (struct call_change){
        .action = "stopped",
        .target_type = "source",
        .target_id = source->id,
        .target_name = source->name,
    };
    err = store_source_run_fail(tx, stop->run.id, reason, &call->problem);
    stop->run.state = RUN_FAILED;
    return err;
}

enum err handle_stop_source(struct call *call)
{
    struct source_row source;
    struct stop stop = { .source = &source };
    enum err err = source_find_runnable(call, &source);
    if (!err)
        err = call_write(call, stop_newest, &stop);
    if (err)
        return err;
    runs_tell(call->api->runs, &stop.run);
    reply_empty(call, 204);
    return OK;
}

// --- Reports of a program on the same machine

enum { RUN_ID, STATE, TASK, ERROR };
static const char *const states[] = { "running", "finished", "failed", NULL };
static const struct body_field report_members[] = {
    [RUN_ID] = { .name = "runId", .is_required = true, .min_len = 1, .max_len = 64 },
    [STATE] = { .name = "state", .kind = BODY_CHOICE, .is_required = true, .choices = states },
    [TASK] = { .name = "task", .min_len = 1, .max_len = NAME_LEN_MAX },
    [ERROR] = { .name = "error", .min_len = 1, .max_len = REASON_LEN_MAX },
};
enum { REPORT_COUNT = ARRAY_LEN(report_members) };

// A report on its way through call_note.
struct report {
    const struct body_value *values;
    struct source_run_row run; // afterwards
};

static enum err advance(struct call *call, struct store_tx *tx, const struct body_value *values)
{
    struct source_run_task_row task = { .name = values[TASK].text,
                                        .error = values[ERROR].text };
    if (str_eq(values[STATE].text, STR("finished")))
        task.state = RUN_FINISHED;
    if (str_eq(values[STATE].text, STR("failed")))
        task.state = RUN_FAILED;
    if (values[TASK].is_set || task.state == RUN_RUNNING)
        return store_source_run_progress(tx, values[RUN_ID].text, &task, &call->problem);
    if (task.state == RUN_FINISHED)
        return store_source_run_finish(tx, values[RUN_ID].text, &call->problem);
    return store_source_run_fail(tx, values[RUN_ID].text, task.error, &call->problem);
}

static enum err report(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct report *report = ctx;
    (void)ret_change; // what a run does is in the run
    enum err err = advance(call, tx, report->values);
    return err ? err
               : store_source_run_find(tx, report->values[RUN_ID].text, &report->run,
                                       &call->problem);
}

enum err handle_report_source_run_locally(struct call *call)
{
    struct body_value values[REPORT_COUNT];
    struct report done = { .values = values };
    enum err err = body_read(call, report_members, REPORT_COUNT, values);
    if (!err && str_eq(values[STATE].text, STR("failed")) != values[ERROR].is_set)
        err = call_invalid(call, STR("error"), "is there when something failed, and only then");
    if (!err)
        err = call_note(call, report, &done);
    if (err)
        return err;
    runs_tell(call->api->runs, &done.run);
    reply_empty(call, 204);
    return OK;
}
