// SPDX-License-Identifier: Apache-2.0
// What a workspace's rules say of the events of a request, event by event. Inside of the
// gateway room.
#pragma once

#include "gateway/admit.h"
#include "gateway/inner.h"

// Marks blocked events, and takes those of suppressed users out of the admission's batch: their
// rows, and their bytes from a copy of the body, so that nothing of them is stored.
void verdict(struct gateway *gateway, struct admission *admission);

// What tells the journal which events came before: the value of ENVELOPE_DEDUP, or STR_NONE
// where nothing is compared. run: the run that the events are of; empty: none.
str verdict_checks(struct gateway *gateway, const struct admission *admission, str run);
