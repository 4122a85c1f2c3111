// SPDX-License-Identifier: Apache-2.0
// Gives memory back to the system a while after a busy time: what was kept for the next large
// piece of work, and what is left of small ones.
#pragma once

#include "loop/loop.h"

struct rest {
    struct timer timer; // runs once after a busy time
    void (*let_go)(struct rest *rest);
    size_t used_bytes;
    bool was_busy; // since memory was last given back
    bool is_fresh; // it was busy again since the timer started
};

// let_go frees what is kept; NULL: nothing is.
void rest_init(struct rest *rest, struct loop *loop, void (*let_go)(struct rest *rest));
void rest_done(struct rest *rest);

// So many bytes are in use now. On the loop's thread; costs next to nothing.
void rest_note(struct rest *rest, size_t used_bytes);
