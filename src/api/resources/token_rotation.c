// SPDX-License-Identifier: Apache-2.0
// Rotation: a new value for a token. The new one keeps kind, scope, policy, workspace,
// addresses and the end of the old one, which works on until the overlap is over.
#include "api/letters.h"
#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "base/secret.h"

enum { OVERLAP_DAYS_MAX = 30, LAST_SHOWN = 4 };
#define DAY_MS ((int64_t)24 * 3600 * 1000)

struct rotation {
    str id;
    str name;          // of the token
    bool is_by_itself; // the token rotates itself
    int64_t overlap_until_ms;
    char value[TOKEN_LEN + 1];
};

// Whether this life may go on in another value.
static enum err check(struct call *call, struct store_tx *tx, const struct rotation *rotation,
                      const struct token_life *life)
{
    struct organization_row organization;
    enum err err = store_organization_get(tx, call->principal.organization_id, &organization,
                                          &call->problem);
    if (err)
        return err;
    if (rotation->is_by_itself &&
        (life->is_rotation_fixed || !organization.settings.allows_rotation))
        return call_fail(call, ERR_FORBIDDEN, "This token may not rotate itself.");
    if (life->successor_id.len > 0)
        return call_fail(call, ERR_CONFLICT, "The token has been rotated already.");
    return OK;
}

static struct call_change change_of(const char *type, str id, str name, str workspace_id)
{
    return (struct call_change){
        .action = "rotated",
        .target_type = type,
        .target_id = id,
        .target_name = name,
        .workspace_id = workspace_id,
    };
}

static str last_of(const struct rotation *rotation)
{
    return str_make(rotation->value + TOKEN_LEN - LAST_SHOWN, LAST_SHOWN);
}

static enum err rotate_personal(struct call *call, struct store_tx *tx, void *ctx,
                                struct call_change *ret_change)
{
    struct rotation *rotation = ctx;
    struct personal_token_row old;
    struct personal_token_row made = { .prefix = STR(TOKEN_PREFIX),
                                       .last4 = last_of(rotation) };
    enum err err = store_personal_token_get(tx, call->principal.user_id, rotation->id, &old,
                                            &call->problem);
    if (!err)
        err = check(call, tx, rotation, &old.life);
    if (err)
        return err;
    if (str_eq(old.kind, STR("legacy-admin")))
        return call_fail(call, ERR_CONFLICT,
                         "Admin tokens cannot be rotated. Make a Service Access Token of the "
                         "organization for SCIM and audit logs, or of the workspace for the "
                         "rest.");
    token_digest(str_of(rotation->value), made.digest);
    err = store_personal_token_replace(tx, &old, &made, rotation->overlap_until_ms,
                                       &call->problem);
    if (err)
        return err;
    rotation->name = old.name;
    *ret_change = change_of("personal_access_token", old.id, old.name, old.workspace_id);
    return personal_token_answer(call, tx, &made, rotation->value);
}

static enum err rotate_service(struct call *call, struct store_tx *tx, void *ctx,
                               struct call_change *ret_change)
{
    struct rotation *rotation = ctx;
    struct service_token_row old;
    struct service_token_row made = {
        .prefix = STR(TOKEN_PREFIX_SERVICE),
        .last4 = last_of(rotation),
    };
    enum err err = store_service_token_get(tx, call->principal.organization_id, rotation->id,
                                           &old, &call->problem);
    if (!err)
        err = check(call, tx, rotation, &old.life);
    if (err)
        return err;
    token_digest(str_of(rotation->value), made.digest);
    err = store_service_token_replace(tx, &old, &made, rotation->overlap_until_ms,
                                      &call->problem);
    if (err)
        return err;
    rotation->name = old.name;
    *ret_change = change_of("service_access_token", old.id, old.name, old.workspace_id);
    return service_token_answer(call, tx, &made, rotation->value);
}

static enum err read_overlap(struct call *call, struct rotation *rotation)
{
    static const struct body_field member = { .name = "overlapDays",
                                              .kind = BODY_INT,
                                              .max_len = OVERLAP_DAYS_MAX };
    struct body_value value;
    enum err err = body_read(call, &member, 1, &value);
    if (!err && value.number > 0)
        rotation->overlap_until_ms =
            clock_wall_ms(call->api->parts.clock) + value.number * DAY_MS;
    return err;
}

static enum err rotate(struct call *call, bool is_service, struct rotation *rotation)
{
    struct rng *rng = call->api->parts.rng;
    enum err err = read_overlap(call, rotation);
    if (err)
        return err;
    if (is_service)
        token_generate_service(rng, rotation->value);
    else
        token_generate(rng, rotation->value);
    err = call_write(call, is_service ? rotate_service : rotate_personal, rotation);
    secret_wipe(rotation->value, sizeof(rotation->value));
    if (!err && is_service)
        letters_service_token(call, rotation->name, "rotated");
    else if (!err)
        (void)letter_token(call, call->principal.user_email, "Personal Access Token",
                           rotation->name, "rotated");
    return err;
}

enum err handle_rotate_token(struct call *call)
{
    struct rotation rotation = { .id = call->principal.token_id, .is_by_itself = true };
    enum err err = call_allow(call);
    return err ? err : rotate(call, call->principal.user_id.len == 0, &rotation);
}

enum err handle_rotate_personal_access_token(struct call *call)
{
    struct rotation rotation = { .id = call->params[0] };
    enum err err = call_allow(call);
    if (!err)
        err = passphrase_is_fresh(call);
    return err ? err : rotate(call, false, &rotation);
}

enum err handle_rotate_service_access_token(struct call *call)
{
    struct rotation rotation = { .id = call->params[0] };
    enum err err = service_token_find(call, rotation.id);
    if (!err)
        err = passphrase_is_fresh(call);
    return err ? err : rotate(call, true, &rotation);
}
