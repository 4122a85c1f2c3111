// SPDX-License-Identifier: Apache-2.0
// Received events for people who look on.
#include "gateway/received.h"

#include "base/mem.h"
#include "codec/json.h"

enum {
    ARENA_BYTES = 16 << 20,
    // An event that makes the text too long is cut here; quoting at most doubles it.
    EVENT_CUT_BYTES = 6000,
    // Of ids and names; quoting makes at most six bytes of one.
    TEXT_CUT_BYTES = 128,
};
_Static_assert(2 * EVENT_CUT_BYTES + 6 * 5 * TEXT_CUT_BYTES + 512 <= OUTCOME_LIVE_BYTES,
               "five texts, a cut event, and all keys fit");

struct received {
    struct arena *arena; // owns everything
    struct received_origin origin;
    struct event_row *rows;
    str *events;
    uint8_t *flags;
    size_t count;
    size_t first_index; // of events[0] within the batch
};

struct received *received_new(struct outcome *outcome, const struct event_batch *batch,
                              const struct received_origin *origin)
{
    if (!outcome_live_wanted(outcome, origin->source_id))
        return NULL;
    struct arena *arena = arena_new(ARENA_BYTES);
    struct received *received = ARENA_NEW(arena, struct received);
    received->arena = arena;
    received->origin = *origin;
    received->origin.source_id = arena_dup(arena, origin->source_id);
    received->origin.client_address = arena_dup(arena, origin->client_address);
    received->origin.random = memcpy(arena_alloc(arena, 16), origin->random, 16);
    received->count = MIN(batch->count, (size_t)OUTCOME_LIVE_EVENTS);
    received->first_index = batch->count - received->count;
    received->events = ARENA_ARRAY(arena, str, received->count);
    received->flags = ARENA_ARRAY(arena, uint8_t, received->count);
    for (size_t i = 0; i < received->count; i++) {
        const struct event_row *row = &batch->rows[received->first_index + i];
        received->flags[i] = row->flags;
        received->events[i] = arena_dup(arena, str_sub(batch->body, row->offset, row->length));
    }
    return received;
}

void received_free(struct received *received)
{
    if (received)
        arena_free(received->arena);
}

static void put_cut(struct json *json, const char *key, yyjson_mut_val *event, const char *name)
{
    str text = json_mut_str(yyjson_mut_obj_get(event, name));
    if (text.data)
        json_put_str(json, key, str_sub(text, 0, TEXT_CUT_BYTES));
}

// cut: the event's bytes, when it is to be shown as a text that was cut off.
static void write_event(const struct received *received, struct position position,
                        yyjson_mut_val *event, str cut, struct buf *out)
{
    char place[48];
    bool is_blocked = received->flags[position.event - received->first_index] & EVENT_BLOCKED;
    position_format(position, place);
    struct json json;
    buf_clear(out);
    json_init(&json, out);
    json_open_object(&json);
    json_put_time(&json, "at", received->origin.received_wall_ms);
    json_put_str(&json, "kind", is_blocked ? STR("dropped") : STR("received"));
    if (is_blocked)
        json_put_str(&json, "processingUnit", STR("event_blocking"));
    json_put_str(&json, "position", str_of(place));
    json_put_str(&json, "sourceId", received->origin.source_id);
    put_cut(&json, "type", event, "type");
    put_cut(&json, "name", event, yyjson_mut_obj_get(event, "event") ? "event" : "name");
    put_cut(&json, "messageId", event, "messageId");
    put_cut(&json, "userId", event, "userId");
    put_cut(&json, "anonymousId", event, "anonymousId");
    json_key(&json, STR("event"));
    if (cut.data)
        json_value_str(&json, str_sub(cut, 0, EVENT_CUT_BYTES));
    else
        json_value_mut(&json, event);
    json_close_object(&json);
}

static void show_event(const struct received *received, struct outcome *outcome, size_t index,
                       struct position position)
{
    struct event_origin origin = {
        .received_wall_ms = received->origin.received_wall_ms,
        .client_address = received->origin.client_address,
        .random = received->origin.random,
        .index = position.event,
        .endpoint_type = received->origin.endpoint_type,
        .keeps_received_at = received->origin.keeps_received_at,
    };
    AUTO(arena_free) struct arena *arena = arena_new(ARENA_BYTES);
    yyjson_mut_doc *doc;
    if (event_enrich(received->events[index], &origin, arena, &doc, NULL))
        return; // too big to be shown
    yyjson_mut_val *event = yyjson_mut_doc_get_root(doc);
    AUTO(buf_done) struct buf out = { 0 };
    write_event(received, position, event, STR_NONE, &out);
    if (out.len > OUTCOME_LIVE_BYTES)
        write_event(received, position, event, received->events[index], &out);
    outcome_live(outcome, received->origin.source_id, buf_str(&out));
}

void received_show(const struct received *received, struct outcome *outcome,
                   struct position position)
{
    position.event += (uint32_t)received->first_index;
    for (size_t i = 0; i < received->count; i++, position.event++)
        if (outcome_live_wanted(outcome, received->origin.source_id))
            show_event(received, outcome, i, position);
}
