// SPDX-License-Identifier: Apache-2.0
// Borrowed text.
#include "base/str.h"

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len &&
           str_eq(str_make(s.data + (s.len - suffix.len), suffix.len), suffix);
}

int str_cmp(str a, str b)
{
    size_t shared = MIN(a.len, b.len);
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

size_t str_find(str s, char c)
{
    const char *hit = s.len ? memchr(s.data, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.data) : s.len;
}

size_t str_find_str(str s, str needle)
{
    if (needle.len == 0)
        return 0;
    const char *hit = s.len ? memmem(s.data, s.len, needle.data, needle.len) : NULL;
    return hit ? (size_t)(hit - s.data) : s.len;
}

str str_sub(str s, size_t from, size_t len)
{
    if (s.len == 0) // data may be NULL, to which nothing may be added
        return s;
    from = MIN(from, s.len);
    return str_make(s.data + from, MIN(len, s.len - from));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

str str_trim(str s)
{
    while (s.len && is_blank(s.data[0])) {
        s.data++;
        s.len--;
    }
    while (s.len && is_blank(s.data[s.len - 1]))
        s.len--;
    return s;
}

bool str_next(str *rest, char separator, str *ret_part)
{
    if (!rest->data)
        return false;
    size_t at = str_find(*rest, separator);
    *ret_part = str_make(rest->data, at);
    if (at == rest->len)
        *rest = STR_NONE;
    else
        *rest = str_make(rest->data + at + 1, rest->len - at - 1);
    return true;
}

bool str_to_u64(str s, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned)(s.data[i] - '0');
        if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *ret_value = value;
    return true;
}

bool str_to_i64(str s, int64_t *ret_value)
{
    bool is_negative = s.len && s.data[0] == '-';
    uint64_t magnitude;
    if (!str_to_u64(is_negative ? str_sub(s, 1, s.len) : s, &magnitude))
        return false;
    if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0))
        return false;
    *ret_value = is_negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

static uint64_t hash_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

// Each step can be undone, so texts that differ in one word only have different hashes.
uint64_t str_hash(str s)
{
    uint64_t hash = s.len, word;
    for (; s.len >= sizeof(word); s = str_make(s.data + sizeof(word), s.len - sizeof(word))) {
        memcpy(&word, s.data, sizeof(word));
        hash = hash_mix(hash, word);
    }
    word = 0;
    for (size_t i = 0; i < s.len; i++)
        word = word << 8 | (unsigned char)s.data[i];
    hash = hash_mix(hash, word);
    return hash * 0x9e3779b97f4a7c15u;
}

bool str_copy(str s, char *dest, size_t size)
{
    assert(size > 0);
    size_t len = MIN(s.len, size - 1);
    if (len)
        memcpy(dest, s.data, len);
    dest[len] = '\0';
    return len == s.len;
}
