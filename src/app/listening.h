// SPDX-License-Identifier: Apache-2.0
// Where `serve` listens: its addresses, their sockets, and the certificate for TLS.
#pragma once

#include "app/settings.h"
#include "base/base.h"
#include "base/err.h"
#include "http/tls.h"

enum { SOCKETS_MAX = 64 };

struct listening {
    const struct settings *settings;
    size_t count;             // of threads to serve; each has a socket of each address
    int fds[SOCKETS_MAX];     // -1: not listening there, or taken
    int tls_fds[SOCKETS_MAX]; // likewise
    char address[64];         // "127.0.0.1:8080"; empty: none
    char tls_address[64];     // likewise
    struct http_tls *tls;     // NULL: none
    struct arena *arena;
    str public_url; // the setting, or made of an address
};

// Whether the settings about addresses, proxies and TLS fit together.
enum err listening_check(const struct settings *settings, struct problem *ret_problem);

// Reads the certificate and opens the sockets. After an error listening_close is still to be
// called.
enum err listening_open(struct listening *listening, const struct settings *settings,
                        struct problem *ret_problem);

// Reads the certificate again; says in the log what came of it.
void listening_reload(struct listening *listening);

// "http://127.0.0.1:8080 and https://…", into the arena.
str listening_where(const struct listening *listening);

// Closes what nobody has taken. A zeroed one is accepted. After the servers.
void listening_close(struct listening *listening);
