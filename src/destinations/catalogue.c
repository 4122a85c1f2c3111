// SPDX-License-Identifier: Apache-2.0
// The table of definitions, which scripts/gen-catalogue makes from catalogue/, and what is the
// same for the settings of all destinations.
#include "destinations/destination.h"

#include <string.h>

#include "destinations/account.h"

#include "catalogue.inc"

const char *source_kind_word(enum source_kind kind)
{
    static const char *const words[] = {
#define X(kind, word) [kind] = (word),
        SOURCE_KIND_TABLE(X)
#undef X
    };
    assert((size_t)kind < ARRAY_LEN(words));
    return words[kind];
}

// The same words as a list, for settings that differ by kind.
static const char *const kind_words[] = {
#define X(kind, word) (word),
    SOURCE_KIND_TABLE(X)
#undef X
        NULL,
};

static const char *const mode_words[] = {
    [MODE_CLOUD] = "cloud",
    [MODE_DEVICE] = "device",
    [MODE_HYBRID] = "hybrid",
};

const char *connection_mode_word(enum connection_mode mode)
{
    assert((size_t)mode < ARRAY_LEN(mode_words));
    return mode_words[mode];
}

// --- Looking up. Rows are sorted by type.

static int compare_type(const void *key, const void *row)
{
    return str_cmp(*(const str *)key, str_of(((const struct destination *)row)->type));
}

const struct destination *destination_find(str type)
{
    return bsearch(&type, destination_rows, ARRAY_LEN(destination_rows),
                   sizeof(destination_rows[0]), compare_type);
}

const struct destination *const *destination_all(void)
{
    return destinations_by_title;
}

enum destination_transport destination_transport(const struct destination *definition)
{
    return definition->delivery ? definition->delivery->transport : TRANSPORT_NONE;
}

static int compare_source_type(const void *key, const void *row)
{
    return str_cmp(*(const str *)key, str_of(((const struct source_definition *)row)->type));
}

const struct source_definition *source_definition_find(str type)
{
    const struct source_definition *found =
        bsearch(&type, source_rows, ARRAY_LEN(source_rows), sizeof(source_rows[0]),
                compare_source_type);
    for (size_t i = 0; i < ARRAY_LEN(source_rows) && !found; i++) {
        if (source_rows[i].stream_type && str_eq(str_of(source_rows[i].stream_type), type))
            found = &source_rows[i];
    }
    return found;
}

const struct source_definition *const *source_definition_all(void)
{
    return sources_by_title;
}

// --- Modes

bool destination_offers(const struct destination *definition, enum connection_mode mode,
                        enum source_kind kind)
{
    switch (mode) {
    case MODE_CLOUD:
        return definition->has_cloud;
    case MODE_DEVICE:
        return definition->device & 1u << kind;
    case MODE_HYBRID:
        return definition->hybrid & 1u << kind;
    }
    assert(!"a mode outside of the enum");
    return false;
}

// The value of a setting for sources of the kind: its own, or the one for all of them.
static yyjson_val *value_for(yyjson_val *config, const char *key, enum source_kind kind)
{
    yyjson_val *value = yyjson_obj_get(config, key);
    return yyjson_is_obj(value) ? yyjson_obj_get(value, source_kind_word(kind)) : value;
}

static bool mode_of_word(str word, enum connection_mode *ret_mode)
{
    for (size_t i = 0; i < ARRAY_LEN(mode_words); i++) {
        if (!str_eq(str_of(mode_words[i]), word))
            continue;
        *ret_mode = (enum connection_mode)i;
        return true;
    }
    return false;
}

enum connection_mode destination_mode(const struct destination *definition, yyjson_val *config,
                                      enum source_kind kind)
{
    enum connection_mode mode = definition->has_cloud ? MODE_CLOUD : MODE_DEVICE;
    bool is_said = mode_of_word(json_str(value_for(config, "connectionMode", kind)), &mode);
    if (!is_said && yyjson_get_bool(value_for(config, "useNativeSDK", kind)))
        mode = MODE_DEVICE;
    return mode;
}

// A mode that is asked for must be one that the definition offers.
static enum err check_modes(const struct destination *definition, yyjson_val *config,
                            const struct destination_check *check, struct problem *ret_problem)
{
    yyjson_val *modes = yyjson_obj_get(config, "connectionMode");
    for (int kind = 0; yyjson_is_obj(modes) && kind < SOURCE_KIND_COUNT; kind++) {
        const char *word = source_kind_word((enum source_kind)kind);
        str given = json_get_str(modes, word);
        enum connection_mode mode;
        if (!mode_of_word(given, &mode) ||
            destination_offers(definition, mode, (enum source_kind)kind))
            continue;
        str path = arena_printf(check->arena, "%" PRIstr "%sconnectionMode.%s",
                                STR_ARG(check->prefix), check->prefix.len ? "." : "", word);
        return problem_set(ret_problem, ERR_INVALID, path,
                           "%s has no %" PRIstr " mode for this type of source",
                           definition->title, STR_ARG(given));
    }
    return OK;
}

