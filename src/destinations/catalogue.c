// SPDX-License-Identifier: Apache-2.0
// The list of destinations, and what is the same for the settings of all of them.
#include "destinations/destination.h"

#include <string.h>

extern const struct destination dest_webhook;

// Sorted by title. A new destination is one folder and one line here.
static const struct destination *const rows[] = {
    &dest_webhook,
    NULL,
};

// Keys that RudderStack's clients put into every destination's config: choices per kind of
// source, consent, and what only the device side reads. They steer nothing here, so whatever
// they hold is tolerated and kept as it is.
static const char *const common_keys[] = {
    "blacklistedEvents",    "connectionMode",           "consentManagement",
    "eventDelivery",        "eventDeliveryTS",          "eventFilteringOption",
    "ketchConsentPurposes", "oneTrustCookieCategories", "useNativeSDK",
    "useNativeSDKToSend",   "whitelistedEvents",
};

const struct destination *destination_find(str type)
{
    for (size_t i = 0; rows[i]; i++) {
        if (str_eq(str_of(rows[i]->type), type))
            return rows[i];
    }
    return NULL;
}

const struct destination *const *destination_all(void)
{
    return rows;
}

static bool is_known_key(const struct destination *definition, str key)
{
    for (const struct field *field = definition->fields; field->type != FIELD_END; field++) {
        if (str_eq(str_of(field->name), key))
            return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(common_keys); i++) {
        if (str_eq(str_of(common_keys[i]), key))
            return true;
    }
    return false;
}

static enum err refuse_unknown_keys(const struct destination *definition, yyjson_val *config,
                                    str prefix, struct arena *arena,
                                    struct problem *ret_problem)
{
    size_t i, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach(config, i, count, key, value)
    {
        str name = json_str(key);
        if (is_known_key(definition, name))
            continue;
        str path = arena_printf(arena, "%" PRIstr "%s%" PRIstr, STR_ARG(prefix),
                                prefix.len ? "." : "", STR_ARG(name));
        return problem_set(ret_problem, ERR_INVALID, path, "is not known");
    }
    return OK;
}

enum err destination_settings_decode(const struct destination *definition, yyjson_val *config,
                                     enum fields_unknown unknown, str prefix,
                                     struct arena *arena, const void **ret_settings,
                                     struct problem *ret_problem)
{
    enum err err;
    if (unknown == UNKNOWN_REFUSE) {
        err = refuse_unknown_keys(definition, config, prefix, arena, ret_problem);
        if (err)
            return err;
    }
    void *settings = arena_zalloc(arena, 1, definition->settings_size);
    err = fields_decode(definition->fields, config, UNKNOWN_IGNORE, prefix, arena, settings,
                        ret_problem);
    if (err)
        return err;
    if (definition->check && (err = definition->check(settings, ret_problem))) {
        if (ret_problem && prefix.len) { // check names its fields without the prefix
            str path =
                arena_printf(arena, "%" PRIstr ".%s", STR_ARG(prefix), ret_problem->field);
            (void)str_copy(path, ret_problem->field, sizeof(ret_problem->field));
        }
        return err;
    }
    *ret_settings = settings;
    return OK;
}
