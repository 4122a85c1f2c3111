// SPDX-License-Identifier: Apache-2.0
// `pintle token create`: a token of either kind for scripts; prints the value, alone.
#include "app/client.h"
#include "app/command.h"

static const struct command_option options[] = {
    { "name", "NAME", "Name of the token", true },
    { "email", "ADDRESS", "Personal: e-mail address of the token's owner", false },
    { "scope", "SCOPE", "Personal: read-only or read-write", false },
    { "service", "LEVEL",
      "Make a Service Access Token instead: `workspace`, or `organization` for SCIM, audit "
      "logs\n"
      "      and usage",
      false },
    { "workspace", "NAME", "Name or id of the workspace it opens", false },
    { "policy", "FILE",
      "JSON of a policy (- reads it from standard input): narrows a personal token, gives\n"
      "      rights beside the baseline to a service token",
      false },
    { "grants", "LIST",
      "Service, organization: manage_members, manage_tokens, separated by a comma", false },
    { "expires-at", "TIME", "When it stops to work: 2027-01-31T00:00:00Z", false },
    { "allowed-ips", "LIST",
      "Addresses and networks it works from, separated by commas; others are refused", false },
    { 0 },
};

static enum err read_policy(struct client *client, const struct invocation *invocation,
                            str *ret_policy)
{
    str path = invocation_option(invocation, "policy");
    return path.data ? client_read_object(client, path, ret_policy) : OK;
}

static enum err create_personal(struct client *client, const struct invocation *invocation,
                                str policy, yyjson_val **ret_root)
{
    const struct client_member members[] = {
        { "email", invocation_option(invocation, "email"), false },
        { "workspace", invocation_option(invocation, "workspace"), false },
        { "name", invocation_option(invocation, "name"), false },
        { "scope", invocation_option(invocation, "scope"), false },
        { "policy", policy, true },
        { "expiresAt", invocation_option(invocation, "expires-at"), false },
        { "allowedIps", client_array(client, invocation_option(invocation, "allowed-ips")),
          true },
        { 0 },
    };
    return client_call(client, "POST", STR("/local/personal-access-tokens"),
                       client_object(client, members), ret_root);
}

static enum err create_service(struct client *client, const struct invocation *invocation,
                               str policy, yyjson_val **ret_root)
{
    str workspace = invocation_option(invocation, "workspace"), id = STR_NONE;
    enum err err =
        workspace.data ? client_find(client, &naming_workspaces, workspace, &id) : OK;
    const struct client_member members[] = {
        { "level", invocation_option(invocation, "service"), false },
        { "workspaceId", id, false },
        { "name", invocation_option(invocation, "name"), false },
        { "policy", policy, true },
        { "grants", client_array(client, invocation_option(invocation, "grants")), true },
        { "expiresAt", invocation_option(invocation, "expires-at"), false },
        { "allowedIps", client_array(client, invocation_option(invocation, "allowed-ips")),
          true },
        { 0 },
    };
    return err ? err
               : client_call(client, "POST", STR("/v2/service-access-tokens"),
                             client_object(client, members), ret_root);
}

// Options that a kind needs, and those that the other one has. NULL: all is well.
static const char *find_misuse(const struct invocation *invocation, const char **ret_why)
{
    static const char *const needed[] = { "email", "workspace", "scope", NULL };
    static const char *const personal[] = { "email", "scope", NULL };
    bool is_service = invocation_option(invocation, "service").data;
    *ret_why = is_service ? "is for personal tokens, without --service" : "is required";
    for (const char *const *name = is_service ? personal : needed; *name; name++)
        if (is_service == (invocation_option(invocation, *name).data != NULL))
            return *name;
    if (is_service || !invocation_option(invocation, "grants").data)
        return NULL;
    *ret_why = "is for service tokens: --service organization";
    return "grants";
}

static enum exit_code run(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    bool is_service = invocation_option(invocation, "service").data;
    yyjson_val *root;
    str policy = STR_NONE;
    const char *why, *misused = find_misuse(invocation, &why);
    if (misused)
        return command_misuse(invocation, misused, why);
    enum err err = read_policy(client, invocation, &policy);
    if (!err)
        err = is_service ? create_service(client, invocation, policy, &root)
                         : create_personal(client, invocation, policy, &root);
    if (err)
        return command_fail(&client->problem);
    str token = json_get_str(root, "token");
    (void)printf("%" PRIstr "\n", STR_ARG(token));
    return EXIT_DONE;
}

const struct command command_token_create = {
    .name = "token create",
    .summary = "Make an access token and print its value",
    .prose = "The value is printed once, alone, and cannot be shown again.\n\n"
             "A personal token can never do more than its owner may do at that moment:\n"
             "  pintle token create --email ada@example.com --workspace Production \\\n"
             "      --scope read-only --name laptop\n"
             "For what runs without people make a service token:\n"
             "  pintle token create --service workspace --workspace Production \\\n"
             "      --policy policy.json --name terraform",
    .options = options,
    .run = run,
};
