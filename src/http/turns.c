// SPDX-License-Identifier: Apache-2.0
// Whose turn it is.
#include "http/turns.h"

#include "http/conn.h"

enum {
    LARGE_BYTES = 256 << 10,
    PACKED = 8, // what JSON loses by gzip, about
};

static void on_next(struct timer *next)
{
    struct turns *turns = CONTAINER_OF(next, struct turns, next);
    struct list_node *node = list_take_first(&turns->waiting);
    if (!node)
        return; // its peer has gone
    if (!list_is_empty(&turns->waiting))
        timer_start(next, 0);
    turns->handle(CONTAINER_OF(node, struct conn, waiting_node));
}

void turns_init(struct turns *turns, struct loop *loop, void (*handle)(struct conn *conn))
{
    list_init(&turns->waiting);
    timer_init(&turns->next, loop, on_next);
    turns->handle = handle;
}

void turns_done(struct turns *turns)
{
    timer_stop(&turns->next);
}

bool turns_is_large(const struct message *message)
{
    size_t bytes = message->body.len;
    if (bytes <= LARGE_BYTES / PACKED)
        return false;
    str encoding = http_request_header(&message->request, STR("Content-Encoding"));
    return encoding.len > 0 || bytes > LARGE_BYTES;
}

void turns_wait(struct turns *turns, struct conn *conn)
{
    list_add_last(&turns->waiting, &conn->waiting_node);
    if (!timer_is_running(&turns->next))
        timer_start(&turns->next, 0);
}
