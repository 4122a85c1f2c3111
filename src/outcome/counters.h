// SPDX-License-Identifier: Apache-2.0
// Counters per id and minute over the last day, in memory; inside of the outcome room.
#pragma once

#include "outcome/outcome.h"

struct counters;

struct counters *counters_new(const struct clock *clock);
void counters_free(struct counters *counters);
void counters_add(struct counters *counters, str id, enum outcome_counter counter, uint64_t by);
void counters_sum(struct counters *counters, str id, unsigned minutes,
                  uint64_t ret_counts[OUTCOME_COUNTER_COUNT]);
