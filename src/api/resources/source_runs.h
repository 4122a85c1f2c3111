// SPDX-License-Identifier: Apache-2.0
// What the handlers of source runs share.
#pragma once

#include "api/call.h"
#include "store/source_runs.h"
#include "store/sources.h"

// The source in the path, if it is of a kind that runs and the caller may. ERR_INVALID: of
// another kind.
enum err source_find_runnable(struct call *call, struct source_row *ret_source);
