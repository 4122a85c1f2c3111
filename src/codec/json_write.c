// SPDX-License-Identifier: Apache-2.0
// Writing JSON into a buffer.
#include "codec/json.h"

#include "base/mem.h"
#include "codec/timestamp.h"
#include "codec/utf8.h"

void json_init(struct json *json, struct buf *out)
{
    *json = (struct json){ .out = out };
}

static bool is_in_object(const struct json *json)
{
    return json->depth > 0 && (json->objects >> (json->depth - 1) & 1);
}

static void begin_value(struct json *json)
{
    assert(json->has_key == is_in_object(json));
    if (json->needs_comma && !json->has_key)
        buf_add_char(json->out, ',');
    json->has_key = false;
    json->needs_comma = true;
}

static void open_container(struct json *json, bool is_object)
{
    begin_value(json);
    assert(json->depth < JSON_WRITE_DEPTH_MAX);
    uint64_t bit = (uint64_t)1 << json->depth++;
    json->objects = is_object ? json->objects | bit : json->objects & ~bit;
    json->needs_comma = false;
    buf_add_char(json->out, is_object ? '{' : '[');
}

static void close_container(struct json *json, bool is_object)
{
    assert(json->depth > 0 && is_in_object(json) == is_object && !json->has_key);
    json->depth--;
    json->needs_comma = true;
    buf_add_char(json->out, is_object ? '}' : ']');
}

void json_open_object(struct json *json)
{
    open_container(json, true);
}

void json_close_object(struct json *json)
{
    close_container(json, true);
}

void json_open_array(struct json *json)
{
    open_container(json, false);
}

void json_close_array(struct json *json)
{
    close_container(json, false);
}

// The letter behind the backslash, 0 if there is no short form.
static char short_escape(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void add_escaped(struct buf *out, unsigned char c)
{
    char letter = short_escape(c);
    if (letter)
        buf_addf(out, "\\%c", letter);
    else
        buf_addf(out, "\\u%04x", c);
}

// The bytes at the start of text that go out as they are.
static size_t plain_len(str text)
{
    size_t len = 0;
    while (len < text.len) {
        unsigned char c = (unsigned char)text.data[len];
        if (c < 0x20 || c == '"' || c == '\\')
            break;
        uint32_t code;
        size_t step = c < 0x80 ? 1 : utf8_decode(str_sub(text, len, text.len), &code);
        if (step == 0)
            break;
        len += step;
    }
    return len;
}

static void add_quoted(struct buf *out, str text)
{
    buf_add_char(out, '"');
    while (text.len > 0) {
        size_t plain = plain_len(text);
        buf_add(out, text.data, plain);
        if (plain == text.len)
            break;
        unsigned char c = (unsigned char)text.data[plain];
        if (c < 0x80)
            add_escaped(out, c);
        else
            buf_add_str(out, STR("\xef\xbf\xbd"));
        text = str_sub(text, plain + 1, text.len);
    }
    buf_add_char(out, '"');
}

void json_key(struct json *json, str key)
{
    assert(is_in_object(json) && !json->has_key);
    if (json->needs_comma)
        buf_add_char(json->out, ',');
    add_quoted(json->out, key);
    buf_add_char(json->out, ':');
    json->has_key = true;
}

void json_value_str(struct json *json, str value)
{
    if (!value.data) {
        json_value_null(json);
        return;
    }
    begin_value(json);
    add_quoted(json->out, value);
}

void json_value_int(struct json *json, int64_t value)
{
    begin_value(json);
    buf_addf(json->out, "%lld", (long long)value);
}

void json_value_bool(struct json *json, bool value)
{
    begin_value(json);
    buf_add_str(json->out, value ? STR("true") : STR("false"));
}

void json_value_null(struct json *json)
{
    begin_value(json);
    buf_add_str(json->out, STR("null"));
}

void json_value_raw(struct json *json, str text)
{
    assert(text.len > 0);
    begin_value(json);
    buf_add_str(json->out, text);
}

void json_value_time(struct json *json, int64_t wall_ms)
{
    char text[TIMESTAMP_LEN + 1];
    timestamp_format(wall_ms, text);
    json_value_str(json, str_of(text));
}

static void *heap_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return mem_alloc(size);
}

static void *heap_realloc(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    (void)old_size;
    return mem_realloc(ptr, size);
}

static void heap_free(void *ctx, void *ptr)
{
    (void)ctx;
    mem_free(ptr);
}

static const yyjson_alc heap = { .malloc = heap_malloc,
                                 .realloc = heap_realloc,
                                 .free = heap_free };

// yyjson's writer fails only for lack of memory (ours does not) and for numbers and texts that
// its reader never makes; those are given as strict JSON all the same.
static const yyjson_write_flag write_flags =
    YYJSON_WRITE_INF_AND_NAN_AS_NULL | YYJSON_WRITE_ALLOW_INVALID_UNICODE;

static void add_written(struct json *json, char *text, size_t len)
{
    assert(text);
    begin_value(json);
    buf_add(json->out, text, len);
    mem_free(text);
}

void json_value_val(struct json *json, yyjson_val *value)
{
    size_t len = 0;
    char *text = yyjson_val_write_opts(value, write_flags, &heap, &len, NULL);
    add_written(json, text, len);
}

void json_value_mut(struct json *json, yyjson_mut_val *value)
{
    size_t len = 0;
    char *text = yyjson_mut_val_write_opts(value, write_flags, &heap, &len, NULL);
    add_written(json, text, len);
}

void json_put_str(struct json *json, const char *key, str value)
{
    json_key(json, str_of(key));
    json_value_str(json, value);
}

void json_put_int(struct json *json, const char *key, int64_t value)
{
    json_key(json, str_of(key));
    json_value_int(json, value);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
    json_key(json, str_of(key));
    json_value_bool(json, value);
}

void json_put_time(struct json *json, const char *key, int64_t wall_ms)
{
    json_key(json, str_of(key));
    json_value_time(json, wall_ms);
}

void json_put_raw(struct json *json, const char *key, str text)
{
    json_key(json, str_of(key));
    json_value_raw(json, text);
}
