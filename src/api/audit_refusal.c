// SPDX-License-Identifier: Apache-2.0
#include "api/audit_refusal.h"

#include "base/log.h"
#include "store/organizations.h"

struct refusal {
    struct call_change change;
    const char *required; // NULL: not told
    const char *reason;   // why a token does not work, and what it was used for
    const char *operation;
    uint64_t unwritten; // so many more like it
};

static str describe(struct call *call, const struct refusal *refusal)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    if (!refusal->required && !refusal->reason && refusal->unwritten == 0)
        return STR_NONE;
    json_init(&json, &out);
    json_open_object(&json);
    if (refusal->required)
        json_put_str(&json, "required", str_of(refusal->required));
    if (refusal->reason) {
        json_put_str(&json, "reason", str_of(refusal->reason));
        json_put_str(&json, "operation", str_of(refusal->operation));
    }
    if (refusal->unwritten > 0)
        json_put_int(&json, "unwrittenBefore", (int64_t)refusal->unwritten);
    json_close_object(&json);
    return arena_dup(call->arena, buf_str(&out));
}

// Whom nobody belongs to is told to the oldest organisation: whose server it is.
static enum err find_organization(struct call *call, struct store_tx *tx, str *ret_id)
{
    struct organization_row *rows = NULL;
    size_t count = 0;
    enum err err = store_organization_list(tx, &rows, &count, &call->problem);
    if (!err && count == 0)
        err = ERR_NOT_FOUND;
    if (!err)
        *ret_id = rows[0].id;
    return err;
}

static enum err tell(struct call *call, struct store_tx *tx, void *ctx,
                     struct call_change *ret_change)
{
    struct refusal *refusal = ctx;
    struct call_change *change = &refusal->change;
    change->details = describe(call, refusal);
    enum err err = OK;
    if (change->organization_id.len == 0)
        err = find_organization(call, tx, &change->organization_id);
    if (!err)
        *ret_change = *change;
    return err;
}

// What the answer will say is not touched.
static void write_refusal(struct call *call, str name, struct refusal *refusal)
{
    if (!refusals_take(call->api->refusals, name, &refusal->unwritten))
        return;
    struct problem kept = call->problem;
    enum err err = call_note(call, tell, refusal);
    if (err && err != ERR_NOT_FOUND) // before the setup there is nobody to tell
        log_event(LOG_WARN, "a refusal is not in the audit log",
                  LOG_STR("request", call->request_id), LOG_CSTR("detail", call->problem.text),
                  LOG_ERR(err));
    call->problem = kept;
}

static void tell_of_ended(const struct call *call, struct refusal *refusal)
{
    const struct principal *principal = &call->principal;
    refusal->change.target_type = principal_kind_word(principal->kind);
    refusal->change.target_id = principal->token_id;
    refusal->change.target_name = principal->token_name;
    refusal->required = NULL;
    refusal->reason = call->refused_because;
    refusal->operation = call->operation->name;
}

void audit_refusal(struct call *call, enum err err)
{
    const struct principal *principal = &call->principal;
    enum permission permission = call->operation->permission;
    bool is_known = (call->caller == CALLER_SESSION || call->caller == CALLER_TOKEN) &&
                    principal->organization_id.len > 0;
    if (!is_known || (err != ERR_FORBIDDEN && err != ERR_UNAUTHORIZED))
        return;
    bool is_token = call->caller == CALLER_TOKEN;
    struct refusal refusal = {
        .change = {
            .action = "refused",
            .target_type = "operation",
            .target_id = str_of(call->operation->name),
            .organization_id = principal->organization_id,
        },
        .required = permission == PERMISSION_NONE ? NULL : permission_word(permission),
    };
    if (call->refused_because)
        tell_of_ended(call, &refusal);
    write_refusal(call, is_token ? principal->token_id : principal->user_id, &refusal);
}

void audit_failed_sign_in(struct call *call, const struct user_row *user)
{
    struct principal principal;
    struct refusal refusal = {
        .change = {
            .action = "sign_in_failed",
            .target_type = "user",
            .target_id = user->id,
            .target_name = user->email,
        },
    };
    // Of no organisation any more: as if nobody had the address.
    if (user->id.len > 0 &&
        workspace_session_principal(call->api->parts.workspace, user->id, STR_NONE, call->arena,
                                    &principal) == OK)
        refusal.change.organization_id = principal.organization_id;
    str name = user->id.len > 0
                   ? arena_printf(call->arena, "sign-in %" PRIstr, STR_ARG(user->id))
                   : STR("sign-in");
    write_refusal(call, name, &refusal);
}
