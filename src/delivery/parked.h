// SPDX-License-Identifier: Apache-2.0
// The parked events of a window, the one due first on top; inside of the delivery room.
#pragma once

#include "delivery/window.h"

struct parked {
    struct window_event **heap; // heap[0] is unused, so that index 0 means "not in it"
    size_t count;
    size_t cap;
};

void parked_done(struct parked *parked);
void parked_add(struct parked *parked, struct window_event *event);
struct window_event *parked_first(const struct parked *parked); // NULL: none
struct window_event *parked_take_first(struct parked *parked);  // not empty (asserted)
