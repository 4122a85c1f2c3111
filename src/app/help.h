// SPDX-License-Identifier: Apache-2.0
// Help made from the tables of commands and settings; inside of the app room.
#pragma once

#include "app/command.h"

void help_overview(FILE *out, const struct command *const *commands, size_t count);
void help_command(const struct command *command);
