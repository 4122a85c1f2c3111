// SPDX-License-Identifier: Apache-2.0
// Whether people may be shown an event: nothing of a suppressed user, whatever became known of
// him before he was.
#pragma once

#include "base/str.h"
#include "workspace/workspace.h"

// A live event of the source or destination watched_id, as JSON.
bool shown_hides_live(const struct snapshot *snapshot, str watched_id, str live);

// An event of the source, as JSON.
bool shown_hides_event(const struct snapshot *snapshot, str workspace_id, str source_id,
                       str event);
