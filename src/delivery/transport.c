// SPDX-License-Identifier: Apache-2.0
// The table of transports.
#include "delivery/transport.h"

static const struct transport_ops *const rows[] = {
    [TRANSPORT_NONE] = NULL,
    [TRANSPORT_HTTP] = &transport_http,
};

const struct transport_ops *transport_of(enum destination_transport transport)
{
    assert((size_t)transport < ARRAY_LEN(rows));
    return rows[transport];
}
