// SPDX-License-Identifier: Apache-2.0
// Rows of the table destination_revisions.
#include "store/destination_revisions.h"

#include "store/tables.h"

#define AT(field) offsetof(struct destination_revision_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "destination_id", COLUMN_TEXT, AT(destination_id) },
    { "revision", COLUMN_INT, AT(revision) },
    { "name", COLUMN_TEXT, AT(name) },
    { "enabled", COLUMN_BOOL, AT(is_enabled) },
    { "version", COLUMN_INT, AT(version) },
    { "config_sealed", COLUMN_SEALED, AT(config) },
    { "actor_type", COLUMN_TEXT, AT(actor_type) },
    { "actor_id", COLUMN_TEXT, AT(actor_id) },
    { "actor_name", COLUMN_TEXT, AT(actor_name) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
};

static const struct table table = {
    .name = "destination_revisions",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct destination_revision_row),
};

enum err store_destination_revision_get(struct store_tx *tx, str destination_id,
                                        int64_t revision,
                                        struct destination_revision_row *ret_row,
                                        struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "destination_id = $1 AND revision = $2",
                  DB_VALUES(DB_TEXT(destination_id), DB_INT(revision)), ret_row, ret_problem);
    return tx_not_found(err, "revision", "no such revision is kept", ret_problem);
}

// An absent text is an empty one.
static str some(str text)
{
    return text.data ? text : STR("");
}

enum err store_destination_revision_add(struct store_tx *tx,
                                        const struct destination_row *destination,
                                        const struct destination_revision_row *actor,
                                        struct problem *ret_problem)
{
    struct destination_revision_row row;
    enum err err =
        store_destination_revision_get(tx, destination->id, destination->revision, &row, NULL);
    if (err != ERR_NOT_FOUND)
        return err;
    row = (struct destination_revision_row){
        .id = tx_new_id(tx),
        .destination_id = destination->id,
        .revision = destination->revision,
        .name = destination->name,
        .is_enabled = destination->is_enabled,
        .version = destination->version,
        .config = destination->config,
        .actor_type = some(actor->actor_type),
        .actor_id = some(actor->actor_id),
        .actor_name = some(actor->actor_name),
        .created_ms = destination->updated_ms,
    };
    err = table_insert(tx, &table, &row, ret_problem);
    return err ? err
               : tx_run(tx, &table,
                        "DELETE FROM destination_revisions"
                        " WHERE destination_id = $1 AND revision <= $2",
                        DB_VALUES(DB_TEXT(row.destination_id),
                                  DB_INT(row.revision - DESTINATION_REVISIONS_MAX)),
                        NULL, ret_problem);
}

enum err store_destination_revision_list(struct store_tx *tx, str destination_id,
                                         const struct store_page *page,
                                         struct store_list *ret_list,
                                         struct problem *ret_problem)
{
    struct db_value whose = DB_TEXT(destination_id);
    struct store_list list;
    int64_t total = 0;
    enum err err =
        tx_int(tx, "SELECT COUNT(*) FROM destination_revisions WHERE destination_id = $1",
               DB_VALUES(whose), &total, ret_problem);
    if (!err)
        err = table_list(tx, &table,
                         "WHERE destination_id = $1 ORDER BY revision DESC LIMIT $2 OFFSET $3",
                         DB_VALUES(whose, page_limit(page), page_offset(page)), &list.rows,
                         &list.count, ret_problem);
    if (err)
        return err;
    list.total = (size_t)total;
    *ret_list = list;
    return OK;
}
