// SPDX-License-Identifier: Apache-2.0
// `pintle config …`: a workspace's configuration as a file.
#include <unistd.h>

#include "app/configuration.h"

static bool has(const struct invocation *invocation, const char *option)
{
    return invocation_option(invocation, option).data != NULL;
}

// The one that is named, or the only one there is.
static enum err find_workspace(struct client *client, const struct invocation *invocation,
                               str *ret_id)
{
    struct client_list list;
    str named = invocation_option(invocation, "workspace");
    if (named.data)
        return client_find(client, &naming_workspaces, named, ret_id);
    enum err err = client_list(client, STR("/v2/workspaces"), "workspaces", &list);
    if (!err && list.count != 1)
        return problem_set(&client->problem, ERR_INVALID, STR("--workspace"),
                           "is required: there are %zu workspaces", list.count);
    if (!err)
        *ret_id = json_get_str(list.rows[0], "id");
    return err;
}

// --- Export

static const struct command_option export_options[] = {
    { "workspace", "W", "Name or id of the workspace, when there are several", false },
    { "format", "FORMAT", "yaml (the default) or json", false },
    { 0 },
};

static enum exit_code run_export(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    yyjson_val *root = NULL;
    str id, format = invocation_option(invocation, "format");
    bool is_json = str_eq(format, STR("json"));
    if (format.data && !is_json && !str_eq(format, STR("yaml")))
        return command_misuse(invocation, "format", "must be yaml or json");
    enum err err = find_workspace(client, invocation, &id);
    if (!err)
        err = client_call(client, "GET",
                          client_path(client, "/v2/configuration?workspaceId={}", id, STR_NONE),
                          STR_NONE, &root);
    if (err)
        return command_fail(&client->problem);
    if (is_json) {
        yyjson_alc alc = json_alc(client->arena);
        (void)printf("%s\n", yyjson_val_write_opts(root, YYJSON_WRITE_PRETTY_TWO_SPACES, &alc,
                                                   NULL, NULL));
    } else {
        configuration_print_yaml(root);
    }
    return EXIT_DONE;
}

const struct command command_config_export = {
    .name = "config export",
    .summary = "Print a workspace's configuration as a file",
    .prose = "Sources, destinations, connections, accounts and settings, with their ids, in\n"
             "the order in which they were made. Secrets are not in it: in the place of each "
             "stands\n"
             "{env: NAME}. docs/configuration-as-code.md describes the file.",
    .options = export_options,
    .run = run_export,
};

// --- Apply

static const struct command_option apply_options[] = {
    { "workspace", "W", "Name or id of the workspace, when there are several", false },
    { "dry-run", NULL, "Only print what would change", false },
    { "yes", NULL, "Do not ask before changing", false },
    { "prune", NULL, "Delete what the lists in FILE do not have", false },
    { 0 },
};

// planned: the answer to the rehearsal, whose state the workspace must still be in; NULL: this
// is the rehearsal.
static enum err post(struct client *client, const struct invocation *invocation, str id,
                     const struct configuration_file *file, yyjson_val *planned,
                     yyjson_val **ret_answer)
{
    str path = client_path(client, "/v2/configuration?workspaceId={}", id, STR_NONE);
    str state = json_get_str(planned, "state");
    path = arena_printf(client->arena, "%" PRIstr "%s%" PRIstr "%s", STR_ARG(path),
                        planned ? "&state=" : "&dryRun=true", STR_ARG(state),
                        has(invocation, "prune") ? "&prune=true" : "");
    enum err err = client_call(client, "POST", path, file->text, ret_answer);
    if (err && *client->problem.field) {
        str place = configuration_file_place(
            client, file, arena_dup(client->arena, str_of(client->problem.field)));
        str text = arena_dup(client->arena, str_of(client->problem.text));
        return problem_set(&client->problem, err, place, "%" PRIstr, STR_ARG(text));
    }
    return err;
}

static bool is_agreed(void)
{
    char line[16];
    if (!isatty(STDIN_FILENO)) {
        (void)fprintf(stderr, "pintle: nothing was changed: --yes changes without asking\n");
        return false;
    }
    (void)printf("Change it so? Only `yes` does: ");
    (void)fflush(stdout);
    if (!fgets(line, sizeof(line), stdin) || !str_eq(str_trim(str_of(line)), STR("yes"))) {
        (void)fprintf(stderr, "pintle: nothing was changed\n");
        return false;
    }
    return true;
}

static void print_skipped(const struct configuration_file *file)
{
    for (size_t i = 0; i < file->skipped.count; i++)
        (void)printf("not taken: %s\n", yyjson_get_str(file->skipped.rows[i]));
}

static enum exit_code run_apply(const struct invocation *invocation)
{
    AUTO(client_free) struct client *client = client_new(invocation);
    AUTO(configuration_file_done) struct configuration_file file;
    yyjson_val *answer = NULL;
    str id;
    configuration_file_init(&file);
    if (!invocation->operand.data)
        return command_misuse(invocation, "FILE", "is required");
    enum err err = configuration_file_read(client, invocation->operand, &file);
    if (!err)
        err = find_workspace(client, invocation, &id);
    if (!err)
        err = post(client, invocation, id, &file, NULL, &answer);
    if (err)
        return command_fail(&client->problem);
    print_skipped(&file);
    configuration_print_changes(answer);
    if (has(invocation, "dry-run") || yyjson_arr_size(yyjson_obj_get(answer, "changes")) == 0)
        return EXIT_DONE;
    if (!has(invocation, "yes") && !is_agreed())
        return EXIT_FAILED;
    err = post(client, invocation, id, &file, answer, &answer);
    if (err)
        return command_fail(&client->problem);
    (void)printf("Done: %lld created, %lld changed, %lld deleted.\n",
                 (long long)yyjson_get_sint(yyjson_obj_get(answer, "created")),
                 (long long)yyjson_get_sint(yyjson_obj_get(answer, "updated")),
                 (long long)yyjson_get_sint(yyjson_obj_get(answer, "deleted")));
    return EXIT_DONE;
}

const struct command command_config_apply = {
    .name = "config apply",
    .summary = "Make a workspace what a file says, all of it or nothing",
    .prose = "FILE (-: standard input) is what `pintle config export` prints, YAML or JSON,\n"
             "or a workspaceConfig.json of rudder-server. {env: NAME} and {file: PATH} in it\n"
             "are replaced by the variable's or the file's value; secrets that are left out\n"
             "stay as they are. Prints what changes and asks before changing it.",
    .options = apply_options,
    .operand = "FILE",
    .run = run_apply,
};
