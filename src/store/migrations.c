// SPDX-License-Identifier: Apache-2.0
// Brings a database's tables to the newest format; the steps are the files in migrations/.
#include "store/migrations.h"

#include "base/mem.h"

const struct migration migrations[] = {
#include "store/migrations.inc"
};
const size_t migration_count = ARRAY_LEN(migrations);

enum err migrations_format(struct db *db, int64_t *ret_format, struct problem *ret_problem)
{
    bool has_meta = false;
    enum err err = db_has_table(db, STR("meta"), &has_meta, ret_problem);
    if (err)
        return err;
    if (!has_meta) {
        *ret_format = 0;
        return OK;
    }
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    err = db_query(db, STR("SELECT value FROM meta WHERE name = 'format'"), DB_VALUES(), &query,
                   ret_problem);
    if (!err)
        err = db_next(query, &has_row, ret_problem);
    if (err)
        return err;
    if (!has_row || !str_to_i64(db_bytes(query, 0), ret_format))
        return problem_set(ret_problem, ERR_CORRUPT, STR("meta.format"),
                           "the database does not tell its format version");
    return OK;
}

static enum err set_format(struct db *db, int64_t format, struct problem *problem)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)format);
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row;
    enum err err = db_query(db,
                            STR("INSERT INTO meta (name, value) VALUES ('format', $1)"
                                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
                            DB_VALUES(DB_BLOB(str_make(digits, (size_t)len))), &query, problem);
    return err ? err : db_next(query, &has_row, problem);
}

enum err migrations_run(struct db *db, const struct migration *steps, size_t step_count,
                        struct problem *ret_problem)
{
    int64_t format = 0;
    enum err err = migrations_format(db, &format, ret_problem);
    for (size_t i = 0; i < step_count && !err; i++) {
        if (steps[i].format <= format)
            continue;
        err = db_exec(db, steps[i].sql, ret_problem);
        if (!err)
            err = set_format(db, steps[i].format, ret_problem);
    }
    return err;
}
