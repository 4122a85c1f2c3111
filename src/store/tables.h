// SPDX-License-Identifier: Apache-2.0
// Tables described as data: from the description rows are written and read, sealed columns on
// the way.
#pragma once

#include "store/tx.h"

enum column_type {
    COLUMN_TEXT,          // str
    COLUMN_TEXT_OPTIONAL, // str; empty is NULL
    COLUMN_TEXT_FOLDED,   // str in lower case (ASCII), for look-ups; never read
    COLUMN_INT,           // int64_t
    COLUMN_UINT,          // uint64_t below 2^63
    COLUMN_UINT32,        // uint32_t
    COLUMN_BOOL,          // bool
    COLUMN_DIGEST,        // uint8_t[32]
    COLUMN_SEALED,        // str, sealed on disk for {table, first column, this column}
};

struct column {
    const char *name;
    enum column_type type;
    size_t offset;
};

// A column whose value only one live row of an owner may have (NULL: any number).
struct unique {
    const char *column;
    const char *field; // the problem's, when it is taken
    const char *text;
};

struct table {
    const char *name;
    const struct column *columns; // the first is the key, a text or a digest
    size_t column_count;
    size_t row_size;
    bool is_config;  // changes are seen by snapshots
    bool is_tracked; // of rows of is_config: the column changed_n says when they changed last

    // For owned.h.
    const char *owner;           // the column that says whose a row is: "workspace_id"
    const char *live;            // the condition that a row is live: "deleted_ms IS NULL"
    const char *missing;         // what is said of an id without such a row
    const struct unique *unique; // ends with an empty one; NULL: nothing is
};

// All columns of the row.
enum err table_insert(struct store_tx *tx, const struct table *table, const void *row,
                      struct problem *ret_problem);

// "UPDATE … SET column = $n, …": the named columns of the row whose key is the row's. Names end
// with NULL.
enum err table_update(struct store_tx *tx, const struct table *table, const void *row,
                      const char *const *names, struct problem *ret_problem);

// The row that `where` ("id = $1") finds. ERR_NOT_FOUND, without a problem.
enum err table_get(struct store_tx *tx, const struct table *table, const char *where,
                   const struct db_value *values, void *ret_row, struct problem *ret_problem);

// Calls `each` for every row; the row's texts live in scratch, which is reset between rows. A
// sealed value that does not open is read as STR_NONE. `tail` is what stands behind the table's
// name.
enum err table_each(struct store_tx *tx, const struct table *table, const char *tail,
                    const struct db_value *values, void (*each)(void *ctx, const void *row),
                    void *ctx, struct problem *ret_problem);

// All rows, as an array in the transaction's arena.
enum err table_list(struct store_tx *tx, const struct table *table, const char *tail,
                    const struct db_value *values, void **ret_rows, size_t *ret_count,
                    struct problem *ret_problem);

// --- One column

bool table_has_column(const struct table *table, const char *name);
// Where the column, which the table has, stands in the row.
void *table_field(const struct table *table, const char *name, const void *row);
// As it goes into the database.
struct db_value table_value(struct store_tx *tx, const struct table *table, const char *name,
                            const void *row);
