// SPDX-License-Identifier: Apache-2.0
// Accounts, without an envelope. Their secrets come in and never go out.
#include "store/accounts.h"

#include "api/resources/configured.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "destinations/account.h"

enum { NAME, DEFINITION, OPTIONS, SECRET, EXTERNAL_ID };

static const struct body_field members[] = {
    [NAME] = { .name = "name", .is_required = true, .min_len = 1, .max_len = NAME_LEN_MAX },
    [DEFINITION] = { .name = "accountDefinitionName",
                     .is_required = true,
                     .min_len = 1,
                     .max_len = 64,
                     .fixed = "cannot be changed" },
    [OPTIONS] = { .name = "options", .kind = BODY_CONFIG, .max_len = BODY_CONFIG_MAX },
    [SECRET] = { .name = "secret", .kind = BODY_CONFIG, .max_len = BODY_CONFIG_MAX },
    [EXTERNAL_ID] = { .name = "externalId",
                      .min_len = 1,
                      .max_len = EXTERNAL_ID_LEN_MAX,
                      .fixed = "cannot be set here: use PUT /v2/accounts/:id/external-id" },
    { .name = "definition", .kind = BODY_IGNORED },
    BODY_ECHOED,
};
enum { MEMBER_COUNT = ARRAY_LEN(members) };

// "SOURCE_POSTGRES" is category "source", type "postgres".
static bool split_definition(str name, str *ret_category, str *ret_type)
{
    size_t line = str_find(name, '_');
    *ret_category = str_sub(name, 0, line);
    *ret_type = line < name.len ? str_sub(name, line + 1, name.len) : STR_NONE;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return ret_type->len > 0 &&
           (str_eq(*ret_category, STR("SOURCE")) || str_eq(*ret_category, STR("DESTINATION")));
}

