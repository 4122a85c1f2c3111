// SPDX-License-Identifier: Apache-2.0
// How many events a source and a workspace may send; inside of the gateway room.
#pragma once

#include "gateway/admit.h"

// 429 when the request's events are more than may come now: none of them is taken. Events of a
// job run (reverse ETL, replay) are not counted.
struct refusal rate_events(struct gateway *gateway, struct http_request *request,
                           const struct admission *admission);
