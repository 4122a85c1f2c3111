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

// --- Which steps a database has had

static bool mark_done(struct migration_plan *plan, int64_t format)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        if (plan->steps[i].format != format)
            continue;
        plan->pending &= ~((uint64_t)1 << i);
        return true;
    }
    return false;
}

static enum err read_steps(struct migration_plan *plan, str text, struct problem *problem)
{
    str word;
    while (str_next(&text, ' ', &word)) {
        int64_t format;
        if (!str_to_i64(word, &format))
            return problem_set(problem, ERR_CORRUPT, STR("meta.steps"), "is not a list");
        if (!mark_done(plan, format))
            return problem_set(problem, ERR_NEWER_FORMAT, STR("meta.steps"),
                               "the store has had step %lld, which this release does not know",
                               (long long)format);
    }
    return OK;
}

static enum err read_record(struct db *db, struct migration_plan *plan, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err = db_query(db, STR("SELECT value FROM meta WHERE name = 'steps'"), DB_VALUES(),
                            &query, problem);
    if (!err)
        err = db_next(query, &plan->is_recorded, problem);
    if (err || !plan->is_recorded)
        return err;
    return read_steps(plan, db_bytes(query, 0), problem);
}

// Which step first makes the part, for the sentence that names it.
static enum err refuse_missing(const struct migration_plan *plan, str part,
                               struct problem *problem)
{
    AUTO(db_close) struct db *model = NULL;
    bool has = false;
    size_t i = 0;
    enum err err = db_open(DB_IN_MEMORY, DB_READ_WRITE, &model, problem);
    for (; !err && !has && i < plan->step_count; i++) {
        err = db_exec(model, plan->steps[i].sql, problem);
        if (!err)
            err = db_has_part(model, part, &has, problem);
    }
    if (err)
        return err;
    return problem_set(problem, ERR_CORRUPT, part,
                       "is missing: step %lld was left out when the database was brought to "
                       "format %lld",
                       (long long)plan->steps[i - 1].format, (long long)plan->format);
}

// The database has all that the steps up to its format make.
static enum err hold_against_model(struct db *db, const struct migration_plan *plan,
                                   struct problem *problem)
{
    AUTO(db_close) struct db *model = NULL;
    AUTO(db_query_end) struct db_query *parts = NULL;
    bool has_row = true, has = true;
    enum err err = db_open(DB_IN_MEMORY, DB_READ_WRITE, &model, problem);
    for (size_t i = 0; i < plan->step_count && !err; i++) {
        if (plan->steps[i].format <= plan->format)
            err = db_exec(model, plan->steps[i].sql, problem);
    }
    if (!err)
        err = db_query_parts(model, &parts, problem);
    while (!err && has_row && has) {
        err = db_next(parts, &has_row, problem);
        if (!err && has_row)
            err = db_has_part(db, db_bytes(parts, 0), &has, problem);
    }
    if (err || has)
        return err;
    return refuse_missing(plan, db_bytes(parts, 0), problem);
}

enum err migrations_plan(struct db *db, const struct migration *steps, size_t step_count,
                         struct migration_plan *ret_plan, struct problem *ret_problem)
{
    assert(step_count > 0 && step_count <= MIGRATIONS_MAX);
    struct migration_plan plan = {
        .steps = steps,
        .step_count = step_count,
        .pending = UINT64_MAX >> (MIGRATIONS_MAX - step_count),
    };
    enum err err = migrations_format(db, &plan.format, ret_problem);
    if (!err && plan.format > 0)
        err = read_record(db, &plan, ret_problem);
    if (!err && plan.format > 0 && !plan.is_recorded) {
        for (size_t i = 0; i < step_count && steps[i].format <= plan.format; i++)
            plan.pending &= ~((uint64_t)1 << i);
        err = hold_against_model(db, &plan, ret_problem);
    }
    if (!err)
        *ret_plan = plan;
    return err;
}

bool migrations_are_done(const struct migration_plan *plan)
{
    return plan->pending == 0 && plan->is_recorded;
}

// --- Running them

static enum err put_meta(struct db *db, str name, str value, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row;
    enum err err = db_query(db,
                            STR("INSERT INTO meta (name, value) VALUES ($1, $2)"
                                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"),
                            DB_VALUES(DB_TEXT(name), DB_BLOB(value)), &query, problem);
    return err ? err : db_next(query, &has_row, problem);
}

// The format, for releases that know nothing else of the file, and the steps.
static enum err write_record(struct db *db, const struct migration_plan *plan,
                             struct problem *problem)
{
    char steps[MIGRATIONS_MAX * 24], format[24];
    size_t len = 0;
    for (size_t i = 0; i < plan->step_count; i++)
        len += (size_t)snprintf(steps + len, sizeof(steps) - len, i ? " %lld" : "%lld",
                                (long long)plan->steps[i].format);
    snprintf(format, sizeof(format), "%lld",
             (long long)plan->steps[plan->step_count - 1].format);
    enum err err = put_meta(db, STR("format"), str_of(format), problem);
    return err ? err : put_meta(db, STR("steps"), str_make(steps, len), problem);
}

enum err migrations_run(struct db *db, const struct migration_plan *plan,
                        struct problem *ret_problem)
{
    enum err err = OK;
    for (size_t i = 0; i < plan->step_count && !err; i++) {
        if (plan->pending >> i & 1)
            err = db_exec(db, plan->steps[i].sql, ret_problem);
    }
    return err ? err : write_record(db, plan, ret_problem);
}
