// SPDX-License-Identifier: Apache-2.0
// Help made from the tables of commands and settings; inside of the app room.
#pragma once

#include "app/command.h"

// Whether "token create" begins with the word "token".
bool command_is_in_group(const struct command *command, str word);

// All commands, or those of a group; NULL: no group.
void help_commands(FILE *out, const struct command *const *commands, size_t count,
                   const char *group);
void help_command(const struct command *command);
