// SPDX-License-Identifier: Apache-2.0
// The token that calls: what it is, and its end.
#include "api/resources/resources.h"
#include "api/router.h"

enum err handle_describe_token(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    const struct principal *principal = &call->principal;
    struct personal_token_row row;
    struct workspace_row workspace;
    enum err err = call_allow(call);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = store_personal_token_get(tx, principal->user_id, principal->token_id, &row,
                                       &call->problem);
    if (!err)
        err = store_workspace_get(tx, row.workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_str(json, "kind", STR("personal_access_token"));
    json_key(json, STR("owner"));
    user_write(principal->user_id, principal->user_email, principal->role,
               principal->organization_id, json);
    token_write_members(&row, workspace.name, principal, json);
    json_close_object(json);
    return OK;
}

enum err handle_revoke_token(struct call *call)
{
    return token_revoke(call, call->principal.token_id);
}
