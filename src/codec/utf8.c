// SPDX-License-Identifier: Apache-2.0
// UTF-8, one character at a time.
#include "codec/utf8.h"

// Of a first byte: how many bytes follow, and the smallest code point of that length; -1: none.
static int following_bytes(unsigned char first, uint32_t *ret_smallest)
{
    if (first >= 0xc2 && first < 0xe0) {
        *ret_smallest = 0x80;
        return 1;
    }
    if (first >= 0xe0 && first < 0xf0) {
        *ret_smallest = 0x800;
        return 2;
    }
    if (first >= 0xf0 && first < 0xf5) {
        *ret_smallest = 0x10000;
        return 3;
    }
    return -1;
}

size_t utf8_decode(str s, uint32_t *ret_code)
{
    if (s.len == 0)
        return 0;
    const unsigned char *bytes = (const unsigned char *)s.data;
    if (bytes[0] < 0x80) {
        *ret_code = bytes[0];
        return 1;
    }
    uint32_t smallest = 0;
    int more = following_bytes(bytes[0], &smallest);
    if (more < 0 || s.len < (size_t)more + 1)
        return 0;
    uint32_t code = bytes[0] & (0x3fu >> more);
    for (int i = 1; i <= more; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3f);
    }
    if (code < smallest || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0;
    *ret_code = code;
    return (size_t)more + 1;
}

size_t utf8_encode(uint32_t code, char ret_bytes[4])
{
    assert(code <= 0x10ffff && (code < 0xd800 || code >= 0xe000));
    if (code < 0x80) {
        ret_bytes[0] = (char)code;
        return 1;
    }
    size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const unsigned char marks[] = { 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = more; i > 0; i--, code >>= 6)
        ret_bytes[i] = (char)(0x80 | (code & 0x3f));
    ret_bytes[0] = (char)(marks[more] | code);
    return more + 1;
}
