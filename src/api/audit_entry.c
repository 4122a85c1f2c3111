// SPDX-License-Identifier: Apache-2.0
#include "api/audit_entry.h"

#include "codec/hex.h"

static void put_optional(struct json *json, const char *key, str value)
{
    json_put_str(json, key, value.len > 0 ? value : STR_NONE);
}

void audit_entry_write(const struct audit_row *row, struct json *json)
{
    char hash[2 * AUDIT_HASH_LEN + 1];
    hex_encode(row->hash, AUDIT_HASH_LEN, hash);
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "actorId", row->actor_id);
    json_put_str(json, "actorType", row->actor_type);
    put_optional(json, "actorName", row->actor_name);
    json_put_str(json, "targetId", row->target_id);
    json_put_str(json, "targetType", row->target_type);
    json_put_str(json, "targetName", row->target_name);
    json_put_str(json, "action", row->action);
    json_put_raw(json, "details", row->details.len > 0 ? row->details : STR("null"));
    put_optional(json, "ip", row->ip);
    put_optional(json, "userAgent", row->user_agent);
    json_put_time(json, "createdAt", row->created_ms);
    put_optional(json, "workspaceId", row->workspace_id);
    json_put_str(json, "organizationId", row->organization_id);
    json_put_int(json, "seq", row->seq);
    json_put_str(json, "hash", str_of(hash));
    json_close_object(json);
}
