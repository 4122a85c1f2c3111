// SPDX-License-Identifier: Apache-2.0
// The SQLite driver: write-ahead log, every commit synced, compiled statements kept.
#include "store/db.h"

#include <errno.h>
#include <sqlite3.h>

#include "base/map.h"
#include "base/mem.h"

enum { BUSY_TIMEOUT_MS = 1000 }; // our own writers queue before; this is for outside tools

struct db_query {
    struct db *db;
    sqlite3_stmt *stmt;
    char *sql;
    bool is_running;
};

struct db {
    sqlite3 *handle;
    struct map *queries; // by their text
    char *path;
};

static enum err err_of_errno(int number)
{
    if (number == ENOSPC || number == EDQUOT)
        return ERR_DISK_FULL;
    if (number == EACCES || number == EPERM || number == EROFS)
        return ERR_FORBIDDEN;
    return ERR_IO;
}

static enum err err_of_code(sqlite3 *handle, int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return ERR_DISK_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_LOCKED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ERR_FORBIDDEN;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? ERR_CONFLICT
                   : ERR_INVALID;
    default: // input and output, opening
        return handle ? err_of_errno(sqlite3_system_errno(handle)) : ERR_IO;
    }
}

static enum err fail(const struct db *db, int code, struct problem *problem)
{
    enum err err = err_of_code(db->handle, code);
    const char *reason = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code);
    if (err == ERR_LOCKED)
        reason = "the database is locked by another process";
    if (err == ERR_DISK_FULL)
        reason = "the disk is full";
    return problem_set(problem, err, str_of(db->path), "%s", reason);
}

static enum err configure(struct db *db, enum db_access access, struct problem *problem)
{
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return db_exec(db,
                   access == DB_READ_WRITE ? "PRAGMA journal_mode=WAL;"
                                             "PRAGMA synchronous=FULL;"
                                             "PRAGMA foreign_keys=ON;"
                                             "PRAGMA trusted_schema=OFF;"
                                             "PRAGMA temp_store=MEMORY;"
                                           : "PRAGMA query_only=ON;"
                                             "PRAGMA trusted_schema=OFF;"
                                             "PRAGMA temp_store=MEMORY;",
                   problem);
}

enum err db_open(str path, enum db_access access, struct db **ret_db,
                 struct problem *ret_problem)
{
    AUTO(db_close) struct db *db = NEW(struct db);
    db->queries = map_new();
    db->path = mem_alloc(path.len + 1);
    str_copy(path, db->path, path.len + 1);
    // A reader opens for writing too: the write-ahead log's index is shared memory.
    int code = sqlite3_open_v2(db->path, &db->handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return fail(db, code, ret_problem);
    enum err err = configure(db, access, ret_problem);
    if (err)
        return err;
    *ret_db = TAKE(db);
    return OK;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    size_t at = 0;
    for (struct db_query *query; (query = map_each(db->queries, &at));) {
        assert(!query->is_running);
        sqlite3_finalize(query->stmt);
        mem_free(query->sql);
        mem_free(query);
    }
    map_free(db->queries);
    sqlite3_close(db->handle);
    mem_free(db->path);
    mem_free(db);
}

enum err db_exec(struct db *db, const char *sql, struct problem *ret_problem)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? OK : fail(db, code, ret_problem);
}

enum err db_begin_write(struct db *db, struct problem *ret_problem)
{
    return db_exec(db, "BEGIN IMMEDIATE", ret_problem);
}

static enum err compile(struct db *db, str sql, struct db_query **ret_query,
                        struct problem *problem)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v3(db->handle, sql.data, (int)sql.len, SQLITE_PREPARE_PERSISTENT,
                                  &stmt, NULL);
    if (code != SQLITE_OK)
        return fail(db, code, problem);
    struct db_query *query = NEW(struct db_query);
    query->db = db;
    query->stmt = stmt;
    query->sql = mem_alloc(sql.len + 1);
    str_copy(sql, query->sql, sql.len + 1);
    map_put(db->queries, str_of(query->sql), query);
    *ret_query = query;
    return OK;
}

