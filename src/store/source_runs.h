// SPDX-License-Identifier: Apache-2.0
// Runs of sources that do not wait for events but fetch them. This is the door for whoever does
// the work: begin, progress, and exactly one of finish and fail. A source has at most one run
// that is running. A run outlives no process: what still runs when the store is opened for
// work again has failed (recover), and so has one of which nothing was heard for too long.
#pragma once

#include "store/store.h"

enum {
    SOURCE_RUN_SILENCE_MS = 60 * 60 * 1000,
    SOURCE_RUN_TASKS_MAX = 100,
    SOURCE_RUNS_MAX = 1000, // of a source; older ones are forgotten
};

enum run_state { RUN_RUNNING, RUN_FINISHED, RUN_FAILED };
const char *run_state_word(enum run_state state); // "running", "finished", "failed"

struct source_run_row {
    str id;
    str workspace_id;
    str source_id;
    enum run_state state;
    str parameters; // a JSON array of texts, as the caller sent it
    str error;      // of failed ones; STR_NONE otherwise
    int64_t started_ms;
    int64_t updated_ms;  // of the last progress
    int64_t finished_ms; // 0: running
};

struct source_run_task_row {
    str id;
    str run_id;
    str name;
    enum run_state state;
    str error; // STR_NONE: none
    int64_t started_ms;
    int64_t finished_ms; // 0: running
};

// Begins one: takes source_id, workspace_id and parameters of the row, fills in the rest.
// ERR_CONFLICT: one is running (the problem names it). The source must exist.
enum err store_source_run_begin(struct store_tx *tx, struct source_run_row *row,
                                struct problem *ret_problem);
// Says that the run goes on, and how one of its tasks stands (taken: name, state, error; name
// empty: no task). ERR_NOT_FOUND; ERR_CONFLICT: the run has ended; ERR_TOO_MANY: of tasks.
enum err store_source_run_progress(struct store_tx *tx, str run_id,
                                   const struct source_run_task_row *task,
                                   struct problem *ret_problem);
// End it; its running tasks end the same way. ERR_NOT_FOUND; ERR_CONFLICT: it has ended.
enum err store_source_run_finish(struct store_tx *tx, str run_id, struct problem *ret_problem);
enum err store_source_run_fail(struct store_tx *tx, str run_id, str reason,
                               struct problem *ret_problem);

struct source_runs_ended {
    struct source_run_row *rows; // as they stand now; in the transaction's arena
    size_t count;
    int64_t next_silent_ms; // when another may have been silent for too long; 0: none runs
};
// Ends as failed what runs: those of which nothing was heard for SOURCE_RUN_SILENCE_MS, or,
// with a reason, all.
enum err store_source_runs_end(struct store_tx *tx, str reason,
                               struct source_runs_ended *ret_ended,
                               struct problem *ret_problem);

// One of which nothing was heard for SOURCE_RUN_SILENCE_MS is read as failed. ERR_NOT_FOUND:
// unknown, or of another source or workspace.
enum err store_source_run_get(struct store_tx *tx, str workspace_id, str source_id, str run_id,
                              struct source_run_row *ret_row, struct problem *ret_problem);
// The same for who works on it and knows its id alone.
enum err store_source_run_find(struct store_tx *tx, str run_id, struct source_run_row *ret_row,
                               struct problem *ret_problem);
// A page of the source's runs (struct source_run_row), newest first.
enum err store_source_run_list(struct store_tx *tx, str source_id,
                               const struct store_page *page, struct store_list *ret_list,
                               struct problem *ret_problem);
// The newest of the source. ERR_NOT_FOUND: there was none yet.
enum err store_source_run_latest(struct store_tx *tx, str workspace_id, str source_id,
                                 struct source_run_row *ret_row, struct problem *ret_problem);
// Its tasks, oldest first, as an array in the transaction's arena.
enum err store_source_run_tasks(struct store_tx *tx, str run_id,
                                struct source_run_task_row **ret_rows, size_t *ret_count,
                                struct problem *ret_problem);
