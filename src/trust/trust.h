// SPDX-License-Identifier: Apache-2.0
// Whom this program believes when it is the client of TLS: servers are verified, must be for
// the name that was asked for, and speak version 1.2 or 1.3.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

struct ssl_ctx_st;
struct ssl_st;

// What connections share; to be ended with SSL_CTX_free. ca_file: certificates in PEM of who
// vouches for servers; empty: the system's. ERR_INVALID: it has none that can be read; the
// problem's field is the given one. ERR_IO: OpenSSL cannot be begun.
enum err trust_context_new(str ca_file, str field, struct ssl_ctx_st **ret_context,
                           struct problem *ret_problem);

// Says whose certificate must come. host: a name, which is also what the server is asked for,
// or an address, without brackets. False: no memory.
bool trust_name_server(struct ssl_st *ssl, const char *host) MUST_CHECK;
