// SPDX-License-Identifier: Apache-2.0
// The certificates of those who vouch for servers, read once for many connections: reading a
// system's hundred and more takes longer than all else that a connection needs. They are read
// again when they are an hour old. Thread-safe.
#pragma once

#include "base/base.h"
#include "base/clock.h"

struct x509_store_st;
struct authorities;

// file: certificates in PEM; dir: a directory of them by the hashes of their names, as OpenSSL
// makes it. SSL_CERT_FILE and SSL_CERT_DIR of the environment go before them. NULL: none.
// Nothing is read yet.
struct authorities *authorities_new(const char *file, const char *dir,
                                    const struct clock *clock);
void authorities_free(struct authorities *authorities); // NULL is accepted

// The caller's to free (X509_STORE_free). A file that cannot be read leaves what was read
// before; when there was nothing, nobody is believed but those in the directory.
struct x509_store_st *authorities_store(struct authorities *authorities);
