// SPDX-License-Identifier: Apache-2.0
// Bytes as a webhook's request: the first line is its query, each further one a header, NAME:
// VALUE. What is told of it is the rest of a JSON object (bytes that are no UTF-8 are mended
// later), and nothing that the names call secret is in it.
#include "codec/json.h"
#include "gateway/webhook.h"
#include "check.h"

enum { HEADERS_MAX = 16 };

// Headers and parameters are lists of texts under their names.
static void check_lists(yyjson_val *object)
{
    size_t i, max;
    yyjson_val *key, *list;
    check(yyjson_is_obj(object));
    if (yyjson_obj_size(object) == 0)
        return;
    yyjson_obj_foreach(object, i, max, key, list)
    {
        check(yyjson_arr_size(list) > 0);
        check(yyjson_is_str(yyjson_arr_get_first(list)));
        check(!str_eq_nocase(json_str(key), STR("writeKey")));
        check(!str_eq_nocase(json_str(key), STR("Authorization")));
        check(!str_eq_nocase(json_str(key), STR("Cookie")));
    }
}

static void check_details(str details, struct arena *arena)
{
    str text = arena_printf(arena, "{\"a\":1%" PRIstr "}", STR_ARG(details));
    yyjson_alc alc = json_alc(arena);
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)text.data, text.len,
                                       YYJSON_READ_ALLOW_INVALID_UNICODE, &alc, NULL);
    check(doc != NULL);
    yyjson_val *root = yyjson_doc_get_root(doc);
    check(yyjson_obj_size(root) == 6);
    check_lists(yyjson_obj_get(root, "headers"));
    check_lists(yyjson_obj_get(root, "query_parameters"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct event_hash_key key = { .bytes = { 1 } };
    str rest = str_make((const char *)data, size), line = STR("");
    AUTO(arena_free) struct arena *arena = arena_new(64 << 20);
    struct http_header headers[HEADERS_MAX];
    struct http_request request = {
        .method = STR("POST"), .path = STR("/v1/webhook"), .headers = headers, .arena = arena
    };
    if (size == 0 || !str_next(&rest, '\n', &request.query))
        return 0;
    while (request.header_count < HEADERS_MAX && str_next(&rest, '\n', &line)) {
        size_t colon = str_find(line, ':');
        headers[request.header_count++] = (struct http_header){
            .name = str_sub(line, 0, colon),
            .value = str_trim(str_sub(line, colon + 1, SIZE_MAX)),
        };
    }
    check_details(webhook_details(&request, &key), arena);
    return 0;
}
