// SPDX-License-Identifier: Apache-2.0
// What the resource files of this room share: the insides of store and transaction, and
// statements. Rows are written and read by tables.h.
#pragma once

#include <pthread.h>

#include "codec/ksuid.h"
#include "store/db.h"
#include "store/migrations.h"
#include "store/revocations.h"
#include "store/seal.h"
#include "store/store.h"

enum { STORE_IDLE_READERS = 4 };

struct store {
    struct fs *fs;
    const struct clock *clock;
    struct rng *rng;
    struct observer *observer;
    uint8_t id[STORE_DIRECTORY_ID_LEN];
    char *path; // of the database file
    struct sealer *sealer;
    struct revocations *revocations; // used under write_lock
    pthread_mutex_t write_lock;      // held by the write transaction
    struct db *writer;
    char last_id[KSUID_LEN + 1]; // made under write_lock
    pthread_mutex_t readers_lock;
    struct db *readers[STORE_IDLE_READERS]; // idle ones
    size_t reader_count;
};

struct table;

struct store_tx {
    struct store *store;
    enum store_mode mode;
    struct arena *arena;
    struct db *db;
    bool is_open;        // between BEGIN and COMMIT or ROLLBACK
    bool is_broken;      // a statement failed for a reason of the database's
    bool changes_config; // something that snapshots show was written …
    bool changes_tables; // … to a table that is not tracked
    int64_t revision;
    int64_t config_revision;
    int64_t tables_revision;
    struct revocation *revoked; // for the log of revocations, before the commit
    size_t revoked_count;
};

// --- open.c

// store_open with other steps than the released ones, for tests of migrating.
enum err store_open_with(const struct store_parts *parts, const struct migration *steps,
                         size_t step_count, struct store **ret_store,
                         struct problem *ret_problem);

// --- reseal.c

// How many columns are known to hold sealed values.
size_t reseal_column_count(void);

// --- reconcile.c

// Brings the table of tokens and the log of revocations to the same knowledge.
enum err revocations_reconcile(struct store *store, struct problem *ret_problem);

// --- event_rules.c

// Takes sources that were deleted when this did not happen by itself out of the rules.
enum err event_rules_reconcile(struct store *store, struct problem *ret_problem);

// --- Statements

// A statement that changes `table` and gives no rows; ret_changed is how many it touched.
enum err tx_run(struct store_tx *tx, const struct table *table, const char *sql,
                const struct db_value *values, int64_t *ret_changed,
                struct problem *ret_problem);

// A statement that gives one number or text; ERR_NOT_FOUND, without a problem, when it gives no
// row.
enum err tx_int(struct store_tx *tx, const char *sql, const struct db_value *values,
                int64_t *ret_value, struct problem *ret_problem);
enum err tx_bytes(struct store_tx *tx, const char *sql, const struct db_value *values,
                  str *ret_value, struct problem *ret_problem);

// --- Small helpers

// ERR_NOT_FOUND gets field and text, everything else passes.
enum err tx_not_found(enum err err, const char *field, const char *text,
                      struct problem *ret_problem);

// ERR_CONFLICT with field and text when the query gives a row. Asked before writing (writers
// are one after the other), so that the field can be named whatever the database.
enum err tx_must_be_free(struct store_tx *tx, const char *sql, const struct db_value *values,
                         const char *field, const char *text, struct problem *ret_problem);

// ERR_CONFLICT with text and name when the query ($1: id) gives the name of something live that
// is connected.
enum err tx_must_be_unconnected(struct store_tx *tx, const char *sql, str id, const char *text,
                                struct problem *ret_problem);

str tx_fold(struct store_tx *tx, str text); // ASCII letters in lower case

// Ids ascend in the order in which they are made, also within one millisecond (lists are
// ordered by time, then id). For the writer only.
str tx_new_id(struct store_tx *tx);
// As long as an id, but nothing tells the next one.
str tx_new_key(struct store_tx *tx);
int64_t tx_now_ms(const struct store_tx *tx);
void tx_revoke(struct store_tx *tx, const uint8_t digest[32]);

// LIMIT and OFFSET of a page, as values.
struct db_value page_limit(const struct store_page *page);
struct db_value page_offset(const struct store_page *page);
