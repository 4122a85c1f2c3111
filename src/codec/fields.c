// SPDX-License-Identifier: Apache-2.0
// Field tables: decoding an object into a struct.
#include "codec/fields.h"

#include <regex.h>

#include "codec/url.h"

enum { DEFAULT_MAX_LEN = 1024, DEFAULT_MAX_PAIRS = 100 };

struct decoding {
    const struct fields_rules *rules;
    yyjson_val *object;
    const struct field *fields;
    struct problem *problem;
    str below; // of the value at hand: ".web"
};

// --- Walking a table

const struct field *fields_first(const struct field *fields)
{
    while (fields && fields->type == FIELD_END)
        fields = fields->more;
    return fields;
}

const struct field *fields_next(const struct field *field)
{
    return fields_first(field + 1);
}

const struct field *fields_find(const struct field *fields, str name)
{
    for (const struct field *field = fields_first(fields); field; field = fields_next(field))
        if (str_eq(str_of(field->name), name))
            return field;
    return NULL;
}

bool field_is_secret(const struct field *field)
{
    return field->type == FIELD_SECRET || field->is_secret;
}

// --- Dynamic texts

static bool is_dynamic(yyjson_val *val)
{
    str text = str_trim(json_str(val));
    return str_starts(text, STR("{{")) && str_ends(text, STR("}}")) &&
           str_find_str(text, STR("||")) < text.len;
}

bool fields_is_dynamic(yyjson_val *value)
{
    size_t i, max;
    yyjson_val *key, *item;
    yyjson_arr_foreach(value, i, max, item)
    {
        if (fields_is_dynamic(item))
            return true;
    }
    yyjson_obj_foreach(value, i, max, key, item)
    {
        if (fields_is_dynamic(item))
            return true;
    }
    return is_dynamic(value);
}

// --- Problems

// The bad field's path is prefix, name and what is below.
static enum err bad_field(const struct decoding *in, str name, const char *below,
                          const char *text)
{
    char path[sizeof(in->problem->field)];
    str prefix = in->rules->prefix;
    (void)snprintf(path, sizeof(path), "%" PRIstr "%s%" PRIstr "%" PRIstr "%s", STR_ARG(prefix),
                   prefix.len ? "." : "", STR_ARG(name), STR_ARG(in->below), below);
    return problem_set(in->problem, ERR_INVALID, str_of(path), "%s", text);
}

static enum err bad(const struct decoding *in, const struct field *field, const char *text)
{
    return bad_field(in, str_of(field->name), "", text);
}

static enum err bad_text(const struct decoding *in, const struct field *field,
                         const char *format, size_t number)
{
    char text[128];
    (void)snprintf(text, sizeof(text), "%s %zu bytes", format, number);
    return bad(in, field, text);
}

static size_t limit_of(const struct field *field, size_t fallback)
{
    return field->max_len ? field->max_len : fallback;
}

// --- One value each

// An optional text that was left blank matches. A pattern that cannot be compiled is a mistake
// in the table.
static bool matches(const struct decoding *in, const struct field *field, str text)
{
    if (!field->pattern || in->rules->skips_patterns || text.len == 0)
        return true;
    regex_t regex;
    int failed = regcomp(&regex, field->pattern, REG_EXTENDED | REG_NOSUB);
    assert(!failed);
    (void)failed;
    bool is_match = !memchr(text.data, 0, text.len) &&
                    regexec(&regex, arena_cstr(in->rules->arena, text), 0, NULL, 0) == 0;
    regfree(&regex);
    return is_match;
}

static enum err take_text(const struct decoding *in, const struct field *field, yyjson_val *val,
                          str *ret_text)
{
    if (!yyjson_is_str(val))
        return bad(in, field, "must be a string");
    str text = json_str(val);
    if (text.len > limit_of(field, DEFAULT_MAX_LEN))
        return bad_text(in, field, "must have at most", limit_of(field, DEFAULT_MAX_LEN));
    if (field->is_required && text.len == 0)
        return bad(in, field, "must not be empty");
    if (!is_dynamic(val) && !matches(in, field, text))
        return bad(in, field, "does not have the expected form");
    *ret_text = text;
    return OK;
}

