// SPDX-License-Identifier: Apache-2.0
// Configuration documents as YAML, and what applying one changes, as people read it.
#include "app/configuration.h"
#include "app/table.h"

// JSON's texts are YAML's in double quotes, and nothing in them can move a terminal's cursor.
static void print_value(yyjson_val *value)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct json json;
    json_init(&json, &text);
    json_value_val(&json, value);
    (void)printf("%" PRIstr, STR_ARG(buf_str(&text)));
}

// --- YAML

static bool is_plain(str key)
{
    for (size_t i = 0; i < key.len; i++) {
        char c = key.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return key.len > 0 && !str_eq(key, STR("null")) && !str_eq(key, STR("true")) &&
           !str_eq(key, STR("false"));
}

static void print_key(yyjson_val *key)
{
    if (is_plain(json_str(key)))
        (void)fputs(yyjson_get_str(key), stdout);
    else
        print_value(key);
    (void)putchar(':');
}

static bool is_flat(yyjson_val *value)
{
    bool is_reference = yyjson_obj_size(value) == 1 && yyjson_obj_get(value, "env");
    return !yyjson_is_ctn(value) || yyjson_get_len(value) == 0 || is_reference;
}

static void print_flat(yyjson_val *value)
{
    if (yyjson_obj_size(value) == 1)
        (void)printf("{env: %s}", yyjson_get_str(yyjson_obj_get(value, "env")));
    else
        print_value(value);
}

static void print_members(yyjson_val *value, int indent, bool is_begun);

static void print_items(yyjson_val *array, int indent)
{
    size_t index, count;
    yyjson_val *item;
    yyjson_arr_foreach(array, index, count, item)
    {
        (void)printf("%*s- ", indent, "");
        if (is_flat(item)) {
            print_flat(item);
            (void)putchar('\n');
        } else if (yyjson_is_obj(item)) {
            print_members(item, indent + 2, true);
        } else {
            (void)putchar('\n');
            print_items(item, indent + 2);
        }
    }
}

// is_begun: the line of the first one has its indent already.
static void print_members(yyjson_val *object, int indent, bool is_begun)
{
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, index, count, key, value)
    {
        (void)printf("%*s", is_begun && index == 0 ? 0 : indent, "");
        print_key(key);
        if (is_flat(value)) {
            (void)putchar(' ');
            print_flat(value);
            (void)putchar('\n');
            continue;
        }
        (void)putchar('\n');
        if (yyjson_is_obj(value))
            print_members(value, indent + 2, false);
        else
            print_items(value, indent + 2);
    }
}

static size_t print_references(yyjson_val *value)
{
    size_t index, count, found = 0;
    yyjson_val *key, *item;
    bool is_single = yyjson_obj_size(value) == 1;
    if (is_single && yyjson_obj_get(value, "literal"))
        return 0;
    if (is_single && yyjson_is_str(yyjson_obj_get(value, "env"))) {
        (void)printf("#   %s\n", yyjson_get_str(yyjson_obj_get(value, "env")));
        return 1;
    }
    yyjson_arr_foreach(value, index, count, item) found += print_references(item);
    yyjson_obj_foreach(value, index, count, key, item) found += print_references(item);
    return found;
}

void configuration_print_yaml(yyjson_val *document)
{
    (void)printf("# Configuration of a workspace. `pintle config apply FILE` makes a workspace "
                 "so.\n# Secrets are not in here; these environment variables are to hold "
                 "them:\n");
    if (print_references(document) == 0)
        (void)printf("#   (none)\n");
    print_members(document, 0, false);
}

// --- Changes

static void print_side(yyjson_val *field, const char *key)
{
    yyjson_val *value = yyjson_obj_get(field, key);
    if (value)
        print_value(value);
    else
        (void)fputs("(none)", stdout);
}

static void print_field(yyjson_val *field, bool is_new)
{
    (void)fputs("    ", stdout);
    table_print_text(field, "path");
    if (yyjson_is_true(yyjson_obj_get(field, "isSecret"))) {
        (void)printf(": (secret %s)\n", is_new ? "set" : "changed");
        return;
    }
    (void)fputs(": ", stdout);
    if (!is_new) {
        print_side(field, "before");
        (void)fputs(" -> ", stdout);
    }
    print_side(field, "after");
    (void)putchar('\n');
}

static void print_change(yyjson_val *change)
{
    yyjson_val *fields = yyjson_obj_get(change, "fields"), *field;
    size_t index, count;
    str action = json_get_str(change, "action"), name = json_get_str(change, "name");
    bool is_new = str_eq(action, STR("create"));
    (void)fputs(is_new ? "+ " : str_eq(action, STR("update")) ? "~ " : "- ", stdout);
    table_print_text(change, "kind");
    if (name.len > 0) {
        (void)putchar(' ');
        print_value(yyjson_obj_get(change, "name"));
    }
    (void)printf(" (%" PRIstr ")\n", STR_ARG(json_get_str(change, "id")));
    yyjson_arr_foreach(fields, index, count, field) print_field(field, is_new);
}

void configuration_print_changes(yyjson_val *answer)
{
    yyjson_val *changes = yyjson_obj_get(answer, "changes"), *change;
    yyjson_val *notes = yyjson_obj_get(answer, "notes"), *note;
    size_t index, count;
    yyjson_arr_foreach(changes, index, count, change) print_change(change);
    yyjson_arr_foreach(notes, index, count, note)
    {
        (void)fputs("note: ", stdout);
        print_value(note);
        (void)putchar('\n');
    }
    if (yyjson_arr_size(changes) == 0)
        (void)printf("nothing to change\n");
}
