// SPDX-License-Identifier: Apache-2.0
// The audit log's chain: encoding, hash, signed heads. Rules: audit_chain.h.
#include "store/audit_chain.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/secret.h"
#include "codec/hash.h"
#include "codec/hex.h"
#include "store/meta.h"
#include "store/tables.h"

_Static_assert((int)AUDIT_HASH_LEN == (int)HASH_SHA256_LEN, "the chain is of SHA-256");
_Static_assert((int)AUDIT_KEY_LEN == (int)crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert((int)AUDIT_SIGNATURE_LEN == (int)crypto_sign_BYTES, "Ed25519");

static void add_netstring(struct buf *out, str text)
{
    buf_addf(out, "%zu:", text.len);
    buf_add_str(out, text);
    buf_add_char(out, ',');
}

static void add_pair(struct buf *out, const char *name, str value)
{
    if (value.len == 0)
        return;
    add_netstring(out, str_of(name));
    add_netstring(out, value);
}

static void add_number(struct buf *out, const char *name, int64_t value)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)value);
    add_pair(out, name, str_make(digits, (size_t)len));
}

static void encode(const struct audit_row *row, struct buf *out)
{
    add_number(out, "seq", row->seq);
    add_pair(out, "id", row->id);
    add_pair(out, "organization_id", row->organization_id);
    add_pair(out, "workspace_id", row->workspace_id);
    add_pair(out, "actor_type", row->actor_type);
    add_pair(out, "actor_id", row->actor_id);
    add_pair(out, "actor_name", row->actor_name);
    add_pair(out, "action", row->action);
    add_pair(out, "target_type", row->target_type);
    add_pair(out, "target_id", row->target_id);
    add_pair(out, "target_name", row->target_name);
    add_pair(out, "ip", row->ip);
    add_pair(out, "user_agent", row->user_agent);
    add_pair(out, "details", row->details);
    add_number(out, "created_ms", row->created_ms);
}

void audit_hash(const struct audit_row *row, const uint8_t previous[AUDIT_HASH_LEN],
                uint8_t ret_hash[AUDIT_HASH_LEN])
{
    AUTO(buf_done) struct buf bytes = { 0 };
    buf_add(&bytes, previous, AUDIT_HASH_LEN);
    encode(row, &bytes);
    hash_sha256(bytes.data, bytes.len, ret_hash);
}

static enum err read_head(struct db *db, struct audit_head *ret_head, struct problem *problem)
{
    AUTO(db_query_end) struct db_query *query = NULL;
    bool has_row = false;
    enum err err = db_query(db,
                            STR("SELECT seq, hash FROM audit WHERE seq > 0"
                                " ORDER BY seq DESC LIMIT 1"),
                            DB_VALUES(), &query, problem);
    if (!err)
        err = db_next(query, &has_row, problem);
    if (err)
        return err;
    struct audit_head head = { 0 };
    if (has_row) {
        str hash = db_bytes(query, 1);
        head.seq = db_int(query, 0);
        if (hash.len != AUDIT_HASH_LEN)
            return problem_set(problem, ERR_CORRUPT, STR("audit.hash"),
                               "entry %lld has no hash", (long long)head.seq);
        memcpy(head.hash, hash.data, AUDIT_HASH_LEN);
    }
    *ret_head = head;
    return OK;
}

enum err store_audit_head(struct store_tx *tx, struct audit_head *ret_head,
                          struct problem *ret_problem)
{
    return read_head(tx->db, ret_head, ret_problem);
}

// --- Signing

static const struct seal_place key_place = {
    .table = { .data = "meta", .len = 4 },
    .row = { .data = "audit_key", .len = 9 },
    .field = { .data = "value", .len = 5 },
};

// The seed that both keys come from; made when there is none.
static enum err load_seed(struct store_tx *tx, str *ret_seed, struct problem *problem)
{
    struct store *store = tx->store;
    str sealed;
    enum err err = store_meta_get(tx, key_place.row, &sealed, problem);
    if (!err)
        err = unseal(store->sealer, key_place, sealed, tx->arena, ret_seed, problem);
    if (!err && ret_seed->len != crypto_sign_SEEDBYTES)
        err = problem_set(problem, ERR_CORRUPT, STR("meta.audit_key"), "has the wrong length");
    if (err != ERR_NOT_FOUND)
        return err;
    uint8_t *fresh = arena_alloc(tx->arena, crypto_sign_SEEDBYTES);
    rng_fill(store->rng, fresh, crypto_sign_SEEDBYTES);
    *ret_seed = str_make((char *)fresh, crypto_sign_SEEDBYTES);
    sealed = seal(store->sealer, key_place, *ret_seed, tx->arena);
    return store_meta_put(tx, key_place.row, sealed, problem);
}

