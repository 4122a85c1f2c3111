// SPDX-License-Identifier: Apache-2.0
// TLS (versions 1.2 and 1.3) to somebody else's server over a socket that blocks, for threads
// that may wait. What servers show is verified, and must be for the name that was asked for.
#pragma once

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

// Whom to believe; for any number of connections, one thread at a time.
struct http_tls_client;

// ca_file: certificates in PEM; empty: the system's. ERR_INVALID: it has none that can be read.
enum err http_tls_client_new(str ca_file, struct http_tls_client **ret_client,
                             struct problem *ret_problem);
void http_tls_client_free(struct http_tls_client *client); // NULL is accepted

struct http_tls_line;

// Over a connected socket, which stays the caller's; its SO_RCVTIMEO and SO_SNDTIMEO bound each
// step, here and later. host: a name or an address, without brackets. ERR_IO says why not, with
// the host as the problem's field. SIGPIPE must be ignored.
enum err http_tls_connect(struct http_tls_client *client, int fd, const char *host,
                          struct http_tls_line **ret_line, struct problem *ret_problem);

// All of it. False: errno says why.
bool http_tls_send(struct http_tls_line *line, str bytes);

// Tells the other side that nothing more comes, and frees. NULL is accepted.
void http_tls_end(struct http_tls_line *line);