static enum err take_url(const struct decoding *in, const struct field *field, yyjson_val *val,
                         str *ret_text)
{
    enum err err = take_text(in, field, val, ret_text);
    if (err || ret_text->len == 0 || is_dynamic(val)) // a blank form sends ""
        return err;
    struct url url;
    struct problem problem;
    if (url_parse(*ret_text, &url, &problem))
        return bad(in, field, problem.text);
    return OK;
}

static bool is_choice(const struct field *field, str text)
{
    for (const char *const *choice = field->choices; *choice; choice++)
        if (str_eq(str_of(*choice), text))
            return true;
    return false;
}

static enum err take_choice(const struct decoding *in, const struct field *field,
                            yyjson_val *val, str *ret_text)
{
    if (yyjson_is_str(val) && is_choice(field, json_str(val))) {
        *ret_text = json_str(val);
        return OK;
    }
    char text[sizeof(in->problem->text)];
    int len = snprintf(text, sizeof(text), "must be one of");
    for (size_t i = 0; field->choices[i] && (size_t)len < sizeof(text); i++)
        len += snprintf(text + len, sizeof(text) - (size_t)len, "%s %s", i ? "," : "",
                        field->choices[i]);
    return bad(in, field, text);
}

static enum err take_int(const struct decoding *in, const struct field *field, yyjson_val *val,
                         int64_t *ret_value)
{
    bool is_int =
        yyjson_is_int(val) && !(yyjson_is_uint(val) && yyjson_get_uint(val) > INT64_MAX);
    if (!is_int)
        return bad(in, field, "must be a whole number");
    int64_t value = yyjson_get_sint(val);
    if ((field->min || field->max) && (value < field->min || value > field->max)) {
        char text[96];
        (void)snprintf(text, sizeof(text), "must be between %lld and %lld",
                       (long long)field->min, (long long)field->max);
        return bad(in, field, text);
    }
    *ret_value = value;
    return OK;
}

static enum err bad_pair(const struct decoding *in, const struct field *field, size_t index,
                         const char *part, const char *text)
{
    char below[48];
    (void)snprintf(below, sizeof(below), ".%zu%s", index, part);
    return bad_field(in, str_of(field->name), below, text);
}

static enum err check_pair_keys(const struct decoding *in, const struct field *field,
                                size_t index, yyjson_val *item)
{
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(item, i, max, key, value)
    {
        bool is_known = yyjson_equals_str(key, "from") || yyjson_equals_str(key, "to");
        if (!is_known && in->rules->unknown == UNKNOWN_REFUSE)
            return bad_pair(in, field, index, "", "must have only the keys from and to");
    }
    return OK;
}

static enum err take_pair(const struct decoding *in, const struct field *field, size_t index,
                          yyjson_val *item, struct field_pair *ret_pair)
{
    if (!yyjson_is_obj(item))
        return bad_pair(in, field, index, "", "must be an object with from and to");
    enum err err = check_pair_keys(in, field, index, item);
    if (err)
        return err;
    yyjson_val *from = yyjson_obj_get(item, "from"), *to = yyjson_obj_get(item, "to");
    if (!yyjson_is_str(from) || yyjson_get_len(from) > DEFAULT_MAX_LEN)
        return bad_pair(in, field, index, ".from", "must be a string of at most 1024 bytes");
    if (!yyjson_is_str(to) || yyjson_get_len(to) > DEFAULT_MAX_LEN)
        return bad_pair(in, field, index, ".to", "must be a string of at most 1024 bytes");
    *ret_pair = (struct field_pair){ .from = json_str(from), .to = json_str(to) };
    return OK;
}

static enum err take_pairs(const struct decoding *in, const struct field *field,
                           yyjson_val *val, struct field_pairs *ret_pairs)
{
    if (!yyjson_is_arr(val))
        return bad(in, field, "must be a list of objects with from and to");
    if (yyjson_arr_size(val) > limit_of(field, DEFAULT_MAX_PAIRS))
        return bad(in, field, "has too many entries");
    struct field_pair *items =
        ARENA_ARRAY(in->rules->arena, struct field_pair, yyjson_arr_size(val) + 1);
    size_t count = 0, i, max;
    yyjson_val *item;
    yyjson_arr_foreach(val, i, max, item)
    {
        enum err err = take_pair(in, field, i, item, &items[count]);
        if (err)
            return err;
        if (items[count].from.len || items[count].to.len) // a blank row of a form is no pair
            count++;
    }
    *ret_pairs = (struct field_pairs){ .items = items, .count = count };
    return OK;
}

