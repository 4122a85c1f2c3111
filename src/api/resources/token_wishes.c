// SPDX-License-Identifier: Apache-2.0
// Members that both kinds of tokens have.
#include "api/resources/token_wishes.h"

#include "api/reply.h"
#include "codec/cidr.h"
#include "codec/timestamp.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)

enum err token_expiry_read(struct call *call, const struct body_value *value,
                           int64_t *ret_expires_ms)
{
    int64_t at_ms;
    if (!value->is_set) {
        *ret_expires_ms = 0;
        return OK;
    }
    if (!timestamp_parse(value->text, &at_ms))
        return call_invalid(call, STR("expiresAt"),
                            "must be a point in time such as 2027-01-31T00:00:00Z");
    if (at_ms <= clock_wall_ms(call->api->parts.clock))
        return call_invalid(call, STR("expiresAt"), "must not be in the past");
    *ret_expires_ms = at_ms;
    return OK;
}

static enum err check_entry(struct call *call, str entry, size_t number)
{
    AUTO(cidrs_free) struct cidrs *cidrs = NULL;
    struct problem problem;
    str field = arena_printf(call->arena, "allowedIps[%zu]", number);
    // A comma would make two entries of one.
    if (str_find(entry, ',') < entry.len || str_trim(entry).len == 0)
        return call_invalid(call, field, "must be one address or network");
    if (cidrs_new(entry, &cidrs, &problem))
        return call_invalid(call, field, "%s", problem.text);
    return OK;
}

enum err token_ips_read(struct call *call, const struct body_value *value, str *ret_list)
{
    struct buf list = { 0 };
    enum err err = OK;
    for (size_t i = 0; i < (size_t)value->number && !err; i++) {
        err = check_entry(call, value->ids[i], i);
        buf_addf(&list, "%s%" PRIstr, i ? "," : "", STR_ARG(str_trim(value->ids[i])));
    }
    if (!err)
        *ret_list = arena_dup(call->arena, buf_str(&list));
    buf_done(&list);
    return err;
}

enum err token_rules_check(struct call *call, const struct organization_row *organization,
                           bool is_service, int64_t expires_ms)
{
    const struct organization_settings *settings = &organization->settings;
    if (is_service ? !settings->allows_service : !settings->allows_personal)
        return call_feature_off(call, is_service ? "SERVICE_ACCESS_TOKENS"
                                                 : "PERSONAL_ACCESS_TOKENS");
    int64_t longest_ms =
        is_service ? settings->max_service_life_ms : settings->max_personal_life_ms;
    int64_t now_ms = clock_wall_ms(call->api->parts.clock);
    if (longest_ms > 0 && (expires_ms == 0 || expires_ms - now_ms > longest_ms))
        return call_invalid(call, STR("expiresAt"),
                            "must be at most %lld days from now, as the organisation has it",
                            (long long)(longest_ms / DAY_MS));
    return OK;
}

static void put_optional(struct json *json, const char *key, str text)
{
    json_put_str(json, key, text.len > 0 ? text : STR_NONE);
}

static void write_ips(str list, struct json *json)
{
    str part;
    json_key(json, STR("allowedIps"));
    json_open_array(json);
    while (list.len > 0 && str_next(&list, ',', &part))
        json_value_str(json, part);
    json_close_array(json);
}

void token_life_write(const struct token_life *life, struct json *json)
{
    reply_time_or_null(json, "expiresAt", life->expires_ms);
    json_put_raw(json, "policy", life->policy.len > 0 ? life->policy : STR("null"));
    write_ips(life->allowed_ips, json);
    put_optional(json, "replaces", life->predecessor_id);
    put_optional(json, "replacedBy", life->successor_id);
    reply_time_or_null(json, "overlapUntil", life->overlap_until_ms);
}

void token_use_write(int64_t at_ms, str ip, str agent, struct json *json)
{
    reply_time_or_null(json, "lastUsedAt", at_ms);
    put_optional(json, "lastUsedIp", ip);
    put_optional(json, "lastUsedAgent", agent);
}
