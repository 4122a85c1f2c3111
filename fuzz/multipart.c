// SPDX-License-Identifier: Apache-2.0
// Bytes as a form: the first line is its Content-Type, the rest its body. Parts must lie within
// the body, one behind the other.
#include "codec/multipart.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str rest = str_make((const char *)data, size), type = STR_NONE;
    if (size == 0 || !str_next(&rest, '\n', &type) || !rest.data)
        return 0;
    struct multipart form;
    struct multipart_part part;
    bool is_whole = false;
    const char *behind = rest.data;
    if (!multipart_begin(&form, type, rest))
        return 0;
    while (multipart_next(&form, &part, &is_whole)) {
        check(part.name.data && part.name.data >= behind);
        check(part.content.data >= part.name.data + part.name.len);
        behind = part.content.data + part.content.len;
        check(behind <= (const char *)data + size);
    }
    return 0;
}
