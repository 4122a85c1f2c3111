// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629), one character at a time.
#pragma once

#include "base/base.h"
#include "base/str.h"

enum { UTF8_REPLACEMENT = 0xfffd };

// The bytes of the first character of s and its code point; 0 when s is empty or does not begin
// with a well-formed character (surrogates and over-long forms are none).
size_t utf8_decode(str s, uint32_t *ret_code);

// Writes 1 to 4 bytes and returns how many. code must be a Unicode scalar value.
size_t utf8_encode(uint32_t code, char ret_bytes[4]);
