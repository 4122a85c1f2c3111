// SPDX-License-Identifier: Apache-2.0
// A workspace for delivery's tests.
#pragma once

#include <pthread.h>

#include "workspace/rules.h"

struct workspace *fake_workspace_new(void);
void fake_workspace_free(struct workspace *workspace); // its view must be closed

// Publishes the sources "src" and "other" and the webhook destination "dest" with the given
// config, connected to each source from the given record on (0: not connected).
void fake_workspace_publish(struct workspace *workspace, const uint64_t from[2],
                            const char *config);

// The events with this hash of their userId are not wanted any more, at once; 0: all are.
void fake_workspace_suppress(uint64_t user_hash);
