// SPDX-License-Identifier: Apache-2.0
// What people get to see of an event's fate: live events, and the text of a request. Values of
// configured headers are in neither.
#pragma once

#include "base/arena.h"
#include "destinations/destination.h"
#include "outcome/outcome.h"

struct report {
    const char *kind; // "delivered", "failed", "retried", "dropped"
    struct position position;
    str source_id;
    str destination_id;
    int64_t at_wall_ms;
    str event;                                 // JSON, enriched
    const struct destination_request *request; // NULL: none was made
    int status;                                // 0: none
    uint32_t attempts;
    int64_t elapsed_ms; // -1: nothing was sent
    str detail;
    const char *processing_unit; // of what a rule of the workspace left out; NULL: none did
    str response;
};

// Adds a live event of the destination (api/openapi.yaml, LiveEvent), unless it is too busy for
// this one to matter.
void report_live(struct outcome *outcome, const struct report *report);

// "POST https://…", headers (the configured ones without their values), an empty line, and at
// most max_body_bytes of the body.
str report_request(const struct destination_request *request, size_t max_body_bytes,
                   struct arena *arena);
