// SPDX-License-Identifier: Apache-2.0
#include "codec/token.h"

static bool is_token_byte(char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~0123456789";
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || memchr(others, c, sizeof(others) - 1);
}

size_t token_len(str text)
{
    size_t len = 0;
    while (len < text.len && is_token_byte(text.data[len]))
        len++;
    return len;
}

bool token_is(str text)
{
    return text.len > 0 && token_len(text) == text.len;
}
