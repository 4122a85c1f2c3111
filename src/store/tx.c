// SPDX-License-Identifier: Apache-2.0
// Transactions: writers queue behind one lock and one connection, each reader has a connection
// of its own and sees one picture.
#include "store/tables.h"

#include "base/mem.h"

#include "store/sessions.h"

// After a failed statement nothing of the transaction may be committed.
static enum err note(struct store_tx *tx, enum err err)
{
    if (err)
        tx->is_broken = true;
    return err;
}

static struct db *idle_reader_take(struct store *store)
{
    pthread_mutex_lock(&store->readers_lock);
    struct db *db = store->reader_count > 0 ? store->readers[--store->reader_count] : NULL;
    pthread_mutex_unlock(&store->readers_lock);
    return db;
}

static void idle_reader_put(struct store *store, struct db *db)
{
    pthread_mutex_lock(&store->readers_lock);
    if (store->reader_count < STORE_IDLE_READERS)
        store->readers[store->reader_count++] = TAKE(db);
    pthread_mutex_unlock(&store->readers_lock);
    db_close(db);
}

static void connection_return(struct store_tx *tx)
{
    if (!tx->db)
        return;
    if (tx->mode == STORE_READ)
        idle_reader_put(tx->store, tx->db);
    else
        pthread_mutex_unlock(&tx->store->write_lock);
    tx->db = NULL;
}

static enum err begin_read(struct store_tx *tx, struct problem *problem)
{
    tx->db = idle_reader_take(tx->store);
    if (!tx->db) {
        enum err err = db_open(str_of(tx->store->path), DB_READ_ONLY, &tx->db, problem);
        if (err)
            return err;
    }
    return db_exec(tx->db, "BEGIN", problem);
}

static enum err begin_write(struct store_tx *tx, struct problem *problem)
{
    int rc = pthread_mutex_lock(&tx->store->write_lock);
    assert(rc == 0); // this thread has a write transaction already
    tx->db = tx->store->writer;
    return db_begin_write(tx->db, problem);
}

// The picture of a reader begins with this read; a writer's revision cannot change under it.
static enum err read_revision(struct store_tx *tx, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err = db_query(tx->db, STR("SELECT n, config_n, tables_n FROM revision"),
                            DB_VALUES(), &query, problem);
    if (!err)
        err = db_next(query, &has_row, problem);
    if (err)
        return err;
    if (!has_row)
        return problem_set(problem, ERR_CORRUPT, str_of(tx->store->path),
                           "the table `revision` is empty");
    tx->revision = db_int(query, 0) + (tx->mode == STORE_WRITE ? 1 : 0);
    tx->config_revision = db_int(query, 1);
    tx->tables_revision = db_int(query, 2);
    return OK;
}

enum err store_begin(struct store *store, enum store_mode mode, struct arena *arena,
                     struct store_tx **ret_tx, struct problem *ret_problem)
{
    AUTO(store_end) struct store_tx *tx = NEW(struct store_tx);
    tx->store = store;
    tx->mode = mode;
    tx->arena = arena;
    enum err err =
        mode == STORE_READ ? begin_read(tx, ret_problem) : begin_write(tx, ret_problem);
    if (err)
        return err;
    tx->is_open = true;
    err = read_revision(tx, ret_problem);
    if (err)
        return err;
    *ret_tx = TAKE(tx);
    return OK;
}

int64_t store_revision(const struct store_tx *tx)
{
    return tx->revision;
}

int64_t store_config_revision(const struct store_tx *tx)
{
    return tx->config_revision;
}

int64_t store_tables_revision(const struct store_tx *tx)
{
    return tx->tables_revision;
}

// The last statement of each write transaction, so that revisions stand in the order of the
// commits.
static enum err count_revision(struct store_tx *tx, struct problem *problem)
{
    int64_t revision = 0;
    enum err err = tx_int(
        tx,
        "UPDATE revision SET n = n + 1,"
        " config_n = CASE WHEN $1 = 1 THEN n + 1 ELSE config_n END,"
        " tables_n = CASE WHEN $2 = 1 THEN n + 1 ELSE tables_n END RETURNING n",
        DB_VALUES(DB_INT(tx->changes_config ? 1 : 0), DB_INT(tx->changes_tables ? 1 : 0)),
        &revision, problem);
    assert(err || revision == tx->revision);
    return err;
}

enum err store_commit(struct store_tx *tx, struct problem *ret_problem)
{
    assert(tx->is_open && tx->mode != STORE_READ);
    if (tx->is_broken)
        return problem_set(ret_problem, ERR_IO, str_of(tx->store->path),
                           "a statement of the transaction has failed");
    enum err err = tx->mode == STORE_WRITE ? count_revision(tx, ret_problem) : OK;
    // Before the commit: a revocation that was answered must survive a restored older
    // database. A digest too many in the log only ever ends a token somebody wanted to end.
    if (!err && tx->revoked_count > 0)
        err = revocations_add(tx->store->revocations, tx->revoked, tx->revoked_count,
                              ret_problem);
    if (!err)
        err = db_exec(tx->db, "COMMIT", ret_problem);
    if (err)
        return err;
    tx->is_open = false;
    connection_return(tx);
    return OK;
}

