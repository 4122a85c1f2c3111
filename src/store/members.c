// SPDX-License-Identifier: Apache-2.0
// Rows of the table members.
#include "store/members.h"

#include "store/groups.h"
#include "store/policies.h"
#include "store/tables.h"

#define AT(field) offsetof(struct member_row, field)

static const struct column columns[] = {
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "user_id", COLUMN_TEXT, AT(user_id) },
    { "role", COLUMN_TEXT, AT(role) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
};

static const struct table table = {
    .name = "members",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct member_row),
    .is_config = true,
};

// Admins belong to every workspace by their role, others by a policy of theirs.
static enum err begin_as(struct store_tx *tx, str organization_id, str user_id, str role,
                         struct problem *problem)
{
    if (str_eq(role, STR("admin")))
        return OK;
    return store_policy_join_all(tx, organization_id, user_id, problem);
}

enum err store_member_add(struct store_tx *tx, struct member_row *row,
                          struct problem *ret_problem)
{
    row->created_ms = tx_now_ms(tx);
    enum err err =
        tx_must_be_free(tx, "SELECT 1 FROM members WHERE organization_id = $1 AND user_id = $2",
                        DB_VALUES(DB_TEXT(row->organization_id), DB_TEXT(row->user_id)),
                        "userId", "is a member of the organization already", ret_problem);
    if (!err)
        err = table_insert(tx, &table, row, ret_problem);
    return err ? err : begin_as(tx, row->organization_id, row->user_id, row->role, ret_problem);
}

static enum err must_have_changed(enum err err, int64_t changed, struct problem *problem)
{
    return tx_not_found(!err && changed == 0 ? ERR_NOT_FOUND : err, "userId",
                        "no such member of the organization", problem);
}

enum err store_member_set_role(struct store_tx *tx, str organization_id, str user_id, str role,
                               struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err = tx_run(
        tx, &table, "UPDATE members SET role = $3 WHERE organization_id = $1 AND user_id = $2",
        DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id), DB_TEXT(role)), &changed,
        ret_problem);
    err = must_have_changed(err, changed, ret_problem);
    return err ? err : begin_as(tx, organization_id, user_id, role, ret_problem);
}

enum err store_member_remove(struct store_tx *tx, str organization_id, str user_id,
                             struct problem *ret_problem)
{
    int64_t changed = 0;
    enum err err =
        tx_run(tx, &table, "DELETE FROM members WHERE organization_id = $1 AND user_id = $2",
               DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id)), &changed, ret_problem);
    err = must_have_changed(err, changed, ret_problem);
    if (!err)
        err = store_group_leave_all(tx, organization_id, user_id, ret_problem);
    return err ? err : store_policy_leave_all(tx, organization_id, user_id, ret_problem);
}

enum err store_member_get(struct store_tx *tx, str organization_id, str user_id,
                          struct member_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "organization_id = $1 AND user_id = $2",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(user_id)), ret_row, ret_problem);
    return tx_not_found(err, "userId", "no such member of the organization", ret_problem);
}

enum err store_member_list(struct store_tx *tx, str organization_id,
                           const struct store_page *page, struct store_list *ret_list,
                           struct problem *ret_problem)
{
    struct store_list list;
    int64_t total = 0;
    enum err err = tx_int(tx, "SELECT COUNT(*) FROM members WHERE organization_id = $1",
                          DB_VALUES(DB_TEXT(organization_id)), &total, ret_problem);
    if (!err)
        err = table_list(
            tx, &table,
            "WHERE organization_id = $1 ORDER BY created_ms, user_id LIMIT $2 OFFSET $3",
            DB_VALUES(DB_TEXT(organization_id), page_limit(page), page_offset(page)),
            &list.rows, &list.count, ret_problem);
    if (err)
        return err;
    list.total = (size_t)total;
    *ret_list = list;
    return OK;
}

enum err store_member_must_have_admin(struct store_tx *tx, str organization_id,
                                      struct problem *ret_problem)
{
    int64_t admins = 0;
    enum err err =
        tx_int(tx, "SELECT COUNT(*) FROM members WHERE organization_id = $1 AND role = 'admin'",
               DB_VALUES(DB_TEXT(organization_id)), &admins, ret_problem);
    if (err || admins > 0)
        return err;
    return problem_set(ret_problem, ERR_CONFLICT, STR("role"),
                       "the organization must have an Admin");
}

enum err store_member_list_of_user(struct store_tx *tx, str user_id,
                                   struct member_row **ret_rows, size_t *ret_count,
                                   struct problem *ret_problem)
{
    return table_list(tx, &table, "WHERE user_id = $1 ORDER BY created_ms, organization_id",
                      DB_VALUES(DB_TEXT(user_id)), (void **)ret_rows, ret_count, ret_problem);
}

enum err store_member_list_all(struct store_tx *tx, struct member_row **ret_rows,
                               size_t *ret_count, struct problem *ret_problem)
{
    return table_list(tx, &table, "ORDER BY user_id, created_ms, organization_id", DB_VALUES(),
                      (void **)ret_rows, ret_count, ret_problem);
}
