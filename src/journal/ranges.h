// SPDX-License-Identifier: Apache-2.0
// A set of numbers as ranges. Pure. Inside of the journal room.
#pragma once

#include "base/base.h"

struct record_range {
    uint64_t first;
    uint64_t end; // exclusive
};

struct ranges {
    struct record_range *items; // ascending; none touches another
    size_t count;
    size_t cap;
};

// How many of them were not in the set. Quick at the end of it, where readers mostly add.
uint64_t ranges_add(struct ranges *ranges, struct record_range range);
void ranges_done(struct ranges *ranges);
