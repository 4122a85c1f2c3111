// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648), standard and URL-safe alphabets.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum base64_kind {
    BASE64_STANDARD, // + and /, written with padding
    BASE64_URL,      // - and _, written without padding
};

// Appends the encoded bytes.
void base64_encode(enum base64_kind kind, const void *data, size_t len, struct buf *out);

// Padding may be there or not, but must be right if it is there; bits beyond the last byte must
// be zero; no white space. ERR_INVALID otherwise. The bytes live in the arena, with a NUL
// behind.
enum err base64_decode(enum base64_kind kind, str text, struct arena *arena, str *ret_bytes);
