// SPDX-License-Identifier: Apache-2.0
// Bytes as a pixel's query (the first byte tells the type of event): what becomes an event is
// JSON (bytes that are no UTF-8 are mended by the gate), which it takes or refuses as a body.
#include "codec/json.h"
#include "gateway/pixel.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    if (size == 0)
        return 0;
    enum event_type type = data[0] == 'p' ? EVENT_PAGE : EVENT_TRACK;
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    str event = STR_NONE;
    struct event_batch batch;
    const struct pixel_call call = { type, str_make((const char *)data + 1, size - 1),
                                     1767323045678 };
    if (!pixel_event(&call, &key, arena, &event))
        return 0;
    yyjson_alc alc = json_alc(arena);
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)event.data, event.len,
                                       YYJSON_READ_ALLOW_INVALID_UNICODE, &alc, NULL);
    check(doc != NULL);
    check(yyjson_is_obj(yyjson_doc_get_root(doc)));
    if (event_decode(event, EVENT_SHAPE_SINGLE, type, &key, arena, &batch, NULL) == OK)
        check(batch.count == 1);
    return 0;
}
