// SPDX-License-Identifier: Apache-2.0
// Where the server under load is; inside of the load room.
#pragma once

#include <sys/socket.h>

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

enum { ADDRESS_HOST_MAX = 254 };

struct address_of_server {
    struct sockaddr_storage socket;
    socklen_t len;
    bool is_loopback;
    bool is_https;
    char name[ADDRESS_HOST_MAX + 1]; // of the host, as TLS knows it
    char host[ADDRESS_HOST_MAX + 8]; // for the Host header, with the port
    char prefix[128];                // of the paths: empty, or "/pintle"
};

// Looks the host up. ERR_INVALID: the URL is not http(s)://HOST…, or the host has no address.
enum err address_find(str url, struct address_of_server *ret_address,
                      struct problem *ret_problem);
