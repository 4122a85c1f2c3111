// SPDX-License-Identifier: Apache-2.0
// Sealing with XChaCha20-Poly1305; the key file. Formats: seal.h.
#include "store/seal.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "codec/hex.h"

enum {
    KEY_LEN = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_LEN = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEY_ID_LEN = 4,
    HEAD_LEN = 1 + KEY_ID_LEN + NONCE_LEN,
    FORMAT = 1,
    KEYS_MAX = 64,
    KEY_FILE_BYTES_MAX = 16384,
};
_Static_assert(KEY_LEN == 32 && NONCE_LEN == 24 && TAG_LEN == 16, "the format in seal.h");

#define FILE_HEAD  "pintle secret keys "
#define FILE_FIRST FILE_HEAD "1"

struct key {
    uint8_t id[KEY_ID_LEN];
    uint8_t bytes[KEY_LEN];
};

struct sealer {
    struct rng *rng;
    char *path;
    struct key keys[KEYS_MAX]; // the current one first
    size_t key_count;
};

str sealer_key_id(const struct sealer *sealer, struct arena *arena)
{
    char text[2 * KEY_ID_LEN + 1];
    hex_encode(sealer->keys[0].id, KEY_ID_LEN, text);
    return arena_dup(arena, str_of(text));
}

static void key_id_of(const uint8_t bytes[KEY_LEN], uint8_t ret_id[KEY_ID_LEN])
{
    uint8_t digest[32];
    crypto_generichash(digest, sizeof(digest), bytes, KEY_LEN, NULL, 0);
    memcpy(ret_id, digest, KEY_ID_LEN);
}

static enum err bad_file(const char *path, unsigned line, struct problem *problem)
{
    return problem_set(problem, ERR_INVALID, str_of(path),
                       "line %u of the key file is not as expected", line);
}

static bool read_key(str line, struct key *ret_key)
{
    uint8_t id[KEY_ID_LEN];
    if (line.len != 2 * KEY_ID_LEN + 1 + 2 * KEY_LEN || line.data[2 * KEY_ID_LEN] != ' ')
        return false;
    if (!hex_decode(str_sub(line, 0, 2 * KEY_ID_LEN), ret_key->id, KEY_ID_LEN))
        return false;
    str digits = str_sub(line, 2 * KEY_ID_LEN + 1, 2 * KEY_LEN);
    if (!hex_decode(digits, ret_key->bytes, KEY_LEN))
        return false;
    key_id_of(ret_key->bytes, id);
    return memcmp(id, ret_key->id, KEY_ID_LEN) == 0;
}

static enum err read_keys(struct sealer *sealer, str text, struct problem *problem)
{
    str line;
    if (!str_next(&text, '\n', &line) || !str_starts(line, STR(FILE_HEAD)))
        return problem_set(problem, ERR_INVALID, str_of(sealer->path),
                           "this is not a key file (expected the first line \"" FILE_FIRST
                           "\")");
    if (!str_eq(line, STR(FILE_FIRST)))
        return problem_set(problem, ERR_NEWER_FORMAT, str_of(sealer->path),
                           "the key file has format %" PRIstr ", this release knows format 1",
                           STR_ARG(str_sub(line, sizeof(FILE_HEAD) - 1, 16)));
    for (unsigned number = 2; str_next(&text, '\n', &line); number++) {
        if (line.len == 0)
            continue;
        if (sealer->key_count == KEYS_MAX || !read_key(line, &sealer->keys[sealer->key_count]))
            return bad_file(sealer->path, number, problem);
        sealer->key_count++;
    }
    return sealer->key_count > 0 ? OK : bad_file(sealer->path, 2, problem);
}

