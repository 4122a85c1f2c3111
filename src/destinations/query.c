// SPDX-License-Identifier: Apache-2.0
// Flattens an object into query parameters.
#include "destinations/query.h"

#include "base/buf.h"
#include "codec/json.h"
#include "codec/url.h"

struct flatten {
    struct arena *arena;
    struct buf path; // of the value at hand
    struct buf url;
    char separator; // '?' before the first parameter, then '&'
    bool is_cut;    // something was left out
};

static bool is_container(yyjson_mut_val *value)
{
    return yyjson_mut_is_obj(value) || yyjson_mut_is_arr(value);
}

static str leaf_text(struct flatten *flatten, yyjson_mut_val *value)
{
    if (yyjson_mut_is_str(value))
        return json_mut_str(value);
    yyjson_alc alc = json_alc(flatten->arena);
    size_t len = 0;
    const char *text = yyjson_mut_val_write_opts(value, 0, &alc, &len, NULL);
    return str_make(text, text ? len : 0);
}

// No part is shorter when it is encoded: so a path that is too long makes an URL that is. The
// last value added may be over by what an event holds.
static bool is_over(const struct flatten *flatten)
{
    return flatten->url.len + flatten->path.len > QUERY_URL_MAX_BYTES;
}

static void add_leaf(struct flatten *flatten, yyjson_mut_val *value)
{
    if (yyjson_mut_is_null(value))
        return;
    buf_add_char(&flatten->url, flatten->separator);
    flatten->separator = '&';
    url_encode(buf_str(&flatten->path), &flatten->url);
    buf_add_char(&flatten->url, '=');
    url_encode(leaf_text(flatten, value), &flatten->url);
}

static void add_value(struct flatten *flatten, yyjson_mut_val *value);

static void add_object(struct flatten *flatten, yyjson_mut_val *object)
{
    size_t path_len = flatten->path.len, i, count;
    yyjson_mut_val *key, *value;
    yyjson_mut_obj_foreach(object, i, count, key, value)
    {
        if (path_len)
            buf_add_char(&flatten->path, '.');
        buf_add_str(&flatten->path, json_mut_str(key));
        add_value(flatten, value);
        flatten->path.len = path_len;
    }
}

static void add_array(struct flatten *flatten, yyjson_mut_val *array)
{
    size_t path_len = flatten->path.len, i, count;
    yyjson_mut_val *value;
    yyjson_mut_arr_foreach(array, i, count, value)
    {
        buf_addf(&flatten->path, "[%zu]", i);
        add_value(flatten, value);
        flatten->path.len = path_len;
    }
}

// Recursion is as deep as the event, whose depth the JSON reader bounds.
static void add_value(struct flatten *flatten, yyjson_mut_val *value)
{
    if (is_over(flatten))
        flatten->is_cut = true;
    else if (!is_container(value) || yyjson_mut_get_len(value) == 0)
        add_leaf(flatten, value);
    else if (yyjson_mut_is_obj(value))
        add_object(flatten, value);
    else
        add_array(flatten, value);
}

bool query_add_leaves(str url, yyjson_mut_val *object, struct arena *arena, str *ret_url)
{
    if (!yyjson_mut_is_obj(object)) {
        *ret_url = url;
        return true;
    }
    url = str_sub(url, 0, str_find(url, '#'));
    struct flatten flatten = {
        .arena = arena,
        .separator = str_find(url, '?') == url.len ? '?' : '&',
    };
    buf_add_str(&flatten.url, url);
    add_object(&flatten, object);
    bool fits = !flatten.is_cut && flatten.url.len <= QUERY_URL_MAX_BYTES;
    if (fits)
        *ret_url = arena_dup(arena, buf_str(&flatten.url));
    buf_done(&flatten.url);
    buf_done(&flatten.path);
    return fits;
}
