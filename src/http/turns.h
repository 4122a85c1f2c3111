// SPDX-License-Identifier: Apache-2.0
// Large requests are handled one in a turn of the loop, in order of arrival; inside of the http
// room. A handler goes through a body of megabytes in some milliseconds: whatever else has come
// by then waits for one of them, not for all.
#pragma once

#include "base/base.h"
#include "base/list.h"
#include "loop/loop.h"

struct conn;
struct message;

struct turns {
    struct list waiting; // connections
    struct timer next;   // runs while somebody waits
    void (*handle)(struct conn *conn);
};

void turns_init(struct turns *turns, struct loop *loop, void (*handle)(struct conn *conn));
void turns_done(struct turns *turns);

// Whether the request, which is complete, is handled in a turn of its own.
bool turns_is_large(const struct message *message);

// Calls `handle` in a later turn, unless the connection's waiting_node is taken out before.
void turns_wait(struct turns *turns, struct conn *conn);
