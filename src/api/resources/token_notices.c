// SPDX-License-Identifier: Apache-2.0
// Which tokens were made since the caller last said that he has seen them: his own, and of
// Admins those of the organisation. So nobody makes one in another's name unnoticed.
#include "store/token_notices.h"

#include "api/reply.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "codec/timestamp.h"

static void write_notices(struct json *json, const char *kind, const struct token_notice *rows,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_open_object(json);
        json_put_str(json, "id", rows[i].id);
        json_put_str(json, "kind", str_of(kind));
        json_put_str(json, "name", rows[i].name);
        json_put_str(json, "workspaceId", rows[i].workspace_id);
        json_put_time(json, "createdAt", rows[i].created_ms);
        reply_time_or_null(json, "revokedAt", rows[i].revoked_ms);
        json_close_object(json);
    }
}

enum err handle_list_token_notices(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    const struct principal *principal = &call->principal;
    struct token_notice *own = NULL, *service = NULL;
    size_t own_count = 0, service_count = 0;
    enum err err = call_allow(call);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_token_notice_list_personal(tx, principal->user_id, &own, &own_count,
                                               &call->problem);
    if (!err && principal->role == ROLE_ADMIN)
        err =
            store_token_notice_list_service(tx, principal->user_id, principal->organization_id,
                                            &service, &service_count, &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("tokens"));
    json_open_array(json);
    write_notices(json, "personal_access_token", own, own_count);
    write_notices(json, "service_access_token", service, service_count);
    json_close_array(json);
    json_close_object(json);
    return OK;
}

static enum err dismiss(struct call *call, struct store_tx *tx, void *ctx,
                        struct call_change *ret_change)
{
    const int64_t *until_ms = ctx;
    (void)ret_change;
    return store_token_notice_dismiss(tx, call->principal.user_id, *until_ms, &call->problem);
}

enum err handle_dismiss_token_notices(struct call *call)
{
    static const struct body_field member = {
        .name = "until", .is_required = true, .min_len = 1, .max_len = 64
    };
    struct body_value value;
    int64_t until_ms = 0;
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, &member, 1, &value);
    // What is made later has not been seen.
    if (!err && (!timestamp_parse(value.text, &until_ms) ||
                 until_ms > clock_wall_ms(call->api->parts.clock)))
        err = call_invalid(call, STR("until"), "must be a point in time that has passed");
    if (!err)
        err = call_note(call, dismiss, &until_ms);
    if (!err)
        reply_empty(call, 204);
    return err;
}