static enum err take_list(const struct decoding *in, const struct field *field, yyjson_val *val,
                          yyjson_val **ret_list)
{
    size_t most = limit_of(field, DEFAULT_MAX_PAIRS);
    if (!yyjson_is_arr(val))
        return bad(in, field, "must be a list");
    if (yyjson_arr_size(val) > most)
        return bad(in, field,
                   arena_printf(in->rules->arena, "must have at most %zu entries", most).data);
    *ret_list = val;
    return OK;
}

static enum err take_bool(const struct decoding *in, const struct field *field, yyjson_val *val,
                          bool *ret_value)
{
    if (!yyjson_is_bool(val))
        return bad(in, field, "must be true or false");
    *ret_value = yyjson_get_bool(val);
    return OK;
}

static enum err take_object(const struct decoding *in, const struct field *field,
                            yyjson_val *val, yyjson_val **ret_object)
{
    if (!yyjson_is_obj(val))
        return bad(in, field, "must be an object");
    *ret_object = val;
    return OK;
}

static enum err take(const struct decoding *in, const struct field *field, yyjson_val *val,
                     void *slot)
{
    switch (field->type) {
    case FIELD_STR:
        return take_text(in, field, val, slot);
    case FIELD_SECRET:
        return take_text(in, field, val, &((struct secret *)slot)->hidden);
    case FIELD_URL:
        return take_url(in, field, val, slot);
    case FIELD_BOOL:
        return take_bool(in, field, val, slot);
    case FIELD_INT:
        return take_int(in, field, val, slot);
    case FIELD_CHOICE:
        return take_choice(in, field, val, slot);
    case FIELD_JSON:
        return take_object(in, field, val, slot);
    case FIELD_PAIRS:
        return take_pairs(in, field, val, slot);
    case FIELD_LIST:
        return take_list(in, field, val, slot);
    case FIELD_ANY:
        *(yyjson_val **)slot = val;
        return OK;
    case FIELD_END:
        break;
    }
    assert(!"the end of a table is no field");
    return ERR_INVALID;
}

static bool is_text(enum field_type type)
{
    return type == FIELD_STR || type == FIELD_SECRET || type == FIELD_URL;
}

// A dynamic text in place of a value that is none: of it only the length is known.
static enum err take_one(const struct decoding *in, const struct field *field, yyjson_val *val,
                         void *slot)
{
    if (is_text(field->type) || !is_dynamic(val))
        return take(in, field, val, slot);
    if (yyjson_get_len(val) > DEFAULT_MAX_LEN)
        return bad_text(in, field, "must have at most", DEFAULT_MAX_LEN);
    return OK;
}

// Large enough for a value of any type.
union value {
    struct field_pairs pairs;
    struct secret secret;
    str text;
    int64_t number;
    void *pointer;
};

static bool is_variant_name(const struct decoding *in, str name)
{
    for (const char *const *variant = in->rules->variants; *variant; variant++)
        if (str_eq(str_of(*variant), name))
            return true;
    return false;
}

static enum err take_variants(const struct decoding *in, const struct field *field,
                              yyjson_val *object)
{
    size_t i, max;
    yyjson_val *key, *val;
    yyjson_obj_foreach(object, i, max, key, val)
    {
        union value value;
        str name = json_str(key);
        struct decoding below = *in;
        below.below = arena_printf(in->rules->arena, ".%" PRIstr, STR_ARG(name));
        if (!is_variant_name(in, name))
            return bad(&below, field, "is no type of source");
        enum err err = yyjson_is_null(val) ? OK : take_one(&below, field, val, &value);
        if (err)
            return err;
    }
    return OK;
}

// --- Defaults

