// SPDX-License-Identifier: Apache-2.0
// A list of networks, as settings and tokens give them.
#pragma once

#include <sys/socket.h>

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

// An address as 16 bytes: IPv4 ones in their mapped form (::ffff:a.b.c.d).
struct address {
    uint8_t bytes[16];
};

// False when it is neither IPv4 nor IPv6.
bool address_of(const struct sockaddr *sockaddr, struct address *ret_address);

// Dotted quads and IPv6 as inet_pton(3) takes them, without brackets, ports or zones.
bool address_parse(str text, struct address *ret_address);

enum { ADDRESS_TEXT_MAX = 46 };
void address_print(const struct address *address, char ret_text[ADDRESS_TEXT_MAX]);

bool address_is_ipv4(const struct address *address);

struct cidrs;

// list: "10.0.0.0/8, ::1", empty for none. ERR_INVALID names the bad entry.
enum err cidrs_new(str list, struct cidrs **ret_cidrs, struct problem *ret_problem);
void cidrs_free(struct cidrs *cidrs);
AUTO_DEFINE(struct cidrs *, cidrs_free)

bool cidrs_have(const struct cidrs *cidrs, const struct address *address);
bool cidrs_are_empty(const struct cidrs *cidrs);
