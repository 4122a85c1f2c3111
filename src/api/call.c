// SPDX-License-Identifier: Apache-2.0
// The course of one call: who asks, the operation, the answer.
#include "api/call.h"

#include <stdarg.h>

#include "api/audit_refusal.h"
#include "api/audit_use.h"
#include "api/auth.h"
#include "api/reply.h"
#include "base/secret.h"
#include "codec/url.h"

void call_init(struct call *call, struct api *api, struct arena *arena)
{
    *call = (struct call){ .api = api, .arena = arena };
}

void call_done(struct call *call)
{
    buf_done(&call->out);
}

void call_run(struct call *call)
{
    enum err err = auth_identify(call);
    if (!err)
        err = call_allow_feature(call, call->operation->feature);
    if (!err)
        err = call->operation->handle(call);
    if (!err && call->operation->effect == EFFECT_READ && arena_is_over(call->arena))
        err = ERR_TOO_BIG;
    if (err) {
        audit_refusal(call, err);
        reply_error(call, err);
    }
    if (call->principal.is_use_audited)
        audit_use(call);
    // Passwords and configured secrets do not stay in memory longer than needed.
    if (call->body.len > 0)
        secret_wipe((char *)call->body.data, call->body.len);
}

enum err call_feature_off(struct call *call, const char *word)
{
    call->tells_error = true;
    return call_fail(call, ERR_FORBIDDEN, "Feature is not enabled for your account: %s", word);
}

enum err call_allow_feature(struct call *call, enum feature feature)
{
    return call->principal.features_off & FEATURE_BIT(feature)
               ? call_feature_off(call, feature_word(feature))
               : OK;
}

bool call_is_allowed(const struct call *call, enum permission permission, enum effect effect,
                     str id)
{
    const struct access_request request = {
        .permission = permission,
        .effect = effect,
        .ids = { id },
    };
    return access_decide(&call->principal, &request).is_allowed;
}

static enum err allow(struct call *call, enum permission permission, str first, str second)
{
    const struct access_request request = {
        .permission = permission,
        .effect = call->operation->effect,
        .ids = { first, second },
    };
    struct decision decision = access_decide(&call->principal, &request);
    if (decision.is_allowed)
        return OK;
    if (decision.required)
        call_detail(call, STR("required"), str_of(decision.required));
    if (decision.err == ERR_UNAUTHORIZED)
        return auth_refuse_level(call, decision.rule);
    return call_fail(call, decision.err, "%s", decision.rule);
}

enum err call_allow_on(struct call *call, str first, str second)
{
    return allow(call, call->operation->permission, first, second);
}

enum err call_allow_by(struct call *call, enum permission permission, str id)
{
    return allow(call, permission, id, STR_NONE);
}

enum err call_allow(struct call *call)
{
    return call_allow_on(call, call->params[0], STR_NONE);
}

// --- The query

bool call_query(struct call *call, str name, str *ret_value)
{
    str rest = call->query, found, value;
    while (url_query_next(&rest, call->arena, &found, &value)) {
        if (!str_eq(found, name))
            continue;
        *ret_value = value;
        return true;
    }
    return false;
}

enum err call_query_int(struct call *call, const char *name, const int64_t range[2],
                        int64_t fallback, int64_t *ret_value)
{
    str text;
    int64_t value = fallback;
    bool is_good = true;
    if (call_query(call, str_of(name), &text))
        is_good = str_to_i64(text, &value) && value >= range[0] && value <= range[1];
    if (!is_good)
        return call_invalid(call, str_of(name), "must be a whole number from %lld to %lld",
                            (long long)range[0], (long long)range[1]);
    *ret_value = value;
    return OK;
}

enum err call_query_bool(struct call *call, const char *name, bool *ret_value)
{
    str text;
    if (!call_query(call, str_of(name), &text))
        return OK;
    if (!str_eq(text, STR("true")) && !str_eq(text, STR("false")))
        return call_invalid(call, str_of(name), "must be true or false");
    *ret_value = str_eq(text, STR("true"));
    return OK;
}

// --- Failing