// A default that its own table's type cannot hold is a mistake in the table.
static void put_fallback(const struct field *field, void *slot)
{
    str text = str_of(field->fallback);
    switch (field->type) {
    case FIELD_STR:
    case FIELD_URL:
    case FIELD_CHOICE:
        *(str *)slot = text;
        return;
    case FIELD_SECRET:
        *(struct secret *)slot = secret_of(text);
        return;
    case FIELD_BOOL:
        *(bool *)slot = str_eq(text, STR("true"));
        return;
    case FIELD_INT: {
        bool is_number = str_to_i64(text, slot);
        assert(is_number);
        (void)is_number;
        return;
    }
    case FIELD_JSON:
    case FIELD_PAIRS:
    case FIELD_LIST:
    case FIELD_ANY:
    case FIELD_END:
        break;
    }
    assert(!"this type has no default");
}

static size_t size_of(enum field_type type)
{
    static const unsigned char sizes[] = {
        [FIELD_END] = 0,
        [FIELD_STR] = sizeof(str),
        [FIELD_SECRET] = sizeof(struct secret),
        [FIELD_URL] = sizeof(str),
        [FIELD_BOOL] = sizeof(bool),
        [FIELD_INT] = sizeof(int64_t),
        [FIELD_CHOICE] = sizeof(str),
        [FIELD_JSON] = sizeof(yyjson_val *),
        [FIELD_PAIRS] = sizeof(struct field_pairs),
        [FIELD_LIST] = sizeof(yyjson_val *),
        [FIELD_ANY] = sizeof(yyjson_val *),
    };
    return sizes[type];
}

// --- The whole object

static enum err check_known(const struct decoding *in)
{
    size_t i, max;
    yyjson_val *key, *value;
    yyjson_obj_foreach(in->object, i, max, key, value)
    {
        if (!fields_find(in->fields, json_str(key)))
            return bad_field(in, json_str(key), "", "is not known");
    }
    return OK;
}

// Whether the field matters for this object, by its `when`.
static bool is_wanted(const struct decoding *in, const struct field *field)
{
    if (!field->when)
        return true;
    str rest = str_of(field->when), name, value;
    if (!str_next(&rest, '=', &name) || !str_next(&rest, '=', &value))
        return true;
    const struct field *other = fields_find(in->fields, name);
    yyjson_val *val = yyjson_obj_getn(in->object, name.data, name.len);
    if (!val && other && other->fallback)
        return str_eq(str_of(other->fallback), value);
    if (yyjson_is_bool(val))
        return str_eq(yyjson_get_bool(val) ? STR("true") : STR("false"), value);
    return str_eq(json_str(val), value);
}

// Where the field's value goes.
static void *slot_of(const struct fields_rules *rules, const struct field *field,
                     void *ret_struct, union value *unused)
{
    if (!ret_struct)
        return unused;
    if (!rules->slots)
        return (char *)ret_struct + field->offset;
    for (const struct field_slot *slot = rules->slots; slot->name; slot++)
        if (strcmp(slot->name, field->name) == 0)
            return (char *)ret_struct + slot->offset;
    return unused;
}

static enum err take_field(const struct decoding *in, const struct field *field, void *slot)
{
    yyjson_val *val = yyjson_obj_get(in->object, field->name);
    memset(slot, 0, size_of(field->type));
    if (val && !yyjson_is_null(val)) {
        if (field->is_variant && yyjson_is_obj(val) && in->rules->variants)
            return take_variants(in, field, val);
        return take_one(in, field, val, slot);
    }
    if (field->is_required && is_wanted(in, field))
        return bad(in, field, "is required");
    if (field->fallback)
        put_fallback(field, slot);
    return OK;
}

enum err fields_decode(const struct field *fields, yyjson_val *object,
                       const struct fields_rules *rules, void *ret_struct,
                       struct problem *ret_problem)
{
    struct decoding in = {
        .rules = rules, .object = object, .fields = fields, .problem = ret_problem
    };
    if (!yyjson_is_obj(object))
        return problem_set(ret_problem, ERR_INVALID, rules->prefix, "must be an object");
    enum err err = rules->unknown == UNKNOWN_REFUSE ? check_known(&in) : OK;
    const struct field *field = fields_first(fields);
    for (; field && !err; field = fields_next(field)) {
        union value unused;
        err = take_field(&in, field, slot_of(rules, field, ret_struct, &unused));
    }
    return err;
}
