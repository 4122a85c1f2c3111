// SPDX-License-Identifier: Apache-2.0
// `pintle member …`: who belongs to the organisation.
#include "app/command.h"
#include "app/table.h"

// --- Listing

static const struct command_option list_options[] = { OPTION_JSON, { 0 } };

static const struct table_column member_columns[] = {
    { "ID", "id" },           { "EMAIL", "email" }, { "ROLE", "role" },
    { "SINCE", "createdAt" }, { "NAME", "name" },   { 0 },
};

static enum exit_code run_list(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    struct client_list list;
    if (client_list(client, STR("/v2/members"), "members", &list))
        return command_fail(&client->problem);
    if (invocation_option(invocation, "json").data)
        table_print_json(&list);
    else
        table_print(member_columns, &list);
    return EXIT_DONE;
}

const struct command command_member_list = {
    .name = "member list",
    .summary = "List the members of the organisation",
    .options = list_options,
    .run = run_list,
};

// --- One member

static const struct command_option show_options[] = {
    { "email", "ADDRESS", "E-mail address or id of the member", true },
    OPTION_JSON,
    { 0 },
};

static const struct table_column token_columns[] = {
    { "TOKEN", "id" },
    { "WORKSPACE", "workspaceName" },
    { "SCOPE", "scope" },
    { "LAST USED", "lastUsedAt" },
    { "FROM", "lastUsedIp" },
    { "NAME", "name" },
    { 0 },
};
static const struct table_column group_columns[] = { { "GROUP", "id" },
                                                     { "NAME", "name" },
                                                     { 0 } };
static const struct table_column policy_columns[] = { { "POLICY OF HIS OWN IN", "workspaceId" },
                                                      { "NAME", "workspaceName" },
                                                      { 0 } };

static enum err find_member(struct client *client, const struct invocation *invocation,
                            str *ret_path)
{
    str id = STR_NONE;
    enum err err =
        client_find(client, &naming_members, invocation_option(invocation, "email"), &id);
    *ret_path = client_path(client, "/v2/members/{}", id, STR_NONE);
    return err;
}

static enum err get_member(struct client *client, const struct invocation *invocation,
                           str *ret_path, yyjson_val **ret_member)
{
    yyjson_val *root = NULL;
    enum err err = find_member(client, invocation, ret_path);
    if (!err)
        err = client_call(client, "GET", *ret_path, STR_NONE, &root);
    *ret_member = yyjson_obj_get(root, "member");
    return err;
}

static enum exit_code run_show(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    yyjson_val *member;
    str path;
    if (get_member(client, invocation, &path, &member))
        return command_fail(&client->problem);
    if (invocation_option(invocation, "json").data) {
        table_print_object(member);
        return EXIT_DONE;
    }
    const struct client_list himself = { &member, 1 };
    table_print(member_columns, &himself);
    table_print_part(client, group_columns, yyjson_obj_get(member, "groups"));
    table_print_part(client, policy_columns, yyjson_obj_get(member, "policies"));
    table_print_part(client, token_columns, yyjson_obj_get(member, "personalAccessTokens"));
    return EXIT_DONE;
}

const struct command command_member_show = {
    .name = "member show",
    .summary = "Show a member: role, groups, policies, personal tokens",
    .options = show_options,
    .run = run_show,
};

// --- Roles

static const struct command_option role_options[] = {
    { "email", "ADDRESS", "E-mail address or id of the member", true },
    { "role", "ROLE", "Admin or Member", true },
    { 0 },
};

static enum exit_code run_set_role(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    const struct client_member members[] = {
        { "role", invocation_option(invocation, "role"), false }, { 0 }
    };
    str path;
    enum err err = find_member(client, invocation, &path);
    if (!err)
        err = client_call(client, "PUT", path, client_object(client, members), NULL);
    return err ? command_fail(&client->problem) : EXIT_DONE;
}

const struct command command_member_set_role = {
    .name = "member set-role",
    .summary = "Make a member Admin of the organisation, or Member again",
    .prose = "His sessions end. The last Admin cannot be demoted.",
    .options = role_options,
    .run = run_set_role,
};

// --- Removing

static const struct command_option remove_options[] = {
    { "email", "ADDRESS", "E-mail address or id of the member", true },
    { "yes", NULL, "Do it; without it only what would end is shown", false },
    { 0 },
};

static enum exit_code run_remove(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    yyjson_val *member;
    str path;
    if (get_member(client, invocation, &path, &member))
        return command_fail(&client->problem);
    yyjson_val *tokens = yyjson_obj_get(member, "personalAccessTokens");
    if (!invocation_option(invocation, "yes").data) {
        (void)printf("Nothing was done. With --yes the member loses access, his sessions and\n"
                     "these personal tokens, for ever. For what must go on without him make\n"
                     "service tokens first: pintle token create --service workspace.\n");
        table_print_part(client, token_columns, tokens);
        return EXIT_FAILED;
    }
    if (client_call(client, "DELETE", path, STR_NONE, NULL))
        return command_fail(&client->problem);
    (void)printf("%zu\n", yyjson_arr_size(tokens));
    return EXIT_DONE;
}

const struct command command_member_remove = {
    .name = "member remove",
    .summary = "Remove a member; prints how many personal tokens ended",
    .prose = "Inviting him again revives none of them. The last Admin cannot be removed.",
    .options = remove_options,
    .run = run_remove,
};
