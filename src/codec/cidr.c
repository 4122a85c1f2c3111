// SPDX-License-Identifier: Apache-2.0
// Networks as an array of prefixes over 16-byte addresses.
#include "codec/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/buf.h"
#include "base/mem.h"

struct cidr {
    struct address network;
    unsigned bits; // of the 128
};

struct cidrs {
    struct buf rows; // of struct cidr
};

static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static struct address from_ipv4(const struct in_addr *ipv4)
{
    struct address address;
    memcpy(address.bytes, mapped_prefix, sizeof(mapped_prefix));
    memcpy(address.bytes + sizeof(mapped_prefix), ipv4, sizeof(*ipv4));
    return address;
}

bool address_of(const struct sockaddr *sockaddr, struct address *ret_address)
{
    if (sockaddr->sa_family == AF_INET) {
        *ret_address = from_ipv4(&((const struct sockaddr_in *)sockaddr)->sin_addr);
        return true;
    }
    if (sockaddr->sa_family != AF_INET6)
        return false;
    memcpy(ret_address->bytes, &((const struct sockaddr_in6 *)sockaddr)->sin6_addr,
           sizeof(ret_address->bytes));
    return true;
}

bool address_parse(str text, struct address *ret_address)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr ipv4;
    if (text.len == 0 || memchr(text.data, '\0', text.len) ||
        !str_copy(text, copy, sizeof(copy)))
        return false;
    if (inet_pton(AF_INET, copy, &ipv4) == 1) {
        *ret_address = from_ipv4(&ipv4);
        return true;
    }
    struct address address;
    if (inet_pton(AF_INET6, copy, address.bytes) != 1)
        return false;
    *ret_address = address;
    return true;
}

void address_print(const struct address *address, char ret_text[ADDRESS_TEXT_MAX])
{
    bool is_ipv4 = address_is_ipv4(address);
    const char *text = inet_ntop(is_ipv4 ? AF_INET : AF_INET6,
                                 address->bytes + (is_ipv4 ? sizeof(mapped_prefix) : 0),
                                 ret_text, ADDRESS_TEXT_MAX);
    assert(text);
    (void)text;
}

bool address_is_ipv4(const struct address *address)
{
    return memcmp(address->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

static bool bits_are_equal(const struct address *a, const struct address *b, unsigned bits)
{
    unsigned whole = bits / 8;
    if (memcmp(a->bytes, b->bytes, whole) != 0)
        return false;
    if (bits % 8 == 0)
        return true;
    uint8_t mask = (uint8_t)(0xff << (8 - bits % 8));
    return ((a->bytes[whole] ^ b->bytes[whole]) & mask) == 0;
}

// A network whose host bits are set is most likely a mistyped one.
static bool host_bits_are_zero(const struct cidr *cidr)
{
    struct address cut = cidr->network;
    for (unsigned bit = cidr->bits; bit < 128; bit++)
        cut.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
    return memcmp(&cut, &cidr->network, sizeof(cut)) == 0;
}

static bool cidr_parse(str text, struct cidr *ret_cidr)
{
    size_t slash = str_find(text, '/');
    struct cidr cidr = { .bits = 128 };
    if (!address_parse(str_sub(text, 0, slash), &cidr.network))
        return false;
    if (slash < text.len) {
        bool is_ipv4 = address_is_ipv4(&cidr.network) && str_find(text, ':') == text.len;
        unsigned width = is_ipv4 ? 32 : 128;
        uint64_t bits;
        if (!str_to_u64(str_sub(text, slash + 1, SIZE_MAX), &bits) || bits > width)
            return false;
        cidr.bits = 128 - width + (unsigned)bits;
    }
    *ret_cidr = cidr;
    return host_bits_are_zero(&cidr);
}

enum err cidrs_new(str list, struct cidrs **ret_cidrs, struct problem *ret_problem)
{
    AUTO(cidrs_free) struct cidrs *cidrs = NEW(struct cidrs);
    str part;
    for (str rest = list; str_next(&rest, ',', &part);) {
        part = str_trim(part);
        struct cidr cidr;
        if (part.len == 0)
            continue;
        if (!cidr_parse(part, &cidr))
            return problem_set(ret_problem, ERR_INVALID, STR_NONE,
                               "\"%" PRIstr "\" is not an address or network such as "
                               "10.0.0.0/8 or fd00::/8",
                               STR_ARG(part));
        buf_add(&cidrs->rows, &cidr, sizeof(cidr));
    }
    *ret_cidrs = TAKE(cidrs);
    return OK;
}

void cidrs_free(struct cidrs *cidrs)
{
    if (!cidrs)
        return;
    buf_done(&cidrs->rows);
    mem_free(cidrs);
}

bool cidrs_have(const struct cidrs *cidrs, const struct address *address)
{
    const struct cidr *rows = (const struct cidr *)cidrs->rows.data;
    size_t count = cidrs->rows.len / sizeof(*rows);
    for (size_t i = 0; i < count; i++)
        if (bits_are_equal(&rows[i].network, address, rows[i].bits))
            return true;
    return false;
}

bool cidrs_are_empty(const struct cidrs *cidrs)
{
    return cidrs->rows.len == 0;
}
