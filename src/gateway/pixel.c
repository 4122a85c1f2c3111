// SPDX-License-Identifier: Apache-2.0
// The pixel: an event from query parameters, answered with an image whatever happens.
#include "gateway/pixel.h"

#include "codec/json.h"
#include "codec/json_names.h"
#include "codec/timestamp.h"
#include "codec/url.h"
#include "gateway/submit.h"
#include "http/cors.h"
#include "metrics/metrics.h"

enum {
    PATH_PARTS_MAX = 16,
    LIST_ITEMS_MAX = 256,
    GAP_ITEMS_MAX =
        1024, // nulls before items, of all lists of an event: few bytes ask for many
};

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

// An event that comes into being.
struct picture {
    yyjson_mut_doc *doc;
    struct json_names names;
    size_t gap_items;
};

static yyjson_mut_val *get(const struct picture *picture, yyjson_mut_val *container, str part)
{
    size_t index;
    if (yyjson_mut_is_obj(container))
        return json_names_get(&picture->names, container, part);
    return list_index(part, &index) ? yyjson_mut_arr_get(container, index) : NULL;
}

// The items before it become null.
static bool put_item(struct picture *picture, yyjson_mut_val *list, size_t index,
                     yyjson_mut_val *value)
{
    size_t size = yyjson_mut_arr_size(list);
    if (index < size)
        return yyjson_mut_arr_replace(list, index, value) != NULL;
    if (index - size > GAP_ITEMS_MAX - picture->gap_items)
        return false;
    picture->gap_items += index - size;
    for (; size < index; size++)
        (void)yyjson_mut_arr_add_null(picture->doc, list);
    return yyjson_mut_arr_append(list, value);
}

// Puts into an object or, if part is a number, into a list.
static bool put(struct picture *picture, yyjson_mut_val *container, str part,
                yyjson_mut_val *value)
{
    size_t index;
    if (yyjson_mut_is_obj(container)) {
        json_names_put(&picture->names, container, part, value);
        return true;
    }
    return yyjson_mut_is_arr(container) && list_index(part, &index) &&
           put_item(picture, container, index, value);
}

// The container below; made if there is none: a list if the next part is a number.
static yyjson_mut_val *descend(struct picture *picture, yyjson_mut_val *container, str part,
                               str next_part)
{
    yyjson_mut_val *below = get(picture, container, part);
    if (yyjson_mut_is_ctn(below))
        return below;
    size_t index;
    below = list_index(next_part, &index) ? yyjson_mut_arr(picture->doc)
                                          : yyjson_mut_obj(picture->doc);
    return put(picture, container, part, below) ? below : NULL;
}

// A path that leads nowhere (too deep, a name within a list, behind too many gaps) is left out.
static void put_at_path(struct picture *picture, str path, str value)
{
    yyjson_mut_val *container = yyjson_mut_doc_get_root(picture->doc);
    str rest = path, part = STR_NONE, next_part;
    (void)str_next(&rest, '.', &part);
    for (size_t depth = 1; container && str_next(&rest, '.', &next_part); depth++) {
        container =
            depth < PATH_PARTS_MAX ? descend(picture, container, part, next_part) : NULL;
        part = next_part;
    }
    if (container)
        (void)put(picture, container, part,
                  yyjson_mut_strncpy(picture->doc, value.data, value.len));
}

// --- The event

static void picture_init(struct picture *picture, const struct event_hash_key *key,
                         struct arena *arena)
{
    yyjson_alc alc = json_alc(arena);
    *picture = (struct picture){ .doc = yyjson_mut_doc_new(&alc) };
    yyjson_mut_doc_set_root(picture->doc, yyjson_mut_obj(picture->doc));
    json_names_init(&picture->names, picture->doc, key->bytes);
}

static void picture_done_auto_(struct picture *picture)
{
    json_names_done(&picture->names);
}

static void put_base(struct picture *picture, const struct pixel_call *call)
{
    yyjson_mut_val *event = yyjson_mut_doc_get_root(picture->doc);
    yyjson_mut_val *integrations = yyjson_mut_obj(picture->doc);
    char now[TIMESTAMP_LEN + 1];
    timestamp_format(call->wall_ms, now);
    put_at_path(picture, STR("channel"), STR("web"));
    json_names_put(&picture->names, integrations, STR("All"),
                   yyjson_mut_bool(picture->doc, true));
    json_names_put(&picture->names, event, STR("integrations"), integrations);
    put_at_path(picture, STR("originalTimestamp"), str_of(now));
    put_at_path(picture, STR("sentAt"), str_of(now));
    put_at_path(picture, STR("type"), event_type_name(call->type));
}

static str unquoted(str text)
{
    bool is_quoted = text.len >= 2 && text.data[0] == '"' && text.data[text.len - 1] == '"';
    return is_quoted ? str_sub(text, 1, text.len - 2) : text;
}

// What a parameter says; SDKs of browsers give some of them oddly.
static str value_of(enum event_type type, str name, str value)
{
    if (type == EVENT_PAGE && str_eq(name, STR("name")) && value.len == 0)
        return STR("Unknown Page");
    return str_eq(name, STR("anonymousId")) ? unquoted(value) : value;
}

bool pixel_event(const struct pixel_call *call, const struct event_hash_key *key,
                 struct arena *arena, str *ret_json)
{
    AUTO(picture_done) struct picture picture;
    picture_init(&picture, key, arena);
    put_base(&picture, call);
    str rest = call->query, name, value;
    while (url_query_next(&rest, arena, &name, &value)) {
        if (name.len == 0 || str_eq(name, STR("writeKey")))
            continue;
        if (call->type == EVENT_TRACK && str_eq(name, STR("event")) && value.len == 0)
            return false;
        put_at_path(&picture, name, value_of(call->type, name, value));
    }
    put_at_path(&picture, STR("type"), event_type_name(call->type));
    *ret_json = json_doc_text(picture.doc, arena);
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
    const struct pixel_call call = { endpoint->type, request->query,
                                     request->received_wall_ms };
    if (pixel_event(&call, gateway->parts.hash_key, gateway->scratch, &request->body))
        refusal = admit(gateway, request, endpoint, &admission);
    if (refusal.status)
        answer_image(request, refusal);
    else
        submit(gateway, request, endpoint, &admission, answer_image);
    scratch_clear(gateway);
}
