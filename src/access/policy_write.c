// SPDX-License-Identifier: Apache-2.0
// The JSON form of policies (policy.h), written: the same rights always give the same text.
#include "access/policy.h"

#include "base/buf.h"
#include "codec/json.h"

static const struct policy_list *list_of(const struct policy *policy, unsigned slot)
{
    for (uint32_t i = 0; i < policy->list_count; i++) {
        if (policy->lists[i].slot == slot)
            return &policy->lists[i];
    }
    return NULL;
}

static bool grants(const struct policy *policy, unsigned slot)
{
    return policy->all & (uint64_t)1 << slot || list_of(policy, slot);
}

static void write_grant(const struct policy *policy, unsigned slot, struct json *json)
{
    const struct policy_list *list = list_of(policy, slot);
    json_open_object(json);
    if (list) {
        json_key(json, STR("ids"));
        json_open_array(json);
        for (size_t i = 0; i < list->count; i++)
            json_value_str(json, list->ids[i]);
        json_close_array(json);
    } else {
        json_put_bool(json, "all", true);
        json_put_bool(json, "includeFuture", true);
    }
    json_close_object(json);
}

static void write_resource(const struct policy *policy, enum resource resource,
                           struct json *json)
{
    bool is_open = false;
    for (unsigned i = 0; i < ACTION_COUNT; i++) {
        unsigned slot = POLICY_SLOT(resource, i);
        if (!grants(policy, slot))
            continue;
        if (!is_open) {
            json_key(json, str_of(resource_key(resource)));
            json_open_object(json);
            is_open = true;
        }
        json_key(json, str_of(action_key((enum action)i)));
        write_grant(policy, slot, json);
    }
    if (is_open)
        json_close_object(json);
}

void policy_write(const struct policy *policy, struct json *json)
{
    json_open_object(json);
    json_key(json, STR("resources"));
    json_open_object(json);
    for (unsigned i = 0; i < RESOURCE_COUNT; i++)
        write_resource(policy, (enum resource)i, json);
    json_close_object(json);
    json_key(json, STR("pii"));
    json_open_object(json);
    for (unsigned i = 0; i < PII_COUNT; i++) {
        if (policy_shows(policy, (enum pii)i))
            json_put_bool(json, pii_key((enum pii)i), true);
    }
    json_close_object(json);
    json_close_object(json);
}

str policy_text(const struct policy *policy, struct arena *arena)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    policy_write(policy, &json);
    return arena_dup(arena, buf_str(&out));
}
