// SPDX-License-Identifier: Apache-2.0
// What a workspace wants of its events, for the settings and for configuration as a whole. Both
// have it as the members eventBlocking and deduplication.
#pragma once

#include "api/resource.h"
#include "store/event_rules.h"

extern const struct resource_type event_rules_resource;

// Rows of the members in a body's table.
enum { EVENT_RULES_BYTES_MAX = 1 << 20 };
#define EVENT_RULES_MEMBER(member_name)                                                        \
    {                                                                                          \
        .name = (member_name), .kind = BODY_OBJECT, .max_len = EVENT_RULES_BYTES_MAX           \
    }
#define EVENT_RULES_BLOCKING EVENT_RULES_MEMBER("eventBlocking")
#define EVENT_RULES_DEDUP    EVENT_RULES_MEMBER("deduplication")

// Writes the members into an object that is open.
void event_rules_write(const struct event_rules_row *row, struct json *json);

// Checks the members and puts them into the row, which is as it is stored. ERR_INVALID: the
// details say where.
struct event_rules_wish {
    yyjson_val *blocking, *deduplication; // the members' objects; NULL: it stays
};
enum err event_rules_read(struct call *call, struct store_tx *tx,
                          const struct event_rules_wish *wish, struct event_rules_row *row);