PRINTF_LIKE(2, 0)
static str vformat(struct call *call, const char *format, va_list args)
{
    char text[512];
    (void)vsnprintf(text, sizeof(text), format, args);
    return arena_dup(call->arena, str_of(text));
}

enum err call_fail(struct call *call, enum err err, const char *format, ...)
{
    assert(err != OK);
    va_list args;
    va_start(args, format);
    call->failure = vformat(call, format, args);
    va_end(args);
    return err;
}

void call_detail(struct call *call, str field, str text)
{
    if (call->detail_count == CALL_DETAILS_MAX)
        return;
    if (call->detail_prefix.len > 0)
        field = arena_printf(call->arena, "%" PRIstr ".%" PRIstr, STR_ARG(call->detail_prefix),
                             STR_ARG(field));
    call->details[call->detail_count++] = (struct call_detail){
        .field = arena_dup(call->arena, field),
        .text = arena_dup(call->arena, text),
    };
}

enum err call_invalid(struct call *call, str field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    call_detail(call, field, vformat(call, format, args));
    va_end(args);
    return ERR_INVALID;
}

// --- Changing the store

static const char *actor_type(const struct call *call)
{
    switch (call->caller) {
    case CALLER_SESSION:
        return "user";
    case CALLER_TOKEN:
        return principal_kind_word(call->principal.kind);
    case CALLER_WRITE_KEY:
    case CALLER_ANYBODY:
        return "anonymous";
    case CALLER_LOCAL:
        break;
    }
    return "system";
}

void call_actor(const struct call *call, struct audit_row *row)
{
    const struct principal *principal = &call->principal;
    row->actor_type = str_of(actor_type(call));
    row->actor_id = call->caller == CALLER_TOKEN ? principal->token_id : principal->user_id;
    row->actor_name = principal->user_email.len ? principal->user_email : principal->token_name;
}

static void name_actor(const struct call *call, const struct call_change *change,
                       struct audit_row *row)
{
    const struct user_row *actor = change->actor;
    call_actor(call, row);
    if (!actor)
        return;
    row->actor_type = STR("user");
    row->actor_id = actor->id;
    row->actor_name = actor->email;
}

enum err call_audit(struct call *call, struct store_tx *tx, const struct call_change *change)
{
    const struct principal *principal = &call->principal;
    struct audit_row row = {
        .organization_id =
            change->organization_id.len ? change->organization_id : principal->organization_id,
        .workspace_id =
            change->workspace_id.len ? change->workspace_id : principal->workspace_id,
        .action = str_of(change->action),
        .target_type = str_of(change->target_type),
        .target_id = change->target_id,
        .target_name = change->target_name,
        .ip = call->client_address,
        .user_agent = str_sub(call->user_agent, 0, 256),
        .details = change->details,
    };
    name_actor(call, change, &row);
    return store_audit_add(tx, &row, &call->problem);
}

typedef enum err (*store_work)(struct call *call, struct store_tx *tx, void *ctx,
                               struct call_change *ret_change);

static enum err run_transaction(struct call *call, enum store_mode mode, store_work work,
                                void *ctx)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct call_change change = { 0 };
    enum err err = store_begin(call->api->parts.store, mode, call->arena, &tx, &call->problem);
    if (!err)
        err = work(call, tx, ctx, &change);
    if (!err && change.action)
        err = call_audit(call, tx, &change);
    if (!err)
        err = store_commit(tx, &call->problem);
    if (!err && change.action)
        trail_note(call->api->trail);
    return err;
}

enum err call_write(struct call *call, store_work work, void *ctx)
{
    enum err err = run_transaction(call, STORE_WRITE, work, ctx);
    if (err)
        return err;
    err = workspace_publish(call->api->parts.workspace);
    if (err)
        return problem_set(&call->problem, err, STR_NONE,
                           "stored, but the running configuration could not be renewed");
    api_recheck_streams(call->api);
    return OK;
}

enum err call_note(struct call *call, store_work work, void *ctx)
{
    return run_transaction(call, STORE_NOTE, work, ctx);
}
