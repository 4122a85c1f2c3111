// SPDX-License-Identifier: Apache-2.0
// Keeping a load's account; inside of the load room.
#pragma once

#include "load/load.h"

// A run with a new name, of which nothing is begun.
void account_begin(struct load_result *result, const struct load_plan *plan);

// These events were answered with 200 so long after their time.
void account_acknowledge(struct load_result *result, uint64_t first, uint64_t count,
                         uint64_t latency_us);

// A request was answered otherwise; status 0: not at all.
void account_refuse(struct load_result *result, int status, str text);
