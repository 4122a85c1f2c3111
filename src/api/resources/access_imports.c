// SPDX-License-Identifier: Apache-2.0
// Imports of members and tokens: staged for review, thrown away or deployed. For organisation
// Admins, and for commands on the same machine.
#include "store/access_imports.h"

#include "api/resources/access_import.h"
#include "api/resources/organization.h"
#include "api/resources/passphrase.h"
#include "api/router.h"
#include "base/secret.h"

#define LINK_VALID_FOR_MS ((int64_t)3 * 24 * 3600 * 1000)
enum { DOCUMENT_MAX_BYTES = 4 << 20, DOCUMENT_DEPTH_MAX = 64 };

static const char *const modes[] = { "members", "members-with-policies", NULL };

static bool has_policies(str mode)
{
    return str_eq(mode, STR("members-with-policies"));
}

// --- Answers

static void answer_review(struct call *call, const struct access_import_row *row,
                          const struct import_plan *plan)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("import"));
    json_open_object(json);
    json_put_str(json, "id", row->id.len ? row->id : STR_NONE);
    json_put_str(json, "mode", row->mode);
    json_put_str(json, "stagedBy", row->staged_by.len ? row->staged_by : STR_NONE);
    reply_time_or_null(json, "stagedAt", row->staged_ms);
    import_plan_write(call, plan);
    json_close_object(json);
    json_close_object(json);
}

static void answer_none(struct call *call)
{
    struct json *json = reply_json(call, 200);
    memset(&call->problem, 0, sizeof(call->problem));
    json_open_object(json);
    json_put_raw(json, "import", STR("null"));
    json_close_object(json);
}

// --- Staging

struct staging {
    struct access_import_row row;
    yyjson_val *document;
    struct import_plan plan;
};

// Deploys it and takes everything back: what would be in its way is told now.
static enum err rehearse(struct call *call, struct staging *staging)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct deployment deployment = { .links_expire_ms = 1 };
    enum err err =
        store_begin(call->api->parts.store, STORE_WRITE, call->arena, &tx, &call->problem);
    if (!err)
        err = import_plan_make(call, tx, staging->document, has_policies(staging->row.mode),
                               &deployment.plan);
    return err ? err : import_plan_apply(call, tx, &deployment);
}

static enum err stage(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    struct staging *staging = ctx;
    enum err err = import_plan_make(call, tx, staging->document,
                                    has_policies(staging->row.mode), &staging->plan);
    if (!err)
        err = store_access_import_put(tx, &staging->row, &call->problem);
    *ret_change = (struct call_change){
        .action = "staged",
        .target_type = "access_import",
        .target_id = staging->row.id,
        .target_name = staging->row.mode,
    };
    return err;
}

// Without the values of tokens, which are wiped.
static enum err make_safe(struct call *call, yyjson_val *document, str *ret_text)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct import import;
    struct json json;
    struct problem problem = { .field = "" };
    enum err err = import_read(document, call->arena, &import, &problem);
    if (err == ERR_INVALID)
        return call_invalid(call, str_of(problem.field), "%s", problem.text);
    if (err)
        return err;
    json_init(&json, &text);
    import_write_safe(document, &import, &json);
    *ret_text = arena_dup(call->arena, buf_str(&text));
    return OK;
}

static void wipe_values(yyjson_val *document)
{
    yyjson_val *tokens = yyjson_obj_get(document, "tokens"), *token;
    size_t index, count;
    yyjson_arr_foreach(tokens, index, count, token)
    {
        str value = json_get_str(token, "value");
        if (value.len > 0)
            secret_wipe((char *)value.data, value.len);
    }
}

static enum err read_stored(struct call *call, str text, yyjson_val **ret_document)
{
    yyjson_doc *doc;
    enum err err = json_read(text, DOCUMENT_DEPTH_MAX, call->arena, &doc, &call->problem);
    if (!err)
        *ret_document = yyjson_doc_get_root(doc);
    return err;
}

enum { MODE, DOCUMENT, DRY_RUN, MEMBER_COUNT };
static const struct body_field members[] = {
    [MODE] = { .name = "mode", .kind = BODY_CHOICE, .is_required = true, .choices = modes },
    [DOCUMENT] = { .name = "document",
                   .kind = BODY_OBJECT,
                   .is_required = true,
                   .max_len = DOCUMENT_MAX_BYTES },
    [DRY_RUN] = { .name = "dryRun", .kind = BODY_BOOL },
};

static enum err read_wish(struct call *call, struct body_value *values, struct staging *staging)
{
    enum err err = body_read(call, members, MEMBER_COUNT, values);
    if (!err && !values[DOCUMENT].json)
        err = call_invalid(call, STR("document"), "must be an object");
    if (!err)
        err = make_safe(call, values[DOCUMENT].json, &staging->row.document);
    wipe_values(values[DOCUMENT].json);
    if (values[DOCUMENT].text.len > 0 && values[DOCUMENT].json)
        secret_wipe((char *)values[DOCUMENT].text.data, values[DOCUMENT].text.len);
    if (!err)
        err = read_stored(call, staging->row.document, &staging->document);
    staging->row.mode = values[MODE].text;
    return err;
}

