// SPDX-License-Identifier: Apache-2.0
// Base62 (0-9 A-Z a-z) of fixed width, as KSUIDs and token checksums use it: a big-endian
// number, padded with '0' on the left, so that texts sort as the numbers do.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { BASE62_BYTES_MAX = 64 };
extern const char base62_alphabet[62 + 1];

// Writes exactly width characters, without a NUL. len is at most BASE62_BYTES_MAX; the number
// must fit into the width (asserted).
void base62_encode(const uint8_t *bytes, size_t len, char *ret_text, size_t width);

// The reverse: false when text has other characters or the number does not fit into len bytes.
bool base62_decode(str text, uint8_t *ret_bytes, size_t len) MUST_CHECK;

// Every character is of the alphabet (true for an empty text).
bool base62_is_valid(str text);
