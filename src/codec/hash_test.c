// SPDX-License-Identifier: Apache-2.0
// Unit tests of hash.c and crc32c.c, with the vectors of the standards.
#include "base/test.h"

#include <pthread.h>

#include "base/rand.h"
#include "codec/hash.h"
#include "codec/hex.h"

static void assert_hex(const uint8_t *digest, size_t len, const char *expected)
{
    char text[2 * HASH_SHA256_LEN + 1];
    hex_encode(digest, len, text);
    assert_string_equal(text, expected);
}

static void sha256_gives_the_vectors_of_fips_180(void **state)
{
    (void)state;
    uint8_t digest[HASH_SHA256_LEN];
    hash_sha256("abc", 3, digest);
    assert_hex(digest, sizeof(digest),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_sha256("", 0, digest);
    assert_hex(digest, sizeof(digest),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hmac_gives_the_vectors_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t digest[HASH_SHA256_LEN];
    hash_hmac_sha256(STR("Jefe"), "what do ya want for nothing?", 28, digest);
    assert_hex(digest, sizeof(digest),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char long_key[131];
    memset(long_key, 0xaa, sizeof(long_key));
    str text = STR("Test Using Larger Than Block-Size Key - Hash Key First");
    hash_hmac_sha256(str_make(long_key, sizeof(long_key)), text.data, text.len, digest);
    assert_hex(digest, sizeof(digest),
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void md5_gives_the_vector_of_rfc_1321(void **state)
{
    (void)state;
    uint8_t digest[HASH_MD5_LEN];
    hash_md5("message digest", 14, digest);
    assert_hex(digest, sizeof(digest), "f96b697d7cb7938d525a2f31aaf161d0");
}

static void *hash_on_thread(void *ret_digest)
{
    hash_sha256("abc", 3, ret_digest);
    return NULL;
}

static void each_thread_has_its_own_digests(void **state)
{
    (void)state;
    uint8_t digests[4][HASH_SHA256_LEN], expected[HASH_SHA256_LEN];
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_on_thread, digests[i]), 0);
    hash_sha256("abc", 3, expected);
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_memory_equal(digests[i], expected, sizeof(expected));
    }
}

static void crc32_is_that_of_zlib(void **state)
{
    (void)state;
    assert_int_equal(hash_crc32("123456789", 9), 0xcbf43926);
    assert_int_equal(hash_crc32("", 0), 0);
}

static void crc32c_gives_the_vectors_of_rfc_3720(void **state)
{
    (void)state;
    unsigned char zeros[32] = { 0 }, rising[32];
    for (size_t i = 0; i < sizeof(rising); i++)
        rising[i] = (unsigned char)i;
    assert_int_equal(hash_crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(hash_crc32c(0, zeros, sizeof(zeros)), 0x8a9136aa);
    assert_int_equal(hash_crc32c(0, rising, sizeof(rising)), 0x46dd794e);
    assert_int_equal(hash_crc32c(0, "", 0), 0);
}

static void crc32c_of_pieces_is_that_of_the_whole(void **state)
{
    (void)state;
    struct rng_fake rng;
    rng_fake_init(&rng, 1);
    unsigned char bytes[300];
    rng_fill(&rng.rng, bytes, sizeof(bytes));
    uint32_t whole = hash_crc32c(7, bytes, sizeof(bytes));
    for (size_t cut = 0; cut <= sizeof(bytes); cut++) {
        uint32_t first = hash_crc32c(7, bytes, cut);
        assert_int_equal(hash_crc32c(first, bytes + cut, sizeof(bytes) - cut), whole);
        assert_int_equal(hash_crc32c_by_table(7, bytes, cut), first);
    }
}

// Long texts go other ways than short ones, and meet at the borders of blocks.
static void crc32c_of_long_texts_is_the_table_s(void **state)
{
    (void)state;
    static uint8_t bytes[4000];
    uint32_t word = 1;
    for (size_t i = 0; i < sizeof(bytes); i++, word = word * 1664525 + 1013904223)
        bytes[i] = (uint8_t)(word >> 24);
    for (size_t len = 0; len < sizeof(bytes); len++)
        assert_int_equal(hash_crc32c(word, bytes + len % 9, len - MIN(len, len % 9)),
                         hash_crc32c_by_table(word, bytes + len % 9, len - MIN(len, len % 9)));
}

static void siphash_gives_the_vector_of_its_paper(void **state)
{
    (void)state;
    uint8_t key[HASH_SIPHASH_KEY_LEN], message[15];
    for (uint8_t i = 0; i < sizeof(key); i++)
        key[i] = i;
    memcpy(message, key, sizeof(message));
    assert_true(hash_siphash(key, message, sizeof(message)) == 0xa129ca6149be45e5u);
}

static void equality_needs_all_bytes(void **state)
{
    (void)state;
    assert_true(hash_equal("abcd", "abcd", 4));
    assert_false(hash_equal("abcd", "abce", 4));
    assert_true(hash_equal("abcd", "abce", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_vectors_of_fips_180),
        cmocka_unit_test(hmac_gives_the_vectors_of_rfc_4231),
        cmocka_unit_test(md5_gives_the_vector_of_rfc_1321),
        cmocka_unit_test(each_thread_has_its_own_digests),
        cmocka_unit_test(crc32_is_that_of_zlib),
        cmocka_unit_test(crc32c_gives_the_vectors_of_rfc_3720),
        cmocka_unit_test(crc32c_of_pieces_is_that_of_the_whole),
        cmocka_unit_test(crc32c_of_long_texts_is_the_table_s),
        cmocka_unit_test(siphash_gives_the_vector_of_its_paper),
        cmocka_unit_test(equality_needs_all_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
