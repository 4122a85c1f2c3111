// SPDX-License-Identifier: Apache-2.0
// The organisation's settings as callers read and write them: one table.
#include "access/feature.h"
#include "api/body.h"
#include "api/resources/organization.h"
#include "store/organizations.h"

enum { DAYS_MAX = 3650, FEATURE_SHOWN_MAX = 64 };
#define DAY_MS ((int64_t)24 * 3600 * 1000)

enum setting_kind {
    SETTING_FLAG,
    SETTING_WORD,
    SETTING_DAYS,
    SETTING_DAYS_IN_MS,
    SETTING_FEATURES,
};

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;
};

#define AT(field) offsetof(struct organization_settings, field)

static const struct setting settings[] = {
    { "patCreation", SETTING_WORD, AT(pat_creation) },
    { "personalTokens", SETTING_FLAG, AT(allows_personal) },
    { "serviceTokens", SETTING_FLAG, AT(allows_service) },
    { "maxPersonalTokenDays", SETTING_DAYS_IN_MS, AT(max_personal_life_ms) },
    { "maxServiceTokenDays", SETTING_DAYS_IN_MS, AT(max_service_life_ms) },
    { "selfRotation", SETTING_FLAG, AT(allows_rotation) },
    { "strictEffects", SETTING_FLAG, AT(strict_effects) },
    { "baselinePii", SETTING_FLAG, AT(baseline_pii) },
    { "featuresOff", SETTING_FEATURES, AT(features_off) },
    { "auditEveryUse", SETTING_FLAG, AT(audits_every_use) },
    { "auditDays", SETTING_DAYS, AT(audit_days) },
};

static const char *const creators[] = { "everyone", "editors", "admins", "nobody" };

// --- Writing

static void write_features(const char *name, str words, struct json *json)
{
    str word;
    json_key(json, str_of(name));
    json_open_array(json);
    while (words.len > 0 && str_next(&words, ',', &word))
        json_value_str(json, word);
    json_close_array(json);
}

static void write_setting(const struct setting *setting, const char *place, struct json *json)
{
    switch (setting->kind) {
    case SETTING_FLAG:
        json_put_bool(json, setting->name, *(const bool *)(const void *)place);
        return;
    case SETTING_WORD:
        json_put_str(json, setting->name, *(const str *)(const void *)place);
        return;
    case SETTING_DAYS:
        json_put_int(json, setting->name, *(const int64_t *)(const void *)place);
        return;
    case SETTING_DAYS_IN_MS:
        json_put_int(json, setting->name, *(const int64_t *)(const void *)place / DAY_MS);
        return;
    case SETTING_FEATURES:
        write_features(setting->name, *(const str *)(const void *)place, json);
        return;
    }
}

void settings_write(const struct organization_settings *values, struct json *json)
{
    json_open_object(json);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        write_setting(&settings[i], (const char *)values + settings[i].offset, json);
    json_close_object(json);
}

// --- Reading

static bool take_word(yyjson_val *json, str *place)
{
    for (size_t i = 0; i < ARRAY_LEN(creators); i++) {
        if (!yyjson_equals_str(json, creators[i]))
            continue;
        *place = str_of(creators[i]);
        return true;
    }
    return false;
}

static bool take_days(yyjson_val *json, int64_t unit, int64_t *place)
{
    if (!yyjson_is_uint(json) || yyjson_get_uint(json) > DAYS_MAX)
        return false;
    *place = yyjson_get_sint(json) * unit;
    return true;
}

// In the order of the table, each once. Gives what is wrong, in the arena, or NULL.
static const char *take_features(struct arena *arena, yyjson_val *json, str *place)
{
    unsigned bits = 0;
    size_t index, count;
    yyjson_val *value;
    struct buf words = { 0 };
    if (!yyjson_is_arr(json))
        return "must be a list of names";
    yyjson_arr_foreach(json, index, count, value)
    {
        enum feature feature;
        str word = str_sub(json_str(value), 0, FEATURE_SHOWN_MAX);
        if (!feature_of(json_str(value), &feature))
            return arena_printf(arena, "%" PRIstr " is no feature", STR_ARG(word)).data;
        bits |= FEATURE_BIT(feature);
    }
    for (unsigned i = FEATURE_NONE + 1; i < FEATURE_SWITCH_COUNT; i++)
        if (bits & FEATURE_BIT(i))
            buf_addf(&words, "%s%s", words.len ? "," : "", feature_word((enum feature)i));
    *place = arena_dup(arena, buf_str(&words));
    buf_done(&words);
    return NULL;
}

static const char *take_setting(struct arena *arena, const struct setting *setting,
                                yyjson_val *json, char *place)
{
    switch (setting->kind) {
    case SETTING_FLAG:
        if (!yyjson_is_bool(json))
            return "must be true or false";
        *(bool *)(void *)place = yyjson_get_bool(json);
        return NULL;
    case SETTING_WORD:
        return take_word(json, (str *)(void *)place)
                   ? NULL
                   : "must be one of everyone, editors, admins, nobody";
    case SETTING_DAYS:
        return take_days(json, 1, (int64_t *)(void *)place) ? NULL : "must be from 0 to 3650";
    case SETTING_DAYS_IN_MS:
        return take_days(json, DAY_MS, (int64_t *)(void *)place) ? NULL
                                                                 : "must be from 0 to 3650";
    case SETTING_FEATURES:
        return take_features(arena, json, (str *)(void *)place);
    }
    return NULL;
}

static const struct setting *find(str name)
{
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (str_eq(name, str_of(settings[i].name)))
            return &settings[i];
    return NULL;
}

enum err settings_read(struct call *call, yyjson_val *object,
                       struct organization_settings *values)
{
    size_t index, count;
    yyjson_val *key, *value;
    enum err err = OK;
    yyjson_obj_foreach(object, index, count, key, value)
    {
        const struct setting *setting = find(json_str(key));
        const char *wrong = setting ? take_setting(call->arena, setting, value,
                                                   (char *)values + setting->offset)
                                    : "is not known here";
        if (!wrong)
            continue;
        str name = str_sub(json_str(key), 0, 64);
        err = call_invalid(call, arena_printf(call->arena, "settings.%" PRIstr, STR_ARG(name)),
                           "%s", wrong);
    }
    return err;
}
