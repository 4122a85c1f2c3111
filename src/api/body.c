// SPDX-License-Identifier: Apache-2.0
// Decoding request bodies by tables.
#include "api/body.h"

#include "api/member.h"

enum { BODY_DEPTH_MAX = 64, FIELD_NAME_SHOWN = 100, BODY_ID_LEN_MAX = 64 };

static size_t characters(str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

static bool has_control(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f)
            return true;
    return false;
}

static bool is_blank(const struct body_field *field, str text)
{
    return field->kind == BODY_TEXT && field->min_len > 0 && str_trim(text).len == 0;
}

static enum err take_text(struct call *call, const struct body_field *field, yyjson_val *json,
                          struct body_value *value)
{
    str name = str_of(field->name);
    if (!yyjson_is_str(json))
        return call_invalid(call, name, "must be a string");
    value->text = json_str(json);
    size_t len = characters(value->text);
    if (field->kind == BODY_TEXT && has_control(value->text))
        return call_invalid(call, name, "must not have control characters");
    if (is_blank(field, value->text))
        return call_invalid(call, name, "must not be empty");
    if (len < (size_t)field->min_len)
        return call_invalid(call, name, "must have at least %lld characters",
                            (long long)field->min_len);
    if (len > (size_t)field->max_len)
        return call_invalid(call, name, "must have at most %lld characters",
                            (long long)field->max_len);
    return OK;
}

static enum err take_int(struct call *call, const struct body_field *field, yyjson_val *json,
                         struct body_value *value)
{
    bool is_int =
        yyjson_is_sint(json) || (yyjson_is_uint(json) && yyjson_get_uint(json) <= INT64_MAX);
    if (is_int)
        value->number = yyjson_get_sint(json);
    if (!is_int || value->number < field->min_len || value->number > field->max_len)
        return call_invalid(call, str_of(field->name),
                            "must be a whole number from %lld to %lld",
                            (long long)field->min_len, (long long)field->max_len);
    return OK;
}

static enum err take_choice(struct call *call, const struct body_field *field, yyjson_val *json,
                            struct body_value *value)
{
    struct buf list = { 0 };
    for (const char *const *choice = field->choices; *choice; choice++) {
        if (yyjson_equals_str(json, *choice)) {
            value->text = json_str(json);
            buf_done(&list);
            return OK;
        }
        buf_addf(&list, "%s%s", list.len ? ", " : "", *choice);
    }
    enum err err = call_invalid(call, str_of(field->name), "must be one of %" PRIstr,
                                STR_ARG(buf_str(&list)));
    buf_done(&list);
    return err;
}

// What was sent is kept byte for byte; a name written with escapes is not found by its bytes,
// and then the value is written anew.
static enum err take_object(struct call *call, const struct body_field *field, yyjson_val *json,
                            struct body_value *value)
{
    str name = str_of(field->name);
    if (field->kind == BODY_CONFIG && yyjson_is_null(json)) {
        value->text = STR("{}");
        return OK;
    }
    if (!yyjson_is_obj(json))
        return call_invalid(call, name, "must be an object");
    value->json = json;
    value->text = member_text(call->body, name);
    value->text =
        value->text.data ? arena_dup(call->arena, value->text) : json_text(json, call->arena);
    if (value->text.len > (size_t)field->max_len)
        return call_invalid(call, name, "must have at most %lld bytes",
                            (long long)field->max_len);
    return OK;
}

static enum err take_ids(struct call *call, const struct body_field *field, yyjson_val *json,
                         struct body_value *value)
{
    str name = str_of(field->name);
    size_t count = yyjson_arr_size(json), index, max;
    size_t len_max = field->kind == BODY_IDS ? BODY_ID_LEN_MAX : BODY_TEXT_LEN_MAX;
    const char *word = field->kind == BODY_IDS ? "id" : "text";
    if (!yyjson_is_arr(json) || count > (size_t)field->max_len)
        return call_invalid(call, name, "must be an array of at most %lld %ss",
                            (long long)field->max_len, word);
    str *ids = ARENA_ARRAY(call->arena, str, count);
    yyjson_val *item;
    yyjson_arr_foreach(json, index, max, item)
    {
        ids[index] = json_str(item);
        if (ids[index].len < 1 || ids[index].len > len_max)
            return call_invalid(call, arena_printf(call->arena, "%s[%zu]", field->name, index),
                                field->kind == BODY_IDS ? "must be an id"
                                                        : "must be a text of 1 to 2048 bytes");
    }
    value->json = json;
    value->ids = ids;
    value->number = (int64_t)count;
    return OK;
}

