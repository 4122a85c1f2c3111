// SPDX-License-Identifier: Apache-2.0
// What an import would make of members and tokens: what it names is looked up here, legacy
// roles become policies, and both sides are compared.
#include "api/resources/access_import.h"
#include "api/resources/policy_body.h"
#include "store/destinations.h"
#include "store/groups.h"
#include "store/members.h"
#include "store/policies.h"
#include "store/sources.h"

// What is in a workspace now.
struct facts {
    struct workspace_row row;
    struct policy baseline;
    struct store_list sources;      // struct source_row
    struct store_list destinations; // struct destination_row
};

// A restriction whose names have been found.
struct restriction {
    const struct import_restriction *wish;
    const struct facts *where;
    str id;
};

struct planning {
    struct call *call;
    struct store_tx *tx;
    struct import_plan *plan;
    struct facts *facts;
    size_t fact_count;
    struct restriction *restrictions;
};

// Who is or is not restricted: a member, or a Service Access Token.
struct subject {
    str email;
    str token_name;
};

static str place_of(struct planning *in, const char *list, size_t index, const char *member)
{
    return arena_printf(in->call->arena, "%s[%zu]%s%s", list, index, *member ? "." : "",
                        member);
}

// --- Workspaces

static enum err read_baseline(struct planning *in, struct facts *facts)
{
    struct policy_row row;
    bool has_pii = in->plan->organization.settings.baseline_pii;
    struct problem *problem = &in->call->problem;
    enum err err =
        store_policy_get(in->tx, facts->row.id, POLICY_BASELINE, STR(""), &row, problem);
    if (!err)
        return policy_read(row.policy, NULL, in->call->arena, &facts->baseline, problem);
    facts->baseline = has_pii ? policy_full_pii : policy_none;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err read_facts(struct planning *in)
{
    static const struct store_page all = { 0 };
    struct call *call = in->call;
    struct workspace_row *rows = NULL;
    size_t count = 0;
    enum err err =
        store_workspace_list(in->tx, in->plan->organization.id, &rows, &count, &call->problem);
    in->facts = ARENA_ARRAY(call->arena, struct facts, count);
    in->fact_count = count;
    for (size_t i = 0; i < count && !err; i++) {
        struct facts *facts = &in->facts[i];
        facts->row = rows[i];
        err = store_source_list(in->tx, rows[i].id, &all, &facts->sources, &call->problem);
        if (!err)
            err = store_destination_list(in->tx, rows[i].id, &all, &facts->destinations,
                                         &call->problem);
        if (!err)
            err = read_baseline(in, facts);
    }
    return err;
}

// What the document calls it, an id or a name.
static const struct facts *find_workspace(const struct planning *in, str id)
{
    const struct import *import = &in->plan->import;
    for (size_t i = 0; i < import->workspace_count; i++)
        if (str_eq(import->workspaces[i].id, id))
            id = import->workspaces[i].name;
    for (size_t i = 0; i < in->fact_count; i++)
        if (str_eq(in->facts[i].row.id, id) || str_eq(in->facts[i].row.name, id))
            return &in->facts[i];
    return NULL;
}

static enum err need_workspace(struct planning *in, str id, str place,
                               const struct facts **ret_facts)
{
    *ret_facts = find_workspace(in, id);
    if (*ret_facts)
        return OK;
    return call_invalid(in->call, place,
                        "\"%" PRIstr "\" is no workspace here: make it first, or name it "
                        "under \"workspaces\"",
                        STR_ARG(str_sub(id, 0, 100)));
}

static enum err check_workspaces(struct planning *in)
{
    const struct import *import = &in->plan->import;
    const struct facts *facts;
    enum err err = OK;
    for (size_t i = 0; i < import->workspace_count && !err; i++)
        err = need_workspace(in, import->workspaces[i].id,
                             place_of(in, "workspaces", i, "name"), &facts);
    return err;
}

// --- Restrictions

static bool has_email(const str *emails, size_t count, str email)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(emails[i], email))
            return true;
    return false;
}

static bool is_allowed(const struct import_restriction *wish, const struct subject *subject)
{
    if (subject->email.len > 0)
        return has_email(wish->emails, wish->email_count, subject->email);
    for (size_t i = 0; i < wish->token_count; i++)
        if (str_eq(wish->tokens[i], subject->token_name))
            return true;
    return false;
}

