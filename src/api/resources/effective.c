// SPDX-License-Identifier: Apache-2.0
// What somebody may do and why: a member's effective policy, and the question what the server
// would answer, which the code that decides real calls answers.
#include "api/resources/organization.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/service_tokens.h"

// Members may ask about themselves.
static enum err allow_about(struct call *call, str user_id)
{
    bool is_himself = str_eq(user_id, call->principal.user_id);
    if (is_himself || call_is_allowed(call, PERMISSION_MANAGE_MEMBERS, EFFECT_READ, STR_NONE))
        return OK;
    call_detail(call, STR("required"), str_of(permission_word(PERMISSION_MANAGE_MEMBERS)));
    return call_fail(call, ERR_FORBIDDEN, "Only Admins may ask about others.");
}

static enum err member_principal(struct call *call, str user_id, str workspace_id,
                                 struct principal *ret_principal)
{
    enum err err = workspace_session_principal(call->api->parts.workspace, user_id,
                                               workspace_id, call->arena, ret_principal);
    return err == ERR_NOT_FOUND ? call_fail(call, err, "No such workspace.") : err;
}

// --- Rights of a policy

struct right {
    const char *resource; // "pii" for views
    const char *action;
    bool is_pii;
    unsigned number; // POLICY_SLOT, or enum pii
};

struct grant {
    bool is_all;
    size_t count;
    const str *ids;
};

static struct grant grant_of(const struct policy *policy, const struct right *right)
{
    if (right->is_pii)
        return (struct grant){ .is_all = policy->pii >> right->number & 1 };
    if (policy->all >> right->number & 1)
        return (struct grant){ .is_all = true };
    for (uint32_t i = 0; i < policy->list_count; i++)
        if (policy->lists[i].slot == right->number)
            return (struct grant){ .count = policy->lists[i].count,
                                   .ids = policy->lists[i].ids };
    return (struct grant){ 0 };
}

static bool is_given(const struct grant *grant)
{
    return grant->is_all || grant->count > 0;
}

static void write_grant(const struct grant *grant, struct json *json)
{
    json_put_bool(json, "all", grant->is_all);
    json_key(json, STR("ids"));
    json_open_array(json);
    for (size_t i = 0; i < grant->count; i++)
        json_value_str(json, grant->ids[i]);
    json_close_array(json);
}

static const char *origin_word(enum origin origin)
{
    switch (origin) {
    case ORIGIN_BASELINE:
        return "baseline";
    case ORIGIN_GROUP:
        return "group";
    case ORIGIN_MEMBER:
        return "member";
    case ORIGIN_TOKEN:
        return "token";
    }
    return "";
}

static void write_origin(const struct policy_source *source, struct json *json)
{
    json_put_str(json, "kind", str_of(origin_word(source->origin)));
    if (source->origin == ORIGIN_GROUP) {
        json_put_str(json, "id", source->id);
        json_put_str(json, "name", source->name);
    }
}

static void write_from(const struct principal *principal, const struct right *right,
                       struct json *json)
{
    if (principal->role == ROLE_ADMIN) {
        static const struct grant everything = { .is_all = true };
        json_open_object(json);
        json_put_str(json, "kind", STR("organizationRole"));
        write_grant(&everything, json);
        json_close_object(json);
        return;
    }
    for (size_t i = 0; i < principal->source_count; i++) {
        struct grant grant = grant_of(&principal->sources[i].policy, right);
        if (!is_given(&grant))
            continue;
        json_open_object(json);
        write_origin(&principal->sources[i], json);
        write_grant(&grant, json);
        json_close_object(json);
    }
}

// --- The effective policy

struct picture {
    const struct principal *principal;
    struct policy sum;
};

