// SPDX-License-Identifier: Apache-2.0
// Digests, checksums and keyed hashes, and the comparison that tells nothing by its time.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { HASH_SHA256_LEN = 32, HASH_MD5_LEN = 16, HASH_SIPHASH_KEY_LEN = 16 };

// SHA-256 (FIPS 180-4).
void hash_sha256(const void *data, size_t len, uint8_t ret_digest[HASH_SHA256_LEN]);

// HMAC-SHA-256 (RFC 2104).
void hash_hmac_sha256(str key, const void *data, size_t len,
                      uint8_t ret_digest[HASH_SHA256_LEN]);

// MD5 (RFC 1321). Only where a wire format asks for it; never for security.
void hash_md5(const void *data, size_t len, uint8_t ret_digest[HASH_MD5_LEN]);

// CRC-32 as in zlib, gzip and IEEE 802.3: "123456789" gives 0xcbf43926.
uint32_t hash_crc32(const void *data, size_t len);

// CRC-32C (Castagnoli): "123456789" with seed 0 gives 0xe3069283. The result of one call is the
// seed of the next, so that the CRC of a whole is had piece by piece.
uint32_t hash_crc32c(uint32_t seed, const void *data, size_t len);

// The same without the processor's instruction, for the test that holds both against each
// other.
uint32_t hash_crc32c_by_table(uint32_t seed, const void *data, size_t len);

// SipHash-2-4, 64 bits: for tables and marks of bytes that an adversary can choose.
uint64_t hash_siphash(const uint8_t key[HASH_SIPHASH_KEY_LEN], const void *data, size_t len);

// Equality in a time that depends on len only.
bool hash_equal(const void *a, const void *b, size_t len);
