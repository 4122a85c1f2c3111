// SPDX-License-Identifier: Apache-2.0
// Hexadecimal text.
#pragma once

#include "base/base.h"
#include "base/str.h"

// Writes 2 * len lower-case digits and a NUL.
void hex_encode(const void *data, size_t len, char *ret_text);

// False unless text is exactly 2 * len digits of either case.
bool hex_decode(str text, uint8_t *ret_bytes, size_t len) MUST_CHECK;

// The value of one digit, -1 if it is none.
int hex_digit(char c);
