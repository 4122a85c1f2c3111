// SPDX-License-Identifier: Apache-2.0
// Bytes as a packed body: no more comes out than may, and what came out is the same after it
// was packed again.
#include "codec/gzip.h"
#include "check.h"

enum { MAX_BYTES = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = STR_NONE, again = STR_NONE;
    AUTO(arena_free) struct arena *arena = arena_new(4 << 20);
    if (gzip_decode(str_make((const char *)data, size), MAX_BYTES, arena, &text))
        return 0;
    check(text.len <= MAX_BYTES && text.data[text.len] == '\0');
    AUTO(buf_done) struct buf packed = { 0 };
    gzip_encode(text, 1, &packed);
    check(gzip_decode(buf_str(&packed), text.len, arena, &again) == OK);
    check(str_eq(text, again));
    if (text.len > 0)
        check(gzip_decode(buf_str(&packed), text.len - 1, arena, &again) == ERR_TOO_BIG);
    return 0;
}
