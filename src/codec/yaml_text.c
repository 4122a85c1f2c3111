// SPDX-License-Identifier: Apache-2.0
// Reading YAML: libyaml's events, written as JSON one after the other.
#include "codec/yaml_text.h"

#include <yaml.h>

#include "codec/json.h"

struct level {
    str path;
    size_t count; // of items so far
    bool is_mapping;
    bool has_key; // the value of a key is due
};

struct reading {
    struct arena *arena;
    struct json json;
    struct map *seen; // every path: a key that is there twice is found by it
    struct map *lines;
    struct level levels[YAML_DEPTH_MAX + 1];
    size_t depth;
    str path; // of the value that comes next
    struct problem *problem;
};

static enum err fail(const struct reading *reading, const yaml_mark_t *mark, const char *text)
{
    return problem_set(reading->problem, ERR_INVALID, STR(""), "line %zu, column %zu: %s",
                       mark->line + 1, mark->column + 1, text);
}

// --- Scalars

static bool is_number(str text)
{
    size_t i = text.len > 0 && text.data[0] == '-', first = i;
    size_t dots = 0;
    for (; i < text.len; i++) {
        bool is_dot = text.data[i] == '.';
        if (!is_dot && (text.data[i] < '0' || text.data[i] > '9'))
            return false;
        dots += is_dot;
    }
    if (text.len == first || dots > 1 || text.len - first > 30)
        return false;
    char begin = text.data[first], end = text.data[text.len - 1];
    bool has_zero = begin == '0' && text.len - first > 1 && text.data[first + 1] != '.';
    return begin != '.' && end != '.' && !has_zero;
}

static void write_plain(struct json *json, str text)
{
    static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
    for (size_t i = 0; i < ARRAY_LEN(nulls); i++)
        if (str_eq(text, str_of(nulls[i]))) {
            json_value_null(json);
            return;
        }
    if (str_eq(text, STR("true")) || str_eq(text, STR("True")) || str_eq(text, STR("TRUE")))
        json_value_bool(json, true);
    else if (str_eq(text, STR("false")) || str_eq(text, STR("False")) ||
             str_eq(text, STR("FALSE")))
        json_value_bool(json, false);
    else if (is_number(text))
        json_value_raw(json, text);
    else
        json_value_str(json, text);
}

// --- Places

static str path_of(struct reading *reading, const struct level *level, str key)
{
    if (!level->is_mapping)
        return arena_printf(reading->arena, "%" PRIstr "[%zu]", STR_ARG(level->path),
                            level->count);
    return level->path.len == 0 ? arena_dup(reading->arena, key)
                                : arena_printf(reading->arena, "%" PRIstr ".%" PRIstr,
                                               STR_ARG(level->path), STR_ARG(key));
}

static enum err take_key(struct reading *reading, const yaml_event_t *event)
{
    struct level *level = &reading->levels[reading->depth];
    if (event->type != YAML_SCALAR_EVENT)
        return fail(reading, &event->start_mark, "a key must be a text");
    str key = str_make((const char *)event->data.scalar.value, event->data.scalar.length);
    // Every key stands behind its mapping's number, so that no two mappings share one.
    str mark = arena_printf(reading->arena, "%p.%" PRIstr, (const void *)level->path.data,
                            STR_ARG(key));
    if (map_put(reading->seen, mark, reading))
        return fail(reading, &event->start_mark, "this key is there twice");
    reading->path = path_of(reading, level, key);
    level->has_key = true;
    json_key(&reading->json, key);
    return OK;
}

// The place of the value that begins here.
static void take_place(struct reading *reading, const yaml_event_t *event)
{
    struct level *level = &reading->levels[reading->depth];
    if (reading->depth > 0 && !level->is_mapping)
        reading->path = path_of(reading, level, STR_NONE);
    level->count++;
    level->has_key = false;
    if (reading->lines && reading->path.len > 0)
        (void)map_put(reading->lines, reading->path,
                      (void *)(uintptr_t)(event->start_mark.line + 1));
}

