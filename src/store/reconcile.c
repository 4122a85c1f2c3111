// SPDX-License-Identifier: Apache-2.0
// The log of revocations and the table of tokens know the same: an older table learns from the
// log, a lost log is made anew from the table.
#include "store/tables.h"

#include "base/map.h"

static const struct table personal = { .name = "personal_tokens" };
static const struct table service = { .name = "service_tokens" };

#define REVOKE(name)                                                                           \
    "UPDATE " name " SET revoked_ms = $2, revision = $3 WHERE digest = $1 AND revoked_ms = 0"

static enum err revoke_one(struct store_tx *tx, const struct revocation *logged,
                           int64_t *changed, struct problem *problem)
{
    str digest = str_make((const char *)logged->digest, sizeof(logged->digest));
    const struct db_value values[] = { DB_BLOB(digest),
                                       DB_INT(MAX(logged->revoked_ms, 1)),
                                       DB_INT(store_revision(tx)),
                                       { .kind = DB_VALUE_END } };
    int64_t of_service = 0, of_personal = 0;
    enum err err =
        tx_run(tx, &personal, REVOKE("personal_tokens"), values, &of_personal, problem);
    if (!err)
        err = tx_run(tx, &service, REVOKE("service_tokens"), values, &of_service, problem);
    *changed += of_personal + of_service;
    return err;
}

static enum err revoke_logged(struct store_tx *tx, int64_t *ret_changed,
                              struct problem *problem)
{
    size_t count;
    const struct revocation *logged = revocations_all(tx->store->revocations, &count);
    enum err err = OK;
    *ret_changed = 0;
    for (size_t i = 0; i < count && !err; i++)
        err = revoke_one(tx, &logged[i], ret_changed, problem);
    return err;
}

static uint64_t key_of(const char *digest)
{
    uint64_t key;
    memcpy(&key, digest, sizeof(key));
    return key;
}

// Two digests with the same first 64 bits would leave one of them out of the new log; a SHA-256
// does not do that.
static enum err log_revoked(struct store_tx *tx, struct problem *problem)
{
    AUTO(map_free) struct map *known = map_new();
    size_t count;
    const struct revocation *logged = revocations_all(tx->store->revocations, &count);
    for (size_t i = 0; i < count; i++)
        map_put_u64(known, key_of((const char *)logged[i].digest), (void *)&logged[i]);
    AUTO(db_query_end) struct db_query *query = NULL;
    enum err err =
        db_query(tx->db,
                 STR("SELECT digest FROM personal_tokens WHERE revoked_ms > 0"
                     " UNION ALL SELECT digest FROM service_tokens WHERE revoked_ms > 0"),
                 DB_VALUES(), &query, problem);
    while (!err) {
        bool has_row = false;
        err = db_next(query, &has_row, problem);
        if (err || !has_row)
            break;
        str digest = db_bytes(query, 0);
        if (digest.len == 32 && !map_get_u64(known, key_of(digest.data)))
            tx_revoke(tx, (const uint8_t *)digest.data);
    }
    return err;
}

enum err revocations_reconcile(struct store *store, struct problem *ret_problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(SIZE_MAX);
    AUTO(store_end) struct store_tx *tx = NULL;
    int64_t changed = 0;
    enum err err = store_begin(store, STORE_WRITE, arena, &tx, ret_problem);
    if (!err)
        err = revoke_logged(tx, &changed, ret_problem);
    if (!err)
        err = log_revoked(tx, ret_problem);
    if (err || (changed == 0 && tx->revoked_count == 0))
        return err;
    observe(store->observer, LOG_WARN, "the store and its log of revoked tokens differed",
            LOG_INT("tokens_revoked", changed),
            LOG_INT("entries_added", (int64_t)tx->revoked_count));
    return store_commit(tx, ret_problem);
}