void store_end(struct store_tx *tx)
{
    if (!tx)
        return;
    if (tx->is_open) {
        // Some failures have rolled back already; there is nothing left to do about an error.
        enum err err = db_exec(tx->db, "ROLLBACK", NULL);
        (void)err;
    }
    connection_return(tx);
    mem_free(tx->revoked);
    mem_free(tx);
}

enum err tx_run(struct store_tx *tx, const struct table *table, const char *sql,
                const struct db_value *values, int64_t *ret_changed,
                struct problem *ret_problem)
{
    assert(tx->mode != STORE_READ && tx->is_open);
    assert(!table->is_config || tx->mode == STORE_WRITE);
    assert(!table->is_tracked || strstr(sql, "changed_n")); // or snapshots would miss it
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err = db_query(tx->db, str_of(sql), values, &query, ret_problem);
    if (!err)
        err = db_next(query, &has_row, ret_problem);
    if (err)
        return note(tx, err);
    int64_t changed = db_changed(tx->db);
    if (table->is_config && changed > 0) {
        tx->changes_config = true;
        tx->changes_tables |= !table->is_tracked;
    }
    if (ret_changed)
        *ret_changed = changed;
    return OK;
}

static enum err first_row(struct store_tx *tx, const char *sql, const struct db_value *values,
                          struct db_query **ret_query, struct problem *problem)
{
    bool has_row = false;
    enum err err = db_query(tx->db, str_of(sql), values, ret_query, problem);
    if (!err)
        err = db_next(*ret_query, &has_row, problem);
    if (err)
        return note(tx, err);
    return has_row ? OK : ERR_NOT_FOUND;
}

enum err tx_int(struct store_tx *tx, const char *sql, const struct db_value *values,
                int64_t *ret_value, struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err = first_row(tx, sql, values, &query, ret_problem);
    if (err)
        return err;
    *ret_value = db_int(query, 0);
    return OK;
}

enum err tx_bytes(struct store_tx *tx, const char *sql, const struct db_value *values,
                  str *ret_value, struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err = first_row(tx, sql, values, &query, ret_problem);
    if (err)
        return err;
    *ret_value = arena_dup(tx->arena, db_bytes(query, 0));
    return OK;
}

enum err tx_not_found(enum err err, const char *field, const char *text,
                      struct problem *ret_problem)
{
    return err == ERR_NOT_FOUND ? problem_set(ret_problem, err, str_of(field), "%s", text)
                                : err;
}

enum err tx_must_be_free(struct store_tx *tx, const char *sql, const struct db_value *values,
                         const char *field, const char *text, struct problem *ret_problem)
{
    int64_t found = 0;
    enum err err = tx_int(tx, sql, values, &found, ret_problem);
    if (err == ERR_NOT_FOUND)
        return OK;
    return err ? err : problem_set(ret_problem, ERR_CONFLICT, str_of(field), "%s", text);
}

enum err tx_must_be_unconnected(struct store_tx *tx, const char *sql, str id, const char *text,
                                struct problem *ret_problem)
{
    str name;
    enum err err = tx_bytes(tx, sql, DB_VALUES(DB_TEXT(id)), &name, ret_problem);
    if (err == ERR_NOT_FOUND)
        return OK;
    return err ? err
               : problem_set(ret_problem, ERR_CONFLICT, STR("id"),
                             "%s \"%" PRIstr "\"; disconnect it first", text, STR_ARG(name));
}

str tx_fold(struct store_tx *tx, str text)
{
    char *folded = arena_cstr(tx->arena, text);
    for (size_t i = 0; i < text.len; i++)
        folded[i] = folded[i] >= 'A' && folded[i] <= 'Z' ? folded[i] + 32 : folded[i];
    return str_make(folded, text.len);
}

str tx_new_key(struct store_tx *tx)
{
    char key[KSUID_LEN + 1];
    ksuid_make(tx->store->clock, tx->store->rng, key);
    return arena_dup(tx->arena, str_of(key));
}

str tx_new_id(struct store_tx *tx)
{
    assert(tx->mode != STORE_READ);
    struct store *store = tx->store;
    str id = tx_new_key(tx);
    if (str_cmp(id, str_of(store->last_id)) > 0)
        (void)str_copy(id, store->last_id, sizeof(store->last_id));
    else // of the same second, or the clock has gone back
        ksuid_advance(store->last_id);
    return arena_dup(tx->arena, str_of(store->last_id));
}

int64_t tx_now_ms(const struct store_tx *tx)
{
    return clock_wall_ms(tx->store->clock);
}

void tx_revoke(struct store_tx *tx, const uint8_t digest[32])
{
    size_t size = (tx->revoked_count + 1) * sizeof(struct revocation);
    tx->revoked = mem_realloc(tx->revoked, size);
    struct revocation *entry = &tx->revoked[tx->revoked_count++];
    entry->revoked_ms = tx_now_ms(tx);
    memcpy(entry->digest, digest, sizeof(entry->digest));
}

struct db_value page_limit(const struct store_page *page)
{
    return DB_INT(page->limit > 0 ? (int64_t)MIN(page->limit, (size_t)INT64_MAX) : INT64_MAX);
}

struct db_value page_offset(const struct store_page *page)
{
    return DB_INT((int64_t)MIN(page->offset, (size_t)INT64_MAX));
}
