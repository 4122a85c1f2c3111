// SPDX-License-Identifier: Apache-2.0
// Subcommands: one table gives names, help and code. A command's options are its own rows plus
// the settings it names.
#pragma once

#include "app/settings.h"
#include "base/base.h"
#include "base/str.h"

// An option that is not a setting: "--email E".
struct command_option {
    const char *name;  // "email"; NULL ends the table
    const char *value; // "E" in the help; NULL: a switch without a value
    const char *prose;
    bool is_required;
};

#define OPTION_JSON                                                                            \
    {                                                                                          \
        "json", NULL, "Print JSON, for scripts", false                                         \
    }

enum { COMMAND_OPTIONS_MAX = 16 };

// What a command gets: settings are read, options are checked.
struct invocation {
    const struct command *command;
    struct settings_reader *reader;
    const struct settings *settings;
    str operand;                     // STR_NONE: not given
    str values[COMMAND_OPTIONS_MAX]; // by row of options; STR_NONE: not given; a switch: "true"
};

// Exit codes, documented in the help.
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INTERRUPTED = 130, // by SIGINT or SIGTERM, and has told what it did until then
};

struct command {
    const char *name; // "token create"
    const char *summary;
    const char *prose; // further lines of the help; may be NULL
    const struct command_option *options;
    const char *operand;     // what may stand without a flag: "FILE"; NULL: nothing
    bool takes_all_settings; // otherwise only --data, --config and --log-level
    enum exit_code (*run)(const struct invocation *invocation);
};

// The value of a named option; STR_NONE when absent.
str invocation_option(const struct invocation *invocation, const char *name);

// Prints "pintle: field: text" on standard error and gives EXIT_FAILED.
enum exit_code command_fail(const struct problem *problem);

// Prints "pintle: --name: text" and where help is; gives EXIT_USAGE.
enum exit_code command_misuse(const struct invocation *invocation, const char *name,
                              const char *text);

// Every subcommand, in the order of the help.
#define COMMAND_TABLE(X)                                                                       \
    X(serve)                                                                                   \
    X(setup)                                                                                   \
    X(token_create)                                                                            \
    X(token_list)                                                                              \
    X(token_revoke)                                                                            \
    X(token_simulate)                                                                          \
    X(member_list)                                                                             \
    X(member_show)                                                                             \
    X(member_set_role)                                                                         \
    X(member_remove)                                                                           \
    X(group_list)                                                                              \
    X(group_show)                                                                              \
    X(group_create)                                                                            \
    X(group_delete)                                                                            \
    X(group_add)                                                                               \
    X(group_remove)                                                                            \
    X(policy_show)                                                                             \
    X(policy_set)                                                                              \
    X(key_rotate)                                                                              \
    X(audit_verify)                                                                            \
    X(mail_test)                                                                               \
    X(user_reset_password)                                                                     \
    X(run_report)                                                                              \
    X(config_export)                                                                           \
    X(config_apply)                                                                            \
    X(import_access)                                                                           \
    X(journal_stat)                                                                            \
    X(journal_check)                                                                           \
    X(journal_dump)                                                                            \
    X(journal_export)                                                                          \
    X(bench)                                                                                   \
    X(metrics)                                                                                 \
    X(settings)

#define X(name) extern const struct command command_##name;
COMMAND_TABLE(X)
#undef X
