// SPDX-License-Identifier: Apache-2.0
// Runs of sources: started and asked after by schedulers and people. How they go on and end:
// source_run_progress.c.
#include "api/resources/source_runs.h"

#include "api/resources/resources.h"
#include "api/resources/sources.h"
#include "api/router.h"
#include "destinations/destination.h"

enum { PARAMETERS_MAX = 64 };

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

enum err source_find_runnable(struct call *call, struct source_row *ret_source)
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
    enum err err = source_find_runnable(call, &source);
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
    runs_tell(call->api->runs, &start.run);
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

static void write_members(struct json *json, const struct source_run_row *run)
{
    json_put_str(json, "id", run->id);
    json_put_str(json, "job_id", run->source_id);
    json_put_str(json, "status", str_of(run_state_word(run->state)));
    write_time(json, "started_at", run->started_ms);
    write_time(json, "finished_at", run->finished_ms);
    json_put_str(json, "error", run->error);
    json_put_raw(json, "parameters", run->parameters);
}

static void write_run(struct json *json, const struct source_run_row *run,
                      const struct source_run_task_row *tasks, size_t count)
{
    json_open_object(json);
    write_members(json, run);
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
    enum err err = source_find_runnable(call, &source);
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

static void write_page(struct call *call, str source_id, const struct page *page,
                       const struct store_list *list)
{
    const struct source_run_row *runs = list->rows;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("runs"));
    json_open_array(json);
    for (size_t i = 0; i < list->count; i++) {
        json_open_object(json);
        write_members(json, &runs[i]);
        json_close_object(json);
    }
    json_close_array(json);
    str path = arena_printf(call->arena, "/v2/sources/%" PRIstr "/runs", STR_ARG(source_id));
    page_write(call, path, page, list->total);
    json_close_object(json);
}

enum err handle_list_source_runs(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct source_row source;
    struct page page;
    struct store_list list;
    enum err err = source_find_runnable(call, &source);
    if (!err)
        err = page_read(call, &page);
    if (!err)
        err = read_begin(call, &tx);
    if (err)
        return err;
    struct store_page part = page_of_store(&page);
    err = store_source_run_list(tx, source.id, &part, &list, &call->problem);
    if (!err)
        write_page(call, source.id, &page, &list);
    return err;
}

// What the oldest of the clients reads: one word about the newest run.
enum err handle_get_source_status(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct source_row source;
    struct source_run_row run;
    enum err err = source_find_runnable(call, &source);
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
