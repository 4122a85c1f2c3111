// SPDX-License-Identifier: Apache-2.0
// Digests by OpenSSL, SipHash and comparison by libsodium, CRC-32 by libdeflate.
#include "codec/hash.h"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>

#include "base/mem.h"
#include "base/secret.h"

enum digest { DIGEST_SHA256, DIGEST_MD5, DIGEST_COUNT };
enum { SHA256_BLOCK_LEN = 64 };

// Looking an algorithm up by name costs more than hashing a token, and sharing a looked-up one
// makes its reference count a cache line that all threads fight for: so each thread has its
// own.
struct digests {
    EVP_MD *algorithms[DIGEST_COUNT];
    EVP_MD_CTX *context;
};

static pthread_key_t digests_slot;
static pthread_once_t digests_once = PTHREAD_ONCE_INIT;

static void digests_free(void *ptr)
{
    struct digests *digests = ptr;
    for (size_t i = 0; i < DIGEST_COUNT; i++)
        EVP_MD_free(digests->algorithms[i]);
    EVP_MD_CTX_free(digests->context);
    mem_free(digests);
}

static void digests_slot_make(void)
{
    if (pthread_key_create(&digests_slot, digests_free))
        abort();
}

static struct digests *digests_of_thread(void)
{
    static const char *const names[] = { [DIGEST_SHA256] = "SHA256", [DIGEST_MD5] = "MD5" };
    if (pthread_once(&digests_once, digests_slot_make))
        abort();
    struct digests *digests = pthread_getspecific(digests_slot);
    if (digests)
        return digests;
    digests = NEW(struct digests);
    digests->context = EVP_MD_CTX_new();
    for (size_t i = 0; i < DIGEST_COUNT; i++)
        digests->algorithms[i] = EVP_MD_fetch(NULL, names[i], NULL);
    if (!digests->context || pthread_setspecific(digests_slot, digests))
        abort();
    return digests;
}

// Hashes two pieces one behind the other. A digest that this OpenSSL does not have, or one that
// fails half-way, leaves nothing sensible to do.
static void digest(enum digest which, str first, str second, uint8_t *ret_digest)
{
    struct digests *own = digests_of_thread();
    if (!own->algorithms[which] ||
        EVP_DigestInit_ex2(own->context, own->algorithms[which], NULL) != 1 ||
        EVP_DigestUpdate(own->context, first.data, first.len) != 1 ||
        EVP_DigestUpdate(own->context, second.data, second.len) != 1 ||
        EVP_DigestFinal_ex(own->context, ret_digest, NULL) != 1)
        abort();
}

void hash_sha256(const void *data, size_t len, uint8_t ret_digest[HASH_SHA256_LEN])
{
    digest(DIGEST_SHA256, str_make(data, len), STR_NONE, ret_digest);
}

void hash_md5(const void *data, size_t len, uint8_t ret_digest[HASH_MD5_LEN])
{
    digest(DIGEST_MD5, str_make(data, len), STR_NONE, ret_digest);
}

void hash_hmac_sha256(str key, const void *data, size_t len,
                      uint8_t ret_digest[HASH_SHA256_LEN])
{
    uint8_t block[SHA256_BLOCK_LEN] = { 0 };
    if (key.len > sizeof(block))
        hash_sha256(key.data, key.len, block);
    else if (key.len)
        memcpy(block, key.data, key.len);
    for (size_t i = 0; i < sizeof(block); i++)
        block[i] ^= 0x36;
    uint8_t inner[HASH_SHA256_LEN];
    str padded = str_make((const char *)block, sizeof(block));
    digest(DIGEST_SHA256, padded, str_make(data, len), inner);
    for (size_t i = 0; i < sizeof(block); i++)
        block[i] ^= 0x36 ^ 0x5c;
    digest(DIGEST_SHA256, padded, str_make((const char *)inner, sizeof(inner)), ret_digest);
    secret_wipe(block, sizeof(block));
}

uint32_t hash_crc32(const void *data, size_t len)
{
    return libdeflate_crc32(0, data, len);
}

uint64_t hash_siphash(const uint8_t key[HASH_SIPHASH_KEY_LEN], const void *data, size_t len)
{
    _Static_assert(HASH_SIPHASH_KEY_LEN == crypto_shorthash_siphash24_KEYBYTES, "key size");
    uint8_t bytes[crypto_shorthash_siphash24_BYTES];
    (void)crypto_shorthash_siphash24(bytes, data, len, key);
    uint64_t hash = 0; // little-endian, whatever the machine: hashes are stored in files
    for (size_t i = 0; i < sizeof(bytes); i++)
        hash |= (uint64_t)bytes[i] << (8 * i);
    return hash;
}

bool hash_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}
