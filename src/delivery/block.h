// SPDX-License-Identifier: Apache-2.0
// A copy of one journal record, shared by the events of it that wait or are on their way. The
// bytes of all live blocks of a reader are counted, so that its window can be bounded by them.
#pragma once

#include "base/base.h"
#include "journal/journal.h"

struct block {
    size_t refs;
    size_t size_bytes;
    size_t *used_bytes; // the reader's count
    struct position position;
    struct journal_record record; // its texts and events point behind this struct
};

// Copies the record; the first reference is the caller's.
struct block *block_new(const struct journal_record *record, struct position position,
                        size_t *used_bytes);
struct block *block_hold(struct block *block);
void block_release(struct block *block); // NULL is accepted
AUTO_DEFINE(struct block *, block_release)
