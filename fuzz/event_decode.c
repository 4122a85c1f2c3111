// SPDX-License-Identifier: Apache-2.0
// Bytes as an ingestion body (the first byte tells the shape: s, a single event; i, an import;
// r, a batch that is replayed; else a batch): what is taken must be cut into slices that are
// JSON objects again, hold no write key, and can be enriched.
#include "codec/json.h"
#include "event/event.h"
#include "check.h"

static enum event_shape shape_of(uint8_t byte)
{
    return byte == 's'   ? EVENT_SHAPE_SINGLE
           : byte == 'i' ? EVENT_SHAPE_IMPORT
                         : EVENT_SHAPE_BATCH;
}

static void check_event(const struct event_batch *batch, size_t index, bool is_replay,
                        struct arena *arena)
{
    static const uint8_t random[16] = { 1 };
    const struct event_row *row = &batch->rows[index];
    str slice = str_sub(batch->body, row->offset, row->length);
    check(slice.len == row->length);
    struct event_origin origin = {
        .client_address = STR("192.0.2.1"),
        .random = random,
        .index = (uint32_t)index,
        .endpoint_type = row->type,
        .keeps_received_at = is_replay,
    };
    yyjson_mut_doc *event = NULL;
    check(event_enrich(slice, &origin, arena, &event, NULL) == OK);
    check(json_mut_str(yyjson_mut_obj_get(yyjson_mut_doc_get_root(event), "rudderId")).len ==
          36);
}

static void check_write_key(const struct event_batch *batch, struct arena *arena)
{
    yyjson_doc *doc = NULL;
    check(json_read_exact(batch->body, 0, arena, &doc, NULL) == OK);
    check(!yyjson_is_str(yyjson_obj_get(yyjson_doc_get_root(doc), "writeKey")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    if (size == 0)
        return 0;
    enum event_shape shape = shape_of(data[0]);
    bool is_single = shape == EVENT_SHAPE_SINGLE;
    str body = str_make((const char *)data + 1, size - 1);
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    struct event_batch batch;
    if (event_decode(body, shape, is_single ? EVENT_TRACK : EVENT_TYPE_UNKNOWN, &key, arena,
                     &batch, NULL))
        return 0;
    check(batch.count > 0 && (shape == EVENT_SHAPE_IMPORT || !batch.is_partial));
    check_write_key(&batch, arena);
    for (size_t i = 0; i < batch.count; i++)
        check_event(&batch, i, data[0] == 'r', arena);
    return 0;
}
