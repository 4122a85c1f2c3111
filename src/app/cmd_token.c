// SPDX-License-Identifier: Apache-2.0
// `pintle token create`: a personal access token for scripts; prints the value, alone.
#include "app/command.h"
#include "app/management.h"
#include "codec/json.h"

static const struct command_option options[] = {
    { "email", "ADDRESS", "E-mail address of the token's owner", true },
    { "workspace", "NAME", "Name or id of the workspace it opens", true },
    { "name", "NAME", "Name of the token", true },
    { "scope", "SCOPE", "read-only or read-write", true },
    { 0 },
};

static enum exit_code run(const struct invocation *invocation)
{
    struct problem problem;
    struct json json;
    str answer;
    yyjson_doc *doc;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    json_init(&json, &body);
    json_open_object(&json);
    for (const struct command_option *option = options; option->name; option++)
        json_put_str(&json, option->name, invocation_option(invocation, option->name));
    json_close_object(&json);
    struct management_call call = { STR("POST"), STR("/local/personal-access-tokens"),
                                    buf_str(&body) };
    enum err err = management_request(invocation->settings, &call, arena, &answer, &problem);
    if (!err)
        err = json_read(answer, 0, arena, &doc, &problem);
    if (err)
        return command_fail(&problem);
    str token = json_get_str(yyjson_doc_get_root(doc), "token");
    (void)printf("%" PRIstr "\n", STR_ARG(token));
    return EXIT_DONE;
}

const struct command command_token_create = {
    .name = "token create",
    .summary = "Make a personal access token and print its value",
    .prose =
        "The value is printed once, alone, and cannot be shown again. The token can never do\n"
        "more than its owner may do at that moment.",
    .options = options,
    .run = run,
};
