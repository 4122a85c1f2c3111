// SPDX-License-Identifier: Apache-2.0
// Tables on standard output.
#include "app/table.h"

enum { COLUMNS_MAX = 16, GAP = 2 };

static yyjson_val *value_at(yyjson_val *object, const char *key)
{
    str rest = str_of(key), part;
    while (object && str_next(&rest, '.', &part))
        object = yyjson_obj_getn(object, part.data, part.len);
    return object;
}

// Control characters become "?": names come from everybody.
static void add_clean(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool is_control = c < 0x20 || c == 0x7f;
        // U+0080 to U+009F are C2 80 to C2 9F.
        bool is_second = i > 0 && (unsigned char)text.data[i - 1] == 0xc2 && c < 0xa0;
        if (is_second)
            out->len--;
        char byte = is_control || is_second ? '?' : (char)c;
        buf_add(out, &byte, 1);
    }
}

static void add_text(struct buf *out, yyjson_val *value)
{
    size_t index, count;
    yyjson_val *item;
    if (yyjson_is_str(value) && yyjson_get_len(value) > 0)
        add_clean(out, json_str(value));
    else if (yyjson_is_bool(value))
        buf_addf(out, "%s", yyjson_get_bool(value) ? "yes" : "no");
    else if (yyjson_is_int(value))
        buf_addf(out, "%lld", (long long)yyjson_get_sint(value));
    else if (yyjson_is_arr(value) && yyjson_arr_size(value) > 0)
        yyjson_arr_foreach(value, index, count, item)
        {
            buf_addf(out, "%s", index ? "," : "");
            add_text(out, item);
        }
    else
        buf_addf(out, "-");
}

// Characters, not bytes.
static size_t width_of(str text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++)
        width += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return width;
}

static void measure(const struct table_column *columns, const struct client_list *list,
                    size_t widths[COLUMNS_MAX])
{
    AUTO(buf_done) struct buf text = { 0 };
    for (size_t c = 0; columns[c].title; c++) {
        assert(c < COLUMNS_MAX);
        widths[c] = strlen(columns[c].title);
        for (size_t r = 0; r < list->count; r++) {
            text.len = 0;
            add_text(&text, value_at(list->rows[r], columns[c].key));
            widths[c] = MAX(widths[c], width_of(buf_str(&text)));
        }
    }
}

// The last column is not filled up.
static void print_cell(str text, size_t width, bool is_last)
{
    (void)printf("%" PRIstr "%*s", STR_ARG(text),
                 is_last ? 0 : (int)(width - width_of(text) + GAP), "");
}

void table_print(const struct table_column *columns, const struct client_list *list)
{
    AUTO(buf_done) struct buf text = { 0 };
    size_t widths[COLUMNS_MAX];
    measure(columns, list, widths);
    for (size_t c = 0; columns[c].title; c++)
        print_cell(str_of(columns[c].title), widths[c], !columns[c + 1].title);
    (void)putchar('\n');
    for (size_t r = 0; r < list->count; r++) {
        for (size_t c = 0; columns[c].title; c++) {
            text.len = 0;
            add_text(&text, value_at(list->rows[r], columns[c].key));
            print_cell(buf_str(&text), widths[c], !columns[c + 1].title);
        }
        (void)putchar('\n');
    }
}

void table_print_part(struct client *client, const struct table_column *columns,
                      yyjson_val *array)
{
    struct client_list list = { 0 };
    client_append(client, array, &list);
    if (list.count == 0)
        return;
    (void)putchar('\n');
    table_print(columns, &list);
}

void table_print_text(yyjson_val *value, const char *key)
{
    AUTO(buf_done) struct buf text = { 0 };
    add_text(&text, value_at(value, key));
    (void)printf("%" PRIstr, STR_ARG(buf_str(&text)));
}

void table_print_json(const struct client_list *list)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct json json;
    json_init(&json, &text);
    json_open_array(&json);
    for (size_t i = 0; i < list->count; i++)
        json_value_val(&json, list->rows[i]);
    json_close_array(&json);
    (void)printf("%" PRIstr "\n", STR_ARG(buf_str(&text)));
}

void table_print_object(yyjson_val *object)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct json json;
    json_init(&json, &text);
    json_value_val(&json, object);
    (void)printf("%" PRIstr "\n", STR_ARG(buf_str(&text)));
}
