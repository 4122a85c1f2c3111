// SPDX-License-Identifier: Apache-2.0
// Rows of the table invitations.
#include "store/invitations.h"

#include "store/tables.h"

#define AT(field) offsetof(struct invitation_row, field)

static const struct column columns[] = {
    { "id", COLUMN_TEXT, AT(id) },
    { "organization_id", COLUMN_TEXT, AT(organization_id) },
    { "email", COLUMN_TEXT, AT(email) },
    { "email_folded", COLUMN_TEXT_FOLDED, AT(email) },
    { "role", COLUMN_TEXT, AT(role) },
    { "group_ids", COLUMN_TEXT, AT(group_ids) },
    { "workspace_ids", COLUMN_TEXT, AT(workspace_ids) },
    { "digest", COLUMN_DIGEST, AT(digest) },
    { "created_ms", COLUMN_INT, AT(created_ms) },
    { "expires_ms", COLUMN_INT, AT(expires_ms) },
};

static const struct table table = {
    .name = "invitations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .row_size = sizeof(struct invitation_row),
};

enum err store_invitation_create(struct store_tx *tx, struct invitation_row *row,
                                 struct problem *ret_problem)
{
    row->id = tx_new_id(tx);
    row->created_ms = tx_now_ms(tx);
    enum err err = tx_run(
        tx, &table, "DELETE FROM invitations WHERE organization_id = $1 AND email_folded = $2",
        DB_VALUES(DB_TEXT(row->organization_id), DB_TEXT(tx_fold(tx, row->email))), NULL,
        ret_problem);
    return err ? err : table_insert(tx, &table, row, ret_problem);
}

enum err store_invitation_get(struct store_tx *tx, str organization_id, str id,
                              struct invitation_row *ret_row, struct problem *ret_problem)
{
    enum err err =
        table_get(tx, &table, "organization_id = $1 AND id = $2 AND expires_ms > $3",
                  DB_VALUES(DB_TEXT(organization_id), DB_TEXT(id), DB_INT(tx_now_ms(tx))),
                  ret_row, ret_problem);
    return tx_not_found(err, "id", "no such invitation", ret_problem);
}

enum err store_invitation_get_by_digest(struct store_tx *tx,
                                        const uint8_t digest[STORE_DIGEST_LEN],
                                        struct invitation_row *ret_row,
                                        struct problem *ret_problem)
{
    str bytes = str_make((const char *)digest, STORE_DIGEST_LEN);
    enum err err =
        table_get(tx, &table, "digest = $1 AND expires_ms > $2",
                  DB_VALUES(DB_BLOB(bytes), DB_INT(tx_now_ms(tx))), ret_row, ret_problem);
    return tx_not_found(err, "token", "no such invitation", ret_problem);
}

enum err store_invitation_list(struct store_tx *tx, str organization_id,
                               const struct store_page *page, struct store_list *ret_list,
                               struct problem *ret_problem)
{
    struct db_value whose = DB_TEXT(organization_id), now = DB_INT(tx_now_ms(tx));
    struct store_list list;
    int64_t total = 0;
    enum err err = tx_int(
        tx, "SELECT COUNT(*) FROM invitations WHERE organization_id = $1 AND expires_ms > $2",
        DB_VALUES(whose, now), &total, ret_problem);
    if (!err)
        err = table_list(tx, &table,
                         "WHERE organization_id = $1 AND expires_ms > $2"
                         " ORDER BY created_ms, id LIMIT $3 OFFSET $4",
                         DB_VALUES(whose, now, page_limit(page), page_offset(page)), &list.rows,
                         &list.count, ret_problem);
    if (err)
        return err;
    list.total = (size_t)total;
    *ret_list = list;
    return OK;
}

enum err store_invitation_delete(struct store_tx *tx, str id, struct problem *ret_problem)
{
    return tx_run(tx, &table, "DELETE FROM invitations WHERE id = $1", DB_VALUES(DB_TEXT(id)),
                  NULL, ret_problem);
}
