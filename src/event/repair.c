// SPDX-License-Identifier: Apache-2.0
// Mending of text that is JSON but for its characters.
#include "event/repair.h"

#include "codec/hex.h"
#include "codec/utf8.h"

enum { ESCAPE_LEN = 6 }; // \uXXXX

// The 16 bits of an escape \uXXXX at the start of text, -1 if there is none.
static int escape_unit(str text)
{
    if (text.len < ESCAPE_LEN || text.data[0] != '\\' || text.data[1] != 'u')
        return -1;
    int unit = 0;
    for (size_t i = 2; i < ESCAPE_LEN; i++) {
        int digit = hex_digit(text.data[i]);
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

// Bytes to take from the start of text, and what to write for them (the bytes themselves unless
// is_bad).
struct piece {
    size_t len;
    bool is_bad;
};

static struct piece escape_piece(str text)
{
    int unit = escape_unit(text);
    if (unit < 0)
        return (struct piece){ .len = MIN(text.len, (size_t)2) };
    if (unit < 0xd800 || unit > 0xdfff)
        return (struct piece){ .len = ESCAPE_LEN };
    int next = escape_unit(str_sub(text, ESCAPE_LEN, text.len));
    if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff)
        return (struct piece){ .len = 2 * (size_t)ESCAPE_LEN };
    return (struct piece){ .len = ESCAPE_LEN, .is_bad = true };
}

static struct piece next_piece(str text)
{
    if (text.data[0] == '\\')
        return escape_piece(text);
    uint32_t code;
    size_t len = utf8_decode(text, &code);
    return (struct piece){ .len = MAX(len, (size_t)1), .is_bad = len == 0 };
}

static size_t count_bad(str text)
{
    size_t count = 0;
    while (text.len > 0) {
        struct piece piece = next_piece(text);
        count += piece.is_bad;
        text = str_sub(text, piece.len, text.len);
    }
    return count;
}

bool repair_characters(str text, struct arena *arena, str *ret_text)
{
    static const char replacement[] = { '\xef', '\xbf', '\xbd' };
    size_t bad = count_bad(text);
    if (bad == 0)
        return false;
    char *mended = arena_alloc(arena, text.len + bad * sizeof(replacement));
    size_t len = 0;
    while (text.len > 0) {
        struct piece piece = next_piece(text);
        size_t written = piece.is_bad ? sizeof(replacement) : piece.len;
        memcpy(mended + len, piece.is_bad ? replacement : text.data, written);
        len += written;
        text = str_sub(text, piece.len, text.len);
    }
    *ret_text = str_make(mended, len);
    return true;
}
