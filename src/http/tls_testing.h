// SPDX-License-Identifier: Apache-2.0
// For unit tests: a certificate in files, and OpenSSL's side of a client.
#pragma once

#include "base/test.h"

#include <openssl/ssl.h>

#include "base/arena.h"
#include "http/tls.h"

struct tls_files {
    char certificate[32];
    char key[32];
    struct http_tls_settings settings; // of these files
};

// A new key, and a certificate of it by itself, valid from and until so many seconds from now.
void tls_files_make(struct tls_files *files, long from_s, long until_s);
void tls_files_remove(struct tls_files *files);

// Writes another key and certificate over them.
void tls_files_renew(const struct tls_files *files, long from_s, long until_s);

// A client of this version only (TLS1_3_VERSION …); 0: of any. It trusts everybody.
SSL_CTX *tls_client_context(int version);

// A client that speaks through memory: what it wants to send is in its write BIO.
SSL *tls_client_new(SSL_CTX *context);

// On a connected, blocking socket, with the handshake done; session: NULL, or to resume.
SSL *tls_client_connect(SSL_CTX *context, int fd, SSL_SESSION *session);
void tls_client_send(SSL *client, str bytes);
// Reads until the server says bye; "(cut)" is appended when it just closed.
str tls_client_rest(SSL *client, struct arena *arena);
