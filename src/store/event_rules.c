// SPDX-License-Identifier: Apache-2.0
// Rows of the table event_rules.
#include "store/event_rules.h"

#include "base/buf.h"
#include "store/tables.h"

#define AT(field) offsetof(struct event_rules_row, field)

static const struct column columns[] = {
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "blocked_track", COLUMN_TEXT, AT(blocked_track) },
    { "dedup_window_s", COLUMN_INT, AT(dedup_window_s) },
    { "dedup_source_ids", COLUMN_TEXT, AT(dedup_source_ids) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct table table = {
    .name = "event_rules",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct event_rules_row),
    .is_config = true,
    .is_tracked = true,
};

enum err store_event_rules_get(struct store_tx *tx, str workspace_id,
                               struct event_rules_row *ret_row, struct problem *ret_problem)
{
    enum err err = table_get(tx, &table, "workspace_id = $1", DB_VALUES(DB_TEXT(workspace_id)),
                             ret_row, ret_problem);
    if (err != ERR_NOT_FOUND)
        return err;
    *ret_row = (struct event_rules_row){ .workspace_id = workspace_id,
                                         .blocked_track = STR("[]"),
                                         .dedup_source_ids = STR("") };
    return OK;
}

enum err store_event_rules_put(struct store_tx *tx, struct event_rules_row *row,
                               struct problem *ret_problem)
{
    static const char *const changed[] = { "blocked_track", "dedup_window_s",
                                           "dedup_source_ids", "updated_ms", NULL };
    struct event_rules_row stored;
    enum err err = store_event_rules_get(tx, row->workspace_id, &stored, ret_problem);
    if (err)
        return err;
    row->created_ms = stored.updated_ms ? stored.created_ms : tx_now_ms(tx);
    row->updated_ms = tx_now_ms(tx);
    return stored.updated_ms ? table_update(tx, &table, row, changed, ret_problem)
                             : table_insert(tx, &table, row, ret_problem);
}

static str without(str ids, str gone, struct arena *arena)
{
    AUTO(buf_done) struct buf kept = { 0 };
    str id;
    while (ids.len > 0 && str_next(&ids, ',', &id))
        if (!str_eq(id, gone))
            buf_addf(&kept, "%s%" PRIstr, kept.len ? "," : "", STR_ARG(id));
    return arena_dup(arena, buf_str(&kept));
}

enum err store_event_rules_forget_source(struct store_tx *tx, str workspace_id, str source_id,
                                         struct problem *ret_problem)
{
    struct event_rules_row row;
    enum err err = store_event_rules_get(tx, workspace_id, &row, ret_problem);
    if (err)
        return err;
    str kept = without(row.dedup_source_ids, source_id, tx->arena);
    if (kept.len == row.dedup_source_ids.len)
        return OK;
    row.dedup_source_ids = kept;
    if (kept.len == 0)
        row.dedup_window_s = 0;
    return store_event_rules_put(tx, &row, ret_problem);
}

static enum err forget_missing(struct store_tx *tx, const struct event_rules_row *row,
                               size_t *count, struct problem *problem)
{
    str ids = row->dedup_source_ids, id;
    int64_t one;
    enum err err = OK;
    while (!err && ids.len > 0 && str_next(&ids, ',', &id)) {
        err = tx_int(tx,
                     "SELECT 1 FROM sources"
                     " WHERE workspace_id = $1 AND id = $2 AND deleted_ms IS NULL",
                     DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(id)), &one, problem);
        if (err != ERR_NOT_FOUND)
            continue;
        err = store_event_rules_forget_source(tx, row->workspace_id, id, problem);
        ++*count;
    }
    return err;
}

enum err event_rules_reconcile(struct store *store, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    struct event_rules_row *rows = NULL;
    size_t row_count = 0, count = 0;
    enum err err = store_begin(store, STORE_WRITE, arena, &tx, ret_problem);
    if (!err)
        err = table_list(tx, &table, "WHERE dedup_source_ids <> ''", DB_VALUES(),
                         (void **)&rows, &row_count, ret_problem);
    for (size_t i = 0; i < row_count && !err; i++)
        err = forget_missing(tx, &rows[i], &count, ret_problem);
    if (err || count == 0)
        return err;
    observe(store->observer, LOG_WARN, "deduplication named sources that were deleted",
            LOG_INT("sources", (int64_t)count));
    return store_commit(tx, ret_problem);
}

enum err store_event_rules_each_changed(struct store_tx *tx, int64_t after,
                                        void (*each)(void *ctx, const void *row), void *ctx,
                                        struct problem *ret_problem)
{
    return table_each(tx, &table, "WHERE changed_n > $1", DB_VALUES(DB_INT(after)), each, ctx,
                      ret_problem);
}
