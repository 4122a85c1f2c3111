// SPDX-License-Identifier: Apache-2.0
// Gives memory back to the system a while after a busy time: what large pieces of work were
// done in is free then, but malloc would keep it for ever.
#pragma once

#include "loop/loop.h"

struct rest {
    struct timer timer; // runs once after a busy time
    size_t used_bytes;
    bool was_busy; // since memory was last given back
};

void rest_init(struct rest *rest, struct loop *loop);
void rest_done(struct rest *rest);

// So many bytes are in use now. On the loop's thread; costs next to nothing.
void rest_note(struct rest *rest, size_t used_bytes);
