// SPDX-License-Identifier: Apache-2.0
// The pixel: an event from query parameters, answered with an image whatever happens.
#include "gateway/pixel.h"

#include "codec/json.h"
#include "codec/timestamp.h"
#include "codec/url.h"
#include "gateway/submit.h"
#include "http/cors.h"
#include "metrics/metrics.h"

enum { PATH_PARTS_MAX = 16, LIST_ITEMS_MAX = 256 };

// A transparent GIF of one by one.
static const unsigned char image[43] = {
    'G',  'I',  'F',  '8',  '9',  'a',  0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0xff, 0xff,
    0xff, 0x00, 0x00, 0x00, 0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3b,
};

// --- Values at dotted paths

static bool list_index(str part, size_t *ret_index)
{
    uint64_t index;
    if (!str_to_u64(part, &index) || index >= LIST_ITEMS_MAX)
        return false;
    *ret_index = (size_t)index;
    return true;
}

static yyjson_mut_val *get(yyjson_mut_val *container, str part)
{
    size_t index;
    if (yyjson_mut_is_obj(container))
        return yyjson_mut_obj_getn(container, part.data, part.len);
    return list_index(part, &index) ? yyjson_mut_arr_get(container, index) : NULL;
}

// Puts into an object or, if part is a number, into a list (items before it become null).
static bool put(yyjson_mut_doc *doc, yyjson_mut_val *container, str part, yyjson_mut_val *value)
{
    size_t index;
    if (yyjson_mut_is_obj(container))
        return yyjson_mut_obj_put(container, yyjson_mut_strncpy(doc, part.data, part.len),
                                  value);
    if (!yyjson_mut_is_arr(container) || !list_index(part, &index))
        return false;
    while (yyjson_mut_arr_size(container) < index)
        (void)yyjson_mut_arr_add_null(doc, container);
    if (index == yyjson_mut_arr_size(container))
        return yyjson_mut_arr_append(container, value);
    return yyjson_mut_arr_replace(container, index, value) != NULL;
}

// The container below; made if there is none: a list if the next part is a number.
static yyjson_mut_val *descend(yyjson_mut_doc *doc, yyjson_mut_val *container, str part,
                               str next_part)
{
    yyjson_mut_val *below = get(container, part);
    if (yyjson_mut_is_ctn(below))
        return below;
    size_t index;
    below = list_index(next_part, &index) ? yyjson_mut_arr(doc) : yyjson_mut_obj(doc);
    return put(doc, container, part, below) ? below : NULL;
}

// A path that leads nowhere (too deep, a name within a list) is left out.
static void put_at_path(yyjson_mut_doc *doc, str path, str value)
{
    yyjson_mut_val *container = yyjson_mut_doc_get_root(doc);
    str rest = path, part = STR_NONE, next_part;
    (void)str_next(&rest, '.', &part);
    for (size_t depth = 1; container && str_next(&rest, '.', &next_part); depth++) {
        container = depth < PATH_PARTS_MAX ? descend(doc, container, part, next_part) : NULL;
        part = next_part;
    }
    if (container)
        (void)put(doc, container, part, yyjson_mut_strncpy(doc, value.data, value.len));
}

// --- The event

static yyjson_mut_doc *base_event(enum event_type type, int64_t wall_ms, struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *event = yyjson_mut_obj(doc), *integrations = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, event);
    char now[TIMESTAMP_LEN + 1];
    timestamp_format(wall_ms, now);
    put_at_path(doc, STR("channel"), STR("web"));
    (void)yyjson_mut_obj_add_bool(doc, integrations, "All", true);
    (void)yyjson_mut_obj_add_val(doc, event, "integrations", integrations);
    put_at_path(doc, STR("originalTimestamp"), str_of(now));
    put_at_path(doc, STR("sentAt"), str_of(now));
    put_at_path(doc, STR("type"), event_type_name(type));
    return doc;
}

static str unquoted(str text)
{
    bool is_quoted = text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"';
    return is_quoted ? str_sub(text, 1, text.len - 2) : text;
}

bool pixel_event(enum event_type type, str query, int64_t wall_ms, struct arena *arena,
                 str *ret_json)
{
    yyjson_mut_doc *doc = base_event(type, wall_ms, arena);
    str name, value;
    while (url_query_next(&query, arena, &name, &value)) {
        if (name.len == 0 || str_eq(name, STR("writeKey")))
            continue;
        if (type == EVENT_TRACK && str_eq(name, STR("event")) && value.len == 0)
            return false;
        if (type == EVENT_PAGE && str_eq(name, STR("name")) && value.len == 0)
            value = STR("Unknown Page");
        if (str_eq(name, STR("anonymousId")))
            value = unquoted(value);
        put_at_path(doc, name, value);
    }
    put_at_path(doc, STR("type"), event_type_name(type));
    *ret_json = json_doc_text(doc, arena);
    return ret_json->data != NULL;
}

static void answer_image(struct http_request *request, struct refusal refusal)
{
    metric_add_status(METRIC_GATEWAY_REQUESTS, refusal.status ? refusal.status : 200);
    http_cors_allow(request);
    http_answer_header(request, STR("Cache-Control"), STR("no-store"));
    http_answer(request, 200, STR("image/gif"), str_make((const char *)image, sizeof(image)));
}

// Whoever shows an image cannot tell an error from its absence: so there is always one.
void gateway_pixel(struct http_request *request, void *ctx)
{
    struct gateway *gateway = ctx;
    const struct endpoint *endpoint = request->route->row;
    struct admission admission = { 0 };
    struct refusal refusal = { 400, "no event" };
    if (pixel_event(endpoint->type, request->query, request->received_wall_ms, gateway->scratch,
                    &request->body))
        refusal = admit(gateway, request, endpoint, &admission);
    if (refusal.status)
        answer_image(request, refusal);
    else
        submit(gateway, request, endpoint, &admission, answer_image);
    scratch_clear(gateway);
}
