// SPDX-License-Identifier: Apache-2.0
// Base62 of fixed width, by long division.
#include "codec/base62.h"

const char base62_alphabet[62 + 1] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 36;
    return -1;
}

// Divides the big-endian number in place and returns the remainder.
static unsigned divide(uint8_t *number, size_t len, unsigned divisor)
{
    unsigned remainder = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned part = remainder << 8 | number[i];
        number[i] = (uint8_t)(part / divisor);
        remainder = part % divisor;
    }
    return remainder;
}

void base62_encode(const uint8_t *bytes, size_t len, char *ret_text, size_t width)
{
    assert(len <= BASE62_BYTES_MAX);
    uint8_t number[BASE62_BYTES_MAX];
    memcpy(number, bytes, len);
    for (size_t i = width; i > 0; i--)
        ret_text[i - 1] = base62_alphabet[divide(number, len, 62)];
    for (size_t i = 0; i < len; i++)
        assert(number[i] == 0);
}

bool base62_decode(str text, uint8_t *ret_bytes, size_t len)
{
    assert(len <= BASE62_BYTES_MAX);
    uint8_t number[BASE62_BYTES_MAX] = { 0 };
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.data[i]);
        if (digit < 0)
            return false;
        unsigned carry = (unsigned)digit;
        for (size_t j = len; j > 0; j--) {
            carry += number[j - 1] * 62u;
            number[j - 1] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry != 0)
            return false;
    }
    memcpy(ret_bytes, number, len);
    return true;
}

bool base62_is_valid(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (digit_of(text.data[i]) < 0)
            return false;
    return true;
}
