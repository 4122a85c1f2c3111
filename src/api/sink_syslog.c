// SPDX-License-Identifier: Apache-2.0
// The audit log as syslog messages (RFC 5424): to a datagram socket of this machine, by UDP
// (RFC 5426), or by TCP with octet counting (RFC 6587), in TLS (RFC 5425) or not. Nothing in
// these protocols acknowledges a message. By TCP a batch counts as received when the other
// side, told that no more comes, has closed too or lets the time pass, and not when the
// connection breaks.
#include "api/sink.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "codec/timestamp.h"
#include "http/tls_client.h"

enum {
    PRIORITY = 13 * 8 + 6,
    MESSAGE_MAX_BYTES = 60000, // what a datagram can carry for certain
    CLOSE_WAIT_MS = 1000,
    PORT = 514,
    PORT_TLS = 6514,
};

struct target {
    int type; // SOCK_DGRAM or SOCK_STREAM
    const char *path;
    const char *host;
    const char *port;
    struct http_tls_client *tls; // NULL: without TLS
    char self[256];              // HOSTNAME
};

static enum err fail(struct problem *problem, const struct target *target, const char *why)
{
    return problem_set(problem, ERR_IO, str_of(target->path ? target->path : target->host),
                       "%s", why);
}

// --- Reading the setting

// HOSTNAME must be printable ASCII without spaces; "-" when there is none.
static void name_self(struct target *target)
{
    if (gethostname(target->self, sizeof(target->self) - 1) != 0)
        target->self[0] = '\0';
    for (char *c = target->self; *c; c++)
        if (*c <= ' ' || *c > '~')
            *c = '-';
    if (!target->self[0])
        (void)str_copy(STR("-"), target->self, sizeof(target->self));
}

static struct target *new_target(struct sink *sink, int type)
{
    struct target *target = ARENA_NEW(sink->arena, struct target);
    target->type = type;
    name_self(target);
    sink->state = target;
    return target;
}

static enum err open_local(struct sink *sink, str rest, struct problem *problem)
{
    struct target *target = new_target(sink, SOCK_DGRAM);
    struct sockaddr_un address;
    if (rest.len >= sizeof(address.sun_path) || (rest.len > 0 && rest.data[0] != '/'))
        return problem_set(problem, ERR_INVALID, STR("audit_sink"),
                           "syslog: is followed by nothing or by the path of a socket");
    target->path = rest.len > 0 ? arena_cstr(sink->arena, rest) : "/dev/log";
    return OK;
}

// HOST:PORT, [HOST]:PORT or HOST.
static enum err open_remote(struct sink *sink, str rest, int type, struct problem *problem)
{
    struct target *target = new_target(sink, type);
    bool is_bracketed = rest.len > 0 && rest.data[0] == '[';
    size_t host_end = is_bracketed ? str_find(rest, ']') : str_find(rest, ':');
    str host = str_sub(rest, is_bracketed, host_end - is_bracketed);
    str port = str_sub(rest, host_end + is_bracketed, SIZE_MAX);
    uint64_t number = sink->kind == &sink_syslog_tls ? PORT_TLS : PORT;
    if (port.len > 0 && port.data[0] == ':')
        port = str_sub(port, 1, SIZE_MAX);
    if (host.len == 0 || host_end + is_bracketed > rest.len ||
        (port.len > 0 && (!str_to_u64(port, &number) || number == 0 || number > 65535)))
        return problem_set(problem, ERR_INVALID, STR("audit_sink"),
                           "%s must be followed by HOST:PORT", sink->kind->prefix);
    target->host = arena_cstr(sink->arena, host);
    target->port = arena_printf(sink->arena, "%u", (unsigned)number).data;
    return OK;
}

static enum err open_udp(struct sink *sink, str rest, struct problem *problem)
{
    return open_remote(sink, rest, SOCK_DGRAM, problem);
}

static enum err open_tcp(struct sink *sink, str rest, struct problem *problem)
{
    return open_remote(sink, rest, SOCK_STREAM, problem);
}

static enum err open_tls(struct sink *sink, str rest, struct problem *problem)
{
    enum err err = open_remote(sink, rest, SOCK_STREAM, problem);
    struct target *target = sink->state;
    if (!err)
        err = http_tls_client_new(sink->parts.ca_file, &target->tls, problem);
    if (err && str_eq(str_of(problem->field), STR("ca_file")))
        (void)str_copy(STR("audit_sink_ca_file"), problem->field, sizeof(problem->field));
    return err;
}

static void close_tls(struct sink *sink)
{
    struct target *target = sink->state;
    http_tls_client_free(target->tls);
}

// --- Connecting

// To where a batch goes.
struct line {
    int fd;
    struct http_tls_line *tls; // NULL: without TLS
};

static bool set_times(int fd, int64_t timeout_ms)
{
    struct timeval time = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0;
}

