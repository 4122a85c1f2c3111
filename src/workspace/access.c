// SPDX-License-Identifier: Apache-2.0
// Who belongs to which workspace, and which policies give him what there.
#include "workspace/inside.h"

// --- Reading

static str policy_key(str workspace_id, str kind, str subject_id, struct arena *arena)
{
    return arena_printf(arena, "%" PRIstr ",%" PRIstr ",%" PRIstr, STR_ARG(workspace_id),
                        STR_ARG(kind), STR_ARG(subject_id));
}

// What cannot be read gives nothing, but who it is for still belongs to the workspace.
static void add_policy(struct people *people, const struct policy_row *row,
                       struct observer *observer)
{
    struct policy *policy = ARENA_NEW(people->arena, struct policy);
    struct problem problem = { 0 };
    if (policy_read(row->policy, NULL, people->arena, policy, &problem)) {
        observe(observer, LOG_ERROR, "a policy gives nothing: it cannot be read",
                LOG_STR("workspace_id", row->workspace_id), LOG_STR("kind", row->kind),
                LOG_STR("subject_id", row->subject_id), LOG_CSTR("place", problem.field),
                LOG_CSTR("reason", problem.text));
        *policy = policy_none;
    }
    map_put(people->policies,
            policy_key(row->workspace_id, row->kind, row->subject_id, people->arena), policy);
}

static enum err add_policies(struct people *people, struct store_tx *tx,
                             struct observer *observer, struct problem *problem)
{
    struct policy_row *rows = NULL;
    size_t count = 0;
    enum err err = store_policy_list_all(tx, &rows, &count, problem);
    for (size_t i = 0; i < count && !err; i++)
        add_policy(people, &rows[i], observer);
    return err;
}

static enum err add_groups(struct people *people, struct store_tx *tx, struct problem *problem)
{
    struct group_row *groups = NULL;
    struct group_member_row *members = NULL;
    size_t group_count = 0, member_count = 0;
    enum err err = store_group_list_all(tx, &groups, &group_count, problem);
    if (!err)
        err = store_group_list_all_members(tx, &members, &member_count, problem);
    if (err)
        return err;
    for (size_t i = 0; i < group_count; i++)
        map_put(people->groups, groups[i].id, &groups[i]);
    for (size_t i = member_count; i-- > 0;) // each user's first is put last, and stays
        map_put(people->group_members, members[i].user_id, &members[i]);
    people->group_members_end = members + member_count;
    return OK;
}

enum err people_add_access(struct people *people, struct store_tx *tx,
                           struct observer *observer, struct problem *ret_problem)
{
    struct organization_row *organizations = NULL;
    size_t count = 0;
    enum err err = store_organization_list(tx, &organizations, &count, ret_problem);
    for (size_t i = 0; i < count && !err; i++)
        map_put(people->organizations, organizations[i].id, &organizations[i]);
    if (!err)
        err = add_groups(people, tx, ret_problem);
    return err ? err : add_policies(people, tx, observer, ret_problem);
}

// --- Asking

static const struct policy *find_policy(const struct people *people, str workspace_id, str kind,
                                        str subject_id, struct arena *arena)
{
    return map_get(people->policies, policy_key(workspace_id, kind, subject_id, arena));
}

// The sources of a principal as they are collected.
struct collection {
    const struct people *people;
    str workspace_id;
    struct arena *arena;
    struct policy_source *items;
    size_t count;
};

static void collect(struct collection *collection, enum origin origin,
                    const struct policy *policy, const struct group_row *group)
{
    struct arena *arena = collection->arena;
    collection->items[collection->count++] = (struct policy_source){
        .origin = origin,
        .id = group ? arena_dup(arena, group->id) : STR_NONE,
        .name = group ? arena_dup(arena, group->name) : STR_NONE,
        .policy = policy_copy(policy, arena),
    };
}

static void collect_baseline(struct collection *collection, str organization_id)
{
    const struct people *people = collection->people;
    const struct policy *written = find_policy(people, collection->workspace_id,
                                               POLICY_BASELINE, STR(""), collection->arena);
    const struct organization_row *organization =
        map_get(people->organizations, organization_id);
    bool has_pii = organization && organization->settings.baseline_pii;
    const struct policy *unwritten = has_pii ? &policy_full_pii : &policy_none;
    collect(collection, ORIGIN_BASELINE, written ? written : unwritten, NULL);
}

static size_t count_groups(const struct people *people, str user_id)
{
    size_t count = 0;
    const struct group_member_row *at = map_get(people->group_members, user_id);
    for (; at && at < people->group_members_end && str_eq(at->user_id, user_id); at++)
        count++;
    return count;
}

static void collect_groups(struct collection *collection, str user_id)
{
    const struct people *people = collection->people;
    const struct group_member_row *at = map_get(people->group_members, user_id);
    for (; at && at < people->group_members_end && str_eq(at->user_id, user_id); at++) {
        const struct policy *policy = find_policy(
            people, collection->workspace_id, POLICY_GROUP, at->group_id, collection->arena);
        const struct group_row *group = map_get(people->groups, at->group_id);
        if (policy && group)
            collect(collection, ORIGIN_GROUP, policy, group);
    }
}

static struct collection collection_begin(const struct people *people,
                                          const struct principal *principal, size_t most,
                                          struct arena *arena)
{
    return (struct collection){
        .people = people,
        .workspace_id = principal->workspace_id,
        .arena = arena,
        .items = ARENA_ARRAY(arena, struct policy_source, most),
    };
}

void people_add_member_sources(const struct people *people, str user_id, struct arena *arena,
                               struct principal *principal)
{
    size_t most = 2 + count_groups(people, user_id);
    struct collection all = collection_begin(people, principal, most, arena);
    const struct policy *own =
        find_policy(people, all.workspace_id, POLICY_MEMBER, user_id, arena);
    collect_baseline(&all, principal->organization_id);
    collect_groups(&all, user_id);
    if (own)
        collect(&all, ORIGIN_MEMBER, own, NULL);
    if (all.count == 1)
        return; // the baseline is for those who belong to the workspace
    principal->sources = all.items;
    principal->source_count = all.count;
}

void people_add_token_sources(const struct people *people, const struct policy *own,
                              struct arena *arena, struct principal *principal)
{
    struct collection all = collection_begin(people, principal, 2, arena);
    collect_baseline(&all, principal->organization_id);
    collect(&all, ORIGIN_TOKEN, own, NULL);
    principal->sources = all.items;
    principal->source_count = all.count;
}
