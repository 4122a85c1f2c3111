// SPDX-License-Identifier: Apache-2.0
// Rows of the tables source_runs and source_run_tasks.
#include "store/source_runs.h"

#include "store/tables.h"

// As they are stored: the state as its word.
struct run_record {
    struct source_run_row row;
    str state;
};
struct task_record {
    struct source_run_task_row row;
    str state;
};

#define AT(field)      offsetof(struct run_record, field)
#define TASK_AT(field) offsetof(struct task_record, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(row.id) },
    { "workspace_id", COLUMN_TEXT, AT(row.workspace_id) },
    { "source_id", COLUMN_TEXT, AT(row.source_id) },
    { "state", COLUMN_TEXT, AT(state) },
    { "parameters", COLUMN_TEXT, AT(row.parameters) },
    { "error", COLUMN_TEXT_OPTIONAL, AT(row.error) },
    { "started_ms", COLUMN_INT, AT(row.started_ms) },
    { "updated_ms", COLUMN_INT, AT(row.updated_ms) },
    { "finished_ms", COLUMN_INT, AT(row.finished_ms) },
};

static const struct table table = {
    .name = "source_runs",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct run_record),
};

static const struct column task_columns[] = {
    { "id", COLUMN_TEXT, TASK_AT(row.id) },
    { "run_id", COLUMN_TEXT, TASK_AT(row.run_id) },
    { "name", COLUMN_TEXT, TASK_AT(row.name) },
    { "state", COLUMN_TEXT, TASK_AT(state) },
    { "error", COLUMN_TEXT_OPTIONAL, TASK_AT(row.error) },
    { "started_ms", COLUMN_INT, TASK_AT(row.started_ms) },
    { "finished_ms", COLUMN_INT, TASK_AT(row.finished_ms) },
};

static const struct table task_table = {
    .name = "source_run_tasks",
    .columns = task_columns,
    .column_count = ARRAY_LEN(task_columns),
    .row_size = sizeof(struct task_record),
};

static const char *const state_words[] = {
    [RUN_RUNNING] = "running",
    [RUN_FINISHED] = "finished",
    [RUN_FAILED] = "failed",
};

const char *run_state_word(enum run_state state)
{
    assert((unsigned)state < ARRAY_LEN(state_words));
    return state_words[state];
}

static enum run_state state_of(str word)
{
    if (str_eq(word, STR("running")))
        return RUN_RUNNING;
    return str_eq(word, STR("finished")) ? RUN_FINISHED : RUN_FAILED;
}

// --- Reading

// Nothing was heard for so long that nobody can be at work any more.
static bool is_lost(const struct store_tx *tx, const struct source_run_row *row)
{
    return row->state == RUN_RUNNING &&
           tx_now_ms(tx) - row->updated_ms >= SOURCE_RUN_SILENCE_MS;
}

#define LOST_REASON STR("nothing was heard of the run for an hour")

// The record as it stands by now.
static struct source_run_row read_record(const struct store_tx *tx,
                                         const struct run_record *record)
{
    struct source_run_row row = record->row;
    row.state = state_of(record->state);
    if (is_lost(tx, &row)) {
        row.state = RUN_FAILED;
        row.error = LOST_REASON;
        row.finished_ms = row.updated_ms + SOURCE_RUN_SILENCE_MS;
    }
    return row;
}

static enum err find(struct store_tx *tx, const char *where, const struct db_value *values,
                     struct source_run_row *ret_row, struct problem *problem)
{
    struct run_record record;
    enum err err = table_get(tx, &table, where, values, &record, problem);
    if (err)
        return tx_not_found(err, "runId", "no such run", problem);
    *ret_row = read_record(tx, &record);
    return OK;
}

enum err store_source_run_get(struct store_tx *tx, str workspace_id, str source_id, str run_id,
                              struct source_run_row *ret_row, struct problem *ret_problem)
{
    return find(tx, "id = $1 AND source_id = $2 AND workspace_id = $3",
                DB_VALUES(DB_TEXT(run_id), DB_TEXT(source_id), DB_TEXT(workspace_id)), ret_row,
                ret_problem);
}

enum err store_source_run_find(struct store_tx *tx, str run_id, struct source_run_row *ret_row,
                               struct problem *ret_problem)
{
    return find(tx, "id = $1", DB_VALUES(DB_TEXT(run_id)), ret_row, ret_problem);
}

