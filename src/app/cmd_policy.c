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

static const struct table_column policy_columns[] = { { "RIGHT", "right" },
                                                      { "FOR", "for" },
                                                      { 0 } };
static const struct table_column effective_columns[] = {
    { "RIGHT", "right" }, { "FOR", "for" }, { "FROM", "from" }, { 0 }
};

// What a right is for: ids, or "all" there are and all to come.
static void put_extent(yyjson_val *grant, struct json *json)
{
    bool is_all = yyjson_is_true(grant) || yyjson_is_true(yyjson_obj_get(grant, "all"));
    json_key(json, STR("for"));
    if (is_all)
        json_value_str(json, STR("all"));
    else
        json_value_val(json, yyjson_obj_get(grant, "ids"));
}

// kind: "sources", "pii".
static void put_grants(struct client *client, yyjson_val *grants, str kind, struct json *json)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(grants);
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&iter));) {
        json_open_object(json);
        json_put_str(json, "right",
                     arena_printf(client->arena, "%" PRIstr ".%" PRIstr, STR_ARG(kind),
                                  STR_ARG(json_str(key))));
        put_extent(yyjson_obj_iter_get_val(key), json);
        json_close_object(json);
    }
}

static void put_rights(struct client *client, yyjson_val *policy, struct json *json)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(yyjson_obj_get(policy, "resources"));
    for (yyjson_val *kind; (kind = yyjson_obj_iter_next(&iter));)
        put_grants(client, yyjson_obj_iter_get_val(kind), json_str(kind), json);
    put_grants(client, yyjson_obj_get(policy, "pii"), STR("pii"), json);
}

static void put_origin(struct client *client, yyjson_val *origin, struct json *json)
{
    str kind = json_get_str(origin, "kind"), name = json_get_str(origin, "name");
    json_value_str(json, name.data ? arena_printf(client->arena, "%" PRIstr " %" PRIstr,
                                                  STR_ARG(kind), STR_ARG(name))
                                   : kind);
}

static void put_effective(struct client *client, yyjson_val *policy, struct json *json)
{
    yyjson_val *rights = yyjson_obj_get(policy, "rights");
    for (size_t i = 0; i < yyjson_arr_size(rights); i++) {
        yyjson_val *right = yyjson_arr_get(rights, i), *from = yyjson_obj_get(right, "from");
        json_open_object(json);
        json_put_str(json, "right", json_get_str(right, "right"));
        put_extent(right, json);
        json_key(json, STR("from"));
        json_open_array(json);
        for (size_t j = 0; j < yyjson_arr_size(from); j++)
            put_origin(client, yyjson_arr_get(from, j), json);
        json_close_array(json);
        json_close_object(json);
    }
}

static enum err print_rights(struct client *client, yyjson_val *policy, bool is_effective)
{
    AUTO(buf_done) struct buf text = { 0 };
    struct client_list list = { 0 };
    yyjson_doc *rows = NULL;
    struct json json;
    json_init(&json, &text);
    json_open_array(&json);
    (is_effective ? put_effective : put_rights)(client, policy, &json);
    json_close_array(&json);
    enum err err = json_read(arena_dup(client->arena, buf_str(&text)), 0, client->arena, &rows,
                             &client->problem);
    if (err)
        return err;
    client_append(client, yyjson_doc_get_root(rows), &list);
    table_print(is_effective ? effective_columns : policy_columns, &list);
    return OK;
}

static enum err get_policy(struct client *client, const struct invocation *invocation,
                           yyjson_val **ret_policy)
{
    yyjson_val *root = NULL;
    str path;
    enum err err = find_policy(client, invocation, &path);
    if (!err)
        err = client_call(client, "GET", path, STR_NONE, &root);
    *ret_policy = yyjson_obj_get(root, "policy");
    return err;
}

static enum err show(struct client *client, const struct invocation *invocation,
                     bool is_effective)
{
    yyjson_val *policy = NULL;
    enum err err = (is_effective ? get_effective : get_policy)(client, invocation, &policy);
    if (err)
        return err;
    if (!invocation_option(invocation, "json").data)
        return print_rights(client, policy, is_effective);
    table_print_object(policy);
    return OK;
}

static enum exit_code run_show(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    bool is_effective = invocation_option(invocation, "effective").data;
    if (names_both(invocation))
        return refuse_both(invocation);
    if (is_effective && !invocation_option(invocation, "email").data)
        return command_misuse(invocation, "effective", "needs --email");
    return show(client, invocation, is_effective) ? command_fail(&client->problem) : EXIT_DONE;
}

const struct command command_policy_show = {
    .name = "policy show",
    .summary = "Show a policy, or all that a member may do",
    .prose = "With --json it prints what `pintle policy set` takes.",
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
