// SPDX-License-Identifier: Apache-2.0
// Who gets memory for a body, and who loses it.
#include "http/budget.h"

#include "http/serving.h"
#include "metrics/metrics.h"

enum {
    SMALL_SHARE = 4, // a quarter of the budget is for small bodies
    SMALL_BODY = 64, // which are a sixty-fourth of it at most
    HEADS_SHARE = 16,
    AHEAD_SHARE = 8,
    FREE_BYTES = 4 << 10, // nearly all heads are smaller, and cost less than their connection
    GRACE_MS = 1000,      // nobody is slow before
    HURRY_MS = 250,
};

static size_t used(const struct budget *budget)
{
    size_t bytes = budget->ahead_used_bytes;
    for (size_t i = 0; i < SHARE_COUNT; i++)
        bytes += budget->shares[i].used_bytes;
    return bytes;
}

static void note(struct budget_share *share, struct message *message, size_t bytes)
{
    struct budget *budget = &message->server->budget;
    share->used_bytes += bytes;
    message->budget_bytes[share - budget->shares] += bytes;
    metric_add_at(METRIC_BUDGET_USED, BUDGET_BODIES, (int64_t)bytes);
    rest_note(&budget->rest, used(budget));
}

static size_t own_bytes(const struct budget_share *share, const struct message *message)
{
    return message->budget_bytes[share - message->server->budget.shares];
}

// A body that is bigger than the whole share goes alone, also when it comes in chunks.
static bool fits(const struct budget_share *share, const struct message *message, size_t bytes)
{
    size_t taken = share->used_bytes;
    size_t own = own_bytes(share, message);
    return taken == own || (taken <= share->limit_bytes && bytes <= share->limit_bytes - taken);
}

// A body in chunks is small until it is not.
static struct budget_share *share_for(struct budget *budget, const struct message *message,
                                      size_t bytes)
{
    size_t held = message->budget_bytes[SHARE_SMALL] + message->budget_bytes[SHARE_BIG];
    bool is_small = held <= budget->small_bytes && bytes <= budget->small_bytes - held;
    return &budget->shares[is_small ? SHARE_SMALL : SHARE_BIG];
}

bool budget_take(struct budget *budget, struct conn *conn, size_t bytes)
{
    struct budget_share *share = share_for(budget, conn->message, bytes);
    // Who has a part already is not behind those who wait for it to be given back.
    bool is_first = own_bytes(share, conn->message) > 0;
    if ((is_first || list_is_empty(&share->waiting)) && fits(share, conn->message, bytes)) {
        note(share, conn->message, bytes);
        return true;
    }
    conn->wanted_bytes = bytes;
    if (is_first)
        list_add_first(&share->waiting, &conn->waiting_node);
    else
        list_add_last(&share->waiting, &conn->waiting_node);
    if (!timer_is_running(&budget->hurry))
        timer_start(&budget->hurry, HURRY_MS);
    return false;
}

void budget_came(struct budget *budget, struct conn *conn)
{
    if (conn->ahead.len < conn->wanted_bytes)
        return;
    list_remove(&conn->waiting_node);
    note(share_for(budget, conn->message, conn->wanted_bytes), conn->message,
         conn->wanted_bytes);
    conn_granted(conn);
}

static void give_back(struct budget_share *share, struct message *message)
{
    struct budget *budget = &message->server->budget;
    size_t *held = &message->budget_bytes[share - budget->shares];
    if (*held == 0)
        return;
    assert(*held <= share->used_bytes);
    share->used_bytes -= *held;
    metric_add_at(METRIC_BUDGET_USED, BUDGET_BODIES, -(int64_t)*held);
    *held = 0;
}

void budget_give(struct budget *budget, struct message *message)
{
    if (message->conn)
        list_remove(&message->conn->waiting_node);
    for (size_t i = 0; i < SHARE_COUNT; i++) {
        give_back(&budget->shares[i], message);
        // Who only waited leaves those behind him to be looked at, too.
        if (!list_is_empty(&budget->shares[i].waiting))
            timer_start(&budget->grant, 0);
    }
    rest_note(&budget->rest, used(budget));
}

// In order of arrival, so that a bigger body is not passed by smaller ones for ever.
static void share_grant(struct budget_share *share)
{
    while (!list_is_empty(&share->waiting)) {
        struct conn *conn = CONTAINER_OF(share->waiting.head.next, struct conn, waiting_node);
        if (!fits(share, conn->message, conn->wanted_bytes))
            return;
        list_remove(&conn->waiting_node);
        note(share, conn->message, conn->wanted_bytes);
        conn_granted(conn);
    }
}

static void on_grant(struct timer *grant)
{
    struct budget *budget = CONTAINER_OF(grant, struct budget, grant);
    for (size_t i = 0; i < SHARE_COUNT; i++)
        share_grant(&budget->shares[i]);
}

// --- Slow bodies