static enum err review_only(struct call *call, struct staging *staging)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    return err ? err
               : import_plan_make(call, tx, staging->document, has_policies(staging->row.mode),
                                  &staging->plan);
}

enum err handle_stage_access_import(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    enum err err = allow_confirmed(call, NULL);
    struct staging staging = {
        .row = { .organization_id = call->principal.organization_id,
                 .staged_by =
                     call->principal.user_email.len ? call->principal.user_email : STR("") },
    };
    if (!err)
        err = read_wish(call, values, &staging);
    if (!err)
        err = rehearse(call, &staging);
    if (err)
        return err;
    err =
        values[DRY_RUN].flag ? review_only(call, &staging) : call_write(call, stage, &staging);
    if (!err)
        answer_review(call, &staging.row, &staging.plan);
    return err;
}

// --- Looking, throwing away

static enum err find_staged(struct call *call, struct store_tx *tx, struct staging *staging)
{
    enum err err = store_access_import_get(tx, call->principal.organization_id, &staging->row,
                                           &call->problem);
    if (!err)
        err = read_stored(call, staging->row.document, &staging->document);
    if (!err)
        err = import_plan_make(call, tx, staging->document, has_policies(staging->row.mode),
                               &staging->plan);
    return err;
}

enum err handle_get_access_import(struct call *call)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct staging staging = { .document = NULL };
    enum err err = allow_confirmed(call, NULL);
    if (!err)
        err = read_begin(call, &tx);
    if (!err)
        err = find_staged(call, tx, &staging);
    if (err == ERR_NOT_FOUND) {
        answer_none(call);
        return OK;
    }
    if (!err)
        answer_review(call, &staging.row, &staging.plan);
    return err;
}

static enum err reset(struct call *call, struct store_tx *tx, void *ctx,
                      struct call_change *ret_change)
{
    struct access_import_row row;
    (void)ctx;
    enum err err =
        store_access_import_get(tx, call->principal.organization_id, &row, &call->problem);
    if (err == ERR_NOT_FOUND) {
        memset(&call->problem, 0, sizeof(call->problem));
        return OK; // nothing waits, as is wanted
    }
    if (err)
        return err;
    *ret_change = (struct call_change){
        .action = "reset",
        .target_type = "access_import",
        .target_id = row.id,
        .target_name = row.mode,
    };
    return store_access_import_delete(tx, row.organization_id, &call->problem);
}

enum err handle_reset_access_import(struct call *call)
{
    enum err err = allow_confirmed(call, NULL);
    if (!err)
        err = call_write(call, reset, NULL);
    if (!err)
        reply_empty(call, 204);
    return err;
}

// --- Deploying

struct deploying {
    str id;
    struct staging staging;
    struct deployment deployment;
};

static enum err deploy(struct call *call, struct store_tx *tx, void *ctx,
                       struct call_change *ret_change)
{
    struct deploying *deploying = ctx;
    struct staging *staging = &deploying->staging;
    enum err err = find_staged(call, tx, staging);
    if (!err && !str_eq(staging->row.id, deploying->id))
        return call_fail(call, ERR_CONFLICT,
                         "Another import was staged meanwhile; review it first.");
    if (err)
        return err;
    deploying->deployment.plan = staging->plan;
    err = import_plan_apply(call, tx, &deploying->deployment);
    if (!err)
        err = store_access_import_delete(tx, staging->row.organization_id, &call->problem);
    *ret_change = (struct call_change){
        .action = "deployed",
        .target_type = "access_import",
        .target_id = staging->row.id,
        .target_name = staging->row.mode,
        .details = arena_printf(call->arena, "{\"members\":%zu,\"tokens\":%zu}",
                                staging->plan.member_count, staging->plan.token_count),
    };
    return err;
}

static void answer_deployed(struct call *call, const struct deployment *deployment)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_int(json, "members", (int64_t)deployment->plan.member_count);
    json_put_int(json, "tokens", (int64_t)deployment->plan.token_count);
    json_put_time(json, "linksExpireAt", deployment->links_expire_ms);
    json_key(json, STR("setupLinks"));
    json_open_array(json);
    for (size_t i = 0; i < deployment->link_count; i++) {
        json_open_object(json);
        json_put_str(json, "memberId", deployment->links[i].user_id);
        json_put_str(json, "email", deployment->links[i].email);
        json_put_str(json, "link", deployment->links[i].link);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
}

enum err handle_deploy_access_import(struct call *call)
{
    static const struct body_field member = {
        .name = "id", .is_required = true, .min_len = 1, .max_len = 64
    };
    struct body_value value;
    enum err err = allow_confirmed(call, NULL);
    if (!err)
        err = body_read(call, &member, 1, &value);
    if (err)
        return err;
    struct deploying deploying = {
        .id = value.text,
        .deployment.links_expire_ms = clock_wall_ms(call->api->parts.clock) + LINK_VALID_FOR_MS,
    };
    err = call_write(call, deploy, &deploying);
    if (!err)
        answer_deployed(call, &deploying.deployment);
    return err;
}
