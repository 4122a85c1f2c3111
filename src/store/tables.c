// SPDX-License-Identifier: Apache-2.0
// Tables as data: rows are written and read column by column, sealed columns on the way.
#include "store/tables.h"

#include "base/buf.h"
#include "base/mem.h"
#include "codec/hex.h"
#include "store/sessions.h"

enum { COLUMNS_MAX = 32, SCRATCH_BYTES = 16 << 20 };

static void *field_of(const struct column *column, const void *row)
{
    return (char *)row + column->offset;
}

static str text_of(const struct column *column, const void *row)
{
    return *(const str *)field_of(column, row);
}

// Where a sealed column of the row stands: its key is the first column.
static struct seal_place place_of(const struct table *table, const struct column *column,
                                  const void *row, struct arena *arena)
{
    const struct column *key = &table->columns[0];
    struct seal_place place = { .table = str_of(table->name), .field = str_of(column->name) };
    if (key->type == COLUMN_DIGEST) {
        char *hex = arena_alloc(arena, 2 * STORE_DIGEST_LEN + 1);
        hex_encode(field_of(key, row), STORE_DIGEST_LEN, hex);
        place.row = str_of(hex);
    } else {
        place.row = text_of(key, row);
    }
    return place;
}

static struct db_value value_of(struct store_tx *tx, const struct table *table,
                                const struct column *column, const void *row)
{
    const void *field = field_of(column, row);
    switch (column->type) {
    case COLUMN_TEXT:
        return DB_TEXT(text_of(column, row));
    case COLUMN_TEXT_OPTIONAL:
        return text_of(column, row).len > 0 ? DB_TEXT(text_of(column, row)) : DB_NULL;
    case COLUMN_TEXT_FOLDED:
        return DB_TEXT(tx_fold(tx, text_of(column, row)));
    case COLUMN_INT:
        return DB_INT(*(const int64_t *)field);
    case COLUMN_UINT:
        assert(*(const uint64_t *)field <= INT64_MAX);
        return DB_INT((int64_t) * (const uint64_t *)field);
    case COLUMN_UINT32:
        return DB_INT(*(const uint32_t *)field);
    case COLUMN_BOOL:
        return DB_INT(*(const bool *)field ? 1 : 0);
    case COLUMN_DIGEST:
        return DB_BLOB(str_make(field, STORE_DIGEST_LEN));
    case COLUMN_SEALED:
        return DB_BLOB(seal(tx->store->sealer, place_of(table, column, row, tx->arena),
                            text_of(column, row), tx->arena));
    }
    return DB_NULL;
}

static const struct column *find_column(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (str_eq(str_of(table->columns[i].name), str_of(name)))
            return &table->columns[i];
    }
    return NULL;
}

bool table_has_column(const struct table *table, const char *name)
{
    return find_column(table, name) != NULL;
}

void *table_field(const struct table *table, const char *name, const void *row)
{
    const struct column *column = find_column(table, name);
    assert(column);
    return field_of(column, row);
}

struct db_value table_value(struct store_tx *tx, const struct table *table, const char *name,
                            const void *row)
{
    const struct column *column = find_column(table, name);
    assert(column);
    return value_of(tx, table, column, row);
}

// One row on its way out of the database.
struct reading {
    struct store_tx *tx;
    const struct table *table;
    const struct db_query *query;
    struct arena *arena; // the row's texts live there
    bool is_lenient;     // a sealed value that does not open is read as STR_NONE
};

static enum err read_sealed(const struct reading *reading, const struct column *column,
                            void *row, str sealed, struct problem *problem)
{
    const struct table *table = reading->table;
    struct seal_place place = place_of(table, column, row, reading->arena);
    str *ret_text = field_of(column, row);
    *ret_text = STR_NONE;
    enum err err = unseal(reading->tx->store->sealer, place, sealed, reading->arena, ret_text,
                          reading->is_lenient ? NULL : problem);
    return reading->is_lenient ? OK : err;
}

static enum err read_digest(const struct table *table, str bytes, void *field,
                            struct problem *problem)
{
    if (bytes.len != STORE_DIGEST_LEN)
        return problem_set(problem, ERR_CORRUPT, str_of(table->name),
                           "a digest has the wrong length");
    memcpy(field, bytes.data, STORE_DIGEST_LEN);
    return OK;
}

// Each column is asked for as what it is: SQLite would write a number out to give its bytes.
static enum err read_column(const struct reading *reading, size_t index, void *row,
                            struct problem *problem)
{
    const struct column *column = &reading->table->columns[index];
    const struct db_query *query = reading->query;
    void *field = field_of(column, row);
    int at = (int)index;
    str text;
    switch (column->type) {
    case COLUMN_TEXT:
    case COLUMN_TEXT_OPTIONAL:
        text = db_bytes(query, at);
        *(str *)field = text.data ? arena_dup(reading->arena, text) : STR_NONE;
        return OK;
    case COLUMN_TEXT_FOLDED:
        return OK;
    case COLUMN_INT:
        *(int64_t *)field = db_int(query, at);
        return OK;
    case COLUMN_UINT:
        *(uint64_t *)field = (uint64_t)db_int(query, at);
        return OK;
    case COLUMN_UINT32:
        *(uint32_t *)field = (uint32_t)db_int(query, at);
        return OK;
    case COLUMN_BOOL:
        *(bool *)field = db_int(query, at) != 0;
        return OK;
    case COLUMN_DIGEST:
        return read_digest(reading->table, db_bytes(query, at), field, problem);
    case COLUMN_SEALED:
        return read_sealed(reading, column, row, db_bytes(query, at), problem);
    }
    return OK;
}

