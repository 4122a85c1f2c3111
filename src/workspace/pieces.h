// SPDX-License-Identifier: Apache-2.0
// The memory of pictures: pieces that many pictures in a row share. A piece is born with a
// picture and dropped by a later one; it is freed when no picture in between is left. Only the
// publisher comes here, so readers never count anything but whole pictures.
#pragma once

#include "base/arena.h"
#include "base/base.h"
#include "base/list.h"

// All pieces of a workspace.
struct pieces {
    struct list live;    // parts of the newest picture
    struct list retired; // not any more
    size_t retired_bytes;
    size_t sweep_at_bytes; // sweep when so much is retired
};

// A picture in the making: what it adds to the pieces and what it drops of them.
struct draft {
    struct pieces *pieces;
    int64_t number;    // of the picture
    struct list fresh; // pieces made for it
    struct piece **dropped;
    size_t dropped_count;
    size_t dropped_cap;
};

void pieces_init(struct pieces *pieces);
void pieces_done(struct pieces *pieces); // frees everything; no picture may be left

// Zeroed memory, aligned for pointers and numbers. done (may be NULL) runs before it is freed.
void *piece_new(struct draft *draft, size_t size_bytes, void (*done)(void *payload));

// The picture does not have it any more; of NULL nothing is done.
void piece_drop(struct draft *draft, const void *payload);

// Made for this very picture: nobody else sees it yet, so it may still be changed.
bool piece_is_fresh(const struct draft *draft, const void *payload);

void draft_init(struct draft *draft, struct pieces *pieces, int64_t number);
void draft_keep(struct draft *draft);    // the picture is published
void draft_discard(struct draft *draft); // it will never be; all is as before the draft

// Frees what no picture shows. `numbers` are those of the pictures that are left.
void pieces_sweep(struct pieces *pieces, const int64_t *numbers, size_t count);
