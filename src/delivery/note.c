// SPDX-License-Identifier: Apache-2.0
// Notes about many events at once that a destination does not get: one dead letter for all.
#include "delivery/inner.h"
#include "metrics/metrics.h"

enum { NOTE_ARENA_BYTES = 4096 };

static void on_noted(struct obituary *obituary)
{
    struct reader *reader = CONTAINER_OF(obituary, struct reader, note);
    reader->is_noting = false;
    arena_free(TAKE(reader->note_arena));
    struct route *route = routes_noted(&reader->routes);
    if (route)
        routes_remove(&reader->routes, route);
    if (reader->note_end.record)
        reader->read_end = reader->note_end;
    reader_touch(reader);
    reader_post(reader);
}

static void on_note_failed(struct obituary *obituary)
{
    reader_letter_failed(CONTAINER_OF(obituary, struct reader, note));
}

static void note(struct reader *reader, struct dead_letter letter, uint64_t dropped,
                 const char *text)
{
    struct delivery *delivery = reader->delivery;
    letter.destination_id = str_of(reader->id);
    letter.at_wall_ms = clock_wall_ms(delivery->parts.clock);
    reader->note_arena = arena_new(NOTE_ARENA_BYTES);
    letter.source_id = arena_dup(reader->note_arena, letter.source_id);
    letter.detail = arena_dup(reader->note_arena, str_of(text));
    reader->is_noting = true;
    outcome_count(delivery->parts.outcome, letter.destination_id, COUNT_DROPPED, dropped);
    metric_add(METRIC_DELIVERY_DROPPED, (int64_t)dropped);
    observe(delivery->parts.observer, LOG_WARN, text, LOG_CSTR("destination", reader->id),
            LOG_CSTR("reason", outcome_reason_word(letter.reason)),
            LOG_INT("count", (int64_t)dropped));
    obituary_start(&reader->note, &letter, on_noted, on_note_failed);
}

void reader_note_lost(struct reader *reader, struct position_range range, uint64_t count,
                      struct position next)
{
    char text[160];
    (void)snprintf(text, sizeof(text),
                   "%llu records (from %llu on) were lost before they could be delivered",
                   (unsigned long long)count, (unsigned long long)range.first.record);
    reader->note_end = next;
    metric_add(METRIC_DELIVERY_LOST, (int64_t)count);
    note(reader,
         (struct dead_letter){
             .position = range.first, .end = range.end, .reason = REASON_LOST },
         count, text);
}

void reader_note_disconnected(struct reader *reader, struct route *route)
{
    char text[160];
    if (route->dropped == 0) {
        routes_remove(&reader->routes, route);
        reader_touch(reader);
        return;
    }
    route->is_noted = true; // it goes when the note is durable
    (void)snprintf(text, sizeof(text),
                   "%llu events waited when source and destination were disconnected",
                   (unsigned long long)route->dropped);
    reader->note_end = (struct position){ 0 };
    note(reader,
         (struct dead_letter){ .position = route->until,
                               .source_id = str_of(route->source_id),
                               .reason = REASON_NOT_CONNECTED },
         route->dropped, text);
}
