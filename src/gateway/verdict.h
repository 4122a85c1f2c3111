// SPDX-License-Identifier: Apache-2.0
// What a workspace's rules say of the events of a request, event by event. Inside of the
// gateway room.
#pragma once

#include "gateway/admit.h"
#include "gateway/inner.h"

// Takes the events of suppressed users out of the admission's batch: their rows, and their
// bytes from a copy of the body, so that nothing of them is stored.
void verdict(struct gateway *gateway, struct admission *admission);
