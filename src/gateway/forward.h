// SPDX-License-Identifier: Apache-2.0
// Messages of another gateway, which has judged their events already: POST /internal/v1/batch.
// Data plane rules A.11. Inside of the gateway room.
#pragma once

#include "gateway/inner.h"
#include "gateway/submit.h"

// Messages that follow each other and say the same of their events: one record.
struct forward_group {
    struct submission_origin origin;
    str destination_id;
    str body; // {"batch":[…]} of their payloads
};

// Everything allocated comes from the arena. The refusal tells the first message that is not
// right.
struct refusal forward_read(str text, struct arena *arena, struct forward_group **ret_groups,
                            size_t *ret_count);

// A route's handler.
void gateway_forward(struct http_request *request, void *ctx);
