// SPDX-License-Identifier: Apache-2.0
// Rings of live events and who watches them; inside of the outcome room.
#pragma once

#include "outcome/outcome.h"

struct live;

struct live *live_new(const struct clock *clock, size_t budget_bytes);
void live_free(struct live *live); // nobody watches any more (asserted)
void live_add(struct live *live, str id, str json);
bool live_wanted(struct live *live, str id);
void live_watch(struct live *live, str id, struct outcome_watch *watch);
void live_unwatch(struct live *live, struct outcome_watch *watch);
