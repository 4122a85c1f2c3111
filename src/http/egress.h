// SPDX-License-Identifier: Apache-2.0
// Which addresses outgoing requests may reach: public ones, and those in egress_allow. Not
// public are: loopback, private (RFC 1918, RFC 4193), link-local (with the cloud metadata
// address), shared (RFC 6598), multicast, unspecified, reserved and documentation ranges, and
// IPv4 ones wrapped in IPv6 (mapped, 6to4, NAT64, Teredo). An entry for IPv4 goes for the
// mapped form too.
#pragma once

#include <sys/socket.h>

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

struct egress;

// allow: comma-separated CIDRs or addresses ("127.0.0.0/8, ::1"), empty for none.
// ERR_INVALID names the bad entry in ret_problem.
enum err egress_new(str allow, struct egress **ret_egress, struct problem *ret_problem);
void egress_free(struct egress *egress);

struct authorities;
// Who vouches for servers: the system's, read once for all clients.
struct authorities *egress_authorities(const struct egress *egress);

bool egress_allows(const struct egress *egress, const struct sockaddr *address);
