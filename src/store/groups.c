// SPDX-License-Identifier: Apache-2.0
// Rows of the tables groups and group_members.
#include "store/groups.h"

#include "store/owned.h"
#include "store/policies.h"

#define AT(field) offsetof(struct group_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "name", COLUMN_TEXT, AT(name) },
    { "description", COLUMN_TEXT, AT(description) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "updated_ms", COLUMN_INT, AT(updated_ms) },
};

static const struct unique unique[] = {
    { "name", "name", "another group of the organization has this name" },
    { 0 },
};

static const struct table table = {
    .name = "groups",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct group_row),
    .is_config = true,
    .owner = "organization_id",
    .live = "1 = 1",
    .missing = "no such group",
    .unique = unique,
};

#define MEMBER_AT(field) offsetof(struct group_member_row, field)

static const struct column member_columns[] = {
    { "group_id", COLUMN_TEXT, MEMBER_AT(group_id) },
    { "user_id", COLUMN_TEXT, MEMBER_AT(user_id) },
    { "created_ms", COLUMN_INT, MEMBER_AT(created_ms) },
};

static const struct table members = {
    .name = "group_members",
    .columns = member_columns,
    .column_count = ARRAY_LEN(member_columns),
    .row_size = sizeof(struct group_member_row),
    .is_config = true,
};

enum err store_group_create(struct store_tx *tx, struct group_row *row,
                            struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = row->updated_ms = tx_now_ms(tx);
    return owned_insert(tx, &table, row, ret_problem);
}

enum err store_group_update(struct store_tx *tx, struct group_row *row,
                            struct problem *ret_problem)
{
    static const char *const names[] = { "name", "description", "updated_ms", NULL };
    row->updated_ms = tx_now_ms(tx);
    return owned_update(tx, &table, row, names, ret_problem);
}

enum err store_group_get(struct store_tx *tx, str organization_id, str id,
                         struct group_row *ret_row, struct problem *ret_problem)
{
    return owned_get(tx, &table, organization_id, id, ret_row, ret_problem);
}

enum err store_group_list(struct store_tx *tx, str organization_id,
                          const struct store_page *page, struct store_list *ret_list,
                          struct problem *ret_problem)
{
    return owned_list(tx, &table, organization_id, page, ret_list, ret_problem);
}

enum err store_group_delete(struct store_tx *tx, str organization_id, str id,
                            struct problem *ret_problem)
{
    struct group_row row;
    enum err err = store_group_get(tx, organization_id, id, &row, ret_problem);
    if (!err)
        err = tx_run(tx, &members, "DELETE FROM group_members WHERE group_id = $1",
                     DB_VALUES(DB_TEXT(id)), NULL, ret_problem);
    if (!err)
        err = tx_run(tx, &table, "DELETE FROM policies WHERE kind = $2 AND subject_id = $1",
                     DB_VALUES(DB_TEXT(id), DB_TEXT(POLICY_GROUP)), NULL, ret_problem);
    if (!err)
        err = tx_run(tx, &table, "DELETE FROM groups WHERE id = $1", DB_VALUES(DB_TEXT(id)),
                     NULL, ret_problem);
    return err;
}

// --- Members

enum err store_group_add_member(struct store_tx *tx, str group_id, str user_id,
                                struct problem *ret_problem)
{
    return tx_run(tx, &members,
                  "INSERT INTO group_members (group_id, user_id, created_ms)"
                  " VALUES ($1, $2, $3) ON CONFLICT (group_id, user_id) DO NOTHING",
                  DB_VALUES(DB_TEXT(group_id), DB_TEXT(user_id), DB_INT(tx_now_ms(tx))), NULL,
                  ret_problem);
}

enum err store_group_remove_member(struct store_tx *tx, str group_id, str user_id,
                                   struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err =
        tx_run(tx, &members, "DELETE FROM group_members WHERE group_id = $1 AND user_id = $2",
               DB_VALUES(DB_TEXT(group_id), DB_TEXT(user_id)), &changed, ret_problem);
    return tx_not_found(!err && changed == 0 ? ERR_NOT_FOUND : err, "userId",
                        "no such member of the group", ret_problem);
}

enum err store_group_list_members(struct store_tx *tx, str group_id,
                                  struct group_member_row **ret_rows, size_t *ret_count,
                                  struct problem *ret_problem)
{
    return table_list(tx, &members, "WHERE group_id = $1 ORDER BY created_ms, user_id",
                      DB_VALUES(DB_TEXT(group_id)), (void **)ret_rows, ret_count, ret_problem);
}

enum err store_group_list_of_user(struct store_tx *tx, str organization_id, str user_id,
                                  struct group_row **ret_rows, size_t *ret_count,
                                  struct problem *ret_problem)
{
    return table_list(tx, &table,
                      "WHERE organization_id = $1 AND id IN"
                      " (SELECT group_id FROM group_members WHERE user_id = $2)"
                      " ORDER BY created_ms, id",
                      DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id)), (void **)ret_rows,
                      ret_count, ret_problem);
}

enum err store_group_leave_all(struct store_tx *tx, str organization_id, str user_id,
                               struct problem *ret_problem)
{
    return tx_run(tx, &members,
                  "DELETE FROM group_members WHERE user_id = $2 AND group_id IN"
                  " (SELECT id FROM groups WHERE organization_id = $1)",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id)), NULL, ret_problem);
}

enum err store_group_list_all(struct store_tx *tx, struct group_row **ret_rows,
                              size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY id", DB_VALUES(), (void **)ret_rows, ret_count,
                      ret_problem);
}

enum err store_group_list_all_members(struct store_tx *tx, struct group_member_row **ret_rows,
                                      size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &members, "ORDER BY user_id, group_id", DB_VALUES(),
                      (void **)ret_rows, ret_count, ret_problem);
}
