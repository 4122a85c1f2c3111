// SPDX-License-Identifier: Apache-2.0
// The life of a token's row, whatever its kind.
#include "store/token_life.h"

#include "store/audit.h"
#include "store/owned.h"
#include "store/sessions.h"

// --- Columns that both tables have

static str *text_of(const struct table *table, const char *name, const void *row)
{
    return table_field(table, name, row);
}

static int64_t *number_of(const struct table *table, const char *name, const void *row)
{
    return table_field(table, name, row);
}

static uint8_t *digest_of(const struct table *table, const void *row)
{
    return table_field(table, "digest", row);
}

// --- Begin and end

enum err token_row_create(struct store_tx *tx, const struct table *table, void *row,
                          struct problem *ret_problem)
{
    *text_of(table, "id", row) = tx_new_id(tx);
    *number_of(table, "created_ms", row) = tx_now_ms(tx);
    *number_of(table, "revision", row) = store_revision(tx);
    str digest = str_make((const char *)digest_of(table, row), STORE_DIGEST_LEN);
    str sql = arena_printf(tx->arena, "SELECT 1 FROM %s WHERE digest = $1", table->name);
    enum err err = tx_must_be_free(tx, sql.data, DB_VALUES(DB_BLOB(digest)), "token",
                                   "this value was used before", ret_problem);
    return err ? err : table_insert(tx, table, row, ret_problem);
}

enum err token_row_find(struct store_tx *tx, const struct table *table,
                        const uint8_t digest[STORE_DIGEST_LEN], void *ret_row,
                        struct problem *ret_problem)
{
    str bytes = str_make((const char *)digest, STORE_DIGEST_LEN);
    enum err err =
        table_get(tx, table, "digest = $1", DB_VALUES(DB_BLOB(bytes)), ret_row, ret_problem);
    return tx_not_found(err, "token", table->missing, ret_problem);
}

enum err token_row_end(struct store_tx *tx, const struct table *table, void *row,
                       struct problem *ret_problem)
{
    static const char *const changed[] = { "revoked_ms", "successor_id", "overlap_until_ms",
                                           "revision", NULL };
    *number_of(table, "revoked_ms", row) = tx_now_ms(tx);
    *number_of(table, "revision", row) = store_revision(tx);
    tx_revoke(tx, digest_of(table, row));
    return table_update(tx, table, row, changed, ret_problem);
}

enum err token_row_revoke(struct store_tx *tx, const struct table *table, str owner, str id,
                          struct problem *ret_problem)
{
    void *row = arena_zalloc(tx->arena, 1, table->row_size);
    enum err err = owned_get(tx, table, owner, id, row, ret_problem);
    while (!err) {
        err = token_row_end(tx, table, row, ret_problem);
        str before = *text_of(table, "predecessor_id", row);
        if (err || before.len == 0)
            return err;
        err = owned_get(tx, table, owner, before, row, NULL);
        if (err == ERR_NOT_FOUND) // ended already, and so are all before it
            return OK;
        if (err)
            return problem_set(ret_problem, err, STR_NONE, "an older value cannot be read");
    }
    return err;
}

enum err token_row_revoke_all(struct store_tx *tx, const struct table *table, const char *where,
                              const struct db_value *values, struct store_list *ret_ended,
                              struct problem *ret_problem)
{
    struct store_list list = { 0 };
    enum err err = table_list(tx, table, where, values, &list.rows, &list.count, ret_problem);
    for (size_t i = 0; i < list.count && !err; i++)
        err = token_row_end(tx, table, (char *)list.rows + i * table->row_size, ret_problem);
    list.total = list.count;
    if (!err)
        *ret_ended = list;
    return err;
}

// --- Rotation

// A new row with everything of the old one but its value and what was seen of it.
static void succeed(const struct table *table, const void *old, const void *value, void *row)
{
    memcpy(row, old, table->row_size);
    memcpy(digest_of(table, row), digest_of(table, value), STORE_DIGEST_LEN);
    *text_of(table, "prefix", row) = *text_of(table, "prefix", value);
    *text_of(table, "last4", row) = *text_of(table, "last4", value);
    *number_of(table, "last_used_ms", row) = 0;
    *text_of(table, "last_used_ip", row) = STR_NONE;
    *text_of(table, "last_used_agent", row) = STR_NONE;
    *text_of(table, "predecessor_id", row) = *text_of(table, "id", old);
    *text_of(table, "successor_id", row) = STR_NONE;
    *number_of(table, "overlap_until_ms", row) = 0;
    *(bool *)table_field(table, "imported", row) = false;
}

enum err token_row_replace(struct store_tx *tx, const struct table *table,
                           const struct token_change *change, int64_t overlap_until_ms,
                           struct problem *ret_problem)
{
    static const char *const changed[] = { "successor_id", "overlap_until_ms", "revision",
                                           NULL };
    void *row = arena_zalloc(tx->arena, 1, table->row_size);
    succeed(table, change->old, change->successor, row);
    enum err err = token_row_create(tx, table, row, ret_problem);
    if (err)
        return err;
    *text_of(table, "successor_id", change->old) = *text_of(table, "id", row);
    *number_of(table, "overlap_until_ms", change->old) = overlap_until_ms;
    *number_of(table, "revision", change->old) = store_revision(tx);
    memcpy(change->successor, row, table->row_size);
    return overlap_until_ms > tx_now_ms(tx)
               ? table_update(tx, table, change->old, changed, ret_problem)
               : token_row_end(tx, table, change->old, ret_problem);
}

// --- Use

enum err token_row_used(struct store_tx *tx, const struct table *table,
                        const struct token_use *use, void *ret_row, bool *ret_is_first,
                        struct problem *ret_problem)
{
    str sql = arena_printf(tx->arena,
                           "UPDATE %s SET last_used_ms = $2, last_used_ip = $3,"
                           " last_used_agent = $4 WHERE id = $1 AND last_used_ms <= $2",
                           table->name);
    enum err err = table_get(tx, table, "id = $1 AND last_used_ms = 0",
                             DB_VALUES(DB_TEXT(use->id)), ret_row, ret_problem);
    if (err && err != ERR_NOT_FOUND)
        return err;
    *ret_is_first = !err;
    return tx_run(tx, table, sql.data,
                  DB_VALUES(DB_TEXT(use->id), DB_INT(use->at_ms), DB_TEXT(use->ip),
                            DB_TEXT(use->user_agent)),
                  NULL, ret_problem);
}

enum err token_use_audit(struct store_tx *tx, const struct token_use *use,
                         const struct audit_row *token, struct problem *ret_problem)
{
    struct audit_row entry = *token;
    entry.actor_type = token->target_type;
    entry.actor_id = token->target_id;
    entry.action = STR("first_used");
    entry.ip = use->ip;
    entry.user_agent = use->user_agent;
    return store_audit_add(tx, &entry, ret_problem);
}

// --- For tables of look-ups

enum err token_row_each_changed(struct store_tx *tx, const struct table *table, int64_t after,
                                const struct token_visitor *visitor,
                                struct problem *ret_problem)
{
    return after == 0
               ? table_each(tx, table, "WHERE revoked_ms = 0", DB_VALUES(), visitor->each,
                            visitor->ctx, ret_problem)
               : table_each(tx, table, "WHERE revision > $1 ORDER BY revision",
                            DB_VALUES(DB_INT(after)), visitor->each, visitor->ctx, ret_problem);
}
