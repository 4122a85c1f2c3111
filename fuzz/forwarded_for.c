// SPDX-License-Identifier: Apache-2.0
// Bytes as what proxies say of a client: the first line is the peer's address, each further one
// a header X-Forwarded-For. A peer that is not trusted is the client itself; from a proxy only
// an address is taken, and the peer of its word must be trusted as well.
#include "http/serving.h"
#include "check.h"

enum { HEADERS_MAX = 8 };

static struct http_server *make_server(void)
{
    static struct http_server server;
    struct problem problem;
    if (!server.trusted_proxies)
        check(cidrs_new(STR("10.0.0.0/8,::1"), &server.trusted_proxies, &problem) == OK);
    return &server;
}

static bool is_trusted(const struct http_server *server, str text)
{
    struct address address;
    return address_parse(text, &address) && cidrs_have(server->trusted_proxies, &address);
}

static bool is_within(str text, const uint8_t *data, size_t size)
{
    return text.data >= (const char *)data && text.data + text.len <= (const char *)data + size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_header headers[HEADERS_MAX];
    struct message message = { .server = make_server(), .request = { .headers = headers } };
    struct http_request *request = &message.request;
    str rest = str_make((const char *)data, size), line = STR_NONE;
    if (size == 0 || !str_next(&rest, '\n', &request->peer_address))
        return 0;
    while (request->header_count < HEADERS_MAX && str_next(&rest, '\n', &line))
        headers[request->header_count++] =
            (struct http_header){ .name = STR("x-forwarded-FOR"), .value = line };
    str client = http_request_client_address(request);
    struct address address;
    check(is_within(client, data, size));
    if (client.data == request->peer_address.data)
        return 0;
    check(is_trusted(message.server, request->peer_address));
    check(address_parse(client, &address));
    return 0;
}
