// SPDX-License-Identifier: Apache-2.0
// Listening sockets.
#include "http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "codec/cidr.h"

enum { BACKLOG = 4096, FIRST_INHERITED_FD = 3 };

union any_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

// "host:port" in its parts; the host without brackets.
static bool address_split(str address, str *ret_host, str *ret_port)
{
    size_t colon = address.len;
    while (colon > 0 && address.data[colon - 1] != ':')
        colon--;
    if (colon < 2)
        return false;
    str host = str_sub(address, 0, colon - 1);
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        host = str_sub(host, 1, host.len - 2);
    else if (str_find(host, ':') < host.len)
        return false;
    *ret_host = host;
    *ret_port = str_sub(address, colon, SIZE_MAX);
    uint64_t port;
    return host.len > 0 && str_to_u64(*ret_port, &port) && port <= 65535;
}

// The first address of the name; getaddrinfo reads /etc/hosts for localhost. May block: only at
// start.
static bool address_resolve(str address, union any_address *ret_any, socklen_t *ret_len)
{
    str host, port;
    char host_text[256], port_text[8];
    if (!address_split(address, &host, &port) ||
        !str_copy(host, host_text, sizeof(host_text)) ||
        !str_copy(port, port_text, sizeof(port_text)))
        return false;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    if (getaddrinfo(host_text, port_text, &hints, &found) != 0)
        return false;
    bool fits = found->ai_addrlen <= sizeof(*ret_any);
    if (fits) {
        memcpy(ret_any, found->ai_addr, found->ai_addrlen);
        *ret_len = found->ai_addrlen;
    }
    freeaddrinfo(found);
    return fits;
}

static enum err errno_problem(str address, struct problem *ret_problem)
{
    int code = errno;
    if (code == EADDRINUSE)
        return problem_set(ret_problem, ERR_CONFLICT, STR_NONE,
                           "%" PRIstr " is in use by another process", STR_ARG(address));
    if (code == EACCES || code == EPERM)
        return problem_set(ret_problem, ERR_FORBIDDEN, STR_NONE,
                           "no permission to listen on %" PRIstr, STR_ARG(address));
    enum err err = code == EADDRNOTAVAIL ? ERR_INVALID : ERR_IO;
    return problem_set(ret_problem, err, STR_NONE, "cannot listen on %" PRIstr ": %s",
                       STR_ARG(address), strerror(code));
}

static int socket_bind(const union any_address *any, socklen_t len, bool is_shared)
{
    int fd = socket(any->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
        (!is_shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) &&
        bind(fd, &any->any, len) == 0)
        return fd;
    int code = errno;
    (void)close(fd);
    errno = code;
    return -1;
}

static void fds_close(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)close(fds[i]);
}

// A listener without SO_REUSEPORT is what tells "in use"; it also fixes the port that 0 stands
// for. SO_REUSEADDR alone lets nobody share a port that somebody listens on.
static bool port_claim(union any_address *any, socklen_t *len)
{
    int fd = socket_bind(any, *len, false);
    if (fd < 0)
        return false;
    bool is_ours = listen(fd, 1) == 0 && getsockname(fd, &any->any, len) == 0;
    int code = errno;
    (void)close(fd);
    errno = code;
    return is_ours;
}

static void bound_print(const union any_address *any, socklen_t len, char ret_bound[64])
{
    char host[48], port[8];
    int failed = getnameinfo(&any->any, len, host, sizeof(host), port, sizeof(port),
                             NI_NUMERICHOST | NI_NUMERICSERV);
    assert(!failed);
    (void)failed;
    bool is_ipv6 = any->any.sa_family == AF_INET6;
    (void)snprintf(ret_bound, 64, is_ipv6 ? "[%s]:%s" : "%s:%s", host, port);
}

static enum err not_an_address(str address, struct problem *ret_problem)
{
    return problem_set(ret_problem, ERR_INVALID, STR("listen"),
                       "\"%" PRIstr "\" is not an address to listen on, such as 127.0.0.1:8080 "
                       "or [::1]:8080",
                       STR_ARG(address));
}

enum err http_address_check(str address, struct problem *ret_problem)
{
    union any_address any;
    socklen_t len;
    return address_resolve(address, &any, &len) ? OK : not_an_address(address, ret_problem);
}

enum err http_listen(str address, size_t count, int *ret_fds, char ret_bound[64],
                     struct problem *ret_problem)
{
    union any_address any;
    socklen_t len;
    if (!address_resolve(address, &any, &len))
        return not_an_address(address, ret_problem);
    if (!port_claim(&any, &len))
        return errno_problem(address, ret_problem);
    for (size_t i = 0; i < count; i++) {
        ret_fds[i] = socket_bind(&any, len, true);
        if (ret_fds[i] >= 0 && listen(ret_fds[i], BACKLOG) == 0)
            continue;
        enum err err = errno_problem(address, ret_problem);
        fds_close(ret_fds, ret_fds[i] >= 0 ? i + 1 : i);
        return err;
    }
    bound_print(&any, len, ret_bound);
    return OK;
}

static bool env_number(const char *name, uint64_t *ret_value)
{
    return str_to_u64(str_of(getenv(name)), ret_value);
}

static bool is_listening_stream(int fd)
{
    int type = 0, is_listening = 0;
    socklen_t len = sizeof(int);
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM &&
           getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len) == 0 && is_listening;
}

size_t http_listen_inherited(size_t max, int *ret_fds)
{
    uint64_t pid, offered;
    if (!env_number("LISTEN_PID", &pid) || pid != (uint64_t)getpid() ||
        !env_number("LISTEN_FDS", &offered))
        return 0;
    size_t count = 0;
    for (uint64_t i = 0; i < offered && count < max; i++)
        if (is_listening_stream(FIRST_INHERITED_FD + (int)i))
            ret_fds[count++] = FIRST_INHERITED_FD + (int)i;
    return count;
}

enum err http_listen_unix(str path, int *ret_fd, struct problem *ret_problem)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (path.len == 0 || !str_copy(path, address.sun_path, sizeof(address.sun_path)))
        return problem_set(ret_problem, ERR_INVALID, STR_NONE,
                           "a socket's path has 1 to %zu bytes: %" PRIstr,
                           sizeof(address.sun_path) - 1, STR_ARG(path));
    struct stat old;
    if (lstat(address.sun_path, &old) == 0 && S_ISSOCK(old.st_mode))
        (void)unlink(address.sun_path); // bind reports it when this did not work
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno_problem(path, ret_problem);
    // The mode is set before listen: nobody can connect in between.
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        chmod(address.sun_path, 0600) == 0 && listen(fd, 64) == 0) {
        *ret_fd = fd;
        return OK;
    }
    enum err err = errno_problem(path, ret_problem);
    (void)close(fd);
    return err;
}

bool http_address_is_loopback(str address)
{
    union any_address any;
    socklen_t len;
    struct address bytes;
    if (!address_resolve(address, &any, &len) || !address_of(&any.any, &bytes))
        return false;
    if (address_is_ipv4(&bytes))
        return bytes.bytes[12] == 127;
    return memcmp(bytes.bytes, &in6addr_loopback, sizeof(bytes.bytes)) == 0;
}
