// SPDX-License-Identifier: Apache-2.0
// The workspace and the person who calls.
#include "api/resources/resources.h"
#include "api/router.h"

void workspace_write(const struct call *call, const struct workspace_row *row,
                     struct json *json)
{
    str public_url = call->api->parts.public_url;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "environment", row->environment);
    json_put_str(json, "status", STR("ACTIVE"));
    json_put_str(json, "region", STR("US"));
    if (public_url.len > 0)
        json_put_str(json, "dataPlaneURL", public_url);
    json_put_bool(json, "apiRevealsSecrets", row->api_reveals_secrets);
    json_close_object(json);
}

void organization_write(const struct organization_row *row, struct json *json)
{
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_close_object(json);
}

void user_write(str id, str email, enum member_role role, str organization_id,
                struct json *json)
{
    json_open_object(json);
    json_put_str(json, "id", id);
    json_put_str(json, "email", email);
    json_put_str(json, "role", role == ROLE_ADMIN ? STR("Admin") : STR("Member"));
    json_put_str(json, "organizationId", organization_id);
    json_close_object(json);
}

bool email_is_valid(str email)
{
    size_t at = str_find(email, '@');
    bool has_space = str_find(email, ' ') < email.len;
    bool has_second_at = str_find(str_sub(email, at + 1, email.len), '@') + at + 1 < email.len;
    return at > 0 && at + 1 < email.len && !has_space && !has_second_at;
}

enum err handle_get_workspace(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct workspace_row row;
    enum err err = call_allow(call);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_workspace_get(tx, call->principal.workspace_id, &row, &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("workspace"));
    workspace_write(call, &row, json);
    json_close_object(json);
    return OK;
}

enum err handle_get_user(struct call *call)
{
    const struct principal *principal = &call->principal;
    enum err err = call_allow(call);
    if (err)
        return err;
    user_write(principal->user_id, principal->user_email, principal->role,
               principal->organization_id, reply_json(call, 200));
    return OK;
}