static enum err take_objects(struct call *call, const struct body_field *field,
                             yyjson_val *json, struct body_value *value)
{
    size_t count = yyjson_arr_size(json), index, max;
    bool fits = yyjson_is_arr(json) && count >= (size_t)field->min_len &&
                count <= (size_t)field->max_len;
    if (!fits)
        return call_invalid(call, str_of(field->name),
                            "must be an array of %lld to %lld objects",
                            (long long)field->min_len, (long long)field->max_len);
    yyjson_val *item;
    yyjson_arr_foreach(json, index, max, item)
    {
        if (!yyjson_is_obj(item))
            return call_invalid(call, arena_printf(call->arena, "%s[%zu]", field->name, index),
                                "must be an object");
    }
    value->json = json;
    value->number = (int64_t)count;
    return OK;
}

static enum err take(struct call *call, const struct body_field *field, yyjson_val *json,
                     struct body_value *value)
{
    switch (field->kind) {
    case BODY_TEXT:
    case BODY_SECRET:
        return take_text(call, field, json, value);
    case BODY_BOOL:
        if (!yyjson_is_bool(json))
            return call_invalid(call, str_of(field->name), "must be true or false");
        value->flag = yyjson_get_bool(json);
        return OK;
    case BODY_INT:
        return take_int(call, field, json, value);
    case BODY_CHOICE:
        return take_choice(call, field, json, value);
    case BODY_OBJECT:
    case BODY_CONFIG:
        return take_object(call, field, json, value);
    case BODY_OBJECTS:
        return take_objects(call, field, json, value);
    case BODY_IDS:
    case BODY_TEXTS:
        return take_ids(call, field, json, value);
    case BODY_IGNORED:
        return OK;
    }
    assert(!"unknown kind of member");
    return ERR_INVALID;
}

static enum err take_member(struct call *call, const struct body_field *fields, size_t count,
                            bool is_change, yyjson_val *key, struct body_value *values)
{
    str name = json_str(key);
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(name, str_of(fields[i].name)))
            continue;
        if (values[i].is_set)
            return call_invalid(call, name, "is there twice");
        values[i].is_set = true;
        if (is_change && fields[i].fixed)
            return call_invalid(call, name, "%s", fields[i].fixed);
        return take(call, &fields[i], yyjson_obj_iter_get_val(key), &values[i]);
    }
    return call_invalid(call, str_sub(name, 0, FIELD_NAME_SHOWN), "is not known here");
}

static enum err parse(struct call *call, yyjson_val **ret_object)
{
    yyjson_doc *doc;
    struct problem problem;
    enum err err = json_read(call->body, BODY_DEPTH_MAX, call->arena, &doc, &problem);
    if (err == ERR_INVALID)
        return call_invalid(call, STR("body"), "is not valid JSON: %s", problem.text);
    if (err)
        return err;
    *ret_object = yyjson_doc_get_root(doc);
    if (!yyjson_is_obj(*ret_object))
        return call_invalid(call, STR("body"), "must be a JSON object");
    return OK;
}

static enum err take_members(struct call *call, const struct body_field *fields, size_t count,
                             bool is_change, struct body_value *values)
{
    yyjson_val *object, *key;
    enum err err = parse(call, &object);
    if (err)
        return err;
    yyjson_obj_iter iter = yyjson_obj_iter_with(object);
    while ((key = yyjson_obj_iter_next(&iter))) {
        enum err bad = take_member(call, fields, count, is_change, key, values);
        err = bad ? bad : err;
    }
    return err;
}

static enum err read_body(struct call *call, const struct body_field *fields, size_t count,
                          bool is_change, struct body_value *values)
{
    memset(values, 0, count * sizeof(*values));
    if (str_trim(call->body).len == 0)
        return OK;
    return take_members(call, fields, count, is_change, values);
}

enum err body_read(struct call *call, const struct body_field *fields, size_t count,
                   struct body_value *ret_values)
{
    enum err err = read_body(call, fields, count, false, ret_values);
    if (err == ERR_INVALID && call->detail_count > 0 &&
        str_eq(call->details[0].field, STR("body")))
        return err;
    for (size_t i = 0; i < count; i++)
        if (fields[i].is_required && !ret_values[i].is_set)
            err = call_invalid(call, str_of(fields[i].name), "is required");
    return err;
}

enum err body_read_change(struct call *call, const struct body_field *fields, size_t count,
                          struct body_value *ret_values)
{
    return read_body(call, fields, count, true, ret_values);
}