static void write_right(struct call *call, const struct picture *picture,
                        const struct right *right)
{
    struct json *json = &call->json;
    struct grant grant = grant_of(&picture->sum, right);
    if (!is_given(&grant))
        return;
    json_open_object(json);
    json_put_str(json, "right",
                 arena_printf(call->arena, "%s.%s", right->resource, right->action));
    write_grant(&grant, json);
    json_key(json, STR("from"));
    json_open_array(json);
    write_from(picture->principal, right, json);
    json_close_array(json);
    json_close_object(json);
}

static void write_rights(struct call *call, const struct picture *picture)
{
    for (unsigned r = 0; r < RESOURCE_COUNT; r++)
        for (unsigned a = 0; a < ACTION_COUNT; a++) {
            if (!resource_has_action((enum resource)r, (enum action)a))
                continue;
            struct right right = { .resource = resource_key((enum resource)r),
                                   .action = action_key((enum action)a),
                                   .number = POLICY_SLOT(r, a) };
            write_right(call, picture, &right);
        }
    for (unsigned p = 0; p < PII_COUNT; p++) {
        struct right right = { "pii", pii_key((enum pii)p), true, p };
        write_right(call, picture, &right);
    }
}

static void answer_effective(struct call *call, const struct principal *principal)
{
    struct picture picture = { principal, access_effective(principal, call->arena) };
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("effectivePolicy"));
    json_open_object(json);
    json_put_str(json, "memberId", principal->user_id);
    json_put_str(json, "workspaceId", principal->workspace_id);
    json_put_bool(json, "isAdmin", principal->role == ROLE_ADMIN);
    json_put_raw(json, "policy", policy_text(&picture.sum, call->arena));
    json_key(json, STR("rights"));
    json_open_array(json);
    write_rights(call, &picture);
    json_close_array(json);
    json_close_object(json);
    json_close_object(json);
}

static enum err find_about(struct call *call, str user_id)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct member member;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = organization_member(call, tx, user_id, &member);
    return err ? err : allow_about(call, user_id);
}

enum err handle_get_effective_policy(struct call *call)
{
    struct principal principal;
    str workspace_id = STR_NONE;
    enum err err = find_about(call, call->params[0]);
    if (err)
        return err;
    if (!call_query(call, STR("workspaceId"), &workspace_id) || workspace_id.len == 0)
        return call_invalid(call, STR("workspaceId"), "is required");
    err = member_principal(call, call->params[0], workspace_id, &principal);
    if (!err)
        answer_effective(call, &principal);
    return err;
}

// --- What would be allowed?

enum { MEMBER, WORKSPACE, TOKEN, RIGHT, EFFECT, RESOURCES, MEMBER_COUNT };
enum { ID_LEN_MAX = 64 };
static const char *const effects[] = { "read", "write", NULL };
static const struct body_field question_members[] = {
    [MEMBER] = { .name = "memberId", .min_len = 1, .max_len = ID_LEN_MAX },
    [WORKSPACE] = { .name = "workspaceId", .min_len = 1, .max_len = ID_LEN_MAX },
    [TOKEN] = { .name = "tokenId", .min_len = 1, .max_len = ID_LEN_MAX },
    [RIGHT] = { .name = "right", .min_len = 1, .max_len = ID_LEN_MAX },
    [EFFECT] = { .name = "effect", .kind = BODY_CHOICE, .choices = effects },
    [RESOURCES] = { .name = "resourceIds", .kind = BODY_IDS, .max_len = 2 },
};

