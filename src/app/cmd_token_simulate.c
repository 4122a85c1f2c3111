// SPDX-License-Identifier: Apache-2.0
// `pintle token simulate`: what a token or a member would be allowed to do, and why.
#include "app/command.h"
#include "app/table.h"

static const struct command_option options[] = {
    { "id", "ID", "The token, as `pintle token list` shows it", false },
    { "email", "ADDRESS", "Or a member, as when he is signed in; with --workspace", false },
    { "workspace", "NAME", "Name or id of the workspace the member works in", false },
    { "right", "RIGHT", "What is asked for: destinations.edit; left out: everything there is",
      false },
    { "effect", "EFFECT",
      "Whether the call reads or changes something: read or write (default)", false },
    { "resource", "ID",
      "What it is done to; for connecting both ends with a comma between. Left out: all there\n"
      "      are and all to come",
      false },
    OPTION_JSON,
    { 0 },
};

static const struct table_column columns[] = {
    { "RIGHT", "right" },    { "ALLOWED", "allowed" }, { "FROM", "origin.kind" },
    { "OF", "origin.name" }, { "RULE", "rule" },       { 0 },
};

static enum err ask(struct client *client, const struct invocation *invocation,
                    yyjson_val **ret_root)
{
    str email = invocation_option(invocation, "email"), member = STR_NONE;
    str workspace = invocation_option(invocation, "workspace"), place = STR_NONE;
    enum err err = email.data ? client_find(client, &naming_members, email, &member) : OK;
    if (!err && workspace.data)
        err = client_find(client, &naming_workspaces, workspace, &place);
    const struct client_member members[] = {
        { "tokenId", invocation_option(invocation, "id"), false },
        { "memberId", member, false },
        { "workspaceId", place, false },
        { "right", invocation_option(invocation, "right"), false },
        { "effect", invocation_option(invocation, "effect"), false },
        { "resourceIds", client_array(client, invocation_option(invocation, "resource")),
          true },
        { 0 },
    };
    return err ? err
               : client_call(client, "POST", STR("/v2/access/simulate"),
                             client_object(client, members), ret_root);
}

static void print_decision(yyjson_val *root)
{
    bool is_allowed = yyjson_get_bool(yyjson_obj_get(root, "allowed"));
    (void)printf("%s\n", is_allowed ? "allowed" : "refused");
    if (yyjson_is_str(yyjson_obj_get(root, "required"))) {
        (void)printf("missing: ");
        table_print_text(root, "required");
        (void)printf("\n");
    }
    (void)printf("because: ");
    table_print_text(root, "rule");
    (void)printf("\n");
    if (yyjson_is_obj(yyjson_obj_get(root, "origin"))) {
        (void)printf("right from: ");
        table_print_text(root, "origin.kind");
        if (yyjson_obj_get(yyjson_obj_get(root, "origin"), "name")) {
            (void)printf(" ");
            table_print_text(root, "origin.name");
        }
        (void)printf("\n");
    }
}

static void print_all(struct client *client, yyjson_val *decisions)
{
    struct client_list list = { 0 };
    client_append(client, decisions, &list);
    table_print(columns, &list);
}

static enum exit_code run(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    bool is_token = invocation_option(invocation, "id").data;
    yyjson_val *root;
    if (is_token == (invocation_option(invocation, "email").data != NULL))
        return command_misuse(invocation, "id", "or --email is needed, and not both");
    if (!is_token && !invocation_option(invocation, "workspace").data)
        return command_misuse(invocation, "workspace", "is required with --email");
    if (ask(client, invocation, &root))
        return command_fail(&client->problem);
    yyjson_val *decisions = yyjson_obj_get(root, "decisions");
    if (invocation_option(invocation, "json").data)
        table_print_object(root);
    else if (decisions)
        print_all(client, decisions);
    else
        print_decision(root);
    return EXIT_DONE;
}

const struct command command_token_simulate = {
    .name = "token simulate",
    .summary = "Tell what a token or a member would be allowed to do, and why",
    .prose =
        "Nothing is done. The code that decides real requests answers, from the policies of\n"
        "this moment:\n"
        "  pintle token simulate --id 2CHj1PJ61lv1NPyQtCiFi2KVX2y --right destinations.edit\n"
        "  pintle token simulate --email ada@example.com --workspace Production",
    .options = options,
    .run = run,
};
