// SPDX-License-Identifier: Apache-2.0
// TLS between a connection's socket and its HTTP; inside of the http room.
#pragma once

#include "base/base.h"
#include "http/conn.h"

// How a TLS handshake ended; the values of its metric's label.
enum handshake_end {
    HANDSHAKE_FULL,
    HANDSHAKE_RESUMED,
    HANDSHAKE_REFUSED,
    HANDSHAKE_TIMEOUT,
    HANDSHAKE_ABORTED,
    HANDSHAKE_PLAIN_HTTP,
};

// What the peer has sent, as TLS has it.
void conn_unseal(struct conn *conn, str bytes);

// Seals what conn_send is given, as far as the socket takes it: of an answer that nobody reads
// only a piece is sealed.
void conn_seal(struct conn *conn, const uv_buf_t *bufs, unsigned count, struct buf *take);

// The socket has taken everything that was sealed: goes on with what is left.
void conn_seal_rest(struct conn *conn);
// Forgets it.
void conn_seal_none(struct conn *conn);

// Tells the peer that nothing more comes, behind all that was sent; may close.
void conn_bye(struct conn *conn);

// The same at the very end, where it can be sent at once.
void conn_bye_now(struct conn *conn);

// Counts the handshake that is under way, if one is.
void conn_handshake_end(struct conn *conn, enum handshake_end end);
