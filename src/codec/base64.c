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

static int value_of(enum base64_kind kind, char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == letter_of(kind, 62))
        return 62;
    return c == letter_of(kind, 63) ? 63 : -1;
}

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

enum err base64_decode(enum base64_kind kind, str text, struct arena *arena, str *ret_bytes)
{
    if (!strip_padding(&text) || text.len % 4 == 1)
        return ERR_INVALID;
    char *bytes = arena_alloc(arena, text.len / 4 * 3 + 3);
    size_t len = 0;
    unsigned bits = 0, bit_count = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = value_of(kind, text.data[i]);
        if (value < 0)
            return ERR_INVALID;
        bits = (bits << 6 | (unsigned)value) & 0xfff;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            bytes[len++] = (char)(bits >> bit_count);
        }
    }
    if (bits & ((1u << bit_count) - 1))
        return ERR_INVALID;
    bytes[len] = '\0';
    *ret_bytes = str_make(bytes, len);
    return OK;
}
