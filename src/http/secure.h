// SPDX-License-Identifier: Apache-2.0
// TLS of one connection, over bytes: what came from the peer goes in, what is for the peer
// comes out, and no socket is touched. Inside of the http room.
#pragma once

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"
#include "http/tls.h"

struct secure;

// The server's side of a connection. tls must outlive it.
struct secure *secure_new(struct http_tls *tls);
void secure_free(struct secure *secure); // NULL is accepted

// Gives what came from the peer. It is borrowed until secure_read has answered SECURE_MORE.
void secure_give(struct secure *secure, str sealed);

enum secure_state {
    SECURE_BYTES, // ret_len bytes were read
    SECURE_MORE,  // all that was given is used up
    SECURE_END,   // the peer has said that it sends no more
    SECURE_BAD,   // not TLS, or refused: nothing more can be read or written
};

// Goes on with the handshake, and reads. Either may leave something in secure_outgoing.
enum secure_state secure_read(struct secure *secure, char *plain, size_t size, size_t *ret_len);

// The handshake was done; only then there is something to read, and may be written.
bool secure_is_open(const struct secure *secure);
bool secure_is_resumed(const struct secure *secure);

// False: it cannot be sent (the peer stopped amid a change of keys, or OpenSSL failed); the
// connection is of no more use.
bool secure_write(struct secure *secure, str plain) MUST_CHECK;

// Says that nothing more is coming (close_notify), once, if there is anybody to say it to.
void secure_bye(struct secure *secure);

// What is to be sent to the peer; the caller takes it out.
struct buf *secure_outgoing(struct secure *secure);

// tls.c

// With the certificate in force.
struct ssl_st *tls_ssl_new(struct http_tls *tls);
struct bio_st *tls_bio_new(struct http_tls *tls);

// secure.c

struct bio_method_st *secure_bio_method_new(void);
