// SPDX-License-Identifier: Apache-2.0
// Borrowed text: a pointer and a length, not NUL-terminated, any bytes allowed.
#pragma once

#include <strings.h>

#include "base/base.h"

typedef struct str {
    const char *data;
    size_t len;
} str;

#define STR(literal) ((str){ .data = "" literal, .len = sizeof(literal) - 1 })
#define STR_NONE     ((str){ .data = NULL, .len = 0 })

// printf("%" PRIstr, STR_ARG(s))
#define PRIstr     ".*s"
#define STR_ARG(s) (int)(s).len, ((s).data ? (s).data : "")

// A view of a NUL-terminated text; NULL gives STR_NONE. Inline: of a literal the compiler knows
// the length.
static inline str str_of(const char *text)
{
    return (str){ .data = text, .len = text ? strlen(text) : 0 };
}
static inline str str_make(const char *data, size_t len)
{
    return (str){ .data = data, .len = len };
}

// Inline: most texts that are looked for among others differ in length, which needs no call.
static inline bool str_eq(str a, str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}
static inline bool str_eq_nocase(str a, str b) // ASCII only
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}
static inline bool str_starts(str s, str prefix)
{
    return s.len >= prefix.len && str_eq(str_make(s.data, prefix.len), prefix);
}
bool str_ends(str s, str suffix);
int str_cmp(str a, str b);

// Index of the first match, or s.len.
size_t str_find(str s, char c);
size_t str_find_str(str s, str needle);

// Bytes from `from` (clamped), at most `len`.
str str_sub(str s, size_t from, size_t len);

// Spaces, tabs, CR and LF removed at both ends.
str str_trim(str s);

// Takes the part before `separator` out of *rest; false when *rest is exhausted (data NULL).
// "a,b" gives "a", then "b"; "" gives "" once.
bool str_next(str *rest, char separator, str *ret_part);

// The whole of s as a decimal number; ERR-free: false when it is empty, has other characters or
// is out of range.
bool str_to_u64(str s, uint64_t *ret_value) MUST_CHECK;
bool str_to_i64(str s, int64_t *ret_value) MUST_CHECK;

// SipHash-free fast hash for tables whose keys are not chosen by an adversary; see codec/hash.h
// for keyed hashes of outside bytes.
uint64_t str_hash(str s);

// Copies at most size-1 bytes and a NUL; returns whether all of it fitted.
bool str_copy(str s, char *dest, size_t size);
