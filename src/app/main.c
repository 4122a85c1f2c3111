// SPDX-License-Identifier: Apache-2.0
// The program: finds the subcommand, reads its options and settings, runs it.
#include "app/arguments.h"
#include "app/command.h"
#include "app/help.h"
#include "base/log.h"
#include "base/mem.h"
#include "os/streams.h"
#include "version.h"

#define X(name) &command_##name,
static const struct command *const commands[] = { COMMAND_TABLE(X) };
#undef X

// The command whose words argv starts with; *ret_words of them.
static const struct command *find_command(int argc, char **argv, int *ret_words)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        str rest = str_of(commands[i]->name), word;
        int words = 0;
        while (str_next(&rest, ' ', &word) && words + 1 < argc &&
               str_eq(word, str_of(argv[words + 1]))) {
            words++;
            if (!rest.data) {
                *ret_words = words;
                return commands[i];
            }
        }
    }
    return NULL;
}

static bool wants_help(char **words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            return true;
    }
    return false;
}

static enum exit_code point_to_help(const struct command *command)
{
    (void)fprintf(stderr, "`pintle %s --help` tells the options.\n", command->name);
    return EXIT_USAGE;
}

static enum exit_code run_command(const struct command *command, char **words, int count)
{
    AUTO(settings_reader_free) struct settings_reader *reader = settings_reader_new();
    struct invocation invocation = {
        command, reader, settings_values(reader), STR_NONE, { { 0 } }
    };
    struct problem problem;
    enum log_level level;
    if (arguments_read(&invocation, words, count, &problem) != OK) {
        (void)command_fail(&problem);
        return point_to_help(command);
    }
    if (!log_level_parse(invocation.settings->log_level, &level)) {
        (void)fprintf(stderr, "pintle: log_level: must be debug, info, warn or error\n");
        return point_to_help(command);
    }
    log_set_level(level);
    return command->run(&invocation);
}

enum exit_code command_fail(const struct problem *problem)
{
    (void)fprintf(stderr, "pintle: %s%s%s\n", problem->field, *problem->field ? ": " : "",
                  problem->text);
    return EXIT_FAILED;
}

enum exit_code command_misuse(const struct invocation *invocation, const char *name,
                              const char *text)
{
    const char *operand = invocation->command->operand;
    bool is_operand = operand && strcmp(name, operand) == 0;
    (void)fprintf(stderr, "pintle: %s%s: %s\n", is_operand ? "" : "--", name, text);
    return point_to_help(invocation->command);
}

// The first word of several commands, as "token".
static bool is_group(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (command_is_in_group(commands[i], str_of(word)))
            return true;
    }
    return false;
}

static enum exit_code refuse_command(char **words, int count)
{
    if (count > 0 && is_group(words[0])) {
        (void)fprintf(stderr, "pintle: there is no command `%s%s%s`\n\n", words[0],
                      count > 1 ? " " : "", count > 1 ? words[1] : "");
        help_commands(stderr, commands, ARRAY_LEN(commands), words[0]);
    } else if (count > 0) {
        (void)fprintf(stderr,
                      "pintle: there is no command `%s`\n`pintle --help` tells the commands.\n",
                      words[0]);
    } else {
        help_commands(stderr, commands, ARRAY_LEN(commands), NULL);
    }
    return EXIT_USAGE;
}

// No command is named: a question, or a slip.
static enum exit_code run_none(char **words, int count)
{
    bool is_asked = count > 0 && strcmp(words[0], "help") == 0;
    if (count > 0 && (strcmp(words[0], "--version") == 0 || strcmp(words[0], "version") == 0)) {
        (void)printf("pintle " PINTLE_VERSION "\n");
        return EXIT_DONE;
    }
    if (!is_asked && !wants_help(words, count))
        return refuse_command(words, count);
    const char *group = is_asked ? (count > 1 ? words[1] : NULL) : words[0];
    bool is_known = group && is_group(group);
    help_commands(stdout, commands, ARRAY_LEN(commands), is_known ? group : NULL);
    return EXIT_DONE;
}

static enum exit_code run(int argc, char **argv)
{
    int words;
    mem_init();
    const struct command *command = find_command(argc, argv, &words);
    if (!command)
        return run_none(argv + 1, MAX(argc - 1, 0));
    if (wants_help(argv + 1 + words, argc - 1 - words)) {
        help_command(command);
        return EXIT_DONE;
    }
    return run_command(command, argv + 1 + words, argc - 1 - words);
}

// What was to be printed and is not, as on a full disk, was not done.
static enum exit_code check_output(enum exit_code code)
{
    bool is_lost = fflush(stdout) == EOF || ferror(stdout);
    if (!is_lost || code != EXIT_DONE)
        return code;
    struct problem problem;
    (void)problem_set(&problem, ERR_IO, STR("output"), "cannot be written");
    return command_fail(&problem);
}

int main(int argc, char **argv)
{
    if (!streams_hold())
        return EXIT_FAILED;
    return (int)check_output(run(argc, argv));
}
