// SPDX-License-Identifier: Apache-2.0
// The users of an import; inside of the event room.
#pragma once

#include "event/event.h"

// The length of rudder-server's batch of one user, of the user who has most: it takes an import
// apart by users and measures each part. Users are pairs of ids.
size_t users_longest_batch(const struct event_row *rows, size_t count, struct arena *arena);
