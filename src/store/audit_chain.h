// SPDX-License-Identifier: Apache-2.0
// The chain that makes the audit log tamper-evident. There is one for the whole store:
//
//   hash(0) = 32 zero bytes
//   hash(n) = SHA-256(hash(n - 1) ‖ encoding(row n)),  n = seq = 1, 2, 3 … without a gap
//
// encoding(row) is, for each of these columns in this order, the name and the value as
// netstrings ("5:value,": length in bytes in decimal, colon, bytes, comma):
//
//   seq, id, organization_id, workspace_id, actor_type, actor_id, actor_name, action,
//   target_type, target_id, target_name, ip, user_agent, details, created_ms
//
// Numbers are written in decimal. A column that is NULL or empty is left out, name and all, so
// that a later release can add columns. Nothing separates the pairs. In Python:
//
//   def net(b): return b"%d:%s," % (len(b), b)
//   def encoding(row): return b"".join(net(name.encode()) + net(str(row[name]).encode())
//                                      for name in COLUMNS if row[name] not in (None, ""))
//
// Rows from before the chain existed were chained in order of (created_ms, id) by the migration
// that brought it.
//
// Whoever can write the database can compute a new chain. Therefore the server writes signed
// heads into its log: a head {seq, hash} that is kept elsewhere tells whether everything up to
// it is still there and unaltered. The signature is Ed25519 over the text
// "pintle audit head 1\n<directory id in hex>\n<seq>\n<hash in hex>\n"; the key is made with
// the first head and kept sealed in the store.
#pragma once

#include "store/audit.h"

struct audit_head {
    int64_t seq; // 0: there is no row yet; hash is zeros then
    uint8_t hash[AUDIT_HASH_LEN];
};

enum { AUDIT_KEY_LEN = 32, AUDIT_SIGNATURE_LEN = 64 };

struct audit_signature {
    uint8_t key[AUDIT_KEY_LEN]; // the public one
    uint8_t bytes[AUDIT_SIGNATURE_LEN];
};

// The last row's seq and hash.
enum err store_audit_head(struct store_tx *tx, struct audit_head *ret_head,
                          struct problem *ret_problem);
// In a transaction that may write: the key may have to be made.
enum err store_audit_sign(struct store_tx *tx, const struct audit_head *head,
                          struct audit_signature *ret_signature, struct problem *ret_problem);

// Whether the signature is of this head of the store in the data directory.
bool audit_signature_fits(const struct audit_signature *signature,
                          const uint8_t directory_id[STORE_DIRECTORY_ID_LEN],
                          const struct audit_head *head);

// A head as it is kept elsewhere: "SEQ:HASH", or "SEQ:HASH:KEY:SIGNATURE", all but the number
// in hexadecimal.
struct audit_known {
    struct audit_head head;
    bool is_signed;
    struct audit_signature signature; // if it is
};
enum { AUDIT_KNOWN_TEXT_MAX = 320 };
void audit_known_format(const struct audit_known *known, char ret_text[AUDIT_KNOWN_TEXT_MAX]);
bool audit_known_parse(str text, struct audit_known *ret_known) MUST_CHECK;

// The id that the signatures are bound to.
void store_audit_directory_id(const struct store *store,
                              uint8_t ret_id[STORE_DIRECTORY_ID_LEN]);

// --- Retention
//
// What is older than its organisation's audit_days is removed from the beginning of the chain.
// In its place stays a stub: seq and hash of the last entry that was removed, with which the
// chain goes on, and when that was. It stands in meta as "audit_stub",
// "SEQ:HASH:KEY:SIGNATURE:MS", signed by the key of the heads over "pintle audit stub
// 1\n<directory id in hex>\n<seq>\n<hash in hex>\n<ms>\n". Each removal is an entry itself:
// action "expired" of the target type "audit_log".

struct audit_stub {
    struct audit_known last; // seq 0: nothing was ever removed
    int64_t removed_ms;
};

// Removes at most `most` entries, none behind the seq `limit`, in a transaction that may write.
// *ret_removed is how many.
enum err store_audit_retain(struct store_tx *tx, int64_t limit, int64_t most,
                            int64_t *ret_removed, struct problem *ret_problem);

// --- Verifying

enum audit_finding {
    AUDIT_INTACT,
    AUDIT_ALTERED,     // row `seq` is not what was written, or its predecessor is not
    AUDIT_REMOVED,     // row `seq` is missing although there are later ones
    AUDIT_INSERTED,    // row `id` stands outside of the chain; it should have been `seq`
    AUDIT_TAIL_CUT,    // row `seq` is missing, and all up to the known head
    AUDIT_REWRITTEN,   // the chain fits together but is not the one that the known head is of
    AUDIT_STUB_FORGED, // the stub of what was removed is not by this store's key
    AUDIT_HEAD_FORGED, // the known head's signature is not of it, or of another store
    AUDIT_OUTLIVED,    // the known head's entry was removed by retention: it tells nothing
};

enum { AUDIT_ID_MAX = 64 };

struct audit_report {
    enum audit_finding finding;
    int64_t seq;            // the first bad row, as told above
    char id[AUDIT_ID_MAX];  // its id, where there is one
    struct audit_head head; // of the last good row
    struct audit_stub stub; // of what was removed before the first row
};

// What is known of the log from elsewhere. Either may be NULL.
struct audit_evidence {
    const struct audit_known *head; // from the server's log; NULL: a cut tail cannot be told
    const uint8_t *key;             // AUDIT_KEY_LEN; the only one whose signatures count
};

// Checks the chain in the database file at path, from the first row to the first that is wrong.
// Without head and key it cannot be told who signed the stub. Opens the file for reading only,
// so it works beside a running server, on one consistent picture. ERR_NOT_FOUND: the store is
// older than the chain; others as store_open has them.
enum err audit_verify(str path, const struct audit_evidence *evidence,
                      struct audit_report *ret_report, struct problem *ret_problem);

// --- For this room

struct table;
extern const struct table audit_table;
struct db;

void audit_hash(const struct audit_row *row, const uint8_t previous[AUDIT_HASH_LEN],
                uint8_t ret_hash[AUDIT_HASH_LEN]);

// meta's "audit_stub" in the caller's transaction; zeros when there is none.
enum err audit_stub_read(struct db *db, struct audit_stub *ret_stub,
                         struct problem *ret_problem);
bool audit_stub_fits(const struct audit_stub *stub,
                     const uint8_t directory_id[STORE_DIRECTORY_ID_LEN]);
// Signs with the key of the heads.
enum err audit_sign_text(struct store_tx *tx, str text, struct audit_signature *ret_signature,
                         struct problem *ret_problem);
bool audit_text_fits(const struct audit_signature *signature, str text);

// Chains rows that have no seq yet, inside the caller's transaction.
enum err audit_chain_older(struct db *db, struct problem *ret_problem);
