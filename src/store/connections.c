// SPDX-License-Identifier: Apache-2.0
// Rows of the table connections.
#include "store/connections.h"

#include "store/destinations.h"
#include "store/sources.h"
#include "store/owned.h"

#define AT(field) offsetof(struct connection_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "workspace_id", COLUMN_TEXT, AT(workspace_id) },
    { "source_id", COLUMN_TEXT, AT(source_id) },
    { "destination_id", COLUMN_TEXT, AT(destination_id) },
    { "enabled", COLUMN_BOOL, AT(is_enabled) },
    { "external_id", COLUMN_TEXT_OPTIONAL, AT(external_id) },
    { "from_record", COLUMN_UINT, AT(from_record) },
    { "from_event", COLUMN_UINT32, AT(from_event) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct unique unique[] = {
    { "external_id", "externalId", "another connection of the workspace has this external id" },
    { 0 },
};

static const struct table table = {
    .name = "connections",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct connection_row),
    .is_config = true,
    .is_tracked = true,
    .owner = "workspace_id",
    .live = "deleted_ms IS NULL",
    .missing = "no such connection",
    .unique = unique,
};

#define LIVE_OF_WORKSPACE "workspace_id = $1 AND deleted_ms IS NULL"

static enum err ends_must_exist(struct store_tx *tx, const struct connection_row *row,
                                struct problem *problem)
{
    int64_t found;
    enum err err =
        tx_int(tx, "SELECT 1 FROM sources WHERE " LIVE_OF_WORKSPACE " AND id = $2",
               DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(row->source_id)), &found, problem);
    if (err)
        return tx_not_found(err, "sourceId", "no such source", problem);
    err = tx_int(tx, "SELECT 1 FROM destinations WHERE " LIVE_OF_WORKSPACE " AND id = $2",
                 DB_VALUES(DB_TEXT(row->workspace_id), DB_TEXT(row->destination_id)), &found,
                 problem);
    return tx_not_found(err, "destinationId", "no such destination", problem);
}

// A pair that exists: the row comes back to life, or is brought up to date, under its old id.
static enum err create_again(struct store_tx *tx, struct connection_row *row,
                             const struct connection_row *old, bool is_live,
                             struct problem *problem)
{
    static const char *const changed[] = { "enabled",    "external_id", "from_record",
                                           "from_event", "updated_ms",  NULL };
    row->id = old->id;
    row->created_ms = old->created_ms;
    row->updated_ms = tx_now_ms(tx);
    if (is_live) {
        row->external_id = old->external_id;
        if (old->is_enabled || !row->is_enabled) {
            row->from_record = old->from_record;
            row->from_event = old->from_event;
        }
    }
    enum err err = owned_update(tx, &table, row, changed, problem);
    if (err)
        return err;
    return tx_run(tx, &table,
                  "UPDATE connections SET deleted_ms = NULL, changed_n = $2 WHERE id = $1",
                  DB_VALUES(DB_TEXT(row->id), DB_INT(tx->revision)), NULL, problem);
}

enum err store_connections_begin(struct store_tx *tx, str destination_id, uint64_t from_record,
                                 uint32_t from_event, struct problem *ret_problem)
{
    return tx_run(tx, &table,
                  "UPDATE connections SET from_record = $2, from_event = $3, changed_n = $4"
                  " WHERE destination_id = $1 AND deleted_ms IS NULL",
                  DB_VALUES(DB_TEXT(destination_id), DB_INT((int64_t)from_record),
                            DB_INT(from_event), DB_INT(tx->revision)),
                  NULL, ret_problem);
}

static enum err is_live(struct store_tx *tx, str id, bool *ret_is_live, struct problem *problem)
{
    int64_t live = 0;
    enum err err = tx_int(
        tx,
        "SELECT CASE WHEN deleted_ms IS NULL THEN 1 ELSE 0 END FROM connections WHERE id = $1",
        DB_VALUES(DB_TEXT(id)), &live, problem);
    if (!err)
        *ret_is_live = live == 1;
    return err;
}

