// SPDX-License-Identifier: Apache-2.0
// The control store: who may do what, and what is configured, in one SQL database. This is the
// room's door for opening and for transactions; each resource has a header beside it.
//
//   AUTO(store_end) struct store_tx *tx = NULL;
//   err = store_begin(store, STORE_WRITE, arena, &tx, problem);
//   if (!err)
//       err = store_source_create(tx, &row, problem);
//   if (!err)
//       err = store_audit_add(tx, &entry, problem);
//   if (!err)
//       err = store_commit(tx, problem);
//
// Files in the directory: pintle.db (and -wal, -shm), secret.key (seal.h), revocations
// (revocations.h).
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"
#include "os/fs.h"

struct store;

enum { STORE_DIRECTORY_ID_LEN = 16 };

// Everything is borrowed and must outlive the store, but for the texts.
struct store_parts {
    struct fs *fs;
    str dir;           // must exist; the caller holds its lock
    const uint8_t *id; // STORE_DIRECTORY_ID_LEN bytes: the store must bear the same
    str key_file;      // empty: secret.key in dir
    const struct clock *clock;
    struct rng *rng;
    struct observer *observer;
};

// Opens the store, or creates it; brings an older format forward after a copy of the file
// (pintle.db.format-N). ERR_NEWER_FORMAT: written by a newer release; ERR_CONFLICT: of another
// data directory; ERR_INVALID: the key file is not the one this store was sealed with, or is no
// key file; ERR_LOCKED: another process works on the database; ERR_FORBIDDEN, ERR_DISK_FULL,
// ERR_CORRUPT, ERR_IO. The problem names the file.
enum err store_open(const struct store_parts *parts, struct store **ret_store,
                    struct problem *ret_problem);

// NULL is accepted. No transaction may be open.
void store_close(struct store *store);
AUTO_DEFINE(struct store *, store_close)

// STORE_DIRECTORY_ID_LEN bytes, those of parts.
const uint8_t *store_directory_id(const struct store *store);

// --- Transactions. Each belongs to the thread that began it; a thread has at most one write
// transaction at a time.

struct store_tx;

enum store_mode {
    STORE_READ,  // one consistent picture; any number at once, never waiting for writers
    STORE_WRITE, // one after the other; committing counts the revision up
    STORE_NOTE,  // a write that changes nothing that is published (last used, last seen): the
                 // revision stays
};

// Rows and texts that come out of the transaction's functions live in the arena.
enum err store_begin(struct store *store, enum store_mode mode, struct arena *arena,
                     struct store_tx **ret_tx, struct problem *ret_problem);

// The transaction's revision: of its picture when reading, the one it makes when writing.
int64_t store_revision(const struct store_tx *tx);

// The last revision, up to the transaction's, that changed what snapshots show (everything but
// tokens, sessions, audit and meta).
int64_t store_config_revision(const struct store_tx *tx);

// The same without sources, destinations and connections, whose rows say themselves when they
// changed (store_source_each_changed and its like).
int64_t store_tables_revision(const struct store_tx *tx);

// Durable when it returns OK. Other threads may write from here on, though the transaction must
// still be ended. After an error nothing of it has happened. ERR_DISK_FULL, ERR_IO.
enum err store_commit(struct store_tx *tx, struct problem *ret_problem);

// Takes back what was not committed, frees the transaction. NULL is accepted.
void store_end(struct store_tx *tx);
AUTO_DEFINE(struct store_tx *, store_end)

// --- Lists

// Which part of a list is wanted, in order of creation.
struct store_page {
    size_t offset;
    size_t limit;              // 0: all
    bool has_external_id_only; // where rows have one …
    bool no_external_id_only;  // … or those without
};

// The part, as an array of the resource's rows, and how many there are without the page.
struct store_list {
    void *rows;
    size_t count;
    size_t total;
};

// Called with what changed after a revision: with each row that lives (the resource's struct;
// its texts end with the call) and with the id of each that was deleted.
struct store_visitor {
    void (*changed)(void *ctx, const void *row);
    void (*gone)(void *ctx, str id);
    void *ctx;
};

// What every function of the resource headers may return besides its own errors: ERR_DISK_FULL,
// ERR_CORRUPT, ERR_IO. Ids, write keys, and created_ms, updated_ms are filled in by the create
// functions. Texts come in as any bytes that are UTF-8; an absent optional text is STR_NONE.

// Makes a new key, seals everything anew with it in one transaction, and takes the old keys out
// of the key file. After an error or a crash everything still opens; calling again finishes it.
// No other process may have the store open.
struct store_progress {
    void (*tell)(void *ctx, const char *table, int64_t count); // values so far
    void *ctx;
};
enum err store_rotate_key(struct store *store, const struct store_progress *progress,
                          int64_t *ret_count, struct problem *ret_problem);
