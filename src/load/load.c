// SPDX-License-Identifier: Apache-2.0
// Sends the load. Latency counts from the time at which a request was meant to begin: a server
// that stalls is charged for every request that had to wait, also for a connection.
#include "load/load.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "codec/base64.h"
#include "load/account.h"
#include "load/address.h"
#include "load/body.h"
#include "load/peer.h"

enum { EPOLL_EVENTS = 64, CONNECT_S = 10, ANSWER_S = 30, LAST_ANSWERS_S = 5 };
static const int64_t second_ns = 1000000000;

struct load {
    const struct load_plan *plan;
    struct load_result *result;
    struct address_of_server address;
    struct wire_tls *tls; // NULL: without
    struct peer_events events;
    struct peer *peers;
    struct list idle; // the one that has been it for longest first
    struct body_maker bodies;
    struct buf body;
    str authorization;
    struct arena *arena;
    int epoll;
    int64_t start_ns;
    int64_t next_second_ns;
    int64_t seen_ns; // when some connection stood
    int64_t interrupted_ns;
    uint64_t ended_requests;
};

static int64_t now_ns(void)
{
    return clock_mono_ns(clock_system());
}

// --- Connections

static void reconnect(struct load *load, struct peer *peer)
{
    peer_connect(peer, (const struct sockaddr *)&load->address.socket, load->address.len);
}

static void on_answer(struct peer *peer, int status, str text, void *ctx)
{
    struct load *load = ctx;
    struct load_result *result = load->result;
    int64_t now = now_ns();
    if (peer->state == PEER_DOWN)
        reconnect(load, peer);
    load->ended_requests++;
    result->elapsed_s = (double)(now - load->start_ns) / (double)second_ns;
    if (status != 200) {
        account_refuse(result, status, text);
        return;
    }
    account_acknowledge(result, peer->first, peer->count,
                        (uint64_t)(now - peer->intended_ns) / 1000);
}

// --- Requests

static void on_idle(struct peer *peer, void *ctx)
{
    struct load *load = ctx;
    list_add_last(&load->idle, &peer->node);
}

static void make_request(struct load *load, struct peer *peer)
{
    bool is_single = peer->count == 1;
    buf_clear(&load->body);
    buf_clear(&peer->out);
    bool is_packed = body_make(&load->bodies, peer->first, peer->count, &load->body);
    buf_addf(&peer->out,
             "POST %s/v1/%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
             "Authorization: Basic %" PRIstr "\r\n%sContent-Length: %zu\r\n\r\n",
             load->address.prefix, is_single ? "track" : "batch", load->address.host,
             STR_ARG(load->authorization), is_packed ? "Content-Encoding: gzip\r\n" : "",
             load->body.len);
    buf_add_str(&peer->out, buf_str(&load->body));
    load->result->sent_bytes += load->body.len;
}

static int64_t intended_ns(const struct load *load)
{
    uint64_t before = load->result->begun_events;
    return load->start_ns + (int64_t)(before * (uint64_t)second_ns / load->plan->rate);
}

static bool is_all_begun(const struct load *load)
{
    return load->result->begun_events == load->result->event_count;
}

static void begin(struct load *load, struct peer *peer, int64_t intended)
{
    const struct load_plan *plan = load->plan;
    struct load_result *result = load->result;
    peer->intended_ns = intended;
    peer->first = result->begun_events;
    peer->count = MIN(plan->batches[result->begun_requests % plan->batch_count],
                      result->event_count - result->begun_events);
    result->begun_events += peer->count;
    result->begun_requests++;
    make_request(load, peer);
    int64_t now = now_ns();
    histogram_add(result->late, (uint64_t)(now - MAX(intended, peer->since_ns)) / 1000);
    peer_send(peer, now);
}

// Begins what is due, as far as there are connections; returns until when nothing is due.
static int64_t begin_due(struct load *load, int64_t now)
{
    while (!is_all_begun(load) && !load->result->is_interrupted) {
        int64_t intended = intended_ns(load);
        if (intended > now)
            return intended;
        struct list_node *node = list_take_first(&load->idle);
        if (!node)
            break; // an answer brings one
        begin(load, CONTAINER_OF(node, struct peer, node), intended);
    }
    return INT64_MAX;
}

// --- The loop

static void hang_up_in_vain(struct load *load, struct peer *peer, int64_t now)
{
    if (peer->state != PEER_BUSY)
        return;
    if (now - peer->since_ns > ANSWER_S * second_ns)
        peer_break(peer, STR("nothing came for 30 seconds"));
    else if (load->result->is_interrupted &&
             now - load->interrupted_ns > LAST_ANSWERS_S * second_ns)
        peer_break(peer, STR("nothing came before the run was interrupted"));
}

// Hangs up on who does not answer, and connects again what is down.
static void mend(struct load *load, int64_t now)
{
    for (uint64_t i = 0; i < load->plan->connections; i++) {
        struct peer *peer = &load->peers[i];
        hang_up_in_vain(load, peer, now);
        if (peer->state == PEER_IDLE || peer->state == PEER_BUSY)
            load->seen_ns = now;
        if (peer->state == PEER_DOWN)
            reconnect(load, peer);
    }
}

static void on_second(struct load *load, int64_t now)
{
    while (load->next_second_ns <= now)
        load->next_second_ns += second_ns;
    mend(load, now);
    load->result->is_given_up =
        now - load->seen_ns > (int64_t)load->plan->patience_s * second_ns;
    if (load->plan->on_second)
        load->plan->on_second(load->result, load->plan->ctx);
}

