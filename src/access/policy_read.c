// SPDX-License-Identifier: Apache-2.0
// The JSON form of policies (policy.h), read: what is wrong is named.
#include "access/policy.h"

#include "codec/json.h"

enum { POLICY_DEPTH_MAX = 8 };

// What is being read, and where in the text that is.
struct reading {
    const struct policy_existing *existing;
    struct arena *arena;
    struct problem *problem;
    struct policy *policy;
    struct policy_list *lists;
    enum resource resource;
    enum action action;
};

static enum err refuse(const struct reading *reading, str field, const char *text)
{
    return problem_set(reading->problem, ERR_INVALID, field, "%s", text);
}

static str place(const struct reading *reading, const char *more)
{
    return arena_printf(reading->arena, "resources.%s.%s%s", resource_key(reading->resource),
                        action_key(reading->action), more);
}

static str keyed(const struct reading *reading, const char *prefix, yyjson_val *key)
{
    str name = str_sub(json_str(key), 0, 64); // a problem's field is short
    return arena_printf(reading->arena, "%s%" PRIstr, prefix, STR_ARG(name));
}

// --- Lists of ids

static int compare_str(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static void put_list(struct reading *reading, str *ids, size_t count)
{
    size_t kept = 0;
    qsort(ids, count, sizeof(*ids), compare_str);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !str_eq(ids[kept - 1], ids[i]))
            ids[kept++] = ids[i];
    }
    if (kept > 0)
        reading->lists[reading->policy->list_count++] = (struct policy_list){
            .slot = POLICY_SLOT(reading->resource, reading->action),
            .count = kept,
            .ids = ids,
        };
}

static bool is_id(yyjson_val *value)
{
    str id = json_str(value);
    if (!yyjson_is_str(value) || id.len == 0 || id.len > POLICY_ID_LEN_MAX)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        if ((unsigned char)id.data[i] <= ' ' || (unsigned char)id.data[i] > '~')
            return false;
    }
    return true;
}

static enum err read_ids(struct reading *reading, yyjson_val *value)
{
    if (!resource_has_ids(reading->resource))
        return refuse(reading, place(reading, ".ids"),
                      "single ones cannot be named here: use \"all\"");
    if (!yyjson_is_arr(value) || yyjson_arr_size(value) > POLICY_IDS_MAX)
        return refuse(reading, place(reading, ".ids"), "must be a list of at most 5000 ids");
    str *ids = ARENA_ARRAY(reading->arena, str, yyjson_arr_size(value));
    size_t index, max;
    yyjson_val *item;
    yyjson_arr_foreach(value, index, max, item)
    {
        char more[32];
        (void)snprintf(more, sizeof(more), ".ids[%zu]", index);
        if (!is_id(item))
            return refuse(reading, place(reading, more),
                          "must be an id of 1 to 64 visible ASCII characters");
        ids[index] = arena_dup(reading->arena, json_str(item));
    }
    put_list(reading, ids, max);
    return OK;
}

// --- "all"

static enum err put_existing(struct reading *reading)
{
    const struct policy_existing *existing = reading->existing;
    if (!existing)
        return refuse(reading, place(reading, ".includeFuture"), "must be true with \"all\"");
    size_t count = existing->counts[reading->resource];
    if (count > POLICY_IDS_MAX)
        return refuse(reading, place(reading, ".all"),
                      "there are more than 5000: add \"includeFuture\": true");
    str *ids = ARENA_ARRAY(reading->arena, str, count);
    for (size_t i = 0; i < count; i++)
        ids[i] = arena_dup(reading->arena, existing->ids[reading->resource][i]);
    put_list(reading, ids, count);
    return OK;
}

struct grant {
    yyjson_val *ids;
    bool is_all;
    bool has_future;
    bool includes_future;
};

static enum err read_flag(const struct reading *reading, yyjson_val *value, const char *more,
                          bool *ret_flag)
{
    if (!yyjson_is_bool(value))
        return refuse(reading, place(reading, more), "must be true or false");
    *ret_flag = yyjson_get_bool(value);
    return OK;
}

static enum err read_member(const struct reading *reading, yyjson_val *key, yyjson_val *value,
                            struct grant *grant)
{
    if (yyjson_equals_str(key, "ids")) {
        grant->ids = value;
        return OK;
    }
    if (yyjson_equals_str(key, "all"))
        return read_flag(reading, value, ".all", &grant->is_all);
    if (yyjson_equals_str(key, "includeFuture")) {
        grant->has_future = true;
        return read_flag(reading, value, ".includeFuture", &grant->includes_future);
    }
    return refuse(reading, keyed(reading, place(reading, ".").data, key), "is not known");
}

static enum err put_grant(struct reading *reading, const struct grant *grant)
{
    if (grant->ids && (grant->is_all || grant->has_future))
        return refuse(reading, place(reading, ""), "must have either \"ids\" or \"all\"");
    if (grant->includes_future && !grant->is_all)
        return refuse(reading, place(reading, ".includeFuture"), "needs \"all\": true");
    if (grant->ids)
        return read_ids(reading, grant->ids);
    if (!grant->is_all)
        return OK;
    if (!grant->includes_future && resource_has_ids(reading->resource))
        return put_existing(reading);
    reading->policy->all |= (uint64_t)1 << POLICY_SLOT(reading->resource, reading->action);
    return OK;
}