static int bind_value(sqlite3_stmt *stmt, int index, const struct db_value *value)
{
    const char *data = value->bytes.data ? value->bytes.data : "";
    switch (value->kind) {
    case DB_VALUE_TEXT:
        return sqlite3_bind_text64(stmt, index, data, value->bytes.len, SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    case DB_VALUE_BLOB:
        return sqlite3_bind_blob64(stmt, index, data, value->bytes.len, SQLITE_TRANSIENT);
    case DB_VALUE_INT:
        return sqlite3_bind_int64(stmt, index, value->number);
    case DB_VALUE_NULL:
    case DB_VALUE_END:
        break;
    }
    return sqlite3_bind_null(stmt, index);
}

// By name: SQLite numbers $2 before $1 when it stands first in the text.
static enum err bind_values(struct db_query *query, const struct db_value *values,
                            struct problem *problem)
{
    for (int i = 0; values[i].kind != DB_VALUE_END; i++) {
        char name[16];
        snprintf(name, sizeof(name), "$%d", i + 1);
        int index = sqlite3_bind_parameter_index(query->stmt, name);
        assert(index > 0);
        int code = bind_value(query->stmt, index, &values[i]);
        if (code != SQLITE_OK)
            return fail(query->db, code, problem);
    }
    return OK;
}

enum err db_query(struct db *db, str sql, const struct db_value *values,
                  struct db_query **ret_query, struct problem *ret_problem)
{
    struct db_query *query = map_get(db->queries, sql);
    enum err err = query ? OK : compile(db, sql, &query, ret_problem);
    if (err)
        return err;
    assert(!query->is_running);
    query->is_running = true;
    err = bind_values(query, values, ret_problem);
    if (err) {
        db_query_end(query);
        return err;
    }
    *ret_query = query;
    return OK;
}

enum err db_next(struct db_query *query, bool *ret_has_row, struct problem *ret_problem)
{
    int code = sqlite3_step(query->stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail(query->db, code, ret_problem);
    *ret_has_row = code == SQLITE_ROW;
    return OK;
}

void db_query_end(struct db_query *query)
{
    if (!query)
        return;
    sqlite3_reset(query->stmt); // repeats the error that db_next has told
    sqlite3_clear_bindings(query->stmt);
    query->is_running = false;
}

str db_bytes(const struct db_query *query, int column)
{
    const void *data = sqlite3_column_blob(query->stmt, column);
    size_t len = (size_t)sqlite3_column_bytes(query->stmt, column);
    bool is_null = sqlite3_column_type(query->stmt, column) == SQLITE_NULL;
    return is_null ? STR_NONE : str_make(data ? data : "", len);
}

int64_t db_int(const struct db_query *query, int column)
{
    return sqlite3_column_int64(query->stmt, column);
}

int64_t db_changed(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

enum err db_has_table(struct db *db, str name, bool *ret_has, struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err =
        db_query(db, STR("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"),
                 DB_VALUES(DB_TEXT(name)), &query, ret_problem);
    return err ? err : db_next(query, ret_has, ret_problem);
}

#define PARTS                                                                                  \
    "SELECT s.name || COALESCE('.' || c.name, '') AS part"                                     \
    " FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c"                              \
    " WHERE s.name NOT LIKE 'sqlite_%'"

enum err db_query_parts(struct db *db, struct db_query **ret_query, struct problem *ret_problem)
{
    return db_query(db, STR(PARTS), DB_VALUES(), ret_query, ret_problem);
}

enum err db_has_part(struct db *db, str name, bool *ret_has, struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err = db_query(db, STR("SELECT 1 FROM (" PARTS ") WHERE part = $1"),
                            DB_VALUES(DB_TEXT(name)), &query, ret_problem);
    return err ? err : db_next(query, ret_has, ret_problem);
}

enum err db_copy(struct db *db, str path, struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row;
    enum err err =
        db_query(db, STR("VACUUM INTO $1"), DB_VALUES(DB_TEXT(path)), &query, ret_problem);
    return err ? err : db_next(query, &has_row, ret_problem);
}