enum err store_source_run_list(struct store_tx *tx, str source_id,
                               const struct store_page *page, struct store_list *ret_list,
                               struct problem *ret_problem)
{
    struct db_value whose = DB_TEXT(source_id);
    void *found;
    size_t count;
    int64_t total = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM source_runs WHERE source_id = $1",
                          DB_VALUES(whose), &total, ret_problem);
    if (!err)
        err = table_list(tx, &table, "WHERE source_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
                         DB_VALUES(whose, page_limit(page), page_offset(page)), &found, &count,
                         ret_problem);
    if (err)
        return err;
    const struct run_record *records = found;
    struct source_run_row *rows = ARENA_ARRAY(tx->arena, struct source_run_row, count);
    for (size_t i = 0; i < count; i++)
        rows[i] = read_record(tx, &records[i]);
    *ret_list = (struct store_list){ .rows = rows, .count = count, .total = (size_t)total };
    return OK;
}

enum err store_source_run_latest(struct store_tx *tx, str workspace_id, str source_id,
                                 struct source_run_row *ret_row, struct problem *ret_problem)
{
    return find(tx,
                "id = (SELECT MAX(id) FROM source_runs WHERE source_id = $1"
                " AND workspace_id = $2)",
                DB_VALUES(DB_TEXT(source_id), DB_TEXT(workspace_id)), ret_row, ret_problem);
}

enum err store_source_run_tasks(struct store_tx *tx, str run_id,
                                struct source_run_task_row **ret_rows, size_t *ret_count,
                                struct problem *ret_problem)
{
    void *found;
    size_t count;
    enum err err = table_list(tx, &task_table, "WHERE run_id = $1 ORDER BY started_ms, id",
                              DB_VALUES(DB_TEXT(run_id)), &found, &count, ret_problem);
    if (err)
        return err;
    const struct task_record *records = found;
    struct source_run_task_row *rows =
        ARENA_ARRAY(tx->arena, struct source_run_task_row, count);
    for (size_t i = 0; i < count; i++) {
        rows[i] = records[i].row;
        rows[i].state = state_of(records[i].state);
    }
    *ret_rows = rows;
    *ret_count = count;
    return OK;
}

// --- Ending

static enum err end(struct store_tx *tx, str run_id, enum run_state state, str reason,
                    struct problem *problem)
{
    struct db_value word = DB_TEXT(str_of(run_state_word(state)));
    struct db_value now = DB_INT(tx_now_ms(tx));
    struct db_value why = reason.len > 0 ? DB_TEXT(reason) : DB_NULL;
    enum err err = tx_run(tx, &task_table,
                          "UPDATE source_run_tasks SET state = $2, finished_ms = $3"
                          " WHERE run_id = $1 AND state = 'running'",
                          DB_VALUES(DB_TEXT(run_id), word, now), NULL, problem);
    return err ? err
               : tx_run(tx, &table,
                        "UPDATE source_runs SET state = $2, error = $4, updated_ms = $3,"
                        " finished_ms = $3 WHERE id = $1",
                        DB_VALUES(DB_TEXT(run_id), word, now, why), NULL, problem);
}

static enum err must_run(struct store_tx *tx, str run_id, struct problem *problem)
{
    struct source_run_row row = { 0 };
    enum err err = find(tx, "id = $1", DB_VALUES(DB_TEXT(run_id)), &row, problem);
    if (!err && row.state != RUN_RUNNING)
        return problem_set(problem, ERR_CONFLICT, STR("runId"), "the run has ended");
    return err;
}

enum err store_source_run_finish(struct store_tx *tx, str run_id, struct problem *ret_problem)
{
    enum err err = must_run(tx, run_id, ret_problem);
    return err ? err : end(tx, run_id, RUN_FINISHED, STR_NONE, ret_problem);
}

enum err store_source_run_fail(struct store_tx *tx, str run_id, str reason,
                               struct problem *ret_problem)
{
    assert(reason.len > 0);
    enum err err = must_run(tx, run_id, ret_problem);
    return err ? err : end(tx, run_id, RUN_FAILED, reason, ret_problem);
}

// Whether the run goes on, as nobody ends it and it has not been silent for too long.
static bool goes_on(const struct source_run_row *row, str reason,
                    struct source_runs_ended *ended)
{
    int64_t silent_ms = row->updated_ms + SOURCE_RUN_SILENCE_MS;
    if (row->state != RUN_RUNNING || reason.len > 0)
        return false;
    if (ended->next_silent_ms == 0 || silent_ms < ended->next_silent_ms)
        ended->next_silent_ms = silent_ms;
    return true;
}

enum err store_source_runs_end(struct store_tx *tx, str reason,
                               struct source_runs_ended *ret_ended, struct problem *ret_problem)
{
    void *found;
    size_t count;
    enum err err = table_list(tx, &table, "WHERE state = 'running' ORDER BY id", DB_VALUES(),
                              &found, &count, ret_problem);
    if (err)
        return err;
    const struct run_record *records = found;
    struct source_runs_ended ended = { ARENA_ARRAY(tx->arena, struct source_run_row, count) };
    for (size_t i = 0; i < count && !err; i++) {
        struct source_run_row row = read_record(tx, &records[i]);
        if (goes_on(&row, reason, &ended))
            continue;
        row.state = RUN_FAILED;
        row.error = reason.len > 0 ? reason : LOST_REASON;
        err = end(tx, row.id, row.state, row.error, ret_problem);
        ended.rows[ended.count++] = row;
    }
    if (!err)
        *ret_ended = ended;
    return err;
}

