// SPDX-License-Identifier: Apache-2.0
// What `pintle --help` and `pintle COMMAND --help` print, made from the tables.
#include "app/help.h"

#include "app/arguments.h"
#include "version.h"

static void print_flag(const char *name)
{
    (void)printf("  --");
    for (; *name; name++)
        (void)putchar(*name == '_' ? '-' : *name);
}

bool command_is_in_group(const struct command *command, str word)
{
    str rest = str_of(command->name), first;
    return str_next(&rest, ' ', &first) && rest.data && str_eq(first, word);
}

void help_commands(FILE *out, const struct command *const *commands, size_t count,
                   const char *group)
{
    if (!group)
        (void)fprintf(out,
                      "Pintle " PINTLE_VERSION ": a self-hosted customer data platform.\n\n");
    (void)fprintf(out, "Usage: pintle %s%s [OPTIONS]\n\nCommands:\n", group ? group : "",
                  group ? " COMMAND" : "COMMAND");
    for (size_t i = 0; i < count; i++) {
        if (!group || command_is_in_group(commands[i], str_of(group)))
            (void)fprintf(out, "  %-20s %s\n", commands[i]->name, commands[i]->summary);
    }
    (void)fprintf(out,
                  "\n`pintle COMMAND --help` tells a command's options; `pintle --version` "
                  "the version.\n");
}

void help_command(const struct command *command)
{
    (void)printf("%s\n\nUsage: pintle %s%s%s%s [OPTIONS]\n", command->summary, command->name,
                 command->operand ? " [" : "", command->operand ? command->operand : "",
                 command->operand ? "]" : "");
    if (command->prose)
        (void)printf("\n%s\n", command->prose);
    (void)printf("\nOptions:\n");
    for (const struct command_option *option = command->options; option && option->name;
         option++) {
        (void)printf("  --%s%s%s\n      %s%s\n", option->name, option->value ? " " : "",
                     option->value ? option->value : "", option->prose,
                     option->is_required ? " (required)" : "");
    }
    for (const struct setting_row *row = setting_rows; row->name; row++) {
        if (!command_takes_setting(command, row))
            continue;
        print_flag(row->name);
        (void)printf("%s\n      %s%s%s%s\n", row->kind == SETTING_BOOL ? "" : " VALUE",
                     row->prose, *row->fallback ? " (default: " : "", row->fallback,
                     *row->fallback ? ")" : "");
    }
    (void)printf("\nEach setting can also stand in the environment (--retry-first-ms is\n"
                 "PINTLE_RETRY_FIRST_MS) or in the file that --config names.\n"
                 "Exit status: 0 done, 1 failed, 2 wrong usage.\n");
}
