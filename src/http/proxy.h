// SPDX-License-Identifier: Apache-2.0
// The PROXY header, versions 1 and 2 (haproxy, doc/proxy-protocol.txt): what a proxy writes
// ahead of a connection's own bytes to tell who is at its other end. Pure. Inside of the http
// room.
#pragma once

#include "base/base.h"
#include "base/str.h"
#include "codec/cidr.h"

enum proxy_verdict {
    PROXY_MORE, // not all of it has come
    PROXY_DONE,
    PROXY_BAD, // it is something else, or too long
};

struct proxy_header {
    size_t len;      // bytes of the header
    bool has_client; // false: the proxy speaks for itself (health checks), or does not know
    struct address client;
};

enum { PROXY_HEADER_MAX = 2048 };

// bytes: all that has come of the connection so far. ret_header is filled with PROXY_DONE.
enum proxy_verdict proxy_parse(str bytes, struct proxy_header *ret_header);
