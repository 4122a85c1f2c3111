// SPDX-License-Identifier: Apache-2.0
// What a change has changed, as the audit log tells it: names only, for values may be secret.
#pragma once

#include "base/arena.h"
#include "base/str.h"

// {"fields":["config.webhookUrl","name"]}: where two JSON objects differ, members of the member
// "config" one by one, "updatedAt" left out. STR_NONE when they do not. `one`: the member of
// both that is meant; NULL: they themselves. The result lives in the arena.
str changes_describe(str before, str after, const char *one, struct arena *arena);