// The row of the pair, live or deleted. ERR_NOT_FOUND.
static enum err find_pair(struct store_tx *tx, const struct connection_row *row,
                          struct connection_row *ret_old, bool *ret_is_live,
                          struct problem *problem)
{
    enum err err = table_get(tx, &table, "source_id = $1 AND destination_id = $2",
                             DB_VALUES(DB_TEXT(row->source_id), DB_TEXT(row->destination_id)),
                             ret_old, problem);
    return err ? err : is_live(tx, ret_old->id, ret_is_live, problem);
}

enum err store_connection_create(struct store_tx *tx, struct connection_row *row,
                                 struct problem *ret_problem)
{
    struct connection_row old;
    bool old_is_live = false;
    enum err err = ends_must_exist(tx, row, ret_problem);
    if (err)
        return err;
    err = find_pair(tx, row, &old, &old_is_live, ret_problem);
    if (!err && old_is_live && row->external_id.len > 0)
        return problem_set(ret_problem, ERR_CONFLICT, STR("destinationId"),
                           "source and destination are connected already; set the external id "
                           "of connection %" PRIstr " instead",
                           STR_ARG(old.id));
    if (err != ERR_NOT_FOUND)
        return err ? err : create_again(tx, row, &old, old_is_live, ret_problem);
    err = owned_choose_id(tx, &table, &row->id, ret_problem);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return err ? err : owned_insert(tx, &table, row, ret_problem);
}

enum err store_connection_get(struct store_tx *tx, str workspace_id, str id,
                              struct connection_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, workspace_id, id, ret_row, ret_problem);
}

enum err store_connection_list(struct store_tx *tx, str workspace_id,
                               const struct store_page *page, struct store_list *ret_list,
                               struct problem *ret_problem)
{
    return owned_list(tx, &table, workspace_id, page, ret_list, ret_problem);
}

enum err store_connection_each_changed(struct store_tx *tx, int64_t after,
                                       const struct store_visitor *visitor,
                                       struct problem *ret_problem)
{
    return owned_each_changed(tx, &table, after, visitor, ret_problem);
}

static enum err ends_must_stay(const struct connection_row *row,
                               const struct connection_row *stored, struct problem *problem)
{
    if (row->source_id.len > 0 && !str_eq(row->source_id, stored->source_id))
        return problem_set(problem, ERR_INVALID, STR("sourceId"),
                           "cannot change; make another connection");
    if (row->destination_id.len > 0 && !str_eq(row->destination_id, stored->destination_id))
        return problem_set(problem, ERR_INVALID, STR("destinationId"),
                           "cannot change; make another connection");
    return OK;
}

enum err store_connection_update(struct store_tx *tx, struct connection_row *row,
                                 struct problem *ret_problem)
{
    static const char *const changed[] = { "enabled", "from_record", "from_event", "updated_ms",
                                           NULL };
    struct connection_row stored;
    enum err err = store_connection_get(tx, row->workspace_id, row->id, &stored, ret_problem);
    if (!err)
        err = ends_must_stay(row, &stored, ret_problem);
    if (err)
        return err;
    if (row->is_enabled && !stored.is_enabled) {
        stored.from_record = row->from_record;
        stored.from_event = row->from_event;
    }
    stored.is_enabled = row->is_enabled;
    stored.updated_ms = tx_now_ms(tx);
    err = table_update(tx, &table, &stored, changed, ret_problem);
    if (!err)
        *row = stored;
    return err;
}

enum err store_connection_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                          str external_id, struct problem *ret_problem)
{
    return owned_set_external_id(tx, &table, workspace_id, id, external_id, ret_problem);
}

enum err store_connection_delete(struct store_tx *tx, str workspace_id, str id,
                                 struct problem *ret_problem)
{
    return owned_delete(tx, &table, workspace_id, id, ret_problem);
}
