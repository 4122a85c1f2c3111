// SPDX-License-Identifier: Apache-2.0
#include "api/audit_use.h"

#include "base/log.h"

static str describe(struct call *call)
{
    AUTO(buf_done) struct buf out = { 0 };
    struct json json;
    json_init(&json, &out);
    json_open_object(&json);
    json_put_str(&json, "operation", str_of(call->operation->name));
    json_put_int(&json, "status", call->status);
    json_close_object(&json);
    return arena_dup(call->arena, buf_str(&out));
}

static enum err tell(struct call *call, struct store_tx *tx, void *ctx,
                     struct call_change *ret_change)
{
    const struct principal *principal = &call->principal;
    (void)tx;
    (void)ctx;
    *ret_change = (struct call_change){
        .action = "used",
        .target_type = principal_kind_word(principal->kind),
        .target_id = principal->token_id,
        .target_name = principal->token_name,
        .details = describe(call),
    };
    return OK;
}

void audit_use(struct call *call)
{
    if (call->caller != CALLER_TOKEN)
        return;
    enum err err = call_note(call, tell, NULL);
    if (err)
        log_event(LOG_WARN, "a use of a token is not in the audit log",
                  LOG_STR("request", call->request_id), LOG_CSTR("detail", call->problem.text),
                  LOG_ERR(err));
}
