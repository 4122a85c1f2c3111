// SPDX-License-Identifier: Apache-2.0
// Where the server under load is.
#include "load/address.h"

#include <netdb.h>
#include <netinet/in.h>

#include "codec/url.h"

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)address;
        return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
    return address->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static enum err parse(str text, struct url *ret_url, struct problem *ret_problem)
{
    enum err err = url_parse(text, ret_url, ret_problem);
    if (err)
        return err;
    if (ret_url->user_info.data || ret_url->query.data || ret_url->fragment.data)
        return problem_set(ret_problem, ERR_INVALID, STR("url"),
                           "must have nothing but host, port and path");
    return OK;
}

static enum err look_up(const struct url *url, struct address_of_server *address,
                        struct problem *ret_problem)
{
    char *host = address->name, port[8];
    if (!str_copy(url->host, host, sizeof(address->name)))
        return problem_set(ret_problem, ERR_INVALID, STR("url"), "the host is too long");
    (void)snprintf(port, sizeof(port), "%u", url->port);
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed)
        return problem_set(ret_problem, ERR_INVALID, STR("url"), "%s: %s", host,
                           gai_strerror(failed));
    address->len = MIN(found->ai_addrlen, (socklen_t)sizeof(address->socket));
    memcpy(&address->socket, found->ai_addr, address->len);
    freeaddrinfo(found);
    return OK;
}

enum err address_find(str text, struct address_of_server *ret_address,
                      struct problem *ret_problem)
{
    struct url url;
    *ret_address = (struct address_of_server){ 0 };
    enum err err = parse(text, &url, ret_problem);
    if (!err)
        err = look_up(&url, ret_address, ret_problem);
    if (err)
        return err;
    str prefix = url.path;
    while (str_ends(prefix, STR("/")))
        prefix = str_sub(prefix, 0, prefix.len - 1);
    if (!str_copy(prefix, ret_address->prefix, sizeof(ret_address->prefix)) ||
        !str_copy(url.authority, ret_address->host, sizeof(ret_address->host)))
        return problem_set(ret_problem, ERR_INVALID, STR("url"), "is too long");
    ret_address->is_https = url.is_https;
    ret_address->is_loopback = is_loopback(&ret_address->socket);
    return OK;
}
