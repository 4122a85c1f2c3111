// SPDX-License-Identifier: Apache-2.0
// How many refusals of one caller go into the audit log: REFUSALS_MAX in ten minutes, the rest
// is only counted, and told with the next one that goes in. In memory of a fixed size: callers
// whose names meet in a slot share its number. Thread-safe.
#pragma once

#include "base/clock.h"
#include "base/rand.h"
#include "base/str.h"

enum { REFUSALS_MAX = 10, REFUSALS_WINDOW_MS = 10 * 60 * 1000 };

struct refusals;
struct refusals *refusals_new(const struct clock *clock, struct rng *rng);
void refusals_free(struct refusals *refusals);

// Counts one. True: it is to be written, and so many before it were not.
bool refusals_take(struct refusals *refusals, str name, uint64_t *ret_unwritten);
