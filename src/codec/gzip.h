// SPDX-License-Identifier: Apache-2.0
// Gzip (RFC 1952) of whole texts in memory.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

// All members one behind the other; checksums are checked. ERR_TOO_BIG: more than max_bytes
// would come out (nothing beyond that is ever unpacked); ERR_INVALID: not gzip, damaged, cut
// off, or followed by something else. The text lives in the arena.
enum err gzip_decode(str packed, size_t max_bytes, struct arena *arena, str *ret_text);

// Appends one member. level 1 (fast) to 12 (small).
void gzip_encode(str text, int level, struct buf *out);
