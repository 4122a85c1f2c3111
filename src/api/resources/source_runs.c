// SPDX-License-Identifier: Apache-2.0
// Runs of sources: started and asked after by schedulers, worked on by whoever holds the door
// store/source_runs.h, or by a program on the same machine that reports through the control
// socket.
#include "store/source_runs.h"

#include "api/resources/resources.h"
#include "api/resources/sources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum { PARAMETERS_MAX = 64, REASON_LEN_MAX = 2000 };

// A start on its way through call_write.
struct start {
    const struct source_row *source;
    struct source_run_row run;
};

// Who starts a project of profiles needs Profiles: Edit, not Event Stream Sources: Edit.
static enum err allow_run(struct call *call, const void *row)
{
    const struct source_row *source = row;
    bool is_start = call->operation->effect == EFFECT_WRITE;
    if (is_start && str_eq(source->type, STR("profiles")))
        return call_allow_by(call, PERMISSION_PROFILES_EDIT, source->id);
    return call_allow(call);
}

// The source, if it is of a kind that runs. ERR_INVALID otherwise.
static enum err find_runnable(struct call *call, struct source_row *ret_source)
{
    struct resource_type runs = source_resource;
    runs.allow = allow_run;
    enum err err = resource_find(call, &runs, call->params[0], ret_source);
    if (err)
        return err;
    const struct source_definition *definition = source_definition_find(ret_source->type);
    if (definition && definition->is_run)
        return OK;
    return call_fail(call, ERR_INVALID,
                     "This source takes events as they are sent to it and cannot be run");
}

static enum err begin(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    struct start *start = ctx;
    enum err err = store_source_run_begin(tx, &start->run, &call->problem);
    if (err == ERR_CONFLICT)
        return call_fail(call, err, "The source is already running");
    *ret_change = (struct call_change){
        .action = "started",
        .target_type = "source",
        .target_id = start->source->id,
        .target_name = start->source->name,
    };
    return err;
}

enum err handle_start_source(struct call *call)
{
    static const struct body_field parameters = { .name = "parameters",
                                                  .kind = BODY_TEXTS,
                                                  .max_len = PARAMETERS_MAX };
    struct body_value value;
    struct source_row source;
    enum err err = find_runnable(call, &source);
    if (!err)
        err = body_read(call, &parameters, 1, &value);
    if (!err && !source.is_enabled)
        err = call_fail(call, ERR_INVALID, "The source is disabled");
    if (err)
        return err;
    struct start start = {
        .source = &source,
        .run = { .source_id = source.id,
                 .workspace_id = source.workspace_id,
                 .parameters = STR("[]") },
    };
    if (value.is_set)
        start.run.parameters = json_text(value.json, call->arena);
    err = call_write(call, begin, &start);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_str(json, "runId", start.run.id);
    json_close_object(json);
    return OK;
}

// --- Asking

static void write_time(struct json *json, const char *key, int64_t ms)
{
    reply_time_or_null(json, key, ms);
}

static void write_task(struct json *json, const struct source_run_row *run,
                       const struct source_run_task_row *task)
{
    json_open_object(json);
    json_put_str(json, "task_run_id", task->id);
    json_put_str(json, "task_id", task->name);
    json_put_str(json, "job_id", run->source_id);
    json_put_str(json, "status", str_of(run_state_word(task->state)));
    write_time(json, "started_at", task->started_ms);
    write_time(json, "finished_at", task->finished_ms);
    json_put_str(json, "error", task->error);
    json_close_object(json);
}

static void write_run(struct json *json, const struct source_run_row *run,
                      const struct source_run_task_row *tasks, size_t count)
{
    json_open_object(json);
    json_put_str(json, "id", run->id);
    json_put_str(json, "job_id", run->source_id);
    json_put_str(json, "status", str_of(run_state_word(run->state)));
    write_time(json, "started_at", run->started_ms);
    write_time(json, "finished_at", run->finished_ms);
    json_put_str(json, "error", run->error);
    json_put_raw(json, "parameters", run->parameters);
    json_key(json, STR("tasks"));
    json_open_array(json);
    for (size_t i = 0; i < count; i++)
        write_task(json, run, &tasks[i]);
    json_close_array(json);
    json_close_object(json);
}

enum err handle_get_source_run(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct source_row source;
    struct source_run_row run;
    struct source_run_task_row *tasks;
    size_t count;
    enum err err = find_runnable(call, &source);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_source_run_get(tx, source.workspace_id, source.id, call->params[1], &run,
                                   &call->problem);
    if (!err)
        err = store_source_run_tasks(tx, run.id, &tasks, &count, &call->problem);
    if (!err)
        write_run(reply_json(call, 200), &run, tasks, count);
    return err;
}

// What the oldest of the clients reads: one word about the newest run.
enum err handle_get_source_status(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct source_row source;
    struct source_run_row run;
    enum err err = find_runnable(call, &source);
    if (!err)
        err = read_begin(call, &tx);
    if (err)
        return err;
    err = store_source_run_latest(tx, source.workspace_id, source.id, &run, &call->problem);
    if (err && err != ERR_NOT_FOUND)
        return err;
    bool has_run = err == OK;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    if (!has_run)
        json_put_str(json, "status", STR("pending"));
    else if (run.state == RUN_RUNNING)
        json_put_str(json, "status", STR("processing"));
    else
        json_put_str(json, "status", STR("finished"));
    json_put_str(json, "error", has_run ? run.error : STR_NONE);
    json_close_object(json);
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

static enum err report(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    const struct body_value *values = ctx;
    (void)ret_change; // what a run does is in the run
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

enum err handle_report_source_run_locally(struct call *call)
{
    struct body_value values[REPORT_COUNT];
    enum err err = body_read(call, report_members, REPORT_COUNT, values);
    if (!err && str_eq(values[STATE].text, STR("failed")) != values[ERROR].is_set)
        err = call_invalid(call, STR("error"), "is there when something failed, and only then");
    if (!err)
        err = call_note(call, report, values);
    if (!err)
        reply_empty(call, 204);
    return err;
}