static enum err open_level(struct reading *reading, const yaml_event_t *event, bool is_mapping)
{
    if (reading->depth == YAML_DEPTH_MAX)
        return fail(reading, &event->start_mark, "this is nested too deep");
    take_place(reading, event);
    // A copy of its own: its address tells this level from every other.
    str path = arena_printf(reading->arena, "%" PRIstr, STR_ARG(reading->path));
    struct level *level = &reading->levels[++reading->depth];
    *level = (struct level){ .path = path, .is_mapping = is_mapping };
    if (is_mapping)
        json_open_object(&reading->json);
    else
        json_open_array(&reading->json);
    return OK;
}

static enum err take_scalar(struct reading *reading, const yaml_event_t *event)
{
    str text = str_make((const char *)event->data.scalar.value, event->data.scalar.length);
    take_place(reading, event);
    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        write_plain(&reading->json, text);
    else
        json_value_str(&reading->json, text.len > 0 ? text : STR(""));
    return OK;
}

// --- Events

static bool is_decorated(const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        return event->data.scalar.anchor || event->data.scalar.tag;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return event->data.sequence_start.anchor || event->data.sequence_start.tag;
    if (event->type == YAML_MAPPING_START_EVENT)
        return event->data.mapping_start.anchor || event->data.mapping_start.tag;
    return event->type == YAML_ALIAS_EVENT;
}

static void close_level(struct reading *reading)
{
    if (reading->levels[reading->depth--].is_mapping)
        json_close_object(&reading->json);
    else
        json_close_array(&reading->json);
}

static enum err take(struct reading *reading, const yaml_event_t *event)
{
    const struct level *level = &reading->levels[reading->depth];
    bool is_end = event->type == YAML_MAPPING_END_EVENT;
    if (is_decorated(event))
        return fail(reading, &event->start_mark,
                    "anchors, aliases and tags are not taken: write the value itself");
    if (arena_is_over(reading->arena))
        return problem_set(reading->problem, ERR_TOO_BIG, STR(""), "is too big");
    if (level->is_mapping && !level->has_key && !is_end)
        return take_key(reading, event);
    if (event->type == YAML_SCALAR_EVENT)
        return take_scalar(reading, event);
    if (event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT)
        return open_level(reading, event, event->type == YAML_MAPPING_START_EVENT);
    close_level(reading);
    return OK;
}

static enum err take_other(struct reading *reading, const yaml_event_t *event,
                           size_t *documents)
{
    switch ((int)event->type) {
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_NO_EVENT:
        return OK;
    case YAML_DOCUMENT_START_EVENT:
        if (++*documents > 1)
            return fail(reading, &event->start_mark, "there is a second document");
        return OK;
    default:
        return take(reading, event);
    }
}

static enum err parse_problem(struct reading *reading, const yaml_parser_t *parser)
{
    const yaml_mark_t *mark = &parser->problem_mark;
    return fail(reading, mark, parser->problem ? parser->problem : "cannot be read");
}

enum err yaml_read(str text, struct arena *arena, struct buf *json, struct map *lines,
                   struct problem *ret_problem)
{
    AUTO(map_free) struct map *seen = map_new();
    struct reading reading = {
        .arena = arena, .seen = seen, .lines = lines, .problem = ret_problem
    };
    yaml_parser_t parser;
    enum err err = OK;
    size_t documents = 0;
    bool is_end = false;
    json_init(&reading.json, json);
    if (!yaml_parser_initialize(&parser))
        return problem_set(ret_problem, ERR_TOO_BIG, STR(""), "no memory to read it");
    yaml_parser_set_input_string(&parser, (const unsigned char *)(text.data ? text.data : ""),
                                 text.len);
    while (!err && !is_end) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            err = parse_problem(&reading, &parser);
            break;
        }
        is_end = event.type == YAML_STREAM_END_EVENT;
        err = take_other(&reading, &event, &documents);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (!err && documents == 0)
        err = problem_set(ret_problem, ERR_INVALID, STR(""), "there is nothing in it");
    return err;
}
