// SPDX-License-Identifier: Apache-2.0
// `pintle user reset-password`: a one-time link for somebody who has lost his password.
#include "app/command.h"
#include "app/management.h"
#include "codec/json.h"

static const struct command_option options[] = {
    { "email", "ADDRESS", "E-mail address of the person", true },
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
    json_put_str(&json, "email", invocation_option(invocation, "email"));
    json_close_object(&json);
    struct management_call call = { STR("POST"), STR("/local/password-resets"),
                                    buf_str(&body) };
    enum err err = management_request(invocation->settings, &call, arena, &answer, &problem);
    if (!err)
        err = json_read(answer, 0, arena, &doc, &problem);
    if (err)
        return command_fail(&problem);
    str link = json_get_str(yyjson_doc_get_root(doc), "link");
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
