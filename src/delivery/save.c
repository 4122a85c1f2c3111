// SPDX-License-Identifier: Apache-2.0
// Storing cursors: those of all readers at once, so that one sync of the cursor log holds what
// every reader had finished at that moment. Changes are stored soon: what was finished since
// the last time is sent again after a crash.
#include "delivery/inner.h"

// Soon: the answers to what was read at once go in together. Then again after this many times
// what collecting the cursors took, which is next to nothing unless very many events wait; the
// cursor log looks after the disk in the same way.
enum { SAVE_SOON_MS = 10, SAVE_LATE_MS = 1000, SAVE_FACTOR = 50 };
enum { ARENA_CEILING_BYTES = 64 << 20 };

void reader_touch(struct reader *reader)
{
    struct delivery *delivery = reader->delivery;
    if (!list_has(&reader->in_touched))
        list_add_last(&delivery->touched, &reader->in_touched);
    if (timer_is_running(&delivery->save) || delivery->is_stopping)
        return;
    int64_t left_ms =
        delivery->saved_ms + delivery->save_every_ms - clock_mono_ms(delivery->parts.clock);
    timer_start(&delivery->save, MAX(left_ms, (int64_t)SAVE_SOON_MS));
}

void reader_save(struct reader *reader)
{
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_CEILING_BYTES);
    list_remove(&reader->in_touched);
    if (reader_is_over(reader)) {
        cursors_remove(reader->delivery->parts.cursors, str_of(reader->name));
        return;
    }
    tail_catch_up(reader);
    struct cursor cursor = progress_cursor(&reader->progress, reader->window, reader->read_end,
                                           str_of(reader->name), arena);
    routes_store(&reader->routes, arena, &cursor);
    cursors_put(reader->delivery->parts.cursors, &cursor);
}

void delivery_on_save(struct timer *timer)
{
    struct delivery *delivery = CONTAINER_OF(timer, struct delivery, save);
    int64_t began_ns = clock_mono_ns(delivery->parts.clock);
    delivery->saved_ms = began_ns / 1000000;
    LIST_EACH (&delivery->touched, node)
        reader_save(CONTAINER_OF(node, struct reader, in_touched));
    int64_t took_ns = clock_mono_ns(delivery->parts.clock) - began_ns;
    delivery->save_every_ms = MIN(took_ns * SAVE_FACTOR / 1000000, (int64_t)SAVE_LATE_MS);
}

// --- Readers that are carried along

// Nothing is sent again for want of these: they tell retention what is passed, and a restart
// where to read on. So all of them are stored now and then.
void delivery_save_carried(struct delivery *delivery)
{
    if (!timer_is_running(&delivery->save_carried))
        timer_start(&delivery->save_carried,
                    MAX(delivery->save_carried_every_ms, (int64_t)SAVE_LATE_MS));
}

void delivery_on_save_carried(struct timer *timer)
{
    struct delivery *delivery = CONTAINER_OF(timer, struct delivery, save_carried);
    int64_t began_ns = clock_mono_ns(delivery->parts.clock);
    LIST_EACH (&delivery->readers, node) {
        struct reader *reader = CONTAINER_OF(node, struct reader, in_delivery);
        if (reader->follower.follows)
            reader_save(reader);
    }
    int64_t took_ns = clock_mono_ns(delivery->parts.clock) - began_ns;
    delivery->save_carried_every_ms = took_ns * SAVE_FACTOR / 1000000;
}
