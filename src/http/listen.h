// SPDX-License-Identifier: Apache-2.0
// Listening sockets. One socket is bound first without SO_REUSEPORT so that "port in use" is an
// error (with SO_REUSEPORT a second process binds silently), then one SO_REUSEPORT socket per
// loop.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

// address: "127.0.0.1:8080", "[::1]:8080", "localhost:0" (a free port). Fills ret_fds[0..count)
// with listening, non-blocking sockets and ret_bound ("127.0.0.1:43817"). ERR_CONFLICT: in use;
// ERR_INVALID: not an address; ERR_FORBIDDEN: no permission.
enum err http_listen(str address, size_t count, int *ret_fds, char ret_bound[64],
                     struct problem *ret_problem);

// The sockets that systemd opened for us (sd_listen_fds(3): LISTEN_PID, LISTEN_FDS), which must
// be listening stream sockets. Fills ret_fds[0..returned count), at most `max`; 0: none. The
// environment is read once, at start.
size_t http_listen_inherited(size_t max, int *ret_fds);

// A listening unix socket at path, mode 0600; a socket file that is already there is replaced
// (whoever owns the directory holds its lock). ERR_INVALID: the path is too long; ERR_IO.
enum err http_listen_unix(str path, int *ret_fd, struct problem *ret_problem);

// ERR_INVALID: http_listen would not take it as an address.
enum err http_address_check(str address, struct problem *ret_problem);

// True when the address can be reached only from this machine.
bool http_address_is_loopback(str address);