// --- Beginning and going on

// One that is lost makes room for the next.
static enum err must_be_idle(struct store_tx *tx, str source_id, struct problem *problem)
{
    struct source_run_row running = { 0 };
    enum err err = find(tx, "source_id = $1 AND state = 'running'",
                        DB_VALUES(DB_TEXT(source_id)), &running, NULL);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (!err && running.state == RUN_FAILED)
        return end(tx, running.id, RUN_FAILED, LOST_REASON, problem);
    return err ? err
               : problem_set(problem, ERR_CONFLICT, STR("source"),
                             "run %" PRIstr " is still running", STR_ARG(running.id));
}

// Room for one more: the oldest go, with their tasks.
static enum err forget_oldest(struct store_tx *tx, str source_id, struct problem *problem)
{
#define FORGOTTEN                                                                              \
    "(SELECT id FROM source_runs WHERE source_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3)"
    const struct db_value *values =
        DB_VALUES(DB_TEXT(source_id), DB_INT(SOURCE_RUNS_MAX), DB_INT(SOURCE_RUNS_MAX - 1));
    enum err err =
        tx_run(tx, &task_table, "DELETE FROM source_run_tasks WHERE run_id IN " FORGOTTEN,
               values, NULL, problem);
    return err ? err
               : tx_run(tx, &table, "DELETE FROM source_runs WHERE id IN " FORGOTTEN, values,
                        NULL, problem);
#undef FORGOTTEN
}

enum err store_source_run_begin(struct store_tx *tx, struct source_run_row *row,
                                struct problem *ret_problem)
{
    enum err err = must_be_idle(tx, row->source_id, ret_problem);
    if (!err)
        err = forget_oldest(tx, row->source_id, ret_problem);
    if (err)
        return err;
    row->id = tx_new_id(tx);
    row->state = RUN_RUNNING;
    row->error = STR_NONE;
    row->started_ms = row->updated_ms = tx_now_ms(tx);
    row->finished_ms = 0;
    struct run_record record = { *row, str_of(run_state_word(RUN_RUNNING)) };
    return table_insert(tx, &table, &record, ret_problem);
}

static enum err add_task(struct store_tx *tx, str run_id, const struct task_record *task,
                         struct problem *problem)
{
    int64_t count = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM source_run_tasks WHERE run_id = $1",
                          DB_VALUES(DB_TEXT(run_id)), &count, problem);
    if (!err && count >= SOURCE_RUN_TASKS_MAX)
        return problem_set(problem, ERR_TOO_MANY, STR("task"), "a run has at most %d tasks",
                           SOURCE_RUN_TASKS_MAX);
    struct task_record record = *task;
    record.row.id = tx_new_id(tx);
    record.row.run_id = run_id;
    record.row.started_ms = tx_now_ms(tx);
    return err ? err : table_insert(tx, &task_table, &record, problem);
}

static enum err set_task(struct store_tx *tx, str run_id,
                         const struct source_run_task_row *task, struct problem *problem)
{
    static const char *const changed[] = { "state", "error", "finished_ms", NULL };
    struct task_record stored;
    enum err err = table_get(tx, &task_table, "run_id = $1 AND name = $2",
                             DB_VALUES(DB_TEXT(run_id), DB_TEXT(task->name)), &stored, problem);
    if (err == ERR_NOT_FOUND)
        stored = (struct task_record){ .row = { .name = task->name } };
    else if (err)
        return err;
    stored.state = str_of(run_state_word(task->state));
    stored.row.error = task->error;
    stored.row.finished_ms = task->state == RUN_RUNNING ? 0 : tx_now_ms(tx);
    return err ? add_task(tx, run_id, &stored, problem)
               : table_update(tx, &task_table, &stored, changed, problem);
}

enum err store_source_run_progress(struct store_tx *tx, str run_id,
                                   const struct source_run_task_row *task,
                                   struct problem *ret_problem)
{
    enum err err = must_run(tx, run_id, ret_problem);
    if (!err && task && task->name.len > 0)
        err = set_task(tx, run_id, task, ret_problem);
    return err ? err
               : tx_run(tx, &table, "UPDATE source_runs SET updated_ms = $2 WHERE id = $1",
                        DB_VALUES(DB_TEXT(run_id), DB_INT(tx_now_ms(tx))), NULL, ret_problem);
}