static void wait_until(struct load *load, int64_t until, int64_t now)
{
    struct epoll_event events[EPOLL_EVENTS];
    int64_t wait = MAX(until - now, (int64_t)0);
    struct timespec timeout = { .tv_sec = wait / second_ns, .tv_nsec = wait % second_ns };
    int count = epoll_pwait2(load->epoll, events, EPOLL_EVENTS, &timeout, NULL);
    now = now_ns();
    for (int i = 0; i < count; i++)
        peer_ready(events[i].data.ptr, now);
}

static bool is_over(const struct load *load)
{
    const struct load_result *result = load->result;
    return (is_all_begun(load) || result->is_given_up || result->is_interrupted) &&
           load->ended_requests == result->begun_requests;
}

static bool is_interrupted(struct load *load, int64_t now)
{
    const struct load_plan *plan = load->plan;
    struct load_result *result = load->result;
    if (!result->is_interrupted && plan->is_unwanted && plan->is_unwanted(plan->ctx)) {
        result->is_interrupted = true;
        load->interrupted_ns = now;
    }
    return result->is_interrupted;
}

static void run(struct load *load)
{
    load->start_ns = load->seen_ns = now_ns();
    load->next_second_ns = load->start_ns + second_ns;
    while (!is_over(load)) {
        int64_t now = now_ns();
        if (is_interrupted(load, now) && is_over(load))
            return;
        int64_t due = begin_due(load, now);
        if (now >= load->next_second_ns)
            on_second(load, now);
        wait_until(load, MIN(due, load->next_second_ns), now);
    }
}

// Of the first that is down: most likely the same for all.
static const char *why_down(const struct load *load)
{
    for (uint64_t i = 0; i < load->plan->connections; i++)
        if (load->peers[i].state == PEER_DOWN && load->peers[i].text[0])
            return load->peers[i].text;
    return "nobody answers";
}

// All connections, before the first request.
static enum err connect_all(struct load *load, struct problem *ret_problem)
{
    int64_t end = now_ns() + CONNECT_S * second_ns;
    mend(load, now_ns());
    for (;;) {
        size_t idle = 0, connecting = 0;
        for (uint64_t i = 0; i < load->plan->connections; i++) {
            idle += load->peers[i].state == PEER_IDLE;
            connecting += load->peers[i].state == PEER_CONNECTING;
        }
        int64_t now = now_ns();
        if (is_interrupted(load, now))
            return OK; // with nothing to tell
        if (connecting == 0 || now >= end)
            return idle > 0 ? OK
                            : problem_set(ret_problem, ERR_IO, STR("url"),
                                          "%s cannot be connected to: %s", load->address.host,
                                          why_down(load));
        wait_until(load, MIN(end, now + second_ns), now);
    }
}

// --- A run from beginning to end

static void prepare(struct load *load)
{
    const struct load_plan *plan = load->plan;
    account_begin(load->result, plan);
    AUTO(buf_done) struct buf user = { 0 }, coded = { 0 };
    buf_addf(&user, "%" PRIstr ":", STR_ARG(plan->write_key));
    base64_encode(BASE64_STANDARD, user.data, user.len, &coded);
    load->authorization = arena_dup(load->arena, buf_str(&coded));
    body_maker_init(&load->bodies, plan, load->result->run);
    list_init(&load->idle);
    load->events = (struct peer_events){ on_idle, on_answer, load };
    load->peers = mem_zalloc(plan->connections, sizeof(*load->peers));
    for (uint64_t i = 0; i < plan->connections; i++)
        peer_init(&load->peers[i], load->epoll, load->tls, &load->events);
}

static void finish(struct load *load)
{
    for (uint64_t i = 0; i < load->plan->connections; i++)
        peer_done(&load->peers[i]);
    mem_free(load->peers);
    body_maker_done(&load->bodies);
    buf_done(&load->body);
    arena_free(load->arena);
    (void)close(load->epoll);
}

// ret_tls: NULL where the server speaks none.
static enum err find_server(struct load *load, struct wire_tls **ret_tls,
                            struct problem *ret_problem)
{
    const struct load_plan *plan = load->plan;
    enum err err = address_find(plan->url, &load->address, ret_problem);
    if (err)
        return err;
    if (!load->address.is_loopback && !plan->is_own_server)
        return problem_set(ret_problem, ERR_FORBIDDEN, STR("url"),
                           "%s is not this machine, and a load on somebody else's server is an "
                           "attack",
                           load->address.host);
    if (!load->address.is_https)
        return OK;
    return wire_tls_open(&load->address, plan->ca_file, ret_tls, ret_problem);
}

enum err load_run(const struct load_plan *plan, struct load_result *ret_result,
                  struct problem *ret_problem)
{
    struct load load = { .plan = plan, .result = ret_result };
    AUTO(wire_tls_close) struct wire_tls *tls = NULL;
    enum err err = find_server(&load, &tls, ret_problem);
    if (err)
        return err;
    load.tls = tls;
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (load.epoll < 0)
        return problem_set(ret_problem, ERR_IO, STR(""), "epoll: %s", strerror(errno));
    load.arena = arena_new(SIZE_MAX);
    prepare(&load);
    err = connect_all(&load, ret_problem);
    if (!err)
        run(&load);
    finish(&load);
    if (err)
        load_result_done(ret_result);
    return err;
}
