// SPDX-License-Identifier: Apache-2.0
// `pintle run report`: the program that works on a source's run says how it stands.
#include "app/command.h"
#include "app/management.h"
#include "codec/json.h"

static const struct command_option options[] = {
    { "run", "ID", "The run, as starting the source answered it", true },
    { "state", "STATE", "running, finished or failed", true },
    { "task", "NAME", "The state is that of this part of the run", false },
    { "error", "TEXT", "Why it failed", false },
    { 0 },
};

static enum exit_code run(const struct invocation *invocation)
{
    struct problem problem;
    struct json json;
    str answer;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    json_init(&json, &body);
    json_open_object(&json);
    json_put_str(&json, "runId", invocation_option(invocation, "run"));
    json_put_str(&json, "state", invocation_option(invocation, "state"));
    str task = invocation_option(invocation, "task");
    if (task.data)
        json_put_str(&json, "task", task);
    str error = invocation_option(invocation, "error");
    if (error.data)
        json_put_str(&json, "error", error);
    json_close_object(&json);
    struct management_call call = { STR("POST"), STR("/local/source-runs"), buf_str(&body) };
    if (management_request(invocation->settings, &call, arena, &answer, &problem))
        return command_fail(&problem);
    return EXIT_DONE;
}

const struct command command_run_report = {
    .name = "run report",
    .summary = "Tell how a run of a source stands",
    .prose =
        "For the program that does the work of a source whose events come by runs. A run of\n"
        "which nothing is heard for an hour has failed; so has one that runs when Pintle ends.",
    .options = options,
    .run = run,
};
