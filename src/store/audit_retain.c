// SPDX-License-Identifier: Apache-2.0
// Removing the beginning of the audit log, and the stub that stands for it. Rules:
// audit_chain.h.
#include "codec/hex.h"
#include "store/audit_chain.h"
#include "store/meta.h"
#include "store/tables.h"

#define META_STUB STR("audit_stub")
#define DAY_MS    "86400000"

enum { STUB_TEXT_MAX = 200 };

// --- The stub

static str stub_text(const struct audit_stub *stub, const uint8_t *directory_id,
                     char text[STUB_TEXT_MAX])
{
    char id[2 * STORE_DIRECTORY_ID_LEN + 1], hash[2 * AUDIT_HASH_LEN + 1];
    hex_encode(directory_id, STORE_DIRECTORY_ID_LEN, id);
    hex_encode(stub->last.head.hash, AUDIT_HASH_LEN, hash);
    int len = snprintf(text, STUB_TEXT_MAX, "pintle audit stub 1\n%s\n%lld\n%s\n%lld\n", id,
                       (long long)stub->last.head.seq, hash, (long long)stub->removed_ms);
    assert(len > 0 && len < STUB_TEXT_MAX);
    return str_make(text, (size_t)len);
}

bool audit_stub_fits(const struct audit_stub *stub,
                     const uint8_t directory_id[STORE_DIRECTORY_ID_LEN])
{
    char text[STUB_TEXT_MAX];
    return audit_text_fits(&stub->last.signature, stub_text(stub, directory_id, text));
}

// What cannot be read has a signature of zeros, which fits nothing.
static struct audit_stub parse_stub(str value)
{
    struct audit_stub stub = { 0 };
    size_t colon = value.len;
    while (colon > 0 && value.data[colon - 1] != ':')
        colon--;
    if (colon == 0 || !str_to_i64(str_sub(value, colon, value.len), &stub.removed_ms) ||
        !audit_known_parse(str_sub(value, 0, colon - 1), &stub.last))
        stub = (struct audit_stub){ .last.head.seq = 1 };
    return stub;
}

enum err audit_stub_read(struct db *db, struct audit_stub *ret_stub,
                         struct problem *ret_problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err = db_query(db, STR("SELECT value FROM meta WHERE name = 'audit_stub'"),
                            DB_VALUES(), &query, ret_problem);
    if (!err)
        err = db_next(query, &has_row, ret_problem);
    if (!err)
        *ret_stub = has_row ? parse_stub(db_bytes(query, 0)) : (struct audit_stub){ 0 };
    return err;
}

static enum err write_stub(struct store_tx *tx, const struct audit_row *last,
                           struct problem *problem)
{
    struct audit_stub stub = { .removed_ms = tx_now_ms(tx), .last.is_signed = true };
    char text[STUB_TEXT_MAX], known[AUDIT_KNOWN_TEXT_MAX];
    stub.last.head.seq = last->seq;
    memcpy(stub.last.head.hash, last->hash, AUDIT_HASH_LEN);
    str signed_text = stub_text(&stub, tx->store->id, text);
    enum err err = audit_sign_text(tx, signed_text, &stub.last.signature, problem);
    if (err)
        return err;
    audit_known_format(&stub.last, known);
    str value = arena_printf(tx->arena, "%s:%lld", known, (long long)stub.removed_ms);
    return store_meta_put(tx, META_STUB, value, problem);
}

// --- Removing

// The seq of the first entry, and of the first that is not to be removed yet.
static enum err find_range(struct store_tx *tx, int64_t *ret_first, int64_t *ret_kept,
                           struct problem *problem)
{
    struct audit_head head;
    enum err err = store_audit_head(tx, &head, problem);
    if (err)
        return err;
    err = tx_int(tx, "SELECT seq FROM audit ORDER BY seq LIMIT 1", DB_VALUES(), ret_first,
                 problem);
    if (!err)
        err = tx_int(tx,
                     "SELECT a.seq FROM audit a"
                     " JOIN organizations o ON o.id = a.organization_id"
                     " WHERE o.audit_days = 0 OR a.created_ms >= $1 - o.audit_days * " DAY_MS
                     " ORDER BY a.seq LIMIT 1",
                     DB_VALUES(DB_INT(tx_now_ms(tx))), ret_kept, problem);
    if (err != ERR_NOT_FOUND)
        return err;
    *ret_kept = head.seq + 1; // all of it is old, or there is nothing
    if (head.seq == 0)
        *ret_first = *ret_kept;
    return OK;
}

static enum err note_removal(struct store_tx *tx, const struct audit_row *last, int64_t count,
                             struct problem *problem)
{
    struct audit_row entry = {
        .organization_id = last->organization_id,
        .actor_type = STR("system"),
        .actor_id = STR(""),
        .action = STR("expired"),
        .target_type = STR("audit_log"),
        .target_id = last->organization_id,
        .target_name = STR(""),
        .details = arena_printf(tx->arena, "{\"entries\":%lld,\"lastSeq\":%lld}",
                                (long long)count, (long long)last->seq),
    };
    return store_audit_add(tx, &entry, problem);
}

static enum err remove_up_to(struct store_tx *tx, int64_t seq, int64_t *ret_removed,
                             struct problem *problem)
{
    struct audit_row last;
    enum err err =
        table_get(tx, &audit_table, "seq = $1", DB_VALUES(DB_INT(seq)), &last, problem);
    if (!err)
        err = write_stub(tx, &last, problem);
    if (!err) // before the removal: of an emptied table nobody knows the head
        err = note_removal(tx, &last, *ret_removed, problem);
    if (!err)
        err = tx_run(tx, &audit_table, "DELETE FROM audit WHERE seq <= $1",
                     DB_VALUES(DB_INT(seq)), ret_removed, problem);
    return err;
}

enum err store_audit_retain(struct store_tx *tx, int64_t limit, int64_t most,
                            int64_t *ret_removed, struct problem *ret_problem)
{
    int64_t first = 0, kept = 0;
    enum err err = find_range(tx, &first, &kept, ret_problem);
    if (err)
        return err;
    int64_t last = MIN(kept - 1, limit);
    last = MIN(last, first + most - 1);
    *ret_removed = last < first ? 0 : last - first + 1;
    return *ret_removed > 0 ? remove_up_to(tx, last, ret_removed, ret_problem) : OK;
}
