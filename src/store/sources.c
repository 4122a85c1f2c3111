// SPDX-License-Identifier: Apache-2.0
// Rows of the table sources.
#include "store/sources.h"

#include "store/event_rules.h"
#include "store/owned.h"

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
    { "external_id", COLUMN_TEXT_OPTIONAL, AT(external_id) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct unique unique[] = {
    { "name", "name", "another source of the workspace has this name" },
    { "external_id", "externalId", "another source of the workspace has this external id" },
    { 0 },
};

static const struct table table = {
    .name = "sources",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct source_row),
    .is_config = true,
    .is_tracked = true,
    .owner = "workspace_id",
    .live = "deleted_ms IS NULL",
    .missing = "no such source",
    .unique = unique,
};

// No two sources ever had the same one, also when one of them is deleted.
static enum err choose_write_key(struct store_tx *tx, struct source_row *row,
                                 struct problem *problem)
{
    int64_t found;
    enum err err = ERR_NOT_FOUND;
    if (row->write_key.len > 0)
        err = tx_int(tx, "SELECT 1 FROM sources WHERE write_key = $1",
                     DB_VALUES(DB_TEXT(row->write_key)), &found, problem);
    if (row->write_key.len == 0 || !err)
        row->write_key = tx_new_key(tx);
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err store_source_create(struct store_tx *tx, struct source_row *row,
                             struct problem *ret_problem)
{
    enum err err = owned_choose_id(tx, &table, &row->id, ret_problem);
    if (!err)
        err = choose_write_key(tx, row, ret_problem);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return err ? err : owned_insert(tx, &table, row, ret_problem);
}

enum err store_source_get(struct store_tx *tx, str workspace_id, str id,
                          struct source_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, workspace_id, id, ret_row, ret_problem);
}

enum err store_source_list(struct store_tx *tx, str workspace_id, const struct store_page *page,
                           struct store_list *ret_list, struct problem *ret_problem)
{
    return owned_list(tx, &table, workspace_id, page, ret_list, ret_problem);
}

enum err store_source_each_changed(struct store_tx *tx, int64_t after,
                                   const struct store_visitor *visitor,
                                   struct problem *ret_problem)
{
    return owned_each_changed(tx, &table, after, visitor, ret_problem);
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
    if (err)
        return err;
    row->write_key = stored.write_key;
    row->external_id = stored.external_id;
    row->created_ms = stored.created_ms;
    row->updated_ms = tx_now_ms(tx);
    return owned_update(tx, &table, row, changed, ret_problem);
}

enum err store_source_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                      str external_id, struct problem *ret_problem)
{
    return owned_set_external_id(tx, &table, workspace_id, id, external_id, ret_problem);
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
    if (!err)
        err = store_event_rules_forget_source(tx, workspace_id, id, ret_problem);
    return err ? err : owned_delete(tx, &table, workspace_id, id, ret_problem);
}

enum err store_source_park_name(struct store_tx *tx, str id, struct problem *ret_problem)
{
    return owned_park_name(tx, &table, id, ret_problem);
}