static enum err write_keys(const struct sealer *sealer, struct fs *fs, struct problem *problem)
{
    char text[KEY_FILE_BYTES_MAX];
    int len = snprintf(text, sizeof(text), FILE_FIRST "\n");
    for (size_t i = 0; i < sealer->key_count; i++) {
        char id[2 * KEY_ID_LEN + 1], digits[2 * KEY_LEN + 1];
        hex_encode(sealer->keys[i].id, KEY_ID_LEN, id);
        hex_encode(sealer->keys[i].bytes, KEY_LEN, digits);
        len += snprintf(text + len, sizeof(text) - (size_t)len, "%s %s\n", id, digits);
        secret_wipe(digits, sizeof(digits));
    }
    assert(len > 0 && (size_t)len < sizeof(text));
    enum err err = fs_write_file(fs, sealer->path, str_make(text, (size_t)len), problem);
    secret_wipe(text, sizeof(text));
    return err;
}

static void make_key(struct sealer *sealer, struct key *ret_key)
{
    rng_fill(sealer->rng, ret_key->bytes, KEY_LEN);
    key_id_of(ret_key->bytes, ret_key->id);
}

static enum err create(struct sealer *sealer, struct fs *fs, struct problem *problem)
{
    make_key(sealer, &sealer->keys[0]);
    sealer->key_count = 1;
    return write_keys(sealer, fs, problem);
}

enum err sealer_add_key(struct sealer *sealer, struct fs *fs, struct problem *ret_problem)
{
    if (sealer->key_count == KEYS_MAX)
        return problem_set(ret_problem, ERR_TOO_MANY, str_of(sealer->path),
                           "holds %d keys already", KEYS_MAX);
    memmove(&sealer->keys[1], &sealer->keys[0], sealer->key_count * sizeof(sealer->keys[0]));
    make_key(sealer, &sealer->keys[0]);
    sealer->key_count++;
    enum err err = write_keys(sealer, fs, ret_problem);
    if (err) {
        sealer->key_count--;
        memmove(&sealer->keys[0], &sealer->keys[1],
                sealer->key_count * sizeof(sealer->keys[0]));
    }
    return err;
}

enum err sealer_drop_old_keys(struct sealer *sealer, struct fs *fs, struct problem *ret_problem)
{
    size_t count = sealer->key_count;
    sealer->key_count = 1;
    enum err err = write_keys(sealer, fs, ret_problem);
    if (err) {
        sealer->key_count = count;
        return err;
    }
    secret_wipe(&sealer->keys[1], (KEYS_MAX - 1) * sizeof(sealer->keys[0]));
    return OK;
}

static enum err load(struct sealer *sealer, struct fs *fs, bool may_create,
                     struct problem *problem)
{
    AUTO(arena_free) struct arena *arena = arena_new(2 * KEY_FILE_BYTES_MAX);
    str text = STR_NONE;
    enum err err = fs_read_file(fs, sealer->path, KEY_FILE_BYTES_MAX, arena, &text, problem);
    if (err == ERR_NOT_FOUND && may_create)
        return create(sealer, fs, problem);
    if (err)
        return err;
    err = read_keys(sealer, text, problem);
    secret_wipe((char *)text.data, text.len);
    return err;
}

enum err sealer_open(struct fs *fs, str path, bool may_create, struct rng *rng,
                     struct sealer **ret_sealer, struct problem *ret_problem)
{
    if (sodium_init() < 0)
        return problem_set(ret_problem, ERR_IO, STR("libsodium"), "cannot be started");
    AUTO(sealer_close) struct sealer *sealer = NEW(struct sealer);
    sealer->rng = rng;
    sealer->path = mem_alloc(path.len + 1);
    str_copy(path, sealer->path, path.len + 1);
    enum err err = load(sealer, fs, may_create, ret_problem);
    if (err)
        return err;
    *ret_sealer = TAKE(sealer);
    return OK;
}

void sealer_close(struct sealer *sealer)
{
    if (!sealer)
        return;
    secret_wipe(sealer->keys, sizeof(sealer->keys));
    mem_free(sealer->path);
    mem_free(sealer);
}