enum { HEAD_TEXT_MAX = 160 };

static size_t head_text(const uint8_t *directory_id, const struct audit_head *head,
                        char ret_text[HEAD_TEXT_MAX])
{
    char id[2 * STORE_DIRECTORY_ID_LEN + 1], hash[2 * AUDIT_HASH_LEN + 1];
    hex_encode(directory_id, STORE_DIRECTORY_ID_LEN, id);
    hex_encode(head->hash, AUDIT_HASH_LEN, hash);
    int len = snprintf(ret_text, HEAD_TEXT_MAX, "pintle audit head 1\n%s\n%lld\n%s\n", id,
                       (long long)head->seq, hash);
    assert(len > 0 && len < HEAD_TEXT_MAX);
    return (size_t)len;
}

enum err audit_sign_text(struct store_tx *tx, str text, struct audit_signature *ret_signature,
                         struct problem *ret_problem)
{
    str seed;
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    enum err err = load_seed(tx, &seed, ret_problem);
    if (err)
        return err;
    // Both fail for no argument that is possible here.
    int failed =
        crypto_sign_seed_keypair(ret_signature->key, secret_key, (const uint8_t *)seed.data) ||
        crypto_sign_detached(ret_signature->bytes, NULL, (const uint8_t *)text.data, text.len,
                             secret_key);
    secret_wipe(secret_key, sizeof(secret_key));
    secret_wipe((char *)seed.data, seed.len);
    assert(!failed);
    (void)failed;
    return OK;
}

bool audit_text_fits(const struct audit_signature *signature, str text)
{
    return crypto_sign_verify_detached(signature->bytes, (const uint8_t *)text.data, text.len,
                                       signature->key) == 0;
}

enum err store_audit_sign(struct store_tx *tx, const struct audit_head *head,
                          struct audit_signature *ret_signature, struct problem *ret_problem)
{
    char text[HEAD_TEXT_MAX];
    size_t len = head_text(tx->store->id, head, text);
    return audit_sign_text(tx, str_make(text, len), ret_signature, ret_problem);
}

void store_audit_directory_id(const struct store *store, uint8_t ret_id[STORE_DIRECTORY_ID_LEN])
{
    memcpy(ret_id, store->id, STORE_DIRECTORY_ID_LEN);
}

bool audit_signature_fits(const struct audit_signature *signature,
                          const uint8_t directory_id[STORE_DIRECTORY_ID_LEN],
                          const struct audit_head *head)
{
    char text[HEAD_TEXT_MAX];
    size_t len = head_text(directory_id, head, text);
    return audit_text_fits(signature, str_make(text, len));
}

// --- Heads as text

void audit_known_format(const struct audit_known *known, char ret_text[AUDIT_KNOWN_TEXT_MAX])
{
    char hash[2 * AUDIT_HASH_LEN + 1];
    char key[2 * AUDIT_KEY_LEN + 1];
    char bytes[2 * AUDIT_SIGNATURE_LEN + 1];
    hex_encode(known->head.hash, AUDIT_HASH_LEN, hash);
    hex_encode(known->signature.key, AUDIT_KEY_LEN, key);
    hex_encode(known->signature.bytes, AUDIT_SIGNATURE_LEN, bytes);
    int len =
        snprintf(ret_text, AUDIT_KNOWN_TEXT_MAX, "%lld:%s%s%s%s%s", (long long)known->head.seq,
                 hash, known->is_signed ? ":" : "", known->is_signed ? key : "",
                 known->is_signed ? ":" : "", known->is_signed ? bytes : "");
    assert(len < AUDIT_KNOWN_TEXT_MAX);
    (void)len;
}

bool audit_known_parse(str text, struct audit_known *ret_known)
{
    struct audit_known known = { 0 };
    str part;
    if (!str_next(&text, ':', &part) || !str_to_i64(part, &known.head.seq) ||
        known.head.seq < 1 || !str_next(&text, ':', &part) ||
        !hex_decode(part, known.head.hash, AUDIT_HASH_LEN))
        return false;
    known.is_signed = str_next(&text, ':', &part);
    if (known.is_signed && (!hex_decode(part, known.signature.key, AUDIT_KEY_LEN) ||
                            !str_next(&text, ':', &part) ||
                            !hex_decode(part, known.signature.bytes, AUDIT_SIGNATURE_LEN) ||
                            str_next(&text, ':', &part)))
        return false;
    *ret_known = known;
    return true;
}
