// SPDX-License-Identifier: Apache-2.0
// Bytes as a PROXY header: its length lies within them, and no shorter part of them is whole.
#include "check.h"
#include "http/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct proxy_header header = { 0 }, shorter;
    char text[ADDRESS_TEXT_MAX];
    str bytes = str_make((const char *)data, size);
    if (proxy_parse(bytes, &header) != PROXY_DONE)
        return 0;
    check(header.len > 0 && header.len <= size && header.len <= PROXY_HEADER_MAX);
    for (size_t len = 0; len < header.len; len++)
        check(proxy_parse(str_sub(bytes, 0, len), &shorter) == PROXY_MORE);
    if (header.has_client)
        address_print(&header.client, text);
    return 0;
}
