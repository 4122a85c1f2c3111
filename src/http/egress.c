// SPDX-License-Identifier: Apache-2.0
// Egress rules: what is allowed by name, then what is not public.
#include "http/egress.h"

#include <curl/curl.h>

#include "base/mem.h"
#include "codec/cidr.h"
#include "trust/authorities.h"

struct egress {
    struct cidrs *allowed;
    struct cidrs *not_public;
    struct authorities *authorities;
};

// IANA's special-purpose registries for IPv4 and IPv6. Of IPv6 only 2000::/3 is handed out for
// public use, so everything else is left out as a whole.
static const char not_public[] =
    "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, "
    "192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, "
    "198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4, "
    "2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20, 4000::/2, 8000::/1";

enum err egress_new(str allow, struct egress **ret_egress, struct problem *ret_problem)
{
    struct cidrs *allowed;
    enum err err = cidrs_new(allow, &allowed, ret_problem);
    if (err)
        return err;
    struct egress *egress = NEW(struct egress);
    egress->allowed = allowed;
    err = cidrs_new(str_of(not_public), &egress->not_public, NULL);
    assert(err == OK);
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    egress->authorities = authorities_new(curl->cainfo, curl->capath, clock_system());
    *ret_egress = egress;
    return OK;
}

void egress_free(struct egress *egress)
{
    if (!egress)
        return;
    cidrs_free(egress->allowed);
    cidrs_free(egress->not_public);
    authorities_free(egress->authorities);
    mem_free(egress);
}

struct authorities *egress_authorities(const struct egress *egress)
{
    return egress->authorities;
}

bool egress_allows(const struct egress *egress, const struct sockaddr *address)
{
    struct address bytes;
    if (!address_of(address, &bytes))
        return false;
    if (cidrs_have(egress->allowed, &bytes))
        return true;
    // Below 2000::/3: unspecified, loopback, NAT64, and IPv4 in a form that nobody needs.
    if (address->sa_family == AF_INET6 && bytes.bytes[0] < 0x20)
        return false;
    return !cidrs_have(egress->not_public, &bytes);
}
