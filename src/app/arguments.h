// SPDX-License-Identifier: Apache-2.0
// Reading a command line into an invocation; inside of the app room.
#pragma once

#include "app/command.h"
#include "base/err.h"

// Whether the command has a flag for the setting.
bool command_takes_setting(const struct command *command, const struct setting_row *row);

// Reads the words behind the command's name, then environment and configuration file.
// ERR_INVALID or ERR_NOT_FOUND name the word.
enum err arguments_read(struct invocation *invocation, char **words, int count,
                        struct problem *ret_problem);