// Each part with its length before it, so that no two places give the same bytes.
static void add_place(struct buf *out, struct seal_place place)
{
    const str parts[] = { place.table, place.row, place.field };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_add_u32(out, (uint32_t)parts[i].len);
        buf_add_str(out, parts[i]);
    }
}

str seal(struct sealer *sealer, struct seal_place place, str plain, struct arena *arena)
{
    AUTO(buf_done) struct buf data = { 0 };
    add_place(&data, place);
    const struct key *key = &sealer->keys[0];
    uint8_t *sealed = arena_alloc(arena, HEAD_LEN + plain.len + TAG_LEN);
    uint8_t *nonce = sealed + 1 + KEY_ID_LEN;
    sealed[0] = FORMAT;
    memcpy(sealed + 1, key->id, KEY_ID_LEN);
    rng_fill(sealer->rng, nonce, NONCE_LEN);
    unsigned long long len = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed + HEAD_LEN, &len, (const uint8_t *)(plain.data ? plain.data : ""), plain.len,
        (const uint8_t *)data.data, data.len, NULL, nonce, key->bytes);
    assert(len == plain.len + TAG_LEN);
    return str_make((const char *)sealed, HEAD_LEN + len);
}

static const struct key *key_by_id(const struct sealer *sealer, const uint8_t *id)
{
    for (size_t i = 0; i < sealer->key_count; i++) {
        if (memcmp(sealer->keys[i].id, id, KEY_ID_LEN) == 0)
            return &sealer->keys[i];
    }
    return NULL;
}

bool sealer_has_sealed(const struct sealer *sealer, str bytes)
{
    const uint8_t *first = (const uint8_t *)bytes.data;
    return bytes.len >= HEAD_LEN + TAG_LEN && first[0] == FORMAT &&
           key_by_id(sealer, first + 1) != NULL;
}

static enum err unknown_key(const struct sealer *sealer, const uint8_t *id,
                            struct problem *problem)
{
    char wanted[2 * KEY_ID_LEN + 1];
    char current[2 * KEY_ID_LEN + 1];
    hex_encode(id, KEY_ID_LEN, wanted);
    hex_encode(sealer->keys[0].id, KEY_ID_LEN, current);
    return problem_set(problem, ERR_INVALID, str_of(sealer->path),
                       "wrong key file: the store is sealed with key %s, this file has %zu "
                       "key(s), the first is %s",
                       wanted, sealer->key_count, current);
}

enum err unseal(struct sealer *sealer, struct seal_place place, str sealed, struct arena *arena,
                str *ret_plain, struct problem *ret_problem)
{
    const uint8_t *bytes = (const uint8_t *)sealed.data;
    if (sealed.len < HEAD_LEN + TAG_LEN)
        return problem_set(ret_problem, ERR_CORRUPT, place.table,
                           "a sealed value is too short");
    if (bytes[0] != FORMAT)
        return problem_set(ret_problem, ERR_NEWER_FORMAT, place.table,
                           "a sealed value has format %u, this release knows format %u",
                           bytes[0], FORMAT);
    const struct key *key = key_by_id(sealer, bytes + 1);
    if (!key)
        return unknown_key(sealer, bytes + 1, ret_problem);
    AUTO(buf_done) struct buf data = { 0 };
    add_place(&data, place);
    size_t plain_len = sealed.len - HEAD_LEN - TAG_LEN;
    uint8_t *plain = arena_alloc(arena, plain_len + 1);
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, NULL, NULL, bytes + HEAD_LEN, sealed.len - HEAD_LEN, (const uint8_t *)data.data,
        data.len, bytes + 1 + KEY_ID_LEN, key->bytes);
    if (rc != 0)
        return problem_set(ret_problem, ERR_CORRUPT, place.table,
                           "the sealed value %" PRIstr ".%" PRIstr
                           " was altered or moved from another place",
                           STR_ARG(place.row), STR_ARG(place.field));
    plain[plain_len] = '\0';
    *ret_plain = str_make((const char *)plain, plain_len);
    return OK;
}
