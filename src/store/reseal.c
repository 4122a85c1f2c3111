// SPDX-License-Identifier: Apache-2.0
// A new key for the sealed values. The old keys stay in the key file until the transaction that
// seals everything anew is on disk, so that whatever moment the power goes, the file holds
// every key that some value needs.
#include "base/secret.h"
#include "codec/hex.h"
#include "store/audit.h"
#include "store/organizations.h"
#include "store/sessions.h"
#include "store/tables.h"

enum { BATCH_ROWS = 100, BATCH_BYTES_MAX = 256 << 20 };

// Every place of sealed values; a test holds the list against the migrations.
struct sealed_column {
    const char *table;
    const char *key;
    const char *column;
    bool is_digest; // the key
    bool is_mixed;  // holds values that are not sealed, too
};
static const struct sealed_column columns[] = {
    { "sources", "id", "config_sealed", false, false },
    { "destinations", "id", "config_sealed", false, false },
    { "destination_revisions", "id", "config_sealed", false, false },
    { "accounts", "id", "options_sealed", false, false },
    { "accounts", "id", "secret_sealed", false, false },
    { "regulations", "id", "user_id_sealed", false, false },
    { "regulations", "id", "attributes_sealed", false, false },
    { "sessions", "digest", "csrf_sealed", true, false },
    { "kept_answers", "digest", "answer_sealed", true, false },
    { "meta", "name", "value", false, true },
};

size_t reseal_column_count(void)
{
    return ARRAY_LEN(columns);
}

struct sealed_value {
    str key;
    str sealed;
};

static struct db_value key_value(const struct sealed_column *column, str key)
{
    return column->is_digest ? DB_BLOB(key) : DB_TEXT(key);
}

// Up to BATCH_ROWS rows behind the key `after`.
static enum err read_batch(struct store_tx *tx, const struct sealed_column *column, str after,
                           struct arena *arena, struct sealed_value *ret_values,
                           size_t *ret_count, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    size_t count = 0;
    bool has_row = true;
    str sql = arena_printf(arena, "SELECT %s, %s FROM %s WHERE %s > $1 ORDER BY %s LIMIT %d",
                           column->key, column->column, column->table, column->key, column->key,
                           BATCH_ROWS);
    enum err err = db_query(tx->db, sql, DB_VALUES(key_value(column, after)), &query, problem);
    while (!err && count < BATCH_ROWS) {
        err = db_next(query, &has_row, problem);
        if (err || !has_row)
            break;
        ret_values[count].key = arena_dup(arena, db_bytes(query, 0));
        ret_values[count++].sealed = arena_dup(arena, db_bytes(query, 1));
    }
    *ret_count = count;
    return err;
}

static enum err reseal_value(struct store_tx *tx, const struct sealed_column *column,
                             const struct sealed_value *value, struct arena *arena,
                             struct problem *problem)
{
    const struct table table = { .name = column->table };
    struct sealer *sealer = tx->store->sealer;
    struct seal_place place = { str_of(column->table), value->key, str_of(column->column) };
    char hex[2 * STORE_DIGEST_LEN + 1];
    str plain;
    if (column->is_digest) {
        if (value->key.len != STORE_DIGEST_LEN)
            return problem_set(problem, ERR_CORRUPT, place.table, "a key has a wrong length");
        hex_encode((const uint8_t *)value->key.data, STORE_DIGEST_LEN, hex);
        place.row = str_of(hex);
    }
    enum err err = unseal(sealer, place, value->sealed, arena, &plain, problem);
    if (err)
        return err;
    str sealed = seal(sealer, place, plain, arena);
    secret_wipe((char *)plain.data, plain.len);
    str sql = arena_printf(arena, "UPDATE %s SET %s = $2 WHERE %s = $1", column->table,
                           column->column, column->key);
    return tx_run(tx, &table, arena_cstr(arena, sql),
                  DB_VALUES(key_value(column, value->key), DB_BLOB(sealed)), NULL, problem);
}

static enum err reseal_column(struct store_tx *tx, const struct sealed_column *column,
                              int64_t *count, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(BATCH_BYTES_MAX);
    struct sealed_value values[BATCH_ROWS];
    char last[2 * STORE_DIGEST_LEN + 1] = "";
    str after = STR("");
    size_t got = BATCH_ROWS;
    while (got == BATCH_ROWS) {
        enum err err = read_batch(tx, column, after, arena, values, &got, problem);
        for (size_t i = 0; i < got && !err; i++) {
            if (column->is_mixed && !sealer_has_sealed(tx->store->sealer, values[i].sealed))
                continue;
            err = reseal_value(tx, column, &values[i], arena, problem);
            *count += 1;
        }
        if (err)
            return err;
        if (got > 0) {
            str key = values[got - 1].key;
            if (key.len > sizeof(last))
                return problem_set(problem, ERR_CORRUPT, str_of(column->table),
                                   "a key is too long");
            memcpy(last, key.data, key.len);
            after = str_make(last, key.len);
        }
        arena_reset(arena);
    }
    return OK;
}

// In the audit log of everybody whose secrets they are.
static enum err note_rotation(struct store_tx *tx, int64_t count, struct problem *problem)
{
    struct organization_row *organizations;
    size_t organization_count = 0;
    enum err err = store_organization_list(tx, &organizations, &organization_count, problem);
    for (size_t i = 0; !err && i < organization_count; i++) {
        struct audit_row row = {
            .organization_id = organizations[i].id,
            .actor_type = STR("system"),
            .action = STR("rotated"),
            .target_type = STR("secret_key"),
            .target_id = sealer_key_id(tx->store->sealer, tx->arena),
            .target_name = STR("secret.key"),
            .details = arena_printf(tx->arena, "{\"values\":%lld}", (long long)count),
        };
        err = store_audit_add(tx, &row, problem);
    }
    return err;
}

static enum err reseal_all(struct store *store, const struct store_progress *progress,
                           int64_t *ret_count, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    int64_t count = 0;
    enum err err = store_begin(store, STORE_WRITE, arena, &tx, problem);
    for (size_t i = 0; i < ARRAY_LEN(columns) && !err; i++) {
        err = reseal_column(tx, &columns[i], &count, problem);
        if (!err && progress)
            progress->tell(progress->ctx, columns[i].table, count);
    }
    if (!err)
        err = note_rotation(tx, count, problem);
    if (!err)
        err = store_commit(tx, problem);
    if (!err)
        *ret_count = count;
    return err;
}

enum err store_rotate_key(struct store *store, const struct store_progress *progress,
                          int64_t *ret_count, struct problem *ret_problem)
{
    enum err err = sealer_add_key(store->sealer, store->fs, ret_problem);
    if (!err)
        err = reseal_all(store, progress, ret_count, ret_problem);
    return err ? err : sealer_drop_old_keys(store->sealer, store->fs, ret_problem);
}
