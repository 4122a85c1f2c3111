// SPDX-License-Identifier: Apache-2.0
// `pintle policy …`: what members may do in a workspace.
#include "app/command.h"
#include "app/table.h"

#define WHOSE                                                                                  \
    { "workspace", "NAME", "Name or id of the workspace", true },                              \
        { "group", "NAME", "The policy of this group; left out with --email: the baseline",    \
          false },                                                                             \
    {                                                                                          \
        "email", "ADDRESS", "The policy of this member", false                                 \
    }

// What the options name: the baseline, or the policy of a group or member.
static enum err find_policy(struct client *client, const struct invocation *invocation,
                            str *ret_path)
{
    str group = invocation_option(invocation, "group");
    str email = invocation_option(invocation, "email");
    const struct client_naming *naming = group.data ? &naming_groups : &naming_members;
    str subject = group.data ? group : email, id = STR_NONE, workspace = STR_NONE;
    enum err err = client_find(client, &naming_workspaces,
                               invocation_option(invocation, "workspace"), &workspace);
    if (!err && subject.data)
        err = client_find(client, naming, subject, &id);
    if (err)
        return err;
    if (!subject.data)
        *ret_path =
            client_path(client, "/v2/workspaces/{}/baseline-policy", workspace, STR_NONE);
    else
        *ret_path = client_path(client,
                                group.data ? "/v2/groups/{}/workspace-policies/{}"
                                           : "/v2/members/{}/workspace-policies/{}",
                                id, workspace);
    return OK;
}

static enum exit_code refuse_both(const struct invocation *invocation)
{
    return command_misuse(invocation, "group", "and --email cannot go together");
}

static bool names_both(const struct invocation *invocation)
{
    return invocation_option(invocation, "group").data &&
           invocation_option(invocation, "email").data;
}

// --- Showing

static const struct command_option show_options[] = {
    WHOSE,
    { "effective", NULL,
      "With --email: all that the member may do there, each right with where it comes from",
      false },
    OPTION_JSON,
    { 0 },
};

static enum err get_effective(struct client *client, const struct invocation *invocation,
                              yyjson_val **ret_policy)
{
    str member = STR_NONE, workspace = STR_NONE;
    yyjson_val *root = NULL;
    enum err err = client_find(client, &naming_workspaces,
                               invocation_option(invocation, "workspace"), &workspace);
    if (!err)
        err = client_find(client, &naming_members, invocation_option(invocation, "email"),
                          &member);
    if (!err)
        err = client_call(client, "GET",
                          client_path(client, "/v2/members/{}/effective-policy?workspaceId={}",
                                      member, workspace),
                          STR_NONE, &root);
    *ret_policy = yyjson_obj_get(root, "effectivePolicy");
    return err;
}

static void print_from(yyjson_val *right)
{
    yyjson_val *origin;
    size_t index, count;
    yyjson_arr_foreach(yyjson_obj_get(right, "from"), index, count, origin)
    {
        (void)printf("%s", index ? ", " : "");
        table_print_text(origin, "kind");
        if (yyjson_obj_get(origin, "name")) {
            (void)printf(" ");
            table_print_text(origin, "name");
        }
    }
}

static void print_rights(yyjson_val *policy)
{
    yyjson_val *right;
    size_t index, count;
    yyjson_arr_foreach(yyjson_obj_get(policy, "rights"), index, count, right)
    {
        table_print_text(right, "right");
        (void)printf(": ");
        if (yyjson_get_bool(yyjson_obj_get(right, "all")))
            (void)printf("all");
        else
            table_print_text(right, "ids");
        (void)printf("  (from ");
        print_from(right);
        (void)printf(")\n");
    }
}

static enum exit_code show_effective(struct client *client, const struct invocation *invocation)
{
    yyjson_val *policy;
    if (get_effective(client, invocation, &policy))
        return command_fail(&client->problem);
    if (invocation_option(invocation, "json").data)
        table_print_object(policy);
    else
        print_rights(policy);
    return EXIT_DONE;
}

static enum exit_code run_show(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    bool is_effective = invocation_option(invocation, "effective").data;
    yyjson_val *root = NULL;
    str path;
    if (names_both(invocation))
        return refuse_both(invocation);
    if (is_effective && !invocation_option(invocation, "email").data)
        return command_misuse(invocation, "effective", "needs --email");
    if (is_effective)
        return show_effective(client, invocation);
    enum err err = find_policy(client, invocation, &path);
    if (!err)
        err = client_call(client, "GET", path, STR_NONE, &root);
    if (err)
        return command_fail(&client->problem);
    table_print_object(yyjson_obj_get(root, "policy"));
    return EXIT_DONE;
}

const struct command command_policy_show = {
    .name = "policy show",
    .summary = "Show a policy as JSON, or all that a member may do",
    .prose = "What it prints is what `pintle policy set` takes.",
    .options = show_options,
    .run = run_show,
};

// --- Setting

static const struct command_option set_options[] = {
    WHOSE,
    { "file", "FILE", "JSON of the policy; - reads it from standard input", false },
    { "delete", NULL, "Take the policy of the group or member away instead", false },
    { 0 },
};

static enum err put_policy(struct client *client, const struct invocation *invocation, str path)
{
    struct client_member members[] = { { "policy", STR_NONE, true }, { 0 } };
    enum err err =
        client_read_object(client, invocation_option(invocation, "file"), &members[0].text);
    return err ? err : client_call(client, "PUT", path, client_object(client, members), NULL);
}

static enum exit_code run_set(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    bool is_delete = invocation_option(invocation, "delete").data;
    bool is_baseline = !invocation_option(invocation, "group").data &&
                       !invocation_option(invocation, "email").data;
    str path;
    if (names_both(invocation))
        return refuse_both(invocation);
    if (is_delete == (invocation_option(invocation, "file").data != NULL))
        return command_misuse(invocation, "file", "or --delete is needed, and not both");
    if (is_delete && is_baseline)
        return command_misuse(invocation, "delete", "a baseline is set, not deleted");
    enum err err = find_policy(client, invocation, &path);
    if (!err)
        err = is_delete ? client_call(client, "DELETE", path, STR_NONE, NULL)
                        : put_policy(client, invocation, path);
    return err ? command_fail(&client->problem) : EXIT_DONE;
}

const struct command command_policy_set = {
    .name = "policy set",
    .summary = "Set the baseline of a workspace, or the policy of a group or member there",
    .prose = "Policies only add up. To let a group edit one destination and see live events:\n"
             "  {\"resources\": {\"destinations\": {\"edit\": {\"ids\": [\"2CHj…\"]}}},\n"
             "   \"pii\": {\"destinationLiveEvents\": true}}\n"
             "An edit of a baseline changes what service tokens of the workspace may do, too.",
    .options = set_options,
    .run = run_set,
};
