// SPDX-License-Identifier: Apache-2.0
// What handlers ask of a request.
#include "codec/url.h"
#include "http/serving.h"

str http_request_header(const struct http_request *request, str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return STR_NONE;
}

bool http_request_query(struct http_request *request, str name, str *ret_value)
{
    str rest = request->query;
    str found, value;
    while (url_query_next(&rest, request->arena, &found, &value)) {
        if (!str_eq(found, name))
            continue;
        *ret_value = value;
        return true;
    }
    return false;
}

bool http_request_awaits_word(const struct http_request *request)
{
    return CONTAINER_OF(request, const struct message, request)->expects_answer;
}

static bool is_trusted(const struct http_server *server, str text)
{
    struct address address;
    return address_parse(text, &address) && cidrs_have(server->trusted_proxies, &address);
}

// The part behind the last comma; what is left of it stays in *rest.
static str last_hop_take(str *rest)
{
    size_t comma = rest->len;
    while (comma > 0 && rest->data[comma - 1] != ',')
        comma--;
    str hop = str_trim(str_sub(*rest, comma, SIZE_MAX));
    *rest = str_sub(*rest, 0, comma > 0 ? comma - 1 : 0);
    return hop;
}

// Whether it is what stands behind an address: ":443", or nothing.
static bool is_port(str text)
{
    size_t end = 1;
    while (end < text.len && (unsigned char)(text.data[end] - '0') < 10)
        end++;
    return text.len == 0 || (text.data[0] == ':' && end == text.len && end > 1 && end <= 6);
}

static bool is_address(str text, bool is_ipv6)
{
    struct address address;
    return address_parse(text, &address) && (str_find(text, ':') < text.len) == is_ipv6;
}

// The address without the port that some proxies write behind it: "192.0.2.1:443",
// "[2001:db8::1]:443". STR_NONE: there is no address.
static str hop_address(str hop)
{
    bool has_brackets = str_starts(hop, STR("["));
    struct address address;
    if (address_parse(hop, &address))
        return hop;
    size_t end = str_find(hop, has_brackets ? ']' : ':');
    str inside = str_sub(hop, has_brackets, end - has_brackets);
    bool is_good = end < hop.len && is_address(inside, has_brackets) &&
                   is_port(str_sub(hop, end + has_brackets, SIZE_MAX));
    return is_good ? inside : STR_NONE;
}

// The last hop that is not one of our proxies. What is left of it could be made up by anybody.
static str forwarded_address(const struct http_request *request,
                             const struct http_server *server)
{
    str client = request->peer_address;
    for (size_t i = request->header_count; i > 0; i--) {
        const struct http_header *header = &request->headers[i - 1];
        if (!str_eq_nocase(header->name, STR("X-Forwarded-For")))
            continue;
        for (str rest = header->value; rest.len > 0;) {
            if (!is_trusted(server, client))
                return client;
            str hop = hop_address(last_hop_take(&rest));
            if (!hop.data)
                return client;
            client = hop;
        }
    }
    return client;
}

str http_request_client_address(struct http_request *request)
{
    const struct http_server *server = message_of(request)->server;
    if (server->limits.forwarded_for_is_open) {
        str all = http_request_header(request, STR("X-Forwarded-For"));
        str first = str_trim(str_sub(all, 0, str_find(all, ',')));
        return first.len > 0 ? first : request->peer_address;
    }
    return forwarded_address(request, server);
}