static str find_resource(const struct restriction *restriction)
{
    str wanted = restriction->wish->id;
    const struct source_row *sources = restriction->where->sources.rows;
    const struct destination_row *destinations = restriction->where->destinations.rows;
    if (restriction->wish->what == IMPORT_RESTRICTED_SOURCE) {
        for (size_t i = 0; i < restriction->where->sources.count; i++)
            if (str_eq(sources[i].id, wanted) || str_eq(sources[i].name, wanted))
                return sources[i].id;
        return STR_NONE;
    }
    for (size_t i = 0; i < restriction->where->destinations.count; i++)
        if (str_eq(destinations[i].id, wanted) || str_eq(destinations[i].name, wanted))
            return destinations[i].id;
    return STR_NONE;
}

static enum err find_restrictions(struct planning *in)
{
    const struct import *import = &in->plan->import;
    enum err err = OK;
    in->restrictions =
        ARENA_ARRAY(in->call->arena, struct restriction, import->restriction_count);
    for (size_t i = 0; i < import->restriction_count && !err; i++) {
        struct restriction *restriction = &in->restrictions[i];
        restriction->wish = &import->restrictions[i];
        err =
            need_workspace(in, restriction->wish->workspace_id,
                           place_of(in, "restrictions", i, "workspaceId"), &restriction->where);
        if (err || restriction->wish->what == IMPORT_RESTRICTED_DATA)
            continue;
        restriction->id = find_resource(restriction);
        if (!restriction->id.data)
            err = call_invalid(in->call, place_of(in, "restrictions", i, "id"),
                               "is no id or name in the workspace");
    }
    return err;
}

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

static struct legacy_ids ids_of(struct planning *in, const struct facts *facts,
                                enum import_restricted what)
{
    bool is_source = what == IMPORT_RESTRICTED_SOURCE;
    const struct source_row *sources = facts->sources.rows;
    const struct destination_row *destinations = facts->destinations.rows;
    size_t count = is_source ? facts->sources.count : facts->destinations.count;
    str *ids = ARENA_ARRAY(in->call->arena, str, count);
    for (size_t i = 0; i < count; i++)
        ids[i] = is_source ? sources[i].id : destinations[i].id;
    if (count > 0)
        qsort(ids, count, sizeof(*ids), compare);
    return (struct legacy_ids){ ids, count };
}

static struct legacy_ids excluded(struct planning *in, const struct facts *facts,
                                  enum import_restricted what, const struct subject *subject)
{
    size_t most = in->plan->import.restriction_count, count = 0;
    str *ids = ARENA_ARRAY(in->call->arena, str, most);
    for (size_t i = 0; i < most; i++) {
        const struct restriction *restriction = &in->restrictions[i];
        if (restriction->where == facts && restriction->wish->what == what &&
            !is_allowed(restriction->wish, subject))
            ids[count++] = restriction->id;
    }
    return (struct legacy_ids){ ids, count };
}

static struct policy restricted(struct planning *in, const struct facts *facts,
                                const struct policy *policy, const struct subject *subject)
{
    struct policy less = *policy;
    for (enum import_restricted what = IMPORT_RESTRICTED_SOURCE;
         what <= IMPORT_RESTRICTED_DESTINATION; what++) {
        enum resource resource =
            what == IMPORT_RESTRICTED_SOURCE ? RESOURCE_SOURCES : RESOURCE_DESTINATIONS;
        struct legacy_ids without = excluded(in, facts, what, subject);
        struct legacy_ids existing = ids_of(in, facts, what);
        if (without.count > 0)
            less = legacy_restrict(&less, resource, &existing, &without, in->call->arena);
    }
    if (excluded(in, facts, IMPORT_RESTRICTED_DATA, subject).count > 0)
        less.pii = 0;
    return less;
}

// Somebody who was not selected for one source could make others nevertheless.
static struct policy restricted_before(struct planning *in, const struct facts *facts,
                                       const struct policy *policy,
                                       const struct subject *subject)
{
    struct policy less = restricted(in, facts, policy, subject);
    struct policy making = {
        .all = policy->all &
               (UINT64_C(1) << POLICY_SLOT(RESOURCE_SOURCES, ACTION_CREATE_DELETE) |
                UINT64_C(1) << POLICY_SLOT(RESOURCE_DESTINATIONS, ACTION_CREATE_DELETE)),
    };
    return policy_union(&less, &making, in->call->arena);
}

