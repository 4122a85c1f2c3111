// SPDX-License-Identifier: Apache-2.0
// Rows of the table destinations.
#include "store/destinations.h"

#include "store/tables.h"

#define AT(field) offsetof(struct destination_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "type", COLUMN_TEXT, AT(type) },
    { "enabled", COLUMN_BOOL, AT(is_enabled) },
    { "config_sealed", COLUMN_SEALED, AT(config) },
    { "version", COLUMN_INT, AT(version) },
    { "external_id", COLUMN_TEXT_OPTIONAL, AT(external_id) },
    { "revision", COLUMN_INT, AT(revision) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

#define TABLE                                                                                  \
    .name = "destinations", .columns = columns, .column_count = ARRAY_LEN(columns),            \
    .row_size = sizeof(struct destination_row), .is_config = true

static const struct table table = { TABLE };
static const struct table lenient_table = { TABLE, .is_lenient = true };

#define LIVE_OF_WORKSPACE "workspace_id = $1 AND deleted_ms IS NULL"

static enum err name_must_be_free(struct store_tx *tx, const struct destination_row *row,
                                  struct problem *problem)
{
    return tx_must_be_free(
        tx, "SELECT 1 FROM destinations WHERE " LIVE_OF_WORKSPACE " AND name = $2 AND id <> $3",
        DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(row->name), DB_TEXT(row->id)), "name",
        "another destination of the workspace has this name", problem);
}

static enum err external_id_must_be_free(struct store_tx *tx, const struct destination_row *row,
                                         struct problem *problem)
{
    if (row->external_id.len == 0)
        return OK;
    return tx_must_be_free(
        tx,
        "SELECT 1 FROM destinations WHERE " LIVE_OF_WORKSPACE
        " AND external_id = $2 AND id <> $3",
        DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(row->external_id), DB_TEXT(row->id)),
        "externalId", "another destination of the workspace has this external id", problem);
}

enum err store_destination_create(struct store_tx *tx, struct destination_row *row,
                                  struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->revision = 1;
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    enum err err = name_must_be_free(tx, row, ret_problem);
    if (!err)
        err = external_id_must_be_free(tx, row, ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_destination_get(struct store_tx *tx, str workspace_id, str id,
                               struct destination_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, LIVE_OF_WORKSPACE " AND id = $2",
                  DB_VALUES(DB_TEXT(workspace_id), DB_TEXT(id)), ret_row, ret_problem);
    return tx_not_found(err, "id", "no such destination", ret_problem);
}

// $2 = 1: only those with an external id; 2: only those without.
#define LISTED LIVE_OF_WORKSPACE " AND ($2 = 0 OR ($2 = 2) = (external_id IS NULL))"

enum err store_destination_list(struct store_tx *tx, str workspace_id,
                                const struct store_page *page,
                                struct destination_row **ret_rows, size_t *ret_count,
                                size_t *ret_total, struct problem *ret_problem)
{
    struct db_value id = DB_TEXT(workspace_id);
    struct db_value external_only = page_external_id(page);
    int64_t total = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM destinations WHERE " LISTED,
                          DB_VALUES(id, external_only), &total, ret_problem);
    if (!err)
        err = table_list(tx, &table,
                         "WHERE " LISTED " ORDER BY created_ms, id LIMIT $3 OFFSET $4",
                         DB_VALUES(id, external_only, page_limit(page), page_offset(page)),
                         (void **)ret_rows, ret_count, ret_problem);
    if (!err)
        *ret_total = (size_t)total;
    return err;
}

enum err store_destination_list_all(struct store_tx *tx, struct destination_row **ret_rows,
                                    size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &lenient_table, "WHERE deleted_ms IS NULL ORDER BY id", DB_VALUES(),
                      (void **)ret_rows, ret_count, ret_problem);
}

enum err store_destination_update(struct store_tx *tx, struct destination_row *row,
                                  struct problem *ret_problem)
{
    static const char *const changed[] = { "name",    "type",     "enabled",    "config_sealed",
                                           "version", "revision", "updated_ms", NULL };
    struct destination_row stored;
    enum err err = store_destination_get(tx, row->workspace_id, row->id, &stored, ret_problem);
    if (!err)
        err = name_must_be_free(tx, row, ret_problem);
    if (err)
        return err;
    row->external_id = stored.external_id;
    row->revision = stored.revision + 1;
    row->created_ms = stored.created_ms;
    row->updated_ms = tx_now_ms(tx);
    return table_update(tx, &table, row, changed, ret_problem);
}

enum err store_destination_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                           str external_id, struct problem *ret_problem)
{
    static const char *const changed[] = { "external_id", "updated_ms", NULL };
    struct destination_row row;
    enum err err = store_destination_get(tx, workspace_id, id, &row, ret_problem);
    if (err)
        return err;
    row.external_id = external_id;
    row.updated_ms = tx_now_ms(tx);
    err = external_id_must_be_free(tx, &row, ret_problem);
    return err ? err : table_update(tx, &table, &row, changed, ret_problem);
}

enum err store_destination_delete(struct store_tx *tx, str workspace_id, str id,
                                  struct problem *ret_problem)
{
    struct destination_row row;
    enum err err = store_destination_get(tx, workspace_id, id, &row, ret_problem);
    if (!err)
        err = tx_must_be_unconnected(
            tx,
            "SELECT s.name FROM connections c JOIN sources s ON s.id = c.source_id"
            " WHERE c.destination_id = $1 AND c.deleted_ms IS NULL ORDER BY s.name LIMIT 1",
            id, "the destination is connected to the source", ret_problem);
    if (err)
        return err;
    return tx_run(tx, &table, "UPDATE destinations SET deleted_ms = $2 WHERE id = $1",
                  DB_VALUES(DB_TEXT(id), DB_INT(tx_now_ms(tx))), NULL, ret_problem);
}
