// SPDX-License-Identifier: Apache-2.0
// What the socket has not taken yet, of bytes that were to be sent; inside of the http room.
#pragma once

#include "base/base.h"

#include <uv.h>

#include "base/buf.h"
#include "base/list.h"

struct sending {
    uv_write_t write;      // without TLS, or sealed
    struct list_node node; // to be sealed: in the connection's `plain`
    struct buf copy;
    struct buf taken;
    uv_buf_t parts[2]; // what is to be sent; either may be empty
    size_t done;       // of it, sealed
    size_t total;
};

size_t bufs_bytes(const uv_buf_t *bufs, unsigned count);

// Keeps what is behind the first `done` bytes of bufs; take as for conn_send.
struct sending *sending_new(const uv_buf_t *bufs, unsigned count, size_t done,
                            struct buf *take);
void sending_free(struct sending *sending);
