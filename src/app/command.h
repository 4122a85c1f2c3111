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

enum { COMMAND_OPTIONS_MAX = 12 };

// What a command gets: settings are read, options are checked.
struct invocation {
    const struct command *command;
    struct settings_reader *reader;
    const struct settings *settings;
    str operand;                     // STR_NONE: not given
    str values[COMMAND_OPTIONS_MAX]; // by row of options; STR_NONE: not given; a switch: "true"
};

// Exit codes, documented in the help.
enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

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

extern const struct command command_serve;
extern const struct command command_setup;
extern const struct command command_token_create;
extern const struct command command_token_list;
extern const struct command command_token_revoke;
extern const struct command command_token_simulate;
extern const struct command command_member_list;
extern const struct command command_member_show;
extern const struct command command_member_set_role;
extern const struct command command_member_remove;
extern const struct command command_group_list;
extern const struct command command_group_show;
extern const struct command command_group_create;
extern const struct command command_group_delete;
extern const struct command command_group_add;
extern const struct command command_group_remove;
extern const struct command command_policy_show;
extern const struct command command_policy_set;
extern const struct command command_audit_verify;
extern const struct command command_user_reset_password;
extern const struct command command_run_report;
extern const struct command command_import_access;
extern const struct command command_settings;
