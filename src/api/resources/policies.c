// SPDX-License-Identifier: Apache-2.0
// Policies: the baseline of a workspace, those of groups and of members in it.
#include "store/policies.h"

#include "api/resources/organization.h"
#include "api/resources/passphrase.h"
#include "api/resources/policy_body.h"
#include "api/resources/resources.h"
#include "api/router.h"
#include "store/groups.h"

// Whose policy, and where.
struct place {
    str kind; // POLICY_…
    str subject_id;
    str subject_name;
    struct workspace_row workspace;
};

static bool is_of(const struct place *place, str kind)
{
    return str_eq(place->kind, kind);
}

static enum err find_subject(struct call *call, struct store_tx *tx, struct place *place)
{
    struct group_row group;
    struct member member;
    enum err err;
    if (is_of(place, POLICY_GROUP)) {
        err = organization_group(call, tx, call->params[0], &group);
        place->subject_name = err ? STR_NONE : group.name;
    } else {
        err = organization_member(call, tx, call->params[0], &member);
        place->subject_name = err ? STR_NONE : member.user.email;
    }
    place->subject_id = call->params[0];
    return err;
}

// /v2/workspaces/{id}/… or /v2/groups/{id}/…/{workspaceId}
static enum err find(struct call *call, struct store_tx *tx, struct place *place)
{
    bool is_baseline = is_of(place, POLICY_BASELINE);
    enum err err = is_baseline ? OK : find_subject(call, tx, place);
    if (!err)
        err = organization_workspace(call, tx, call->params[is_baseline ? 0 : 1],
                                     &place->workspace);
    if (is_baseline) {
        place->subject_id = STR("");
        place->subject_name = err ? STR_NONE : place->workspace.name;
    }
    return err;
}

// Everybody who is signed in may read the baselines of his workspaces.
static enum err allow(struct call *call, const struct place *place)
{
    if (call->caller != CALLER_SESSION || call->operation->effect != EFFECT_READ ||
        !is_of(place, POLICY_BASELINE))
        return allow_confirmed(call, NULL);
    if (organization_is_open(call, place->workspace.id))
        return OK;
    return problem_set(&call->problem, ERR_NOT_FOUND, STR("id"), "no such workspace");
}

static void answer(struct call *call, str policy)
{
    struct json *json = reply_json(call, 200);
    json_open_object(json);
    json_put_raw(json, "policy", policy);
    json_close_object(json);
}

// --- Reading

static enum err default_baseline(struct call *call, struct store_tx *tx, str *ret_policy)
{
    struct organization_row row;
    enum err err =
        store_organization_get(tx, call->principal.organization_id, &row, &call->problem);
    if (!err)
        *ret_policy = policy_text(row.settings.baseline_pii ? &policy_full_pii : &policy_none,
                                  call->arena);
    return err;
}

static enum err stored(struct call *call, struct store_tx *tx, const struct place *place,
                       str *ret_policy)
{
    struct policy_row row;
    enum err err = store_policy_get(tx, place->workspace.id, place->kind, place->subject_id,
                                    &row, &call->problem);
    if (!err)
        *ret_policy = row.policy;
    if (err == ERR_NOT_FOUND && is_of(place, POLICY_BASELINE)) {
        memset(&call->problem, 0, sizeof(call->problem));
        return default_baseline(call, tx, ret_policy);
    }
    return err;
}

// The same, read; none grants nothing.
static enum err stored_policy(struct call *call, struct store_tx *tx, const struct place *place,
                              struct policy *ret_policy)
{
    str text;
    enum err err = stored(call, tx, place, &text);
    if (err != ERR_NOT_FOUND)
        return err ? err : policy_read(text, NULL, call->arena, ret_policy, &call->problem);
    memset(&call->problem, 0, sizeof(call->problem));
    *ret_policy = policy_none;
    return OK;
}

static enum err show(struct call *call, str kind)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    struct place place = { .kind = kind };
    str policy;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find(call, tx, &place);
    if (!err)
        err = allow(call, &place);
    if (!err)
        err = stored(call, tx, &place, &policy);
    if (!err)
        answer(call, policy);
    return err;
}

// --- Writing

struct wish {
    struct place place;
    struct body_value value;
};