static enum err read_row(const struct reading *reading, void *ret_row, struct problem *problem)
{
    enum err err = OK;
    memset(ret_row, 0, reading->table->row_size);
    for (size_t i = 0; i < reading->table->column_count && !err; i++)
        err = read_column(reading, i, ret_row, problem);
    return err;
}

// The table's columns, "a, b, c".
static void add_columns(struct buf *sql, const struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        buf_addf(sql, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
}

enum err table_insert(struct store_tx *tx, const struct table *table, const void *row,
                      struct problem *ret_problem)
{
    assert(table->column_count <= COLUMNS_MAX);
    AUTO(buf_done) struct buf sql = { 0 };
    struct db_value values[COLUMNS_MAX + 1] = { 0 };
    buf_addf(&sql, "INSERT INTO %s (", table->name);
    add_columns(&sql, table);
    buf_addf(&sql, "%s) VALUES (", table->is_tracked ? ", changed_n" : "");
    for (size_t i = 0; i < table->column_count; i++) {
        buf_addf(&sql, "%s$%zu", i > 0 ? ", " : "", i + 1);
        values[i] = value_of(tx, table, &table->columns[i], row);
    }
    if (table->is_tracked)
        buf_addf(&sql, ", %lld", (long long)tx->revision);
    buf_add(&sql, ")", 2); // with the NUL
    return tx_run(tx, table, sql.data, values, NULL, ret_problem);
}

enum err table_update(struct store_tx *tx, const struct table *table, const void *row,
                      const char *const *names, struct problem *ret_problem)
{
    AUTO(buf_done) struct buf sql = { 0 };
    struct db_value values[COLUMNS_MAX + 2] = { 0 };
    values[0] = value_of(tx, table, &table->columns[0], row);
    buf_addf(&sql, "UPDATE %s SET ", table->name);
    for (size_t i = 0; names[i]; i++) {
        assert(i < COLUMNS_MAX);
        buf_addf(&sql, "%s%s = $%zu", i > 0 ? ", " : "", names[i], i + 2);
        values[i + 1] = table_value(tx, table, names[i], row);
    }
    if (table->is_tracked)
        buf_addf(&sql, ", changed_n = %lld", (long long)tx->revision);
    buf_addf(&sql, " WHERE %s = $1", table->columns[0].name);
    buf_add_char(&sql, '\0');
    return tx_run(tx, table, sql.data, values, NULL, ret_problem);
}

static enum err select_rows(struct store_tx *tx, const struct table *table, const char *tail,
                            const struct db_value *values, struct db_query **ret_query,
                            struct problem *problem)
{
    AUTO(buf_done) struct buf sql = { 0 };
    buf_add_str(&sql, STR("SELECT "));
    add_columns(&sql, table);
    buf_addf(&sql, " FROM %s %s", table->name, tail);
    return db_query(tx->db, buf_str(&sql), values, ret_query, problem);
}

enum err table_get(struct store_tx *tx, const struct table *table, const char *where,
                   const struct db_value *values, void *ret_row, struct problem *ret_problem)
{
    AUTO(buf_done) struct buf tail = { 0 };
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    buf_addf(&tail, "WHERE %s", where);
    buf_add_char(&tail, '\0');
    enum err err = select_rows(tx, table, tail.data, values, &query, ret_problem);
    if (!err)
        err = db_next(query, &has_row, ret_problem);
    if (err)
        return err;
    if (!has_row)
        return ERR_NOT_FOUND;
    void *row = arena_alloc(tx->arena, table->row_size);
    struct reading reading = { tx, table, query, tx->arena, false };
    err = read_row(&reading, row, ret_problem);
    if (!err)
        memcpy(ret_row, row, table->row_size);
    return err;
}

enum err table_each(struct store_tx *tx, const struct table *table, const char *tail,
                    const struct db_value *values, void (*each)(void *ctx, const void *row),
                    void *ctx, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *scratch = arena_new(SCRATCH_BYTES);
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err = select_rows(tx, table, tail, values, &query, ret_problem);
    struct reading reading = { tx, table, query, scratch, true };
    while (!err) {
        bool has_row = false;
        err = db_next(query, &has_row, ret_problem);
        if (err || !has_row)
            break;
        void *row = arena_alloc(scratch, table->row_size);
        err = read_row(&reading, row, ret_problem);
        if (!err)
            each(ctx, row);
        arena_reset(scratch);
    }
    return err;
}

enum err table_list(struct store_tx *tx, const struct table *table, const char *tail,
                    const struct db_value *values, void **ret_rows, size_t *ret_count,
                    struct problem *ret_problem)
{
    AUTO(buf_done) struct buf rows = { 0 };
    AUTO(db_query_end) struct db_query *query = NULL;
    size_t count = 0;
    enum err err = select_rows(tx, table, tail, values, &query, ret_problem);
    struct reading reading = { tx, table, query, tx->arena, false };
    while (!err) {
        bool has_row = false;
        err = db_next(query, &has_row, ret_problem);
        if (err || !has_row)
            break;
        void *row = buf_reserve(&rows, table->row_size);
        err = read_row(&reading, row, ret_problem);
        rows.len += table->row_size;
        count++;
    }
    if (err)
        return err;
    *ret_rows = arena_alloc(tx->arena, rows.len + 1);
    if (rows.len > 0)
        memcpy(*ret_rows, rows.data, rows.len);
    *ret_count = count;
    return OK;
}