static enum err read_grant(struct reading *reading, yyjson_val *value)
{
    struct grant grant = { 0 };
    size_t index, max;
    yyjson_val *key, *member;
    if (!yyjson_is_obj(value))
        return refuse(reading, place(reading, ""), "must be an object with \"ids\" or \"all\"");
    yyjson_obj_foreach(value, index, max, key, member)
    {
        enum err err = read_member(reading, key, member, &grant);
        if (err)
            return err;
    }
    return put_grant(reading, &grant);
}

// --- Objects whose keys are words of ours

// Every key must be one of the words. prefix: of the names in errors.
static enum err check_keys(const struct reading *reading, yyjson_val *object,
                           const char *prefix, bool (*is_known)(const struct reading *, str))
{
    size_t index, max;
    yyjson_val *key, *value;
    size_t len = strlen(prefix); // with the point behind it
    if (!yyjson_is_obj(object))
        return refuse(reading, str_make(prefix, len > 0 ? len - 1 : 0), "must be an object");
    yyjson_obj_foreach(object, index, max, key, value)
    {
        if (!is_known(reading, json_str(key)))
            return refuse(reading, keyed(reading, prefix, key), "is not known");
    }
    return OK;
}

static bool is_resource(const struct reading *reading, str key)
{
    (void)reading;
    for (unsigned i = 0; i < RESOURCE_COUNT; i++) {
        if (str_eq(key, str_of(resource_key((enum resource)i))))
            return true;
    }
    return false;
}

static bool is_action(const struct reading *reading, str key)
{
    for (unsigned i = 0; i < ACTION_COUNT; i++) {
        if (str_eq(key, str_of(action_key((enum action)i))))
            return resource_has_action(reading->resource, (enum action)i);
    }
    return false;
}

static bool is_pii(const struct reading *reading, str key)
{
    (void)reading;
    for (unsigned i = 0; i < PII_COUNT; i++) {
        if (str_eq(key, str_of(pii_key((enum pii)i))))
            return true;
    }
    return false;
}

static bool is_part(const struct reading *reading, str key)
{
    (void)reading;
    return str_eq(key, STR("resources")) || str_eq(key, STR("pii"));
}

static enum err read_actions(struct reading *reading, yyjson_val *object)
{
    str prefix = arena_printf(reading->arena, "resources.%s.", resource_key(reading->resource));
    enum err err = check_keys(reading, object, prefix.data, is_action);
    for (unsigned i = 0; i < ACTION_COUNT && !err; i++) {
        yyjson_val *value = yyjson_obj_get(object, action_key((enum action)i));
        reading->action = (enum action)i;
        if (value)
            err = read_grant(reading, value);
    }
    return err;
}

static enum err read_resources(struct reading *reading, yyjson_val *object)
{
    enum err err = check_keys(reading, object, "resources.", is_resource);
    for (unsigned i = 0; i < RESOURCE_COUNT && !err; i++) {
        yyjson_val *value = yyjson_obj_get(object, resource_key((enum resource)i));
        reading->resource = (enum resource)i;
        if (value)
            err = read_actions(reading, value);
    }
    return err;
}

static enum err read_pii(struct reading *reading, yyjson_val *object)
{
    enum err err = check_keys(reading, object, "pii.", is_pii);
    for (unsigned i = 0; i < PII_COUNT && !err; i++) {
        const char *key = pii_key((enum pii)i);
        yyjson_val *value = yyjson_obj_get(object, key);
        if (value && !yyjson_is_bool(value))
            err = refuse(reading, arena_printf(reading->arena, "pii.%s", key),
                         "must be true or false");
        if (yyjson_is_true(value))
            reading->policy->pii |= 1u << i;
    }
    return err;
}

enum err policy_parse(yyjson_val *value, const struct policy_existing *existing,
                      struct arena *arena, struct policy *ret_policy,
                      struct problem *ret_problem)
{
    struct policy policy = { 0 };
    struct reading reading = {
        .existing = existing,
        .arena = arena,
        .problem = ret_problem,
        .policy = &policy,
        .lists = ARENA_ARRAY(arena, struct policy_list, RESOURCE_COUNT * ACTION_COUNT),
    };
    enum err err = check_keys(&reading, value, "", is_part);
    yyjson_val *resources = err ? NULL : yyjson_obj_get(value, "resources");
    yyjson_val *pii = err ? NULL : yyjson_obj_get(value, "pii");
    if (resources)
        err = read_resources(&reading, resources);
    if (!err && pii)
        err = read_pii(&reading, pii);
    if (err)
        return err;
    policy.lists = policy.list_count > 0 ? reading.lists : NULL;
    *ret_policy = policy;
    return OK;
}

enum err policy_read(str text, const struct policy_existing *existing, struct arena *arena,
                     struct policy *ret_policy, struct problem *ret_problem)
{
    yyjson_doc *doc = NULL;
    enum err err = json_read(text, POLICY_DEPTH_MAX, arena, &doc, ret_problem);
    return err ? err
               : policy_parse(yyjson_doc_get_root(doc), existing, arena, ret_policy,
                              ret_problem);
}
