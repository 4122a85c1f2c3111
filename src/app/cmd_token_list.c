// SPDX-License-Identifier: Apache-2.0
// `pintle token list` and `pintle token revoke`: tokens of both kinds, for operators.
#include "app/command.h"
#include "app/table.h"

static const struct command_option list_options[] = {
    { "email", "ADDRESS", "Only the tokens of this person", false },
    { "state", "STATE", "Only those that are active, replaced or expired", false },
    OPTION_JSON,
    { 0 },
};

static const struct table_column columns[] = {
    { "ID", "id" },
    { "KIND", "kind" },
    { "OWNER", "owner.email" },
    { "WORKSPACE", "workspaceName" },
    { "LEVEL", "level" },
    { "SCOPE", "scope" },
    { "STATE", "state" },
    { "ENDS", "lastFour" },
    { "LAST USED", "lastUsedAt" },
    { "IMPORTED", "isImported" }, // and to be rotated
    { "NAME", "name" },
    { 0 },
};

static enum err list_tokens(struct client *client, const struct invocation *invocation,
                            struct client_list *ret_list)
{
    str email = invocation_option(invocation, "email"), owner = STR_NONE;
    str state = invocation_option(invocation, "state");
    str path = STR("/v2/access-tokens?");
    enum err err = email.data ? client_find(client, &naming_members, email, &owner) : OK;
    if (err)
        return err;
    if (email.data)
        path = client_path(client, "/v2/access-tokens?owner={}", owner, STR_NONE);
    if (state.data)
        path = arena_printf(client->arena, "%" PRIstr "%" PRIstr, STR_ARG(path),
                            STR_ARG(client_path(client, "&state={}", state, STR_NONE)));
    return client_list(client, path, "data", ret_list);
}

static enum exit_code run_list(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    struct client_list list;
    if (list_tokens(client, invocation, &list))
        return command_fail(&client->problem);
    if (invocation_option(invocation, "json").data)
        table_print_json(&list);
    else
        table_print(columns, &list);
    return EXIT_DONE;
}

const struct command command_token_list = {
    .name = "token list",
    .summary = "List access tokens of both kinds, without their values",
    .prose = "ENDS is what the value ends with. LAST USED is at most a minute old.",
    .options = list_options,
    .run = run_list,
};

// --- Revoking

static const struct command_option revoke_options[] = {
    { "id", "ID", "The token to revoke, as `pintle token list` shows it", false },
    { "all", NULL, "Revoke every token of both kinds, or every personal one of --email",
      false },
    { "email", "ADDRESS", "With --all: only personal tokens of this person", false },
    { 0 },
};

static enum err revoke_one(struct client *client, str id, long long *ret_revoked)
{
    str path = client_path(client, "/v2/access-tokens/{}", id, STR_NONE);
    enum err err = client_call(client, "DELETE", path, STR_NONE, NULL);
    *ret_revoked = 1;
    return err;
}

static enum err revoke_all(struct client *client, str email, long long *ret_revoked)
{
    const struct client_member members[] = { { "email", email, false }, { 0 } };
    yyjson_val *root = NULL;
    enum err err = client_call(client, "POST", STR("/local/access-tokens/revoke-all"),
                               client_object(client, members), &root);
    *ret_revoked = yyjson_get_sint(yyjson_obj_get(root, "revoked"));
    return err;
}

static enum exit_code run_revoke(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    str id = invocation_option(invocation, "id"),
        email = invocation_option(invocation, "email");
    bool is_all = invocation_option(invocation, "all").data;
    long long revoked;
    if (is_all == (id.data != NULL))
        return command_misuse(invocation, "id", "or --all is needed, and not both");
    if (id.data && email.data)
        return command_misuse(invocation, "email", "goes with --all");
    enum err err =
        is_all ? revoke_all(client, email, &revoked) : revoke_one(client, id, &revoked);
    if (err)
        return command_fail(&client->problem);
    (void)printf("%lld\n", revoked);
    return EXIT_DONE;
}

const struct command command_token_revoke = {
    .name = "token revoke",
    .summary = "Revoke one access token, or all; prints how many",
    .prose =
        "When it returns, the tokens open nothing any more, on a running server too, nor do\n"
        "values that they took over from. They stay revoked when an older backup is\n"
        "restored.",
    .options = revoke_options,
    .run = run_revoke,
};
