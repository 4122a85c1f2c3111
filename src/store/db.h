// SPDX-License-Identifier: Apache-2.0
// One connection to an SQL database, for this room only. The SQL is written once for all
// drivers: values are $1, $2 …, columns TEXT, BIGINT and BLOB (migrations.c), no functions that
// only one database knows. Driver: db_sqlite.c.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

struct db;
struct db_query;

enum db_access { DB_READ_ONLY, DB_READ_WRITE };

// Values for $1, $2 … in this order; the list ends with DB_VALUE_END.
struct db_value {
    enum { DB_VALUE_END, DB_VALUE_NULL, DB_VALUE_TEXT, DB_VALUE_BLOB, DB_VALUE_INT } kind;
    str bytes;
    int64_t number;
};
#define DB_NULL    ((struct db_value){ .kind = DB_VALUE_NULL })
#define DB_TEXT(s) ((struct db_value){ .kind = DB_VALUE_TEXT, .bytes = (s) })
#define DB_BLOB(s) ((struct db_value){ .kind = DB_VALUE_BLOB, .bytes = (s) })
#define DB_INT(n)  ((struct db_value){ .kind = DB_VALUE_INT, .number = (n) })
#define DB_VALUES(...)                                                                         \
    ((const struct db_value[]){ __VA_ARGS__ __VA_OPT__(, ){ .kind = DB_VALUE_END } })

// The file must exist (an empty one will do). ERR_CORRUPT: no database; ERR_LOCKED;
// ERR_FORBIDDEN; ERR_DISK_FULL; ERR_IO. All functions here name the file in the problem.
enum err db_open(str path, enum db_access access, struct db **ret_db,
                 struct problem *ret_problem);
void db_close(struct db *db);
AUTO_DEFINE(struct db *, db_close)

// Statements without values, separated by semicolons.
enum err db_exec(struct db *db, const char *sql, struct problem *ret_problem);

// Begins a write transaction that no other connection can get between.
enum err db_begin_write(struct db *db, struct problem *ret_problem);

// Starts a statement; it is compiled once per connection and text. Ended by db_query_end before
// the same text is started again. Values are copied.
enum err db_query(struct db *db, str sql, const struct db_value *values,
                  struct db_query **ret_query, struct problem *ret_problem);
// ERR_CONFLICT: a unique constraint; ERR_INVALID: another constraint.
enum err db_next(struct db_query *query, bool *ret_has_row, struct problem *ret_problem);
void db_query_end(struct db_query *query);
AUTO_DEFINE(struct db_query *, db_query_end)

// Values of the current row; views are valid until db_next. NULL gives STR_NONE and 0.
str db_bytes(const struct db_query *query, int column);
int64_t db_int(const struct db_query *query, int column);

// How many rows the last INSERT, UPDATE or DELETE touched.
int64_t db_changed(const struct db *db);

enum err db_has_table(struct db *db, str name, bool *ret_has, struct problem *ret_problem);
// What a database is made of: "sources", "sources.name", names of indexes. The query's rows
// have one name each.
enum err db_query_parts(struct db *db, struct db_query **ret_query,
                        struct problem *ret_problem);
enum err db_has_part(struct db *db, str name, bool *ret_has, struct problem *ret_problem);

// A database that is gone when it is closed.
#define DB_IN_MEMORY STR(":memory:")

// Writes a consistent copy into the file at path, which must exist and be empty.
enum err db_copy(struct db *db, str path, struct problem *ret_problem);
