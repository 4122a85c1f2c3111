// SPDX-License-Identifier: Apache-2.0
// `pintle user reset-password`: a one-time link for somebody who has lost his password.
#include "app/client.h"

static const struct command_option options[] = {
    { "email", "ADDRESS", "E-mail address of the person", true },
    { 0 },
};

static enum exit_code run(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    const struct client_member members[] = {
        { "email", invocation_option(invocation, "email"), false }, { 0 }
    };
    yyjson_val *root;
    if (client_call(client, "POST", STR("/local/password-resets"),
                    client_object(client, members), &root))
        return command_fail(&client->problem);
    str link = json_get_str(root, "link");
    (void)printf("%" PRIstr "\n", STR_ARG(link));
    return EXIT_DONE;
}

const struct command command_user_reset_password = {
    .name = "user reset-password",
    .summary = "Make a link with which somebody sets a new password",
    .prose =
        "The link works once and for 30 minutes; the old password works until then. Setting\n"
        "a new one ends all sessions.",
    .options = options,
    .run = run,
};
