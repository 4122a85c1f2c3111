// SPDX-License-Identifier: Apache-2.0
// What the journal knows of an event besides its bytes.
#include "delivery/delivery.h"

// When the events were received: by us, or by a gateway that has sent them on.
static int64_t received_at(const struct journal_record *record)
{
    uint64_t wall_ms;
    str elsewhere = journal_record_field(record, ENVELOPE_RECEIVED_AT);
    bool is_given = elsewhere.data && str_to_u64(elsewhere, &wall_ms) && wall_ms <= INT64_MAX;
    return is_given ? (int64_t)wall_ms : record->received_wall_ms;
}

struct event_origin delivery_origin(const struct journal_record *record, uint32_t index)
{
    static const uint8_t no_random[16] = { 0 };
    str random = journal_record_field(record, ENVELOPE_RANDOM);
    str endpoint = journal_record_field(record, ENVELOPE_ENDPOINT);
    return (struct event_origin){
        .received_wall_ms = received_at(record),
        .client_address = journal_record_field(record, ENVELOPE_CLIENT_ADDRESS),
        .random = random.len == 16 ? (const uint8_t *)random.data : no_random,
        .index = index,
        .endpoint_type = event_type_of(endpoint),
        .keeps_received_at = str_eq(endpoint, STR("replay")),
    };
}
