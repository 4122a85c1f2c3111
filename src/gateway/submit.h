// SPDX-License-Identifier: Apache-2.0
// From an admitted request to a journal record and, when that is on disk, to the answer. Inside
// of the gateway room.
#pragma once

#include "gateway/admit.h"

// Sends the answer: a refusal (status not 0) or that the events are on disk.
typedef void submit_answer(struct http_request *request, struct refusal refusal);

// Whether a source that is not known here may be named so.
bool submission_takes_source_id(str source_id);

// Events of suppressed users, which are not stored. Only when the answer is that the request is
// taken: else they are sent again, and nothing would tell that they have been counted.
void submit_count_suppressed(const struct gateway *gateway, str source_id, size_t events);

// Leads to exactly one call of answer: now, when the journal has answered, or when that takes
// too long.
void submit(struct gateway *gateway, struct http_request *request,
            const struct endpoint *endpoint, const struct admission *admission,
            submit_answer *answer);

// For the gateway's `waiting`: answers 504. What waits may be stored yet: SDKs send it again.
void submission_is_late(struct waiter *waiter);
