// SPDX-License-Identifier: Apache-2.0
// Where in the body an event stands. yyjson leaves each text where it stood in its copy of the
// body: so the place of an object's first key tells where the object begins, and the place of
// what follows tells where it ends.
#include "event/places.h"

#include "codec/json.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The place of the last character before `at` that is no white space. Parsing has shown that it
// is `expected`.
static size_t back_to(const struct parsed *in, size_t at, char expected)
{
    do {
        assert(at > 0);
        at--;
    } while (is_space(in->body.data[at]));
    assert(in->body.data[at] == expected);
    return at;
}

// The place of the quote before a key's or text's first byte.
static size_t quote_of(const struct parsed *in, yyjson_val *text)
{
    size_t at = (size_t)(unsafe_yyjson_get_str(text) - in->copy);
    assert(at > 0 && at <= in->body.len && in->body.data[at - 1] == '"');
    return at - 1;
}

// Of an object that has a key.
static size_t start_of(const struct parsed *in, yyjson_val *object)
{
    assert(unsafe_yyjson_get_len(object) > 0);
    return back_to(in, quote_of(in, unsafe_yyjson_get_first(object)), '{');
}

// The end of a member of the root.
static size_t end_in_root(const struct parsed *in, yyjson_val *member, char closer)
{
    yyjson_val *next_key = unsafe_yyjson_get_next(member);
    bool is_last = next_key == unsafe_yyjson_get_next(in->root);
    size_t behind =
        is_last ? back_to(in, in->body.len, '}') : back_to(in, quote_of(in, next_key), ',');
    return back_to(in, behind, closer) + 1;
}

static void set_place(struct event_row *row, size_t start, size_t end)
{
    assert(start < end && end <= UINT32_MAX);
    row->offset = (uint32_t)start;
    row->length = (uint32_t)(end - start);
}

void place_single(const struct parsed *in, struct event_row *row)
{
    str event = str_trim(in->body);
    size_t start = (size_t)(event.data - in->body.data);
    set_place(row, start, start + event.len);
}

void place_batch(const struct parsed *in, yyjson_val *batch, struct event_row *rows)
{
    if (!yyjson_is_arr(batch)) {
        set_place(rows, start_of(in, batch), end_in_root(in, batch, '}'));
        return;
    }
    size_t array_end = end_in_root(in, batch, ']'), start = 0;
    size_t i, max;
    yyjson_val *event;
    yyjson_arr_foreach(batch, i, max, event)
    {
        size_t next_start = start_of(in, event);
        if (i > 0)
            set_place(&rows[i - 1], start, back_to(in, back_to(in, next_start, ','), '}') + 1);
        start = next_start;
    }
    set_place(&rows[max - 1], start, back_to(in, array_end - 1, '}') + 1);
}

// --- The write key

// The place behind the text that begins at `quote`.
static size_t end_of_text(str body, size_t quote)
{
    size_t at = quote + 1;
    while (body.data[at] != '"')
        at += body.data[at] == '\\' ? 2 : 1;
    return at + 1;
}

// The place of the comma before a member, or the member's own if it is the first.
static size_t comma_before(const char *body, size_t start)
{
    size_t before = start - 1;
    while (is_space(body[before])) // the opening brace is there at the latest
        before--;
    return body[before] == ',' ? before : start;
}

// Blanks a member out, and the comma that goes with it.
static void blank(const struct parsed *in, char *body, yyjson_val *key, yyjson_val *value)
{
    size_t start = quote_of(in, key);
    size_t end = end_of_text(in->body, quote_of(in, value));
    size_t next = end;
    while (is_space(body[next]))
        next++;
    // Only of the last member: before others all that was blanked out may lie, and a body of
    // nothing but write keys would be walked back over for each of them.
    if (body[next] == ',')
        end = next + 1;
    else
        start = comma_before(body, start);
    memset(body + start, ' ', end - start);
}

str cut_write_key(const struct parsed *in, struct arena *arena, str *ret_body)
{
    str write_key = STR_NONE;
    char *body = NULL;
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(in->root, i, max, key, value)
    {
        if (!json_key_is(key, STR("writeKey")) || !yyjson_is_str(value))
            continue;
        if (!body)
            body = arena_cstr(arena, in->body);
        blank(in, body, key, value);
        write_key = json_str(value);
    }
    if (body)
        *ret_body = str_make(body, in->body.len);
    return write_key;
}