// --- Members

// A policy that is stored adds to the sum. Whether there is one tells who belongs.
static enum err add_stored(struct planning *in, const struct facts *facts, str kind, str id,
                           struct policy *sum, bool *ret_is_there)
{
    struct policy_row row;
    struct policy policy;
    struct call *call = in->call;
    enum err err = store_policy_get(in->tx, facts->row.id, kind, id, &row, &call->problem);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (!err)
        err = policy_read(row.policy, NULL, call->arena, &policy, &call->problem);
    if (err)
        return err;
    *sum = policy_union(sum, &policy, call->arena);
    *ret_is_there = true;
    return OK;
}

static enum err add_groups(struct planning *in, const struct facts *facts, str user_id,
                           struct policy *sum, bool *ret_is_there)
{
    struct group_row *groups = NULL;
    size_t count = 0;
    enum err err = store_group_list_of_user(in->tx, in->plan->organization.id, user_id, &groups,
                                            &count, &in->call->problem);
    for (size_t i = 0; i < count && !err; i++)
        err = add_stored(in, facts, POLICY_GROUP, groups[i].id, sum, ret_is_there);
    return err;
}

// What somebody may who has `granted` as his policy, besides what he has by other ways.
static enum err after_of(struct planning *in, const struct facts *facts, str user_id,
                         const struct policy *granted, struct policy *ret_after)
{
    struct policy sum = policy_union(&facts->baseline, granted, in->call->arena);
    bool is_there;
    enum err err = user_id.len ? add_groups(in, facts, user_id, &sum, &is_there) : OK;
    *ret_after = sum;
    return err;
}

static enum err plan_place(struct planning *in, struct planned_member *member,
                           const struct facts *facts, struct legacy_rights rights)
{
    struct subject subject = { .email = member->wish->email };
    struct policy before = legacy_before(rights), policy = legacy_policy(rights);
    struct planned_place *place = &member->places[member->place_count++];
    bool is_there;
    place->workspace = &facts->row;
    place->role = rights.role;
    place->before = restricted_before(in, facts, &before, &subject);
    place->granted =
        in->plan->has_policies ? restricted(in, facts, &policy, &subject) : policy_none;
    enum err err = OK;
    if (member->is_member)
        err = add_stored(in, facts, POLICY_MEMBER, member->user.id, &place->granted, &is_there);
    if (member->role_after == ROLE_ADMIN)
        place->after = policy_everything;
    else if (!err)
        err = after_of(in, facts, member->is_member ? member->user.id : STR_NONE,
                       &place->granted, &place->after);
    return err;
}

static enum err plan_places(struct planning *in, struct planned_member *member, size_t index)
{
    const struct import_member *wish = member->wish;
    size_t most = wish->is_everywhere ? in->fact_count : wish->place_count;
    enum err err = OK;
    if (legacy_is_admin(wish->rights.role))
        return OK;
    member->places = ARENA_ARRAY(in->call->arena, struct planned_place, most);
    for (size_t i = 0; i < most && !err; i++) {
        const struct facts *facts = &in->facts[i];
        struct legacy_rights rights = wish->rights;
        if (!wish->is_everywhere) {
            str place = arena_printf(in->call->arena,
                                     "members[%zu].workspaces[%zu].workspaceId", index, i);
            rights = wish->places[i].rights;
            err = need_workspace(in, wish->places[i].workspace_id, place, &facts);
            for (size_t k = 0; k < member->place_count && !err; k++)
                if (member->places[k].workspace == &facts->row)
                    err = call_invalid(in->call, place, "is there twice");
        }
        if (!err)
            err = plan_place(in, member, facts, rights);
    }
    return err;
}

// Whoever is here already keeps what he has: an import only adds.
static enum err find_person(struct planning *in, str email, struct planned_member *member)
{
    struct member_row row;
    struct problem *problem = &in->call->problem;
    enum err err = store_user_get_by_email(in->tx, email, &member->user, problem);
    if (!err)
        err =
            store_member_get(in->tx, in->plan->organization.id, member->user.id, &row, problem);
    if (err && err != ERR_NOT_FOUND)
        return err;
    memset(problem, 0, sizeof(*problem));
    member->is_member = !err;
    if (!err && !member_role_of(row.role, &member->role_here))
        return ERR_CORRUPT;
    return OK;
}

