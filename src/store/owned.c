// SPDX-License-Identifier: Apache-2.0
// Rows that belong to somebody. The statements are made from the table's description; $1 is
// always the owner.
#include "store/owned.h"

enum err owned_get(struct store_tx *tx, const struct table *table, str owner, str id,
                   void *ret_row, struct problem *ret_problem)
{
    str where =
        arena_printf(tx->arena, "%s = $1 AND %s AND id = $2", table->owner, table->live);
    enum err err = table_get(tx, table, where.data, DB_VALUES(DB_TEXT(owner), DB_TEXT(id)),
                             ret_row, ret_problem);
    return tx_not_found(err, "id", table->missing, ret_problem);
}

// --- Lists

// Which rows by their external id: 0: all, 1: those with one, 2: those without.
static struct db_value external_id_filter(const struct store_page *page)
{
    assert(!page->has_external_id_only || !page->no_external_id_only);
    return DB_INT(page->has_external_id_only ? 1 : page->no_external_id_only ? 2 : 0);
}

enum err owned_list(struct store_tx *tx, const struct table *table, str owner,
                    const struct store_page *page, struct store_list *ret_list,
                    struct problem *ret_problem)
{
    const char *filter = table_has_column(table, "external_id")
                             ? "($2 = 0 OR ($2 = 2) = (external_id IS NULL))"
                             : "$2 <> 1";
    str where = arena_printf(tx->arena, "WHERE %s = $1 AND %s AND %s", table->owner,
                             table->live, filter);
    str count = arena_printf(tx->arena, "SELECT COUNT(*) FROM %s %s", table->name, where.data);
    str part =
        arena_printf(tx->arena, "%s ORDER BY created_ms, id LIMIT $3 OFFSET $4", where.data);
    struct db_value whose = DB_TEXT(owner), which = external_id_filter(page);
    struct store_list list;
    int64_t total = 0;
    enum err err = tx_int(tx, count.data, DB_VALUES(whose, which), &total, ret_problem);
    if (!err)
        err = table_list(tx, table, part.data,
                         DB_VALUES(whose, which, page_limit(page), page_offset(page)),
                         &list.rows, &list.count, ret_problem);
    if (err)
        return err;
    list.total = (size_t)total;
    *ret_list = list;
    return OK;
}

enum err owned_each_changed(struct store_tx *tx, const struct table *table, int64_t after,
                            const struct store_visitor *visitor, struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool is_all = after < 0, has_row = false;
    str tail =
        arena_printf(tx->arena, "WHERE %s%s", table->live, is_all ? "" : " AND changed_n > $1");
    enum err err =
        table_each(tx, table, tail.data, is_all ? DB_VALUES() : DB_VALUES(DB_INT(after)),
                   visitor->changed, visitor->ctx, ret_problem);
    if (err || is_all)
        return err;
    str gone = arena_printf(tx->arena, "SELECT id FROM %s WHERE changed_n > $1 AND NOT (%s)",
                            table->name, table->live);
    err = db_query(tx->db, gone, DB_VALUES(DB_INT(after)), &query, ret_problem);
    while (!err && !(err = db_next(query, &has_row, ret_problem)) && has_row)
        visitor->gone(visitor->ctx, db_bytes(query, 0));
    return err;
}

// --- Writing

static bool is_named(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (str_eq(str_of(*names), str_of(name)))
            return true;
    return false;
}

// Of the columns `names`; NULL: of all.
static enum err unique_must_be_free(struct store_tx *tx, const struct table *table,
                                    const void *row, const char *const *names,
                                    struct problem *problem)
{
    struct db_value id = table_value(tx, table, "id", row);
    struct db_value owner = table_value(tx, table, table->owner, row);
    for (const struct unique *unique = table->unique; unique && unique->column; unique++) {
        if (names && !is_named(names, unique->column))
            continue;
        str sql = arena_printf(tx->arena,
                               "SELECT 1 FROM %s WHERE %s = $1 AND %s AND %s = $2 AND id <> $3",
                               table->name, table->owner, table->live, unique->column);
        struct db_value value = table_value(tx, table, unique->column, row);
        enum err err = tx_must_be_free(tx, sql.data, DB_VALUES(owner, value, id), unique->field,
                                       unique->text, problem);
        if (err)
            return err;
    }
    return OK;
}

enum err owned_choose_id(struct store_tx *tx, const struct table *table, str *id,
                         struct problem *ret_problem)
{
    int64_t found;
    enum err err = OK;
    if (ksuid_is_valid(*id)) {
        str sql = arena_printf(tx->arena, "SELECT 1 FROM %s WHERE id = $1", table->name);
        err = tx_int(tx, sql.data, DB_VALUES(DB_TEXT(*id)), &found, ret_problem);
        if (err == ERR_NOT_FOUND)
            return OK;
    }
    if (!err)
        *id = tx_new_id(tx);
    return err;
}

enum err owned_insert(struct store_tx *tx, const struct table *table, const void *row,
                      struct problem *ret_problem)
{
    enum err err = unique_must_be_free(tx, table, row, NULL, ret_problem);
    return err ? err : table_insert(tx, table, row, ret_problem);
}

enum err owned_update(struct store_tx *tx, const struct table *table, const void *row,
                      const char *const *names, struct problem *ret_problem)
{
    enum err err = unique_must_be_free(tx, table, row, names, ret_problem);
    return err ? err : table_update(tx, table, row, names, ret_problem);
}

enum err owned_park_name(struct store_tx *tx, const struct table *table, str id,
                         struct problem *ret_problem)
{
    str sql = arena_printf(tx->arena, "UPDATE %s SET name = $2, changed_n = $3 WHERE id = $1",
                           table->name);
    str parked = arena_printf(tx->arena, "\x1f%" PRIstr, STR_ARG(id)); // no name that is taken
    return tx_run(tx, table, sql.data,
                  DB_VALUES(DB_TEXT(id), DB_TEXT(parked), DB_INT(tx->revision)), NULL,
                  ret_problem);
}

enum err owned_set_external_id(struct store_tx *tx, const struct table *table, str owner,
                               str id, str external_id, struct problem *ret_problem)
{
    static const char *const changed[] = { "external_id", "updated_ms", NULL };
    void *row = arena_alloc(tx->arena, table->row_size);
    enum err err = owned_get(tx, table, owner, id, row, ret_problem);
    if (err)
        return err;
    *(str *)table_field(table, "external_id", row) = external_id;
    *(int64_t *)table_field(table, "updated_ms", row) = tx_now_ms(tx);
    return owned_update(tx, table, row, changed, ret_problem);
}

enum err owned_delete(struct store_tx *tx, const struct table *table, str owner, str id,
                      struct problem *ret_problem)
{
    int64_t changed = 0;
    str tracking = table->is_tracked
                       ? arena_printf(tx->arena, ", changed_n = %lld", (long long)tx->revision)
                       : STR("");
    str sql = arena_printf(
        tx->arena, "UPDATE %s SET deleted_ms = $3%" PRIstr " WHERE %s = $1 AND %s AND id = $2",
        table->name, STR_ARG(tracking), table->owner, table->live);
    enum err err = tx_run(tx, table, sql.data,
                          DB_VALUES(DB_TEXT(owner), DB_TEXT(id), DB_INT(tx_now_ms(tx))),
                          &changed, ret_problem);
    return tx_not_found(!err && changed == 0 ? ERR_NOT_FOUND : err, "id", table->missing,
                        ret_problem);
}
