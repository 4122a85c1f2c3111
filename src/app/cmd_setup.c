// SPDX-License-Identifier: Apache-2.0
// `pintle setup`: organisation, workspace and first Admin without a browser.
#include <errno.h>
#include <unistd.h>

#include "app/command.h"
#include "app/management.h"
#include "base/secret.h"
#include "codec/json.h"

enum { PASSWORD_MAX_BYTES = 1024 };

static const struct command_option options[] = {
    { "organization", "NAME", "Name of the organisation", true },
    { "workspace", "NAME", "Name of its first workspace", true },
    { "email", "ADDRESS", "E-mail address of the first administrator", true },
    { "password-stdin", NULL, "Read the password from standard input", true },
    { 0 },
};

// One line of standard input, without its end.
static enum err read_password(char *dest, size_t size, str *ret_password,
                              struct problem *ret_problem)
{
    size_t len = 0;
    for (ssize_t got; len < size; len += (size_t)got) {
        got = read(STDIN_FILENO, dest + len, size - len);
        if (got < 0 && errno == EINTR)
            got = 0;
        else if (got < 0)
            return problem_set(ret_problem, ERR_IO, STR("password"), "cannot read it: %s",
                               strerror(errno));
        else if (got == 0)
            break;
    }
    str line, rest = str_make(dest, len);
    if (len == size)
        return problem_set(ret_problem, ERR_TOO_BIG, STR("password"), "is too long");
    (void)str_next(&rest, '\n', &line);
    *ret_password = str_ends(line, STR("\r")) ? str_sub(line, 0, line.len - 1) : line;
    return OK;
}

static void write_body(const struct invocation *invocation, str password, struct buf *body)
{
    struct json json;
    json_init(&json, body);
    json_open_object(&json);
    json_put_str(&json, "organizationName", invocation_option(invocation, "organization"));
    json_put_str(&json, "workspaceName", invocation_option(invocation, "workspace"));
    json_put_str(&json, "email", invocation_option(invocation, "email"));
    json_put_str(&json, "password", password);
    json_close_object(&json);
}

static enum exit_code run(const struct invocation *invocation)
{
    char password_bytes[PASSWORD_MAX_BYTES];
    struct problem problem;
    str password, answer;
    AUTO(arena_free) struct arena *arena = arena_new(1 << 20);
    AUTO(buf_done) struct buf body = { 0 };
    enum err err = read_password(password_bytes, sizeof(password_bytes), &password, &problem);
    if (err)
        return command_fail(&problem);
    write_body(invocation, password, &body);
    struct management_call call = { STR("POST"), STR("/v2/setup"), buf_str(&body),
                                    .may_create = true };
    err = management_request(invocation->settings, &call, arena, &answer, &problem);
    secret_wipe(password_bytes, sizeof(password_bytes));
    secret_wipe(body.data, body.len);
    if (err)
        return command_fail(&problem);
    str email = invocation_option(invocation, "email");
    str workspace = invocation_option(invocation, "workspace");
    (void)printf("%" PRIstr " is the administrator of workspace %" PRIstr ".\n", STR_ARG(email),
                 STR_ARG(workspace));
    return EXIT_DONE;
}

const struct command command_setup = {
    .name = "setup",
    .summary = "Make the organisation, its first workspace and its first administrator",
    .prose = "Works whether or not the server runs on the data directory; only once for each.",
    .options = options,
    .run = run,
};