// SO_SNDTIMEO bounds connecting too. -1: errno says why.
static int connect_to(const struct addrinfo *place, int64_t timeout_ms)
{
    int fd = socket(place->ai_family, place->ai_socktype | SOCK_CLOEXEC, place->ai_protocol);
    if (fd >= 0 && set_times(fd, timeout_ms) &&
        connect(fd, place->ai_addr, place->ai_addrlen) == 0)
        return fd;
    int why = errno;
    if (fd >= 0)
        (void)close(fd);
    errno = why;
    return -1;
}

static int connect_local(const struct target *target, int64_t timeout_ms)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)str_copy(str_of(target->path), address.sun_path, sizeof(address.sun_path));
    const struct addrinfo place = {
        .ai_family = AF_UNIX,
        .ai_socktype = target->type,
        .ai_addr = (struct sockaddr *)&address,
        .ai_addrlen = sizeof(address),
    };
    return connect_to(&place, timeout_ms);
}

static enum err connect_target(const struct target *target, int64_t timeout_ms, int *ret_fd,
                               struct problem *problem)
{
    int fd = -1;
    if (target->path) {
        fd = connect_local(target, timeout_ms);
    } else {
        const struct addrinfo wanted = { .ai_socktype = target->type };
        struct addrinfo *places = NULL;
        int failed = getaddrinfo(target->host, target->port, &wanted, &places);
        if (failed)
            return fail(problem, target, gai_strerror(failed));
        for (const struct addrinfo *place = places; place && fd < 0; place = place->ai_next)
            fd = connect_to(place, timeout_ms);
        freeaddrinfo(places);
    }
    if (fd < 0)
        return fail(problem, target, strerror(errno));
    *ret_fd = fd;
    return OK;
}

// --- Sending

static void format(const struct target *target, const struct sink_line *line, struct buf *out)
{
    char time[TIMESTAMP_LEN + 1];
    timestamp_format(line->wall_ms, time);
    buf_addf(out, "<%d>1 %s %s pintle %ld %s - ", PRIORITY, time, target->self, (long)getpid(),
             line->is_head ? "head" : "entry");
    buf_add_str(out, str_sub(line->json, 0, MESSAGE_MAX_BYTES));
}

static bool send_all(const struct line *line, str data)
{
    if (line->tls)
        return http_tls_send(line->tls, data);
    while (data.len > 0) {
        ssize_t sent = send(line->fd, data.data, data.len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        data = str_sub(data, (size_t)sent, SIZE_MAX);
    }
    return true;
}

static bool send_entry(const struct line *line, const struct target *target,
                       const struct sink_line *entry)
{
    AUTO(buf_done) struct buf message = { 0 };
    AUTO(buf_done) struct buf counted = { 0 };
    format(target, entry, &message);
    if (target->type == SOCK_DGRAM)
        return send_all(line, buf_str(&message));
    buf_addf(&counted, "%zu ", message.len);
    buf_add_str(&counted, buf_str(&message));
    return send_all(line, buf_str(&counted));
}

static bool send_entries(const struct line *line, const struct target *target,
                         const struct sink_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (!send_entry(line, target, &batch->lines[i]))
            return false;
    return true;
}

// Whether the other side ended the connection in peace, or just does not end it.
static bool has_been_read(int fd)
{
    char ignored[512];
    ssize_t got;
    if (shutdown(fd, SHUT_WR) != 0 || !set_times(fd, CLOSE_WAIT_MS))
        return false;
    do
        got = recv(fd, ignored, sizeof(ignored), 0);
    while (got > 0 || (got < 0 && errno == EINTR));
    return got == 0 || errno == EAGAIN || errno == EWOULDBLOCK;
}

static enum err send_batch(struct sink *sink, const struct sink_batch *batch,
                           struct problem *problem)
{
    const struct target *target = sink->state;
    struct line line = { .fd = -1 };
    enum err err = connect_target(target, batch->timeout_ms, &line.fd, problem);
    if (err)
        return err;
    if (target->tls)
        err = http_tls_connect(target->tls, line.fd, target->host, &line.tls, problem);
    if (!err && !send_entries(&line, target, batch))
        err = fail(problem, target, strerror(errno));
    http_tls_end(line.tls);
    if (!err && target->type == SOCK_STREAM && !has_been_read(line.fd))
        err = fail(problem, target, strerror(errno));
    (void)close(line.fd);
    return err;
}

const struct sink_kind sink_syslog = {
    .prefix = "syslog:",
    .open = open_local,
    .send = send_batch,
};

const struct sink_kind sink_syslog_udp = {
    .prefix = "syslog+udp://",
    .open = open_udp,
    .send = send_batch,
};

const struct sink_kind sink_syslog_tcp = {
    .prefix = "syslog+tcp://",
    .open = open_tcp,
    .send = send_batch,
};

const struct sink_kind sink_syslog_tls = {
    .prefix = "syslog+tls://",
    .open = open_tls,
    .close = close_tls,
    .send = send_batch,
};