// A token of the member; those who manage tokens may name any of the organisation.
static enum err token_digest_of(struct call *call, const struct body_value *values,
                                uint8_t ret_digest[TOKEN_DIGEST_LEN])
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct personal_token_row personal;
    struct service_token_row service;
    str id = values[TOKEN].text, organization_id = call->principal.organization_id;
    str user_id = values[MEMBER].is_set ? values[MEMBER].text : call->principal.user_id;
    bool is_manager = call_is_allowed(call, PERMISSION_MANAGE_TOKENS, EFFECT_READ, STR_NONE);
    enum err err = read_begin(call, &tx);
    if (err)
        return err;
    err = store_personal_token_get(tx, user_id, id, &personal, &call->problem);
    if (err == ERR_NOT_FOUND && is_manager && !values[MEMBER].is_set)
        err = store_personal_token_get_of_organization(tx, organization_id, id, &personal,
                                                       &call->problem);
    if (!err)
        memcpy(ret_digest, personal.digest, TOKEN_DIGEST_LEN);
    if (err == ERR_NOT_FOUND && is_manager) {
        err = store_service_token_get(tx, organization_id, id, &service, &call->problem);
        if (!err)
            memcpy(ret_digest, service.digest, TOKEN_DIGEST_LEN);
    }
    return err == ERR_NOT_FOUND ? call_fail(call, err, "No such token.") : err;
}

static enum err token_principal(struct call *call, const struct body_value *values,
                                struct principal *ret_principal)
{
    uint8_t digest[TOKEN_DIGEST_LEN];
    enum err err = token_digest_of(call, values, digest);
    if (!err)
        err = workspace_token_describe(call->api->parts.workspace, digest, call->arena,
                                       ret_principal);
    return err == ERR_UNAUTHORIZED
               ? call_fail(call, ERR_NOT_FOUND, "The token does not work any more.")
               : err;
}

static enum err whose(struct call *call, const struct body_value *values,
                      struct principal *ret_principal)
{
    str user_id = values[MEMBER].is_set ? values[MEMBER].text : call->principal.user_id;
    enum err err = OK;
    if (user_id.len > 0)
        err = find_about(call, user_id);
    else if (!values[TOKEN].is_set) // whoever owns the machine is no member
        err = call_invalid(call, STR("memberId"), "or tokenId is required");
    if (err)
        return err;
    return values[TOKEN].is_set
               ? token_principal(call, values, ret_principal)
               : member_principal(call, user_id, values[WORKSPACE].text, ret_principal);
}

static void write_decision(const struct decision *decision, struct json *json)
{
    json_put_bool(json, "allowed", decision->is_allowed);
    json_put_str(json, "required", str_of(decision->required));
    json_put_str(json, "rule", str_of(decision->rule));
    json_key(json, STR("origin"));
    if (decision->source) {
        json_open_object(json);
        write_origin(decision->source, json);
        json_close_object(json);
    } else {
        json_value_null(json);
    }
}

static void answer_one(struct call *call, const struct principal *principal,
                       const struct access_request *request)
{
    struct decision decision = access_decide(principal, request);
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    write_decision(&decision, json);
    json_close_object(json);
}

// Every right that there is, in the order of PERMISSION_TABLE.
static void answer_all(struct call *call, const struct principal *principal,
                       struct access_request *request)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_key(json, STR("decisions"));
    json_open_array(json);
    for (unsigned i = 0; i < PERMISSION_COUNT; i++) {
        request->permission = (enum permission)i;
        struct decision decision = access_decide(principal, request);
        json_open_object(json);
        json_put_str(json, "right", str_of(permission_word(request->permission)));
        write_decision(&decision, json);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
}

enum err handle_simulate_access(struct call *call)
{
    struct body_value values[MEMBER_COUNT];
    struct access_request request = { .effect = EFFECT_WRITE };
    struct principal principal;
    enum err err = body_read(call, question_members, MEMBER_COUNT, values);
    if (!err && values[RIGHT].is_set && !permission_of(values[RIGHT].text, &request.permission))
        err = call_invalid(call, STR("right"), "is not known");
    if (!err)
        err = whose(call, values, &principal);
    if (err)
        return err;
    if (str_eq(values[EFFECT].text, STR("read")))
        request.effect = EFFECT_READ;
    for (int64_t i = 0; i < values[RESOURCES].number; i++)
        request.ids[i] = values[RESOURCES].ids[i];
    if (values[RIGHT].is_set)
        answer_one(call, &principal, &request);
    else
        answer_all(call, &principal, &request);
    return OK;
}
