// SPDX-License-Identifier: Apache-2.0
// Base64.
#include "codec/base64.h"

static const char alphabet_start[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static char letter_of(enum base64_kind kind, unsigned value)
{
    if (value < 62)
        return alphabet_start[value];
    if (kind == BASE64_URL)
        return value == 62 ? '-' : '_';
    return value == 62 ? '+' : '/';
}

enum { LETTER = 64 }; // stands with the value of what is one

// clang-format off
#define VALUES(letter_62, letter_63)                                                           \
    ['A'] = 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83,    \
            84, 85, 86, 87, 88, 89,                                                            \
    ['a'] = 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107,    \
            108, 109, 110, 111, 112, 113, 114, 115,                                            \
    ['0'] = 116, 117, 118, 119, 120, 121, 122, 123, 124, 125,                                  \
    [letter_62] = 126, [letter_63] = 127
// clang-format on
static const uint8_t values[][UINT8_MAX + 1] = {
    [BASE64_STANDARD] = { VALUES('+', '/') },
    [BASE64_URL] = { VALUES('-', '_') },
};

void base64_encode(enum base64_kind kind, const void *data, size_t len, struct buf *out)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < len; i += 3) {
        size_t left = MIN(len - i, (size_t)3);
        unsigned group = (unsigned)bytes[i] << 16;
        group |= left > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes[i + 2] : 0;
        for (size_t j = 0; j <= left; j++)
            buf_add_char(out, letter_of(kind, (group >> (18 - 6 * j)) & 63));
        for (size_t j = left; j < 3 && kind == BASE64_STANDARD; j++)
            buf_add_char(out, '=');
    }
}

// Takes the padding off; false when it is not that of the length.
static bool strip_padding(str *text)
{
    size_t padding = 0;
    while (text->len && padding < 2 && text->data[text->len - 1] == '=') {
        text->len--;
        padding++;
    }
    return padding == 0 || (text->len + padding) % 4 == 0;
}

// Two to four letters to one to three bytes; dest has room for three. False when something else
// is among them, or bits are left over that are not zero.
static inline bool decode_group(enum base64_kind kind, const char *letters, size_t count,
                                char *dest)
{
    unsigned group = 0, common = LETTER;
    for (size_t i = 0; i < count; i++) {
        unsigned value = values[kind][(unsigned char)letters[i]];
        common &= value;
        group |= (value & ~(unsigned)LETTER) << (18 - 6 * i);
    }
    dest[0] = (char)(group >> 16);
    dest[1] = (char)(group >> 8);
    dest[2] = (char)group;
    unsigned left_over = group & (0xffffff >> 8 * (count - 1));
    return common && !left_over;
}

enum err base64_decode(enum base64_kind kind, str text, struct arena *arena, str *ret_bytes)
{
    if (!strip_padding(&text) || text.len % 4 == 1)
        return ERR_INVALID;
    char *bytes = arena_alloc(arena, text.len / 4 * 3 + 3);
    size_t len = 0, at = 0, rest = text.len % 4;
    for (; at < text.len - rest; at += 4, len += 3)
        if (!decode_group(kind, text.data + at, 4, bytes + len))
            return ERR_INVALID;
    if (rest > 0) {
        if (!decode_group(kind, text.data + at, rest, bytes + len))
            return ERR_INVALID;
        len += rest - 1;
    }
    bytes[len] = '\0';
    *ret_bytes = str_make(bytes, len);
    return OK;
}