static enum err plan_members(struct planning *in)
{
    const struct import *import = &in->plan->import;
    struct planned_member *members =
        ARENA_ARRAY(in->call->arena, struct planned_member, import->member_count);
    enum err err = OK;
    for (size_t i = 0; i < import->member_count && !err; i++) {
        struct planned_member *member = &members[i];
        member->wish = &import->members[i];
        if (!email_is_valid(member->wish->email))
            return call_invalid(in->call, place_of(in, "members", i, "email"),
                                "must be an e-mail address");
        err = find_person(in, member->wish->email, member);
        bool becomes_admin = legacy_is_admin(member->wish->rights.role);
        member->role_after = becomes_admin ? ROLE_ADMIN : member->role_here;
        if (!err)
            err = plan_places(in, member, i);
    }
    in->plan->members = members;
    in->plan->member_count = import->member_count;
    return err;
}

// --- Tokens

static const struct planned_member *find_member(const struct import_plan *plan, str email)
{
    for (size_t i = 0; i < plan->member_count; i++)
        if (str_eq_nocase(plan->members[i].wish->email, email))
            return &plan->members[i];
    return NULL;
}

static const struct planned_place *find_place(const struct planned_member *member,
                                              const struct facts *facts)
{
    for (size_t i = 0; i < member->place_count; i++)
        if (member->places[i].workspace == &facts->row)
            return &member->places[i];
    return NULL;
}

// What a token leaves of its owner's rights.
static struct policy scoped(const struct import_token *wish, struct policy policy)
{
    bool is_looking = wish->kind == PRINCIPAL_PERSONAL_TOKEN && wish->scope == SCOPE_READ_ONLY;
    return is_looking ? (struct policy){ .pii = policy.pii } : policy;
}

// Of an owner who is here without being in the document nothing changes.
static enum err plan_bystander(struct planning *in, struct planned_token *token,
                               const struct facts *facts, str place)
{
    struct planned_member person = { 0 };
    struct policy granted = policy_none;
    bool belongs = false;
    enum err err = find_person(in, token->wish->owner, &person);
    if (!err && !person.is_member)
        return call_invalid(in->call, place, "is neither in the document nor a member here");
    if (!err)
        err = add_stored(in, facts, POLICY_MEMBER, person.user.id, &granted, &belongs);
    if (!err)
        err = add_groups(in, facts, person.user.id, &granted, &belongs);
    bool is_admin = person.role_here == ROLE_ADMIN;
    struct policy sum = policy_union(&facts->baseline, &granted, in->call->arena);
    token->user = person.user;
    token->before = token->after = scoped(token->wish, is_admin ? policy_everything : sum);
    token->opens_organization = is_admin;
    token->opened_organization = true;
    token->is_lost = !is_admin && !belongs;
    return err;
}

static enum err plan_personal(struct planning *in, struct planned_token *token, size_t index)
{
    const struct import_token *wish = token->wish;
    const struct facts *facts;
    const struct planned_place *place = NULL;
    enum err err = need_workspace(in, wish->workspace_id,
                                  place_of(in, "tokens", index, "workspaceId"), &facts);
    if (err)
        return err;
    token->workspace = &facts->row;
    token->owner = find_member(in->plan, wish->owner);
    if (!token->owner)
        return plan_bystander(in, token, facts, place_of(in, "tokens", index, "owner"));
    bool was_admin = legacy_is_admin(token->owner->wish->rights.role);
    bool is_admin = token->owner->role_after == ROLE_ADMIN;
    place = find_place(token->owner, facts);
    struct policy nothing = policy_none, all = policy_everything;
    token->before = scoped(wish, was_admin ? all : place ? place->before : nothing);
    token->after = scoped(wish, is_admin ? all : place ? place->after : nothing);
    token->opened_organization = was_admin;
    token->opens_organization = is_admin;
    token->is_lost = !is_admin && !place;
    return OK;
}

