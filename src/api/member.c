// SPDX-License-Identifier: Apache-2.0
// A scanner over JSON that is valid already, so it only has to know where things end.
#include "api/member.h"

static size_t skip_space(str text, size_t at)
{
    while (at < text.len && (unsigned char)text.data[at] <= ' ')
        at++;
    return at;
}

// at: the opening quote. Returns the place behind the closing one.
static size_t skip_string(str text, size_t at)
{
    for (at++; at < text.len && text.data[at] != '"'; at++)
        if (text.data[at] == '\\')
            at++;
    return MIN(at + 1, text.len);
}

static bool is_end_of_word(char c)
{
    return (unsigned char)c <= ' ' || c == ',' || c == '}' || c == ']';
}

static size_t skip_nested(str text, size_t at)
{
    size_t depth = 0;
    do {
        char c = text.data[at];
        if (c == '"') {
            at = skip_string(text, at);
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at++;
    } while (depth > 0 && at < text.len);
    return at;
}

static size_t skip_value(str text, size_t at)
{
    if (at < text.len && text.data[at] == '"')
        return skip_string(text, at);
    if (at < text.len && (text.data[at] == '{' || text.data[at] == '['))
        return skip_nested(text, at);
    while (at < text.len && !is_end_of_word(text.data[at]))
        at++;
    return at;
}

str member_text(str object, str name)
{
    size_t at = skip_space(object, 0) + 1; // behind the brace
    while (true) {
        at = skip_space(object, at);
        if (at >= object.len || object.data[at] != '"')
            return STR_NONE;
        size_t key = at + 1;
        at = skip_string(object, at);
        str found = str_sub(object, key, at - 1 - key);
        at = skip_space(object, skip_space(object, at) + 1); // over the colon
        size_t value = at;
        at = skip_value(object, at);
        if (str_eq(found, name))
            return str_sub(object, value, at - value);
        at = skip_space(object, at) + 1; // over the comma
    }
}
