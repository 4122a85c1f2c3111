// SPDX-License-Identifier: Apache-2.0
// Header lists of requests to destinations.
#include "destinations/headers.h"

#include "codec/token.h"

enum { NAME_BYTES_MAX = 256 };

// They belong to the HTTP client: a second opinion about them would break the message's frame
// or send it elsewhere.
static const char *const client_owned[] = {
    "connection", "content-length",    "expect",  "host", "keep-alive", "te",
    "trailer",    "transfer-encoding", "upgrade",
};

void headers_init(struct headers *headers, struct arena *arena)
{
    *headers = (struct headers){
        .items = ARENA_ARRAY(arena, struct destination_header, HEADERS_MAX),
    };
}

static bool is_value(str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return value.len <= HEADER_VALUE_MAX_BYTES;
}

static bool is_client_owned(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(client_owned); i++) {
        if (str_eq_nocase(name, str_of(client_owned[i])))
            return true;
    }
    return false;
}

enum err header_check(str name, str value, struct problem *ret_problem)
{
    if (name.len > NAME_BYTES_MAX || !token_is(name))
        return problem_set(ret_problem, ERR_INVALID, STR(""), "is not a header name");
    if (is_client_owned(name))
        return problem_set(ret_problem, ERR_INVALID, STR(""),
                           "header \"%" PRIstr "\" cannot be set: it belongs to the connection",
                           STR_ARG(name));
    if (!is_value(value))
        return problem_set(ret_problem, ERR_INVALID, STR(""),
                           "value of header \"%" PRIstr "\" is too long or has characters that "
                           "a header cannot carry",
                           STR_ARG(name));
    return OK;
}

enum err headers_set(struct headers *headers, str name, str value, bool is_configured,
                     struct problem *ret_problem)
{
    enum err err = header_check(name, value, ret_problem);
    if (err)
        return err;
    size_t at = 0;
    while (at < headers->count && !str_eq_nocase(headers->items[at].name, name))
        at++;
    if (at == HEADERS_MAX)
        return problem_set(ret_problem, ERR_INVALID, STR(""), "more than %d headers",
                           HEADERS_MAX);
    headers->items[at] = (struct destination_header){
        .name = name,
        .value = value,
        .is_configured = is_configured,
    };
    headers->count = MAX(headers->count, at + 1);
    return OK;
}
