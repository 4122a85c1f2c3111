// SPDX-License-Identifier: Apache-2.0
// Reading a command line into an invocation: options of the command, flags of settings, then
// what environment and file say.
#include "app/arguments.h"

#include <unistd.h>

bool command_takes_setting(const struct command *command, const struct setting_row *row)
{
    static const char *const common[] = { "data", "config", "log_level" };
    for (size_t i = 0; i < ARRAY_LEN(common); i++) {
        if (strcmp(row->name, common[i]) == 0)
            return true;
    }
    return command->takes_all_settings;
}

static const struct command_option *find_option(const struct command *command, str name,
                                                size_t *ret_index)
{
    for (size_t i = 0; command->options && command->options[i].name; i++) {
        if (str_eq(name, str_of(command->options[i].name))) {
            *ret_index = i;
            return &command->options[i];
        }
    }
    return NULL;
}

static bool is_switch(const struct command *command, str name, bool *ret_is_known)
{
    size_t index;
    const struct command_option *option = find_option(command, name, &index);
    *ret_is_known = true;
    if (option)
        return !option->value;
    const struct setting_row *row = setting_find(name);
    *ret_is_known = row && command_takes_setting(command, row);
    return row && row->kind == SETTING_BOOL;
}

static enum err set_argument(struct invocation *invocation, str name, str value,
                             struct problem *ret_problem)
{
    size_t index;
    if (find_option(invocation->command, name, &index)) {
        invocation->values[index] = value;
        return OK;
    }
    return settings_set(invocation->reader, name, value, FROM_FLAG, ret_problem);
}

// One argument, "--name value", "--name=value" or a switch. Returns how many words it took, 0
// on failure.
static int read_argument(struct invocation *invocation, char **words, int count,
                         struct problem *ret_problem)
{
    str word = str_of(words[0]);
    if (!str_starts(word, STR("--"))) {
        if (invocation->command->operand && !invocation->operand.data) {
            invocation->operand = word;
            return 1;
        }
        (void)problem_set(ret_problem, ERR_INVALID, word, "unexpected argument");
        return 0;
    }
    str name = str_sub(word, 2, str_find(word, '=') - 2);
    bool has_value = name.len + 2 < word.len;
    bool is_known;
    bool needs_value = !is_switch(invocation->command, name, &is_known);
    str value = has_value ? str_sub(word, name.len + 3, SIZE_MAX) : STR("true");
    int taken = 1;
    if (!is_known) {
        (void)problem_set(ret_problem, ERR_INVALID, word, "unknown option");
        return 0;
    }
    if (needs_value && !has_value) {
        if (count < 2) {
            (void)problem_set(ret_problem, ERR_INVALID, word, "needs a value");
            return 0;
        }
        value = str_of(words[1]);
        taken = 2;
    }
    return set_argument(invocation, name, value, ret_problem) ? 0 : taken;
}

enum err arguments_read(struct invocation *invocation, char **words, int count,
                        struct problem *ret_problem)
{
    for (int at = 0, taken; at < count; at += taken) {
        taken = read_argument(invocation, words + at, count - at, ret_problem);
        if (taken == 0)
            return ERR_INVALID;
    }
    const struct command_option *options = invocation->command->options;
    for (size_t i = 0; options && options[i].name; i++) {
        if (options[i].is_required && !invocation->values[i].data)
            return problem_set(
                ret_problem, ERR_INVALID,
                arena_printf(invocation->settings->arena, "--%s", options[i].name),
                "is required");
    }
    return settings_read_surroundings(invocation->reader, environ, ret_problem);
}

str invocation_option(const struct invocation *invocation, const char *name)
{
    size_t index;
    const struct command_option *option =
        find_option(invocation->command, str_of(name), &index);
    assert(option);
    (void)option;
    return invocation->values[index];
}
