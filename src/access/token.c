// SPDX-License-Identifier: Apache-2.0
// Access token values: making, checking the form, digest. Form: access.h.
#include "access/access.h"

#include "base/rand.h"
#include "base/secret.h"
#include "codec/base62.h"
#include "codec/hash.h"

enum {
    PREFIX_LEN = sizeof(TOKEN_PREFIX) - 1,
    RANDOM_LEN = 43,
    CHECKSUM_LEN = 6,
    IMPORTED_LEN = 27,
};
_Static_assert(sizeof(TOKEN_PREFIX_SERVICE) - 1 == PREFIX_LEN, "prefixes of one length");
_Static_assert(PREFIX_LEN + RANDOM_LEN + CHECKSUM_LEN == TOKEN_LEN, "parts of a token");
_Static_assert((int)TOKEN_DIGEST_LEN == (int)HASH_SHA256_LEN, "the digest is SHA-256");

static void checksum(const char *text, size_t len, char ret_text[CHECKSUM_LEN])
{
    uint32_t crc = hash_crc32(text, len);
    const uint8_t bytes[] = { (uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                              (uint8_t)crc };
    base62_encode(bytes, sizeof(bytes), ret_text, CHECKSUM_LEN);
}

// Six random bits name one of 64; 62 and 63 are thrown away, so that every character is as
// likely as every other.
static void fill_random(struct rng *rng, char *dest, size_t len)
{
    uint8_t bytes[64];
    size_t filled = 0;
    while (filled < len) {
        rng_fill(rng, bytes, sizeof(bytes));
        for (size_t i = 0; i < sizeof(bytes) && filled < len; i++) {
            unsigned value = bytes[i] & 63;
            if (value < 62)
                dest[filled++] = base62_alphabet[value];
        }
    }
    secret_wipe(bytes, sizeof(bytes));
}

static void generate(struct rng *rng, const char *prefix, char *ret_token)
{
    memcpy(ret_token, prefix, PREFIX_LEN);
    fill_random(rng, ret_token + PREFIX_LEN, RANDOM_LEN);
    checksum(ret_token, PREFIX_LEN + RANDOM_LEN, ret_token + PREFIX_LEN + RANDOM_LEN);
    ret_token[TOKEN_LEN] = '\0';
}

void token_generate(struct rng *rng, char ret_token[TOKEN_LEN + 1])
{
    generate(rng, TOKEN_PREFIX, ret_token);
}

void token_generate_service(struct rng *rng, char ret_token[TOKEN_LEN + 1])
{
    generate(rng, TOKEN_PREFIX_SERVICE, ret_token);
}

bool token_is_imported_form(str token)
{
    return token.len == IMPORTED_LEN && base62_is_valid(token);
}

static bool has_known_prefix(str token)
{
    return str_starts(token, STR(TOKEN_PREFIX)) || str_starts(token, STR(TOKEN_PREFIX_SERVICE));
}

bool token_is_well_formed(str token)
{
    char expected[CHECKSUM_LEN];
    if (token.len != TOKEN_LEN || !has_known_prefix(token) ||
        !base62_is_valid(str_sub(token, PREFIX_LEN, TOKEN_LEN)))
        return false;
    checksum(token.data, PREFIX_LEN + RANDOM_LEN, expected);
    return memcmp(token.data + PREFIX_LEN + RANDOM_LEN, expected, CHECKSUM_LEN) == 0;
}

void token_digest(str token, uint8_t ret_digest[TOKEN_DIGEST_LEN])
{
    hash_sha256(token.data, token.len, ret_digest);
}