// --- Settings

// `check` names its fields without the prefix.
static enum err check_delivery(const struct destination_delivery *delivery,
                               const void *settings, const struct destination_check *check,
                               struct problem *ret_problem)
{
    enum err err = delivery->check ? delivery->check(settings, ret_problem) : OK;
    if (err && ret_problem && check->prefix.len) {
        str path = arena_printf(check->arena, "%" PRIstr ".%s", STR_ARG(check->prefix),
                                ret_problem->field);
        (void)str_copy(path, ret_problem->field, sizeof(ret_problem->field));
    }
    return err;
}

enum err destination_settings_decode(const struct destination *definition, yyjson_val *config,
                                     const struct destination_check *check,
                                     const void **ret_settings, struct problem *ret_problem)
{
    const struct destination_delivery *delivery = definition->delivery;
    const struct fields_rules rules = {
        .slots = delivery ? delivery->slots : NULL,
        .unknown = definition->is_closed && check->is_new ? UNKNOWN_REFUSE : UNKNOWN_IGNORE,
        .skips_patterns = !check->is_new,
        .variants = kind_words,
        .prefix = check->prefix,
        .arena = check->arena,
    };
    void *settings = delivery ? arena_zalloc(check->arena, 1, delivery->settings_size) : NULL;
    enum err err = fields_decode(definition->fields, config, &rules, settings, ret_problem);
    if (!err && check->is_new)
        err = check_modes(definition, config, check, ret_problem);
    if (!err && fields_is_dynamic(config))
        settings = NULL;
    else if (!err && delivery)
        err = check_delivery(delivery, settings, check, ret_problem);
    if (!err)
        *ret_settings = settings;
    return err;
}

void destination_write_device_config(const struct destination *definition, yyjson_val *config,
                                     enum source_kind kind, struct json *json)
{
    json_open_object(json);
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(config, i, count, key, value)
    {
        const struct field *field = fields_find(definition->fields, json_str(key));
        if (!field || field_is_secret(field))
            continue;
        bool differs = field->is_variant && yyjson_is_obj(value);
        yyjson_val *own = differs ? yyjson_obj_get(value, source_kind_word(kind)) : value;
        if (!own)
            continue;
        json_key(json, json_str(key));
        json_value_val(json, own);
    }
    json_close_object(json);
}

// --- Accounts

static int compare_account(const void *key, const void *row)
{
    return str_cmp(*(const str *)key, str_of(((const struct account_definition *)row)->name));
}

const struct account_definition *account_definition_find(str name)
{
    return bsearch(&name, account_rows, ARRAY_LEN(account_rows), sizeof(account_rows[0]),
                   compare_account);
}

const struct account_definition *const *account_definition_all(void)
{
    return accounts_by_title;
}

// What is answered to everybody must not hold what is to be kept.
static enum err refuse_misplaced(const struct account_definition *definition,
                                 yyjson_val *options, struct arena *arena,
                                 struct problem *ret_problem)
{
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(options, i, count, key, value)
    {
        if (!fields_find(definition->secrets, json_str(key)))
            continue;
        str path = arena_printf(arena, "options.%s", yyjson_get_str(key));
        return problem_set(ret_problem, ERR_INVALID, path,
                           "is a secret, so it belongs into `secret`");
    }
    return OK;
}

static enum err check_part(const struct field *fields, yyjson_val *part, str prefix,
                           struct arena *arena, struct problem *ret_problem)
{
    const struct fields_rules rules = { .unknown = UNKNOWN_IGNORE,
                                        .prefix = prefix,
                                        .arena = arena };
    if (!part || yyjson_obj_size(part) == 0)
        return OK;
    return fields_decode(fields, part, &rules, NULL, ret_problem);
}

enum err account_check(const struct account_definition *definition, yyjson_val *options,
                       yyjson_val *secret, struct arena *arena, struct problem *ret_problem)
{
    enum err err = options ? refuse_misplaced(definition, options, arena, ret_problem) : OK;
    if (!err)
        err = check_part(definition->options, options, STR("options"), arena, ret_problem);
    return err ? err
               : check_part(definition->secrets, secret, STR("secret"), arena, ret_problem);
}
