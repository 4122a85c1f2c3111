// SPDX-License-Identifier: Apache-2.0
#include "api/ended_token.h"

#include "base/log.h"
#include "store/personal_tokens.h"
#include "store/service_tokens.h"
#include "store/workspaces.h"

static const char *reason_of(enum token_refusal refusal)
{
    switch (refusal) {
    case TOKEN_UNKNOWN:
        break;
    case TOKEN_EXPIRED:
        return "expired";
    case TOKEN_NOT_YET:
        return "not yet valid";
    case TOKEN_WRONG_ADDRESS:
        return "address not allowed";
    case TOKEN_OWNER_GONE:
        return "owner removed";
    case TOKEN_KIND_OFF:
        return "kind switched off";
    }
    return "revoked"; // the store knows it, the table of live ones does not
}

static enum err find_personal(struct call *call, struct store_tx *tx,
                              struct principal *ret_principal)
{
    struct personal_token_row row;
    struct workspace_row workspace;
    enum err err = store_personal_token_find(tx, call->digest, &row, &call->problem);
    if (!err)
        err = store_workspace_get(tx, row.workspace_id, &workspace, &call->problem);
    if (err)
        return err;
    bool is_legacy = str_eq(row.kind, STR("legacy-admin"));
    *ret_principal = (struct principal){
        .kind = is_legacy ? PRINCIPAL_LEGACY_ADMIN_TOKEN : PRINCIPAL_PERSONAL_TOKEN,
        .token_id = row.id,
        .token_name = row.name,
        .workspace_id = row.workspace_id,
        .organization_id = workspace.organization_id,
    };
    return OK;
}

static enum err find_service(struct call *call, struct store_tx *tx,
                             struct principal *ret_principal)
{
    struct service_token_row row;
    enum err err = store_service_token_find(tx, call->digest, &row, &call->problem);
    if (err)
        return err;
    bool is_of_workspace = str_eq(row.level, STR("workspace"));
    *ret_principal = (struct principal){
        .kind = is_of_workspace ? PRINCIPAL_WORKSPACE_SERVICE : PRINCIPAL_ORGANIZATION_SERVICE,
        .token_id = row.id,
        .token_name = row.name,
        .workspace_id = row.workspace_id,
        .organization_id = row.organization_id,
    };
    return OK;
}

static enum err find(struct call *call, struct principal *ret_principal)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err =
        store_begin(call->api->parts.store, STORE_READ, call->arena, &tx, &call->problem);
    if (!err)
        err = find_personal(call, tx, ret_principal);
    return err == ERR_NOT_FOUND ? find_service(call, tx, ret_principal) : err;
}

void ended_token_recognize(struct call *call, enum token_refusal refusal)
{
    struct problem kept = call->problem;
    struct principal principal;
    enum err err = find(call, &principal);
    if (err && err != ERR_NOT_FOUND)
        log_event(LOG_WARN, "a refused token cannot be looked up",
                  LOG_STR("request", call->request_id), LOG_CSTR("detail", call->problem.text),
                  LOG_ERR(err));
    call->problem = kept;
    if (err)
        return;
    call->caller = CALLER_TOKEN;
    call->principal = principal;
    call->refused_because = reason_of(refusal);
}
