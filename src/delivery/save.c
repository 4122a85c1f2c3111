// SPDX-License-Identifier: Apache-2.0
// Storing cursors.
#include "delivery/inner.h"

// The cursor log syncs once a second; storing more often than twice in that time is wasted.
enum { SAVE_AFTER_MS = 500, LOW_IS_DURABLE_AFTER_MS = 3000, ARENA_CEILING_BYTES = 64 << 20 };

void reader_touch(struct reader *reader)
{
    if (!timer_is_running(&reader->save) && !reader->delivery->is_stopping)
        timer_start(&reader->save, SAVE_AFTER_MS);
}

void reader_save(struct reader *reader)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_CEILING_BYTES);
    struct cursor cursor = progress_cursor(&reader->progress, reader->window, reader->read_end,
                                           str_of(reader->name), arena);
    cursors_put(reader->delivery->parts.cursors, &cursor);
    delivery_note_low(reader->delivery);
}

void reader_on_save(struct timer *timer)
{
    reader_save(CONTAINER_OF(timer, struct reader, save));
}

void delivery_note_low(struct delivery *delivery)
{
    int64_t now_ms = clock_mono_ms(delivery->parts.clock);
    if (delivery->low_at_ms && now_ms - delivery->low_at_ms < LOW_IS_DURABLE_AFTER_MS)
        return;
    if (delivery->low_at_ms)
        journal_set_low_watermark(delivery->parts.journal, delivery->low);
    char reader[65];
    bool has_low = cursors_lowest(delivery->parts.cursors, &delivery->low, reader);
    delivery->low_at_ms = has_low ? now_ms : 0;
}
