// SPDX-License-Identifier: Apache-2.0
// Who there is. People are few beside sources and destinations, and everything a policy says
// may change with one row: they are read as a whole, when one of their tables changed.
#include "workspace/inside.h"

static void people_done(void *payload)
{
    struct people *people = payload;
    map_free(people->workspaces);
    map_free(people->users);
    map_free(people->members);
    map_free(people->organizations);
    map_free(people->groups);
    map_free(people->group_members);
    map_free(people->policies);
    arena_free(people->arena);
}

static struct people *people_new(struct draft *draft, struct arena *arena)
{
    struct people *people = piece_new(draft, sizeof(*people), people_done);
    people->arena = arena;
    people->workspaces = map_new();
    people->users = map_new();
    people->members = map_new();
    people->organizations = map_new();
    people->groups = map_new();
    people->group_members = map_new();
    people->policies = map_new();
    return people;
}

static enum err add_members(struct people *people, struct store_tx *tx, struct problem *problem)
{
    struct workspace_row *workspaces = NULL;
    struct user_row *users = NULL;
    struct member_row *members = NULL;
    size_t workspace_count = 0, user_count = 0, member_count = 0;
    enum err err = store_workspace_list_all(tx, &workspaces, &workspace_count, problem);
    if (!err)
        err = store_user_list_all(tx, &users, &user_count, problem);
    if (!err)
        err = store_member_list_all(tx, &members, &member_count, problem);
    if (err)
        return err;
    for (size_t i = 0; i < workspace_count; i++)
        map_put(people->workspaces, workspaces[i].id, &workspaces[i]);
    for (size_t i = 0; i < user_count; i++)
        map_put(people->users, users[i].id, &users[i]);
    for (size_t i = member_count; i-- > 0;) // his first membership is put last, and stays
        map_put(people->members, members[i].user_id, &members[i]);
    people->members_end = members + member_count;
    return OK;
}

enum err build_people(struct build *build, struct arena *rows_take,
                      const struct people **ret_people, struct problem *ret_problem)
{
    struct people *people = people_new(build->draft, rows_take);
    enum err err = add_members(people, build->tx, ret_problem);
    if (!err)
        err = people_add_access(people, build->tx, build->observer, ret_problem);
    if (!err)
        *ret_people = people;
    return err;
}