static struct call_change change_of(const char *action, const struct place *place)
{
    const char *type = "baseline_policy";
    if (is_of(place, POLICY_GROUP))
        type = "group_policy";
    if (is_of(place, POLICY_MEMBER))
        type = "member_policy";
    return (struct call_change){
        .action = action,
        .target_type = type,
        .target_id = is_of(place, POLICY_BASELINE) ? place->workspace.id : place->subject_id,
        .target_name = place->subject_name,
        .workspace_id = place->workspace.id,
    };
}

static enum err put(struct call *call, struct store_tx *tx, void *ctx,
                    struct call_change *ret_change)
{
    struct wish *wish = ctx;
    struct place *place = &wish->place;
    struct policy policy, before;
    enum err err = find(call, tx, place);
    if (!err)
        err = stored_policy(call, tx, place, &before);
    if (!err)
        err = policy_body_read(
            call, tx,
            &(struct policy_wish){ place->workspace.id, &wish->value, .before = &before },
            &policy);
    if (err)
        return err;
    struct policy_row row = {
        .workspace_id = place->workspace.id,
        .kind = place->kind,
        .subject_id = place->subject_id,
        .policy = policy_text(&policy, call->arena),
    };
    *ret_change = change_of("updated", place);
    err = store_policy_put(tx, &row, &call->problem);
    if (!err)
        answer(call, row.policy);
    return err;
}

static enum err find_allowed(struct call *call, struct place *place)
{
    AUTO(store_end) struct store_tx *tx = NULL;
    enum err err = read_begin(call, &tx);
    if (!err)
        err = find(call, tx, place);
    return err ? err : allow(call, place);
}

static enum err replace(struct call *call, str kind)
{
    static const struct body_field member = {
        .name = "policy", .kind = BODY_OBJECT, .is_required = true, .max_len = POLICY_BYTES_MAX
    };
    struct wish wish = { .place = { .kind = kind } };
    enum err err = find_allowed(call, &wish.place);
    if (!err)
        err = body_read(call, &member, 1, &wish.value);
    return err ? err : call_write(call, put, &wish);
}

static enum err take_away(struct call *call, struct store_tx *tx, void *ctx,
                          struct call_change *ret_change)
{
    struct place *place = ctx;
    enum err err = find(call, tx, place);
    *ret_change = change_of("deleted", place);
    return err ? err
               : store_policy_delete(tx, place->workspace.id, place->kind, place->subject_id,
                                     &call->problem);
}

static enum err end(struct call *call, str kind)
{
    struct place place = { .kind = kind };
    enum err err = find_allowed(call, &place);
    if (!err)
        err = call_write(call, take_away, &place);
    if (!err)
        reply_empty(call, 204);
    return err;
}

enum err policy_places_write(struct call *call, struct store_tx *tx, str kind, str subject_id)
{
    struct json *json = &call->json;
    struct policy_row *rows = NULL;
    struct workspace_row workspace;
    size_t count = 0;
    enum err err = store_policy_list(tx, call->principal.organization_id, kind, subject_id,
                                     &rows, &count, &call->problem);
    json_key(json, STR("policies"));
    json_open_array(json);
    for (size_t i = 0; i < count && !err; i++) {
        err = organization_workspace(call, tx, rows[i].workspace_id, &workspace);
        if (err)
            break;
        json_open_object(json);
        json_put_str(json, "workspaceId", workspace.id);
        json_put_str(json, "workspaceName", workspace.name);
        json_close_object(json);
    }
    json_close_array(json);
    return err;
}

// --- Handlers

enum err handle_get_baseline_policy(struct call *call)
{
    return show(call, POLICY_BASELINE);
}

enum err handle_put_baseline_policy(struct call *call)
{
    return replace(call, POLICY_BASELINE);
}

enum err handle_get_group_workspace_policy(struct call *call)
{
    return show(call, POLICY_GROUP);
}

enum err handle_put_group_workspace_policy(struct call *call)
{
    return replace(call, POLICY_GROUP);
}

enum err handle_delete_group_workspace_policy(struct call *call)
{
    return end(call, POLICY_GROUP);
}

enum err handle_get_member_workspace_policy(struct call *call)
{
    return show(call, POLICY_MEMBER);
}

enum err handle_put_member_workspace_policy(struct call *call)
{
    return replace(call, POLICY_MEMBER);
}

enum err handle_delete_member_workspace_policy(struct call *call)
{
    return end(call, POLICY_MEMBER);
}