// Errors of the policy name the token it is in.
static enum err read_policy(struct planning *in, struct planned_token *token, size_t index)
{
    struct call *call = in->call;
    struct body_value value = { .is_set = true, .json = token->wish->policy };
    struct policy_wish wish = { token->workspace->id, &value };
    size_t before = call->detail_count;
    enum err err = policy_body_read(call, in->tx, &wish, &token->policy);
    for (size_t i = before; i < call->detail_count; i++)
        call->details[i].field = arena_printf(call->arena, "tokens[%zu].%" PRIstr, index,
                                              STR_ARG(call->details[i].field));
    return err;
}

// Service tokens keep what they had, whatever the mode.
static enum err plan_service(struct planning *in, struct planned_token *token, size_t index)
{
    const struct import_token *wish = token->wish;
    struct subject subject = { .token_name = wish->name };
    struct policy before = legacy_before(wish->rights), policy = legacy_policy(wish->rights);
    const struct facts *facts;
    enum err err = need_workspace(in, wish->workspace_id,
                                  place_of(in, "tokens", index, "workspaceId"), &facts);
    if (err)
        return err;
    token->workspace = &facts->row;
    token->policy = restricted(in, facts, &policy, &subject);
    token->before = restricted_before(in, facts, &before, &subject);
    if (wish->policy) {
        err = read_policy(in, token, index);
        token->before = token->policy;
    }
    token->after = policy_union(&token->policy, &facts->baseline, in->call->arena);
    return err;
}

static void apply_settings(const struct import_plan *plan, struct planned_token *token,
                           int64_t now_ms)
{
    const struct organization_settings *settings = &plan->organization.settings;
    bool is_personal = token->wish->owner.len > 0;
    int64_t longest_ms =
        is_personal ? settings->max_personal_life_ms : settings->max_service_life_ms;
    if (is_personal ? !settings->allows_personal : !settings->allows_service)
        token->is_lost = true;
    if (longest_ms > 0)
        token->expires_ms = now_ms + longest_ms;
}

static enum err plan_tokens(struct planning *in)
{
    const struct import *import = &in->plan->import;
    int64_t now_ms = clock_wall_ms(in->call->api->parts.clock);
    struct planned_token *tokens =
        ARENA_ARRAY(in->call->arena, struct planned_token, import->token_count);
    enum err err = OK;
    for (size_t i = 0; i < import->token_count && !err; i++) {
        tokens[i].wish = &import->tokens[i];
        if (tokens[i].wish->owner.len > 0)
            err = plan_personal(in, &tokens[i], i);
        else if (tokens[i].wish->kind == PRINCIPAL_WORKSPACE_SERVICE)
            err = plan_service(in, &tokens[i], i);
        else
            tokens[i].opened_organization = tokens[i].opens_organization = true;
        apply_settings(in->plan, &tokens[i], now_ms);
    }
    in->plan->tokens = tokens;
    in->plan->token_count = import->token_count;
    return err;
}

enum token_verdict planned_verdict(const struct planned_token *token)
{
    struct legacy_change changes[LEGACY_CHANGES_MAX];
    struct legacy_side before = { &token->before, true }, after = { &token->after, false };
    bool is_legacy = token->wish->kind == PRINCIPAL_LEGACY_ADMIN_TOKEN;
    if (token->is_lost)
        return TOKEN_STOPS;
    if (is_legacy && token->opened_organization && !token->opens_organization)
        return TOKEN_WORKS_WITH_LESS;
    return legacy_compare(before, after, changes) ? TOKEN_WORKS_WITH_LESS : TOKEN_WORKS;
}

// --- The whole

enum err import_plan_make(struct call *call, struct store_tx *tx, yyjson_val *document,
                          bool has_policies, struct import_plan *ret_plan)
{
    struct import_plan plan = { .has_policies = has_policies };
    struct planning in = { .call = call, .tx = tx, .plan = ret_plan };
    struct problem problem = { .field = "" };
    enum err err = import_read(document, call->arena, &plan.import, &problem);
    if (err == ERR_INVALID)
        return call_invalid(call, str_of(problem.field), "%s", problem.text);
    if (!err)
        err = store_organization_get(tx, call->principal.organization_id, &plan.organization,
                                     &call->problem);
    *ret_plan = plan;
    if (!err)
        err = read_facts(&in);
    if (!err)
        err = check_workspaces(&in);
    if (!err)
        err = find_restrictions(&in);
    if (!err)
        err = plan_members(&in);
    return err ? err : plan_tokens(&in);
}
