// SPDX-License-Identifier: Apache-2.0
// Where an outgoing exchange may go: its addresses are held against the egress rules when they
// are known, and again when curl opens a socket.
#include <sys/socket.h>

#include "http/fetch.h"

void fetch_refuse(struct http_exchange *exchange, const char *address)
{
    exchange->outcome = HTTP_EGRESS_REFUSED;
    bool is_literal = strcmp(exchange->host, address) == 0;
    (void)snprintf(exchange->error, sizeof(exchange->error),
                   "refused: %.120s%s%s%s not a public address; allow it with egress_allow",
                   exchange->host, is_literal ? " is" : " resolves to ",
                   is_literal ? "" : address, is_literal ? "" : ", which is");
}

// "+host:port:address,address": the plus lets curl forget it with time. A literal address needs
// no entry, curl has nothing to resolve.
static void pin_set(struct http_exchange *exchange, const struct buf *addresses)
{
    struct buf pin = { 0 };
    buf_addf(&pin, "+%s:%u:%" PRIstr "%c", exchange->host, exchange->port,
             STR_ARG(buf_str(addresses)), '\0');
    exchange->pins = curl_slist_append(NULL, pin.data);
    assert(exchange->pins);
    CURLcode failed = curl_easy_setopt(exchange->easy, CURLOPT_RESOLVE, exchange->pins);
    assert(failed == CURLE_OK);
    (void)failed;
    buf_done(&pin);
}

bool fetch_pin(struct http_exchange *exchange, const struct resolved *resolved)
{
    assert(resolved->count > 0);
    struct buf kept = { 0 };
    char text[ADDRESS_TEXT_MAX] = "";
    for (size_t i = 0; i < resolved->count; i++) {
        struct address bytes;
        const struct sockaddr *address = &resolved->addresses[i].any;
        if (!address_of(address, &bytes))
            continue;
        address_print(&bytes, text);
        if (egress_allows(exchange->client->egress, address))
            buf_addf(&kept, strchr(text, ':') ? "%s[%s]" : "%s%s", kept.len ? "," : "", text);
    }
    bool is_allowed = kept.len > 0;
    if (!is_allowed)
        fetch_refuse(exchange, text);
    else if (!resolved->is_literal)
        pin_set(exchange, &kept);
    buf_done(&kept);
    return is_allowed;
}

curl_socket_t fetch_socket_open(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    struct http_exchange *exchange = ctx;
    if (!egress_allows(exchange->client->egress, &address->addr)) {
        exchange->is_refused = true;
        struct address bytes;
        (void)snprintf(exchange->refused, sizeof(exchange->refused), "an address");
        if (address_of(&address->addr, &bytes))
            address_print(&bytes, exchange->refused);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                  address->protocol);
}
