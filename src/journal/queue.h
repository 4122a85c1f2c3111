// SPDX-License-Identifier: Apache-2.0
// What waits for its commit; inside of the journal room.
#pragma once

#include "base/buf.h"
#include "journal/journal.h"

// What is small goes first, and large records in small portions: an event waits for one of
// them at most, however many megabytes stand in the queue.
enum lane { LANE_SMALL, LANE_LARGE, LANE_COUNT };

// Appends of one lane that wait for their commit, encoded one behind the other.
struct queue {
    enum lane lane;
    struct buf bytes;
    size_t begin; // in bytes, of the first; what is before has been committed
    struct journal_append *first;
    struct journal_append **last;
    size_t added_count; // since it was empty
};

void queue_init(struct queue *queue, enum lane lane);
void queue_done(struct queue *queue);
void queue_add(struct queue *queue, const struct journal_record *record, size_t bytes,
               struct journal_append *append);
// Takes off what is before `end`, so many bytes.
void queue_pass(struct queue *queue, size_t bytes, struct journal_append *end);
// The bytes of what is in it.
static inline str queue_bytes(const struct queue *queue)
{
    return str_sub(buf_str(&queue->bytes), queue->begin, SIZE_MAX);
}
// Whether it has more memory than one at rest should keep, and gives that back if empty.
bool queue_is_big(const struct queue *queue);
void queue_shrink(struct queue *queue);
void queue_swap(struct queue *a, struct queue *b); // one of them is empty
