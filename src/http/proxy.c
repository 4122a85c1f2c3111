// SPDX-License-Identifier: Apache-2.0
// Version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", at most 107 bytes.
// Version 2: 12 bytes of signature; version and command; family and protocol; length (two
// bytes, the high one first); addresses and whatever else fits in the length.
#include "http/proxy.h"

#include <arpa/inet.h>

enum { V1_MAX = 107, V2_FIXED = 16, V2_COMMAND_AT = 12, V2_FAMILY_AT = 13, V2_LENGTH_AT = 14 };
enum { COMMAND_LOCAL = 0x20, COMMAND_PROXY = 0x21 };
enum { FAMILY_TCP4 = 0x11, FAMILY_TCP6 = 0x21, TCP4_BYTES = 12, TCP6_BYTES = 36 };

static const str v1_start = STR("PROXY ");
static const str v2_start = STR("\r\n\r\n\0\r\nQUIT\n");

// Whether bytes are the start of the text, or the text of them.
static bool begins(str bytes, str text)
{
    size_t len = MIN(bytes.len, text.len);
    return memcmp(bytes.data, text.data, len) == 0;
}

// --- Version 1

static bool port_is_fine(str text)
{
    uint64_t port;
    return str_to_u64(text, &port) && port <= 65535;
}

// "TCP4 192.0.2.1 192.0.2.2 56324 443": exactly five parts, both addresses of the family.
static bool read_line(str line, struct address *ret_client)
{
    str parts[5];
    size_t count = 0;
    for (str part; str_next(&line, ' ', &part); count++) {
        if (count == ARRAY_LEN(parts))
            return false;
        parts[count] = part;
    }
    if (count < ARRAY_LEN(parts) || !port_is_fine(parts[3]) || !port_is_fine(parts[4]))
        return false;
    bool is_tcp4 = str_eq(parts[0], STR("TCP4"));
    struct address to;
    return (is_tcp4 || str_eq(parts[0], STR("TCP6"))) && address_parse(parts[1], ret_client) &&
           address_parse(parts[2], &to) && address_is_ipv4(ret_client) == is_tcp4 &&
           address_is_ipv4(&to) == is_tcp4;
}

static enum proxy_verdict parse_v1(str bytes, struct proxy_header *ret_header)
{
    size_t end = str_find(str_sub(bytes, 0, V1_MAX), '\n');
    if (end == MIN(bytes.len, (size_t)V1_MAX))
        return bytes.len < V1_MAX ? PROXY_MORE : PROXY_BAD;
    if (bytes.data[end - 1] != '\r')
        return PROXY_BAD;
    struct proxy_header header = { .len = end + 1 };
    str line = str_sub(bytes, v1_start.len, end - 1 - v1_start.len);
    // What stands behind UNKNOWN is not to be looked at.
    header.has_client = !(str_eq(line, STR("UNKNOWN")) || str_starts(line, STR("UNKNOWN ")));
    if (header.has_client && !read_line(line, &header.client))
        return PROXY_BAD;
    *ret_header = header;
    return PROXY_DONE;
}

// --- Version 2

static bool address_take(int family, const char *bytes, struct address *ret_client)
{
    union {
        struct sockaddr any;
        struct sockaddr_in ipv4;
        struct sockaddr_in6 ipv6;
    } from = { .any.sa_family = (sa_family_t)family };
    if (family == AF_INET)
        memcpy(&from.ipv4.sin_addr, bytes, sizeof(from.ipv4.sin_addr));
    else
        memcpy(&from.ipv6.sin6_addr, bytes, sizeof(from.ipv6.sin6_addr));
    return address_of(&from.any, ret_client);
}

// Of other families (unix sockets, datagrams) the address is not ours to use.
static bool read_addresses(uint8_t family, str addresses, struct proxy_header *header)
{
    if (family == FAMILY_TCP4) {
        header->has_client = addresses.len >= TCP4_BYTES &&
                             address_take(AF_INET, addresses.data, &header->client);
        return header->has_client;
    }
    if (family == FAMILY_TCP6) {
        header->has_client = addresses.len >= TCP6_BYTES &&
                             address_take(AF_INET6, addresses.data, &header->client);
        return header->has_client;
    }
    return true;
}

static enum proxy_verdict parse_v2(str bytes, struct proxy_header *ret_header)
{
    if (bytes.len < V2_FIXED)
        return PROXY_MORE;
    const uint8_t *fixed = (const uint8_t *)bytes.data;
    uint8_t command = fixed[V2_COMMAND_AT];
    size_t length = (size_t)fixed[V2_LENGTH_AT] << 8 | fixed[V2_LENGTH_AT + 1];
    struct proxy_header header = { .len = V2_FIXED + length };
    if ((command != COMMAND_LOCAL && command != COMMAND_PROXY) || header.len > PROXY_HEADER_MAX)
        return PROXY_BAD;
    if (bytes.len < header.len)
        return PROXY_MORE;
    str addresses = str_sub(bytes, V2_FIXED, length);
    if (command == COMMAND_PROXY && !read_addresses(fixed[V2_FAMILY_AT], addresses, &header))
        return PROXY_BAD;
    *ret_header = header;
    return PROXY_DONE;
}

enum proxy_verdict proxy_parse(str bytes, struct proxy_header *ret_header)
{
    if (bytes.len == 0)
        return PROXY_MORE;
    if (begins(bytes, v1_start))
        return bytes.len < v1_start.len ? PROXY_MORE : parse_v1(bytes, ret_header);
    if (begins(bytes, v2_start))
        return parse_v2(bytes, ret_header);
    return PROXY_BAD;
}
