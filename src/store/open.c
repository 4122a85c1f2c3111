// SPDX-License-Identifier: Apache-2.0
// Opening and creating the store: format, key, directory id, then the log of revocations.
#include "store/tx.h"

#include <errno.h>

#include "base/mem.h"
#include "store/audit_chain.h"

#define DATABASE_FILE    "pintle.db"
#define KEY_FILE         "secret.key"
#define REVOCATIONS_FILE "revocations"

// A known text, sealed when the store was created: tells a wrong key before anything else does.
static const struct seal_place key_check_place = {
    .table = { .data = "meta", .len = 4 },
    .row = { .data = "key_check", .len = 9 },
    .field = { .data = "value", .len = 5 },
};
#define KEY_CHECK_TEXT STR("pintle")

static char *path_in(str dir, const char *name)
{
    size_t size = dir.len + strlen(name) + 2;
    char *path = mem_alloc(size);
    snprintf(path, size, "%" PRIstr "/%s", STR_ARG(dir), name);
    return path;
}

// An empty file, if there is none, that only its owner can read: SQLite gives its other files
// the same mode.
static enum err make_file(struct fs *fs, const char *path, struct problem *problem)
{
    struct fs_file *file = NULL;
    int rc = fs->ops->open(fs, path, FS_WRITE, &file);
    if (rc < 0)
        return fs_error(rc, path, problem);
    file->ops->close(file);
    return OK;
}

static struct store *store_new(const struct store_parts *parts)
{
    struct store *store = NEW(struct store);
    pthread_mutexattr_t attr;
    store->fs = parts->fs;
    store->clock = parts->clock;
    store->rng = parts->rng;
    store->observer = parts->observer;
    memcpy(store->id, parts->id, sizeof(store->id));
    store->path = path_in(parts->dir, DATABASE_FILE);
    // A thread that begins a second write transaction is told instead of waiting for itself.
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&store->write_lock, &attr);
    pthread_mutexattr_destroy(&attr);
    pthread_mutex_init(&store->readers_lock, NULL);
    return store;
}

const uint8_t *store_directory_id(const struct store *store)
{
    return store->id;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->reader_count; i++)
        db_close(store->readers[i]);
    db_close(store->writer); // the last one: takes the write-ahead log into the database
    revocations_close(store->revocations);
    sealer_close(store->sealer);
    pthread_mutex_destroy(&store->write_lock);
    pthread_mutex_destroy(&store->readers_lock);
    mem_free(store->path);
    mem_free(store);
}

static enum err check_format(const struct store *store, int64_t format, int64_t newest,
                             struct problem *problem)
{
    if (format <= newest)
        return OK;
    return problem_set(problem, ERR_NEWER_FORMAT, str_of(store->path),
                       "the store has format %lld, this release knows formats up to %lld",
                       (long long)format, (long long)newest);
}

// Another id: files of two data directories were mixed.
static enum err check_id(struct store *store, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err =
        db_query(store->writer, STR("SELECT value FROM meta WHERE name = 'directory_id'"),
                 DB_VALUES(), &query, problem);
    if (!err)
        err = db_next(query, &has_row, problem);
    if (err)
        return err;
    str id = has_row ? db_bytes(query, 0) : STR_NONE;
    if (!str_eq(id, str_make((const char *)store->id, sizeof(store->id))))
        return problem_set(problem, ERR_CONFLICT, str_of(store->path),
                           "the store belongs to another data directory");
    return OK;
}

static enum err check_key(struct store *store, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(4096);
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    str text;
    enum err err =
        db_query(store->writer, STR("SELECT value FROM meta WHERE name = 'key_check'"),
                 DB_VALUES(), &query, problem);
    if (!err)
        err = db_next(query, &has_row, problem);
    if (err)
        return err;
    if (!has_row)
        return problem_set(problem, ERR_CORRUPT, STR("meta.key_check"), "is missing");
    return unseal(store->sealer, key_check_place, db_bytes(query, 0), arena, &text, problem);
}

static enum err put_meta(struct db *db, const char *name, str value, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row;
    enum err err = db_query(db, STR("INSERT INTO meta (name, value) VALUES ($1, $2)"),
                            DB_VALUES(DB_TEXT(str_of(name)), DB_BLOB(value)), &query, problem);
    return err ? err : db_next(query, &has_row, problem);
}

static enum err mark_new(struct store *store, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(4096);
    str id = str_make((const char *)store->id, sizeof(store->id));
    enum err err = put_meta(store->writer, "directory_id", id, problem);
    if (err)
        return err;
    str sealed = seal(store->sealer, key_check_place, KEY_CHECK_TEXT, arena);
    return put_meta(store->writer, "key_check", sealed, problem);
}

