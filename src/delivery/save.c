// SPDX-License-Identifier: Apache-2.0
// Storing cursors: those of all readers at once, so that one sync of the cursor log holds what
// every reader had finished at that moment. The first change after a pause is stored soon and
// not at the end of a period: else a process that never lives for a whole period would send
// the same events after each of its starts.
#include "delivery/inner.h"

// The cursor log syncs once a second; storing more often is wasted. Soon: the first answers to
// what was read at once go in together.
enum { SAVE_SOON_MS = 50, SAVE_EVERY_MS = 1000, ARENA_CEILING_BYTES = 64 << 20 };

void reader_touch(struct reader *reader)
{
    struct delivery *delivery = reader->delivery;
    reader->is_touched = true;
    if (timer_is_running(&delivery->save) || delivery->is_stopping)
        return;
    int64_t left_ms = delivery->saved_ms + SAVE_EVERY_MS - clock_mono_ms(delivery->parts.clock);
    timer_start(&delivery->save, MAX(left_ms, (int64_t)SAVE_SOON_MS));
}

void reader_save(struct reader *reader)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_CEILING_BYTES);
    struct cursor cursor = progress_cursor(&reader->progress, reader->window, reader->read_end,
                                           str_of(reader->name), arena);
    cursors_put(reader->delivery->parts.cursors, &cursor);
    reader->is_touched = false;
}

void delivery_on_save(struct timer *timer)
{
    struct delivery *delivery = CONTAINER_OF(timer, struct delivery, save);
    delivery->saved_ms = clock_mono_ms(delivery->parts.clock);
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        if (reader->is_touched)
            reader_save(reader);
    }
}
