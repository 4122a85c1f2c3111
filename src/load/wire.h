// SPDX-License-Identifier: Apache-2.0
// Bytes to and from the server under load, with TLS or without; inside of the load room.
#pragma once

#include <sys/types.h>

#include "base/base.h"
#include "base/err.h"
#include "load/address.h"

struct wire_tls; // what the connections of a load share

// ca_file: PEM of who vouches for the server; empty: the system's. ERR_INVALID: it cannot be
// used.
enum err wire_tls_open(const struct address_of_server *address, str ca_file,
                       struct wire_tls **ret_tls, struct problem *ret_problem);
void wire_tls_close(struct wire_tls *tls); // NULL is accepted
AUTO_DEFINE(struct wire_tls *, wire_tls_close)

struct wire {
    int fd;             // -1: none
    struct ssl_st *ssl; // NULL: without TLS
};

// Takes a socket that is connecting, or is connected. tls: NULL: without TLS. False: no memory.
bool wire_start(struct wire *wire, int fd, struct wire_tls *tls) MUST_CHECK;
void wire_stop(struct wire *wire); // closes the socket

// As connect, recv and send on a socket that does not block: 0, the bytes or -1 with errno;
// EPROTO: TLS, see wire_reason. What comes in is complete only with EAGAIN.
int wire_shake(struct wire *wire);
ssize_t wire_receive(struct wire *wire, char *bytes, size_t size);
ssize_t wire_send(struct wire *wire, const char *bytes, size_t len);

enum { WIRE_REASON_BYTES = 100 };

// Why one of these failed with this errno.
void wire_reason(const struct wire *wire, int number, char ret_text[WIRE_REASON_BYTES]);
