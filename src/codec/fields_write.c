// SPDX-License-Identifier: Apache-2.0
// Field tables: describing the table itself, and objects with their secrets left out or kept.
#include "codec/fields.h"

static const char *const type_words[] = {
    [FIELD_END] = NULL,        [FIELD_STR] = "string",   [FIELD_SECRET] = "secret",
    [FIELD_URL] = "url",       [FIELD_BOOL] = "boolean", [FIELD_INT] = "integer",
    [FIELD_CHOICE] = "choice", [FIELD_JSON] = "object",  [FIELD_PAIRS] = "pairs",
    [FIELD_LIST] = "list",     [FIELD_ANY] = "any",
};

static void put_default(const struct field *field, struct json *json)
{
    if (!field->fallback || field_is_secret(field))
        return;
    json_key(json, STR("default"));
    if (field->type == FIELD_BOOL || field->type == FIELD_INT)
        json_value_raw(json, str_of(field->fallback));
    else
        json_value_str(json, str_of(field->fallback));
}

static void put_optional(struct json *json, const char *key, const char *text)
{
    if (text)
        json_put_str(json, key, str_of(text));
}

static void put_words(struct json *json, const char *key, const char *const *words)
{
    if (!words)
        return;
    json_key(json, str_of(key));
    json_open_array(json);
    for (; *words; words++)
        json_value_str(json, str_of(*words));
    json_close_array(json);
}

// Whatever holds a secret is one in a form.
static const char *word_of(const struct field *field)
{
    bool is_hidden = field->is_secret && field->type != FIELD_PAIRS;
    return type_words[is_hidden ? FIELD_SECRET : field->type];
}

static void describe(const struct field *field, struct json *json)
{
    json_open_object(json);
    json_put_str(json, "name", str_of(field->name));
    json_put_str(json, "type", str_of(word_of(field)));
    put_optional(json, "title", field->title);
    put_optional(json, "doc", field->doc);
    json_put_bool(json, "required", field->is_required);
    json_put_bool(json, "secret", field_is_secret(field));
    put_default(field, json);
    if (field->is_variant)
        json_put_bool(json, "variant", true);
    if (field->is_unlisted)
        json_put_bool(json, "unlisted", true);
    put_words(json, "choices", field->choices);
    put_words(json, "columns", field->columns);
    put_optional(json, "placeholder", field->placeholder);
    put_optional(json, "pattern", field->pattern);
    put_optional(json, "when", field->when);
    put_optional(json, "section", field->section);
    if (field->max_len)
        json_put_int(json, "maxLength", (int64_t)field->max_len);
    if (field->min || field->max) {
        json_put_int(json, "minimum", field->min);
        json_put_int(json, "maximum", field->max);
    }
    json_close_object(json);
}

void fields_describe(const struct field *fields, struct json *json)
{
    json_open_array(json);
    for (const struct field *field = fields_first(fields); field; field = fields_next(field))
        describe(field, json);
    json_close_array(json);
}

static void write_masked_pairs(yyjson_val *pairs, struct json *json)
{
    json_open_array(json);
    size_t i, max;
    yyjson_val *pair;
    yyjson_arr_foreach(pairs, i, max, pair)
    {
        json_open_object(json);
        json_put_str(json, "from", json_get_str(pair, "from"));
        json_close_object(json);
    }
    json_close_array(json);
}

void fields_write_masked(const struct field *fields, yyjson_val *object,
                         enum fields_hidden hidden, struct json *json)
{
    json_open_object(json);
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(object, i, max, key, value)
    {
        const struct field *field = fields_find(fields, json_str(key));
        if (!field && hidden == HIDE_SECRETS_AND_UNKNOWN)
            continue;
        bool is_hidden = field && field_is_secret(field);
        if (is_hidden && field->type != FIELD_PAIRS)
            continue;
        json_key(json, json_str(key));
        if (is_hidden)
            write_masked_pairs(value, json);
        else
            json_value_val(json, value);
    }
    json_close_object(json);
}

// --- Keeping secrets over an update

// The value of the pair that is the n-th with this `from`.
static yyjson_val *stored_to(yyjson_val *pairs, str from, size_t nth)
{
    size_t i, max;
    yyjson_val *pair;
    yyjson_arr_foreach(pairs, i, max, pair)
    {
        if (str_eq(json_get_str(pair, "from"), from) && nth-- == 0)
            return yyjson_obj_get(pair, "to");
    }
    return NULL;
}

static size_t count_before(yyjson_mut_val *pairs, yyjson_mut_val *until, str from)
{
    size_t count = 0, i, max;
    yyjson_mut_val *pair;
    yyjson_mut_arr_foreach(pairs, i, max, pair)
    {
        if (pair == until)
            break;
        count += str_eq(json_mut_str(yyjson_mut_obj_get(pair, "from")), from);
    }
    return count;
}

static void keep_pairs(yyjson_mut_doc *doc, yyjson_mut_val *pairs, yyjson_val *stored)
{
    size_t i, max;
    yyjson_mut_val *pair;
    yyjson_mut_arr_foreach(pairs, i, max, pair)
    {
        str from = json_mut_str(yyjson_mut_obj_get(pair, "from"));
        if (!from.data || yyjson_mut_obj_get(pair, "to"))
            continue;
        yyjson_val *to = stored_to(stored, from, count_before(pairs, pair, from));
        if (to)
            (void)yyjson_mut_obj_add_val(doc, pair, "to", yyjson_val_mut_copy(doc, to));
    }
}

static bool is_kept(const struct field *field, enum fields_hidden hidden)
{
    return field ? field_is_secret(field) : hidden == HIDE_SECRETS_AND_UNKNOWN;
}

yyjson_val *fields_keep_hidden(const struct field *fields, yyjson_val *object,
                               yyjson_val *stored, enum fields_hidden hidden,
                               struct arena *arena)
{
    if (!yyjson_is_obj(object) || !yyjson_is_obj(stored))
        return object;
    yyjson_alc alc = json_alc(arena);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&alc);
    yyjson_mut_val *kept = yyjson_val_mut_copy(doc, object);
    size_t i, max;
    yyjson_val *key, *old;
    yyjson_obj_foreach(stored, i, max, key, old)
    {
        str name = json_str(key);
        const struct field *field = fields_find(fields, name);
        if (!is_kept(field, hidden))
            continue;
        yyjson_mut_val *given = yyjson_mut_obj_getn(kept, name.data, name.len);
        if (field && field->type == FIELD_PAIRS)
            keep_pairs(doc, given, old);
        else if (!given)
            (void)yyjson_mut_obj_add(kept, yyjson_val_mut_copy(doc, key),
                                     yyjson_val_mut_copy(doc, old));
    }
    yyjson_doc *result = yyjson_mut_val_imut_copy(kept, &alc);
    return yyjson_doc_get_root(result);
}