// A copy beside the database, so that a migration that goes wrong costs nothing.
static enum err copy_file(struct store *store, int64_t format, struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(8192);
    struct fs *fs = store->fs;
    const char *path =
        arena_printf(arena, "%s.format-%lld", store->path, (long long)format).data;
    int rc = fs->ops->remove(fs, path);
    if (rc < 0 && rc != -ENOENT)
        return fs_error(rc, path, problem);
    enum err err = make_file(fs, path, problem);
    if (!err)
        err = db_copy(store->writer, str_of(path), problem);
    struct fs_file *file = NULL;
    if (err)
        return err;
    rc = fs->ops->open(fs, path, FS_WRITE, &file);
    if (rc < 0)
        return fs_error(rc, path, problem);
    rc = file->ops->datasync(file);
    file->ops->close(file);
    return rc < 0 ? fs_error(rc, path, problem) : OK;
}

// Only then: later, a row without its place in the chain was not written by us.
static bool is_chain_new(int64_t from_format, int64_t to_format)
{
    return from_format > 0 && from_format < AUDIT_CHAIN_FORMAT &&
           to_format >= AUDIT_CHAIN_FORMAT;
}

static enum err bring_forward(struct store *store, const struct migration_plan *plan,
                              struct problem *problem)
{
    if (migrations_are_done(plan))
        return OK;
    enum err err =
        plan->format > 0 && plan->pending != 0 ? copy_file(store, plan->format, problem) : OK;
    if (!err)
        err = db_begin_write(store->writer, problem);
    if (err)
        return err;
    err = migrations_run(store->writer, plan, problem);
    if (!err && is_chain_new(plan->format, plan->steps[plan->step_count - 1].format))
        err = audit_chain_older(store->writer, problem);
    if (!err && plan->format == 0)
        err = mark_new(store, problem);
    if (!err)
        err = db_exec(store->writer, "COMMIT", problem);
    if (err) {
        enum err rollback_err = db_exec(store->writer, "ROLLBACK", NULL);
        (void)rollback_err; // the first error is the one to tell
    }
    return err;
}

static enum err open_database(struct store *store, const struct migration *steps,
                              size_t step_count, struct migration_plan *ret_plan,
                              struct problem *problem)
{
    int64_t format = 0;
    enum err err = make_file(store->fs, store->path, problem);
    if (!err)
        err = db_open(str_of(store->path), DB_READ_WRITE, &store->writer, problem);
    if (!err)
        err = migrations_format(store->writer, &format, problem);
    if (!err)
        err = check_format(store, format, steps[step_count - 1].format, problem);
    if (!err && format > 0)
        err = check_id(store, problem);
    return err ? err : migrations_plan(store->writer, steps, step_count, ret_plan, problem);
}

static enum err open_sealer(struct store *store, const struct store_parts *parts, bool is_new,
                            struct problem *problem)
{
    char *path = path_in(parts->dir, KEY_FILE);
    enum err err =
        sealer_open(parts->fs, parts->key_file.len > 0 ? parts->key_file : str_of(path), is_new,
                    parts->rng, &store->sealer, problem);
    mem_free(path);
    return err || is_new ? err : check_key(store, problem);
}

static enum err open_revocations(struct store *store, const struct store_parts *parts,
                                 struct problem *problem)
{
    char *path = path_in(parts->dir, REVOCATIONS_FILE);
    enum err err = revocations_open(store->fs, str_of(path), store->id, store->observer,
                                    &store->revocations, problem);
    mem_free(path);
    return err ? err : revocations_reconcile(store, problem);
}

enum err store_open_with(const struct store_parts *parts, const struct migration *steps,
                         size_t step_count, struct store **ret_store,
                         struct problem *ret_problem)
{
    AUTO(store_close) struct store *store = store_new(parts);
    struct migration_plan plan;
    enum err err = open_database(store, steps, step_count, &plan, ret_problem);
    if (!err)
        err = open_sealer(store, parts, plan.format == 0, ret_problem);
    if (!err)
        err = bring_forward(store, &plan, ret_problem);
    if (!err)
        err = open_revocations(store, parts, ret_problem);
    if (!err)
        err = event_rules_reconcile(store, ret_problem);
    if (!err)
        *ret_store = TAKE(store);
    return err;
}

enum err store_open(const struct store_parts *parts, struct store **ret_store,
                    struct problem *ret_problem)
{
    return store_open_with(parts, migrations, migration_count, ret_store, ret_problem);
}
