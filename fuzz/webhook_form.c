// SPDX-License-Identifier: Apache-2.0
// Bytes as a webhook's request: the first line is its Content-Type, the rest its body. What is
// made of a form is an object of lists of texts, in UTF-8 whatever the bytes were.
#include "codec/json.h"
#include "gateway/webhook.h"
#include "check.h"

static void check_form(str json, struct arena *arena)
{
    size_t i, max;
    yyjson_val *key, *list;
    yyjson_alc alc = json_alc(arena);
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)json.data, json.len, 0, &alc, NULL);
    check(doc != NULL);
    check(yyjson_is_obj(yyjson_doc_get_root(doc)));
    yyjson_obj_foreach(yyjson_doc_get_root(doc), i, max, key, list)
    {
        check(yyjson_arr_size(list) > 0);
        check(yyjson_is_str(yyjson_arr_get_first(list)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    str rest = str_make((const char *)data, size), type = STR_NONE, json = STR_NONE;
    if (size == 0 || !str_next(&rest, '\n', &type) || !rest.data)
        return 0;
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    struct refusal refusal = webhook_body(type, rest, &key, arena, &json);
    if (refusal.status) {
        check(refusal.status >= 400 && refusal.text);
        return 0;
    }
    if (json.data != rest.data)
        check_form(json, arena);
    return 0;
}
