// SPDX-License-Identifier: Apache-2.0
// A connection to the server under load. Edge-triggered: it is registered once, and reads and
// writes until there is nothing more to be done.
#include "load/peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>

enum { READ_BYTES = 16 << 10 };

static int on_body(llhttp_t *parser, const char *data, size_t len)
{
    struct peer *peer = parser->data;
    size_t kept = MIN(len, sizeof(peer->text) - peer->text_len);
    memcpy(peer->text + peer->text_len, data, kept);
    peer->text_len += kept;
    return 0;
}

static int on_complete(llhttp_t *parser)
{
    struct peer *peer = parser->data;
    peer->is_complete = parser->status_code >= 200; // 1xx come before the answer
    peer->is_last = !llhttp_should_keep_alive(parser);
    return 0;
}

static const llhttp_settings_t settings = {
    .on_body = on_body,
    .on_message_complete = on_complete,
};

void peer_init(struct peer *peer, int epoll, struct wire_tls *tls,
               const struct peer_events *events)
{
    *peer = (struct peer){ .wire.fd = -1, .tls = tls, .epoll = epoll, .events = events };
}

static void hang_up(struct peer *peer)
{
    wire_stop(&peer->wire); // takes it out of epoll, too
    peer->state = PEER_DOWN;
}

// Did not get as far as a connection.
static void fall(struct peer *peer, int number)
{
    wire_reason(&peer->wire, number, peer->text);
    hang_up(peer);
}

void peer_done(struct peer *peer)
{
    hang_up(peer);
    buf_done(&peer->out);
}

void peer_break(struct peer *peer, str reason)
{
    bool was_busy = peer->state == PEER_BUSY;
    hang_up(peer);
    list_remove(&peer->node);
    if (was_busy)
        peer->events->on_answer(peer, PEER_NO_ANSWER, reason, peer->events->ctx);
}

static void break_by_errno(struct peer *peer, int number)
{
    char text[WIRE_REASON_BYTES];
    wire_reason(&peer->wire, number, text);
    peer_break(peer, str_of(text));
}

static void become_idle(struct peer *peer, int64_t now_ns)
{
    peer->state = PEER_IDLE;
    peer->since_ns = now_ns;
    peer->events->on_idle(peer, peer->events->ctx);
}

void peer_connect(struct peer *peer, const struct sockaddr *address, socklen_t len)
{
    assert(peer->state == PEER_DOWN);
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || !wire_start(&peer->wire, fd, peer->tls)) {
        fall(peer, errno);
        return;
    }
    int one = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                 .data.ptr = peer };
    peer->state = PEER_CONNECTING; // what comes of it is told by epoll
    if ((connect(fd, address, len) < 0 && errno != EINPROGRESS) ||
        epoll_ctl(peer->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fall(peer, errno);
}

static void send_more(struct peer *peer)
{
    while (peer->sent < peer->out.len) {
        ssize_t sent =
            wire_send(&peer->wire, peer->out.data + peer->sent, peer->out.len - peer->sent);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return;
        if (sent < 0) {
            break_by_errno(peer, errno);
            return;
        }
        peer->sent += (size_t)sent;
    }
}

void peer_send(struct peer *peer, int64_t now_ns)
{
    assert(peer->state == PEER_IDLE);
    peer->state = PEER_BUSY;
    peer->since_ns = now_ns;
    peer->sent = 0;
    peer->text_len = 0;
    peer->is_complete = false;
    llhttp_init(&peer->parser, HTTP_RESPONSE, &settings);
    peer->parser.data = peer;
    send_more(peer);
}

static void end_answer(struct peer *peer, int64_t now_ns)
{
    int status = peer->parser.status_code;
    bool is_last = peer->is_last || peer->sent < peer->out.len; // answered before it was read
    if (is_last)
        hang_up(peer);
    else
        peer->state = PEER_IDLE;
    peer->events->on_answer(peer, status, str_make(peer->text, peer->text_len),
                            peer->events->ctx);
    if (!is_last)
        become_idle(peer, now_ns);
}

static void feed(struct peer *peer, const char *bytes, size_t len, int64_t now_ns)
{
    if (peer->state != PEER_BUSY || llhttp_execute(&peer->parser, bytes, len) != HPE_OK)
        peer_break(peer, STR("the answer is not HTTP"));
    else if (peer->is_complete)
        end_answer(peer, now_ns);
}

// An answer without a length ends with the connection.
static void read_end(struct peer *peer, int64_t now_ns)
{
    bool is_ended =
        peer->state == PEER_BUSY && llhttp_finish(&peer->parser) == HPE_OK && peer->is_complete;
    peer->is_last = true;
    if (is_ended)
        end_answer(peer, now_ns);
    else
        peer_break(peer, STR("the connection was closed"));
}

static void read_more(struct peer *peer, int64_t now_ns)
{
    char bytes[READ_BYTES];
    while (peer->wire.fd >= 0) {
        ssize_t got = wire_receive(&peer->wire, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got < 0)
            break_by_errno(peer, errno);
        else if (got == 0)
            read_end(peer, now_ns);
        else
            feed(peer, bytes, (size_t)got, now_ns);
        if (got < (ssize_t)sizeof(bytes) && !peer->tls)
            return; // what comes later is told
    }
}

static void go_on_connecting(struct peer *peer, int64_t now_ns)
{
    int failed = 0;
    socklen_t len = sizeof(failed);
    (void)getsockopt(peer->wire.fd, SOL_SOCKET, SO_ERROR, &failed, &len);
    if (!failed && wire_shake(&peer->wire) < 0)
        failed = errno;
    if (!failed)
        become_idle(peer, now_ns);
    else if (failed != EAGAIN)
        fall(peer, failed);
}

void peer_ready(struct peer *peer, int64_t now_ns)
{
    if (peer->state == PEER_CONNECTING)
        go_on_connecting(peer, now_ns);
    if (peer->state == PEER_BUSY)
        send_more(peer);
    if (peer->state != PEER_CONNECTING)
        read_more(peer, now_ns);
}
