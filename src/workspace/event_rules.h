// SPDX-License-Identifier: Apache-2.0
// Building what workspaces say about events: rules.c, suppressions.c. Only files of this room
// include it.
#pragma once

#include "workspace/inside.h"
#include "workspace/rules.h"

// What workspaces want of their events: rules.c.
enum err build_rules(struct build *build, struct problem *ret_problem);
// Ids, a NUL behind each and one at the end, of a text with commas between; a piece. NULL:
// none.
const char *id_list_copy(struct draft *draft, str ids);
bool id_list_has(const char *list, str id);

// Whose events are not wanted: suppressions.c.
enum err build_suppressions(struct build *build, struct problem *ret_problem);