static str lower(struct call *call, str text)
{
    char *copy = arena_alloc(call->arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return str_make(copy, text.len);
}

static enum err write_account(struct call *call, struct store_tx *tx, const void *account)
{
    (void)tx;
    const struct account_row *row = account;
    struct json *json = &call->json;
    str category, type;
    (void)split_definition(row->definition, &category, &type);
    json_open_object(json);
    json_put_str(json, "id", row->id);
    json_put_str(json, "workspaceId", row->workspace_id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_key(json, STR("definition"));
    json_open_object(json);
    json_put_str(json, "name", row->definition);
    json_put_str(json, "type", lower(call, type));
    json_put_str(json, "category", lower(call, category));
    json_close_object(json);
    json_put_raw(json, "options", row->options);
    json_put_time(json, "createdAt", row->created_ms);
    json_put_time(json, "updatedAt", row->updated_ms);
    json_close_object(json);
    return OK;
}

// Puts what was sent into the row, after holding it against the definition if there is one.
static enum err apply(struct call *call, const struct body_value *values,
                      struct account_row *row)
{
    const struct account_definition *definition = account_definition_find(row->definition);
    enum err err = !definition
                       ? OK
                       : account_check(definition, values[OPTIONS].json, values[SECRET].json,
                                       call->arena, &call->problem);
    if (err) {
        call_detail(call, str_of(call->problem.field), str_of(call->problem.text));
        return err;
    }
    if (values[NAME].is_set)
        row->name = values[NAME].text;
    if (values[OPTIONS].is_set)
        row->options = values[OPTIONS].text;
    if (values[SECRET].is_set)
        row->secret = values[SECRET].text;
    return OK;
}

static struct target describe(const void *account)
{
    const struct account_row *row = account;
    return (struct target){ .id = row->id, .name = row->name, .external_id = row->external_id };
}

static enum err get(struct call *call, struct store_tx *tx, str id, void *ret_row)
{
    return store_account_get(tx, call->principal.workspace_id, id, ret_row, &call->problem);
}

static enum err list(struct call *call, struct store_tx *tx, const struct store_page *page,
                     struct store_list *ret_list)
{
    return store_account_list(tx, call->principal.workspace_id, page, ret_list, &call->problem);
}

static enum err create(struct call *call, struct store_tx *tx, void *row)
{
    return store_account_create(tx, row, &call->problem);
}

static enum err store(struct call *call, struct store_tx *tx, void *row)
{
    return store_account_update(tx, row, &call->problem);
}

static enum err update(struct call *call, struct store_tx *tx, const struct body_value *values,
                       void *row)
{
    enum err err = apply(call, values, row);
    return err ? err : store(call, tx, row);
}

static enum err remove_account(struct call *call, struct store_tx *tx, const void *account)
{
    const struct account_row *row = account;
    return store_account_delete(tx, row->workspace_id, row->id, &call->problem);
}

static enum err set_external_id(struct call *call, struct store_tx *tx, const void *account,
                                str external_id)
{
    const struct account_row *row = account;
    return store_account_set_external_id(tx, row->workspace_id, row->id, external_id,
                                         &call->problem);
}

static const struct resource_type accounts = {
    .kind = "account",
    .many = "data",
    .path = "/v2/accounts",
    .created_status = 201,
    .ended = "deleted",
    .row_size = sizeof(struct account_row),
    .describe = describe,
    .write = write_account,
    .get = get,
    .list = list,
    .create = create,
    .update = update,
    .remove = remove_account,
    .set_external_id = set_external_id,
};

static enum err begin(struct call *call, const struct body_value *values, void *ret_row)
{
    str category, type;
    if (!split_definition(values[DEFINITION].text, &category, &type))
        return call_invalid(call, STR("accountDefinitionName"),
                            "must be like SOURCE_POSTGRES or DESTINATION_SALESFORCE");
    struct account_row row = {
        .workspace_id = call->principal.workspace_id,
        .definition = values[DEFINITION].text,
        .options = STR("{}"),
        .secret = STR("{}"),
        .external_id = values[EXTERNAL_ID].text,
    };
    enum err err = apply(call, values, &row);
    if (!err)
        memcpy(ret_row, &row, sizeof(row));
    return err;
}

// --- As a part of the configuration

static enum err merge(struct call *call, const struct body_value *values, void *row)
{
    return apply(call, values, row);
}

static void keep(void *account, str id, str write_key)
{
    struct account_row *row = account;
    (void)write_key;
    row->id = id;
}

static void write_document(const void *account, struct json *json)
{
    const struct account_row *row = account;
    json_put_str(json, "id", row->id);
    if (row->external_id.len > 0)
        json_put_str(json, "externalId", row->external_id);
    json_put_str(json, "name", row->name);
    json_put_str(json, "accountDefinitionName", row->definition);
    json_put_raw(json, "options", row->options);
    json_put_raw(json, "secret", row->secret);
}

static bool is_secret(const void *account, str part, str key, bool *ret_is_pairs)
{
    (void)account;
    (void)key;
    *ret_is_pairs = false;
    return str_eq(part, STR("secret"));
}

static int64_t updated_ms(const void *row)
{
    return ((const struct account_row *)row)->updated_ms;
}

const struct configured configured_accounts = {
    .resource = &accounts,
    .key = "accounts",
    .members = members,
    .member_count = MEMBER_COUNT,
    .begin = begin,
    .merge = merge,
    .keep = keep,
    .create = create,
    .store = store,
    .set_external_id = set_external_id,
    .updated_ms = updated_ms,
    .write = write_document,
    .is_secret = is_secret,
};

// --- Handlers

enum err handle_list_accounts(struct call *call)
{
    return resource_list(call, &accounts);
}

enum err handle_get_account(struct call *call)
{
    return resource_get(call, &accounts, call->params[0]);
}

enum err handle_create_account(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct account_row row;
    enum err err = call_allow(call);
    if (!err)
        err = body_read(call, members, MEMBER_COUNT, values);
    if (!err)
        err = begin(call, values, &row);
    return err ? err : resource_create(call, &accounts, &row);
}

enum err handle_update_account(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct account_row row;
    enum err err = resource_find(call, &accounts, call->params[0], &row);
    if (!err)
        err = body_read_change(call, members, MEMBER_COUNT, values);
    return err ? err : resource_update(call, &accounts, values, &row);
}

enum err handle_delete_account(struct call *call)
{
    return resource_delete(call, &accounts, call->params[0]);
}

enum err handle_set_account_external_id(struct call *call)
{
    return resource_set_external_id(call, &accounts, call->params[0]);
}
