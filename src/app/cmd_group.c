// SPDX-License-Identifier: Apache-2.0
// `pintle group …`: groups of members, which policies are given to.
#include "app/command.h"
#include "app/table.h"

static const struct command_option list_options[] = { OPTION_JSON, { 0 } };

static const struct table_column group_columns[] = {
    { "ID", "id" },
    { "NAME", "name" },
    { "MEMBERS", "memberCount" },
    { "CREATED", "createdAt" },
    { "DESCRIPTION", "description" },
    { 0 },
};

static enum exit_code run_list(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    struct client_list list;
    if (client_list(client, STR("/v2/groups"), "groups", &list))
        return command_fail(&client->problem);
    if (invocation_option(invocation, "json").data)
        table_print_json(&list);
    else
        table_print(group_columns, &list);
    return EXIT_DONE;
}

const struct command command_group_list = {
    .name = "group list",
    .summary = "List the groups of the organisation",
    .options = list_options,
    .run = run_list,
};

// --- One group

static const struct command_option show_options[] = {
    { "name", "NAME", "Name or id of the group", true },
    OPTION_JSON,
    { 0 },
};

static const struct table_column people_columns[] = {
    { "MEMBER", "id" }, { "EMAIL", "email" }, { "NAME", "name" }, { 0 }
};
static const struct table_column policy_columns[] = { { "POLICY IN", "workspaceId" },
                                                      { "NAME", "workspaceName" },
                                                      { 0 } };

static enum err find_group(struct client *client, const struct invocation *invocation,
                           str *ret_id)
{
    return client_find(client, &naming_groups, invocation_option(invocation, "name"), ret_id);
}

static enum exit_code run_show(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    yyjson_val *root = NULL;
    str id;
    enum err err = find_group(client, invocation, &id);
    if (!err)
        err = client_call(client, "GET", client_path(client, "/v2/groups/{}", id, STR_NONE),
                          STR_NONE, &root);
    if (err)
        return command_fail(&client->problem);
    yyjson_val *group = yyjson_obj_get(root, "group");
    if (invocation_option(invocation, "json").data) {
        table_print_object(group);
        return EXIT_DONE;
    }
    const struct client_list itself = { &group, 1 };
    table_print(group_columns, &itself);
    table_print_part(client, people_columns, yyjson_obj_get(group, "members"));
    table_print_part(client, policy_columns, yyjson_obj_get(group, "policies"));
    return EXIT_DONE;
}

const struct command command_group_show = {
    .name = "group show",
    .summary = "Show a group: its members, and where it has a policy",
    .options = show_options,
    .run = run_show,
};

// --- Making and deleting

static const struct command_option create_options[] = {
    { "name", "NAME", "Name of the group", true },
    { "description", "TEXT", "What it is for", false },
    { 0 },
};

static enum exit_code run_create(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    const struct client_member members[] = {
        { "name", invocation_option(invocation, "name"), false },
        { "description", invocation_option(invocation, "description"), false },
        { 0 },
    };
    yyjson_val *root;
    if (client_call(client, "POST", STR("/v2/groups"), client_object(client, members), &root))
        return command_fail(&client->problem);
    str id = json_get_str(yyjson_obj_get(root, "group"), "id");
    (void)printf("%" PRIstr "\n", STR_ARG(id));
    return EXIT_DONE;
}

const struct command command_group_create = {
    .name = "group create",
    .summary = "Make a group and print its id",
    .prose = "Give it rights with `pintle policy set --group NAME`.",
    .options = create_options,
    .run = run_create,
};

static const struct command_option delete_options[] = {
    { "name", "NAME", "Name or id of the group", true },
    { 0 },
};

static enum exit_code run_delete(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    str id;
    enum err err = find_group(client, invocation, &id);
    if (!err)
        err = client_call(client, "DELETE", client_path(client, "/v2/groups/{}", id, STR_NONE),
                          STR_NONE, NULL);
    return err ? command_fail(&client->problem) : EXIT_DONE;
}

const struct command command_group_delete = {
    .name = "group delete",
    .summary = "Delete a group",
    .prose = "Its policies go with it: members keep what they have from elsewhere.",
    .options = delete_options,
    .run = run_delete,
};

// --- Who is in it

static const struct command_option member_options[] = {
    { "name", "NAME", "Name or id of the group", true },
    { "email", "ADDRESS", "E-mail address or id of the member", true },
    { 0 },
};

static enum exit_code change_member(const struct invocation *invocation, const char *method)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    str group, member;
    enum err err = find_group(client, invocation, &group);
    if (!err)
        err = client_find(client, &naming_members, invocation_option(invocation, "email"),
                          &member);
    if (!err)
        err = client_call(client, method,
                          client_path(client, "/v2/groups/{}/members/{}", group, member),
                          STR_NONE, NULL);
    return err ? command_fail(&client->problem) : EXIT_DONE;
}

static enum exit_code run_add(const struct invocation *invocation)
{
    return change_member(invocation, "PUT");
}

static enum exit_code run_remove(const struct invocation *invocation)
{
    return change_member(invocation, "DELETE");
}

const struct command command_group_add = {
    .name = "group add",
    .summary = "Add a member to a group",
    .options = member_options,
    .run = run_add,
};

const struct command command_group_remove = {
    .name = "group remove",
    .summary = "Take a member out of a group",
    .options = member_options,
    .run = run_remove,
};
