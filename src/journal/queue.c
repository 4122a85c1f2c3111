// SPDX-License-Identifier: Apache-2.0
// What waits for its commit. Its memory is used again, until the journal rests.
#include "journal/queue.h"

#include "journal/record.h"

enum { KEPT_BYTES = 1024 * 1024 }; // by a journal at rest

void queue_init(struct queue *queue, enum lane lane)
{
    *queue = (struct queue){ .lane = lane };
    queue->last = &queue->first;
}

void queue_done(struct queue *queue)
{
    assert(!queue->first);
    buf_done(&queue->bytes);
}

void queue_add(struct queue *queue, const struct journal_record *record, size_t bytes,
               struct journal_append *append)
{
    record_encode(record, buf_reserve(&queue->bytes, bytes));
    queue->bytes.len += bytes;
    append->next = NULL;
    *queue->last = append;
    queue->last = &append->next;
    queue->added_count++;
}

void queue_pass(struct queue *queue, size_t bytes, struct journal_append *end)
{
    queue->begin += bytes;
    queue->first = end;
    assert((end != NULL) == (queue->begin < queue->bytes.len));
    if (end)
        return;
    queue->last = &queue->first;
    queue->begin = 0;
    queue->added_count = 0;
    buf_clear(&queue->bytes);
}

bool queue_is_big(const struct queue *queue)
{
    return queue->bytes.cap > KEPT_BYTES;
}

void queue_shrink(struct queue *queue)
{
    if (!queue->first && queue_is_big(queue))
        buf_done(&queue->bytes);
}

void queue_swap(struct queue *a, struct queue *b)
{
    assert(a->lane == b->lane);
    struct queue swapped = *a;
    *a = *b;
    *b = swapped;
    if (!a->first)
        a->last = &a->first;
    if (!b->first)
        b->last = &b->first;
}
