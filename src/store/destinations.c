// SPDX-License-Identifier: Apache-2.0
// Rows of the table destinations.
#include "store/destinations.h"

#include "store/owned.h"

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

static const struct unique unique[] = {
    { "name", "name", "another destination of the workspace has this name" },
    { "external_id", "externalId",
      "another destination of the workspace has this external id" },
    { 0 },
};

static const struct table table = {
    .name = "destinations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct destination_row),
    .is_config = true,
    .is_tracked = true,
    .owner = "workspace_id",
    .live = "deleted_ms IS NULL",
    .missing = "no such destination",
    .unique = unique,
};

enum err store_destination_create(struct store_tx *tx, struct destination_row *row,
                                  struct problem *ret_problem)
{
    enum err err = owned_choose_id(tx, &table, &row->id, ret_problem);
    row->revision = 1;
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return err ? err : owned_insert(tx, &table, row, ret_problem);
}

enum err store_destination_get(struct store_tx *tx, str workspace_id, str id,
                               struct destination_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, workspace_id, id, ret_row, ret_problem);
}

enum err store_destination_list(struct store_tx *tx, str workspace_id,
                                const struct store_page *page, struct store_list *ret_list,
                                struct problem *ret_problem)
{
    return owned_list(tx, &table, workspace_id, page, ret_list, ret_problem);
}

enum err store_destination_each_changed(struct store_tx *tx, int64_t after,
                                        const struct store_visitor *visitor,
                                        struct problem *ret_problem)
{
    return owned_each_changed(tx, &table, after, visitor, ret_problem);
}

enum err store_destination_update(struct store_tx *tx, struct destination_row *row,
                                  struct problem *ret_problem)
{
    static const char *const changed[] = { "name",    "type",     "enabled",    "config_sealed",
                                           "version", "revision", "updated_ms", NULL };
    struct destination_row stored;
    enum err err = store_destination_get(tx, row->workspace_id, row->id, &stored, ret_problem);
    if (err)
        return err;
    row->external_id = stored.external_id;
    row->revision = stored.revision + 1;
    row->created_ms = stored.created_ms;
    row->updated_ms = tx_now_ms(tx);
    return owned_update(tx, &table, row, changed, ret_problem);
}

enum err store_destination_set_external_id(struct store_tx *tx, str workspace_id, str id,
                                           str external_id, struct problem *ret_problem)
{
    return owned_set_external_id(tx, &table, workspace_id, id, external_id, ret_problem);
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
    return err ? err : owned_delete(tx, &table, workspace_id, id, ret_problem);
}

enum err store_destination_park_name(struct store_tx *tx, str id, struct problem *ret_problem)
{
    return owned_park_name(tx, &table, id, ret_problem);
}
