// SPDX-License-Identifier: Apache-2.0
// The organisation of the caller, and what managing it has in common.
#include "api/resources/organization.h"

#include "api/resources/passphrase.h"
#include "api/resources/resources.h"
#include "api/router.h"

const char *const role_words[] = { "Admin", "Member", NULL };

str role_shown(str stored)
{
    return str_eq(stored, STR("admin")) ? STR("Admin") : STR("Member");
}

str role_stored(str shown)
{
    return str_eq(shown, STR("Admin")) ? STR("admin") : STR("member");
}

enum err allow_confirmed(struct call *call, const void *row)
{
    (void)row;
    enum err err = call_allow(call);
    if (!err && call->operation->effect == EFFECT_WRITE)
        err = passphrase_is_fresh(call);
    return err;
}

bool organization_is_open(struct call *call, str workspace_id)
{
    struct principal principal;
    if (call->caller == CALLER_LOCAL)
        return true;
    return workspace_session_principal(call->api->parts.workspace, call->principal.user_id,
                                       workspace_id, call->arena, &principal) == OK;
}

void named_write(str id, str name, struct json *json)
{
    json_open_object(json);
    json_put_str(json, "id", id);
    json_put_str(json, "name", name);
    json_close_object(json);
}

// --- The organisation itself

enum { NAME, SETTINGS, MEMBER_COUNT };
enum { SETTINGS_BYTES_MAX = 4096 };
static const struct body_field members[] = {
    [NAME] = { .name = "name", .min_len = 1, .max_len = NAME_LEN_MAX },
    [SETTINGS] = { .name = "settings", .kind = BODY_OBJECT, .max_len = SETTINGS_BYTES_MAX },
};

static struct target describe(const void *organization)
{
    const struct organization_row *row = organization;
    return (struct target){ .id = row->id, .name = row->name };
}

static enum err write(struct call *call, struct store_tx *tx, const void *organization)
{
    (void)tx;
    const struct organization_row *row = organization;
    struct json *json = &call->json;
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "name", row->name);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_key(json, STR("settings"));
    settings_write(&row->settings, json);
    json_close_object(json);
    return OK;
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_organization_get(tx, id, ret_row, &call->problem);
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *organization)
{
    struct organization_row *row = organization;
    enum err err = OK;
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[SETTINGS].json)
        err = settings_read(call, values[SETTINGS].json, &row->settings);
    if (!err)
        err = store_organization_update(tx, row, &call->problem);
    return err ? err : store_organization_set_settings(tx, row, &call->problem);
}

static const struct resource_type organizations = {
    .kind = "organization",
    .one = "organization",
    .row_size = sizeof(struct organization_row),
    .describe = describe,
    .write = write,
    .allow = allow_confirmed,
    .get = get,
    .update = update,
};

enum err handle_get_organization(struct call *call)
{
    return resource_get(call, &organizations, call->principal.organization_id);
}

enum err handle_update_organization(struct call *call)
{
    struct organization_row row;
    struct body_value values[MEMBER_COUNT];
    enum err err = resource_find(call, &organizations, call->principal.organization_id, &row);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    if (!err)
        err = resource_update(call, &organizations, values, &row);
    if (!err)
        trail_retain(call->api->trail); // it may keep entries for a shorter time now
    return err;
}
