// SPDX-License-Identifier: Apache-2.0
// The token that calls: what it is, and its end.
#include "api/resources/resources.h"
#include "api/router.h"

static bool is_service(const struct call *call)
{
    return call->principal.user_id.len == 0;
}

static enum err describe_service(struct call *call, struct store_tx *tx)
{
    struct service_token_row row;
    enum err err = store_service_token_get(tx, call->principal.organization_id,
                                           call->principal.token_id, &row, &call->problem);
    return err ? err : service_token_write_members(call, tx, &row);
}

static enum err describe_personal(struct call *call, struct store_tx *tx)
{
    const struct principal *principal = &call->principal;
    struct personal_token_row row;
    struct workspace_row workspace;
    enum err err = store_personal_token_get(tx, principal->user_id, principal->token_id, &row,
                                            &call->problem);
    if (!err)
        err = store_workspace_get(tx, row.workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    json_key(&call->json, STR("owner"));
    user_write(principal->user_id, principal->user_email, principal->role,
               principal->organization_id, &call->json);
    token_write_members(call, &row, workspace.name, principal);
    return OK;
}

enum err handle_describe_token(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = call_allow(call);
    if (!err)
        err = read_begin(call, &tx);
    if (err)
        return err;
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_str(json, "kind", str_of(principal_kind_word(call->principal.kind)));
    err = is_service(call) ? describe_service(call, tx) : describe_personal(call, tx);
    json_close_object(json);
    return err;
}

enum err handle_revoke_token(struct call *call)
{
    str id = call->principal.token_id;
    return is_service(call) ? service_token_revoke(call, id) : token_revoke(call, id);
}
