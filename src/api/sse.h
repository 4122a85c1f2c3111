// SPDX-License-Identifier: Apache-2.0
// Live events as server-sent events (WHATWG HTML, 9.2).
#pragma once

#include "api/front.h"

bool sse_has_room(const struct front *front);

// Answers the request with the live events of call->watched_id, for as long as the peer stays
// and the caller's right holds. What is needed of the call is copied.
void sse_open(struct front *front, struct http_request *request, const struct call *call);

// Asks for each open stream whether its caller's right still holds. On the loop.
void sse_recheck(struct front *front);
