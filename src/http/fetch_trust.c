// SPDX-License-Identifier: Apache-2.0
// Whom an outgoing exchange believes. curl would read the system's certificates anew for each
// connection, 20 ms of work: it keeps them only where they are in no directory, and then for
// each client alone. So every connection gets those that are read for all clients. That a
// certificate is verified, and that it is the host's, remains curl's to see to.
#include <openssl/ssl.h>

#include "http/fetch.h"
#include "trust/authorities.h"

static CURLcode on_tls(CURL *easy, void *context, void *ctx)
{
    (void)easy;
    const struct http_exchange *exchange = ctx;
    struct authorities *authorities = egress_authorities(exchange->client->egress);
    SSL_CTX_set_cert_store(context, authorities_store(authorities)); // takes it
    return CURLE_OK;
}

void fetch_trust(struct http_exchange *exchange)
{
    CURL *easy = exchange->easy;
    if (curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls) != CURLE_OK)
        return; // a curl without OpenSSL reads its own
    CURLcode failed = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, exchange);
    if (!failed)
        failed = curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    if (!failed)
        failed = curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (!failed) // ours are not to be kept as if they were its own
        failed = curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    assert(failed == CURLE_OK);
    (void)failed;
}
