// SPDX-License-Identifier: Apache-2.0
// Rows of the table sources.
#include "store/sources.h"

#include "store/tables.h"

#define AT(field) offsetof(struct source_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "type", COLUMN_TEXT, AT(type) },
    { "write_key", COLUMN_TEXT, AT(write_key) },
    { "enabled", COLUMN_BOOL, AT(is_enabled) },
    { "config_sealed", COLUMN_SEALED, AT(config) },
    { "transient", COLUMN_BOOL, AT(is_transient) },
    { "geo_enrichment", COLUMN_BOOL, AT(has_geo_enrichment) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

#define TABLE                                                                                  \
    .name = "sources", .columns = columns, .column_count = ARRAY_LEN(columns),                 \
    .row_size = sizeof(struct source_row), .is_config = true

static const struct table table = { TABLE };
static const struct table lenient_table = { TABLE, .is_lenient = true };

#define LIVE_OF_WORKSPACE "workspace_id = $1 AND deleted_ms IS NULL"

static enum err name_must_be_free(struct store_tx *tx, const struct source_row *row,
                                  struct problem *problem)
{
    return tx_must_be_free(
        tx, "SELECT 1 FROM sources WHERE " LIVE_OF_WORKSPACE " AND name = $2 AND id <> $3",
        DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(row->name), DB_TEXT(row->id)), "name",
        "another source of the workspace has this name", problem);
}

enum err store_source_create(struct store_tx *tx, struct source_row *row,
                             struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->write_key = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    enum err err = name_must_be_free(tx, row, ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_source_get(struct store_tx *tx, str workspace_id, str id,
                          struct source_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, LIVE_OF_WORKSPACE " AND id = $2",
                  DB_VALUES(DB_TEXT(workspace_id), DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no such source", ret_problem);
}

enum err store_source_list(struct store_tx *tx, str workspace_id, const struct store_page *page,
                           struct source_row **ret_rows, size_t *ret_count, size_t *ret_total,
                           struct problem *ret_problem)
{
    int64_t total = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM sources WHERE " LIVE_OF_WORKSPACE,
                          DB_VALUES(DB_TEXT(workspace_id)), &total, ret_problem);
    if (!err)
        err =
            table_list(tx, &table,
                       "WHERE " LIVE_OF_WORKSPACE " ORDER BY created_ms, id LIMIT $2 OFFSET $3",
                       DB_VALUES(DB_TEXT(workspace_id), page_limit(page), page_offset(page)),
                       (void **)ret_rows, ret_count, ret_problem);
    if (!err)
        *ret_total = (size_t)total;
    return err;
}

enum err store_source_list_all(struct store_tx *tx, struct source_row **ret_rows,
                               size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &lenient_table, "WHERE deleted_ms IS NULL ORDER BY id", DB_VALUES(),
                      (void **)ret_rows, ret_count, ret_problem);
}

enum err store_source_update(struct store_tx *tx, struct source_row *row,
                             struct problem *ret_problem)
{
    static const char *const changed[] = { "name",           "type",
                                           "enabled",        "transient",
                                           "geo_enrichment", "config_sealed",
                                           "updated_ms",     NULL };
    struct source_row stored;
    enum err err = store_source_get(tx, row->workspace_id, row->id, &stored, ret_problem);
    if (!err)
        err = name_must_be_free(tx, row, ret_problem);
    if (err)
        return err;
    row->write_key = stored.write_key;
    row->created_ms = stored.created_ms;
    row->updated_ms = tx_now_ms(tx);
    return table_update(tx, &table, row, changed, ret_problem);
}

enum err store_source_delete(struct store_tx *tx, str workspace_id, str id,
                             struct problem *ret_problem)
{
    struct source_row row;
    enum err err = store_source_get(tx, workspace_id, id, &row, ret_problem);
    if (!err)
        err = tx_must_be_unconnected(
            tx,
            "SELECT d.name FROM connections c JOIN destinations d ON d.id = c.destination_id"
            " WHERE c.source_id = $1 AND c.deleted_ms IS NULL ORDER BY d.name LIMIT 1",
            id, "the source is connected to the destination", ret_problem);
    if (err)
        return err;
    return tx_run(tx, &table, "UPDATE sources SET deleted_ms = $2 WHERE id = $1",
                  DB_VALUES(DB_TEXT(id), DB_INT(tx_now_ms(tx))), NULL, ret_problem);
}