static bool is_slow(const struct conn *conn, int64_t begun_ms, size_t came)
{
    int64_t elapsed_ms = conn_now_ms(conn) - begun_ms;
    size_t due = (size_t)elapsed_ms * conn->server->limits.body_slowest_bytes_s / 1000;
    return elapsed_ms > GRACE_MS && came < due;
}

static bool has_slow_body(const struct conn *conn)
{
    int64_t begun_ms = conn->body_deadline_ms - conn->server->limits.body_timeout_ms;
    return conn->state == CONN_BODY && is_slow(conn, begun_ms, conn->message->body.len);
}

static bool has_slow_head(const struct conn *conn)
{
    int64_t begun_ms = conn->deadline_ms - conn->server->limits.header_timeout_ms;
    return is_slow(conn, begun_ms, conn->message->head.len);
}

static bool holds_from_waiting(const struct budget *budget, const struct conn *conn)
{
    for (size_t i = 0; i < SHARE_COUNT; i++)
        if (conn->message->budget_bytes[i] > 0 && !list_is_empty(&budget->shares[i].waiting))
            return true;
    return false;
}

static void on_hurry(struct timer *hurry)
{
    struct budget *budget = CONTAINER_OF(hurry, struct budget, hurry);
    bool is_wanted = false;
    for (size_t i = 0; i < SHARE_COUNT; i++)
        is_wanted |= !list_is_empty(&budget->shares[i].waiting);
    if (!is_wanted)
        return;
    LIST_EACH (&budget->server->conns, node) {
        struct conn *conn = CONTAINER_OF(node, struct conn, node);
        if (has_slow_body(conn) && holds_from_waiting(budget, conn))
            exchange_refuse(conn, 408);
    }
    timer_start(hurry, HURRY_MS);
}

// --- Headers

size_t budget_head_bytes(const struct message *message)
{
    return message->head.len > FREE_BYTES ? message->head.cap : 0;
}

static void end_slow_heads(struct budget *budget)
{
    LIST_EACH (&budget->heads, node) {
        struct conn *conn = CONTAINER_OF(node, struct conn, waiting_node);
        if (has_slow_head(conn))
            exchange_refuse(conn, 408);
    }
}

bool budget_head_came(struct budget *budget, struct conn *conn)
{
    struct budget_share *share = &budget->shares[SHARE_HEADS];
    struct message *message = conn->message;
    size_t held = message->budget_bytes[SHARE_HEADS];
    size_t bytes = budget_head_bytes(message);
    if (bytes <= held)
        return true;
    if (!list_has(&conn->waiting_node))
        list_add_last(&budget->heads, &conn->waiting_node);
    if (!fits(share, message, bytes - held))
        end_slow_heads(budget);
    if (conn->message != message)
        return true; // it was one of them itself
    if (!fits(share, message, bytes - held))
        return false;
    note(share, message, bytes - held);
    return true;
}

void budget_head_done(struct budget *budget, struct conn *conn)
{
    give_back(&budget->shares[SHARE_HEADS], conn->message);
    list_remove(&conn->waiting_node);
}

// --- What is read ahead

bool budget_ahead_changed(struct budget *budget, struct conn *conn)
{
    size_t held = conn->ahead_counted_bytes;
    size_t bytes = conn->ahead.cap > FREE_BYTES ? conn->ahead.cap : 0;
    if (bytes == held)
        return true;
    conn->ahead_counted_bytes = bytes;
    budget->ahead_used_bytes += bytes - held; // modulo
    metric_add_at(METRIC_BUDGET_USED, BUDGET_BODIES, (int64_t)bytes - (int64_t)held);
    rest_note(&budget->rest, used(budget));
    return bytes < held || budget->ahead_used_bytes <= budget->ahead_limit_bytes;
}

// --- Lifetime

static void let_go(struct rest *rest)
{
    message_pool_shrink(CONTAINER_OF(rest, struct budget, rest)->server);
}

void budget_init(struct budget *budget, struct http_server *server)
{
    size_t total = server->limits.body_budget_bytes;
    budget->server = server;
    budget->small_bytes = total / SMALL_BODY;
    budget->shares[SHARE_HEADS].limit_bytes = total / HEADS_SHARE;
    budget->shares[SHARE_SMALL].limit_bytes = total / SMALL_SHARE - total / HEADS_SHARE;
    budget->shares[SHARE_BIG].limit_bytes = total - total / SMALL_SHARE - total / AHEAD_SHARE;
    budget->ahead_limit_bytes = total / AHEAD_SHARE;
    for (size_t i = 0; i < SHARE_COUNT; i++)
        list_init(&budget->shares[i].waiting);
    list_init(&budget->heads);
    timer_init(&budget->grant, server->loop, on_grant);
    timer_init(&budget->hurry, server->loop, on_hurry);
    rest_init(&budget->rest, server->loop, let_go);
}

void budget_done(struct budget *budget)
{
    timer_stop(&budget->grant);
    timer_stop(&budget->hurry);
    rest_done(&budget->rest);
}

bool budget_is_free(const struct budget *budget)
{
    return used(budget) == 0;
}
